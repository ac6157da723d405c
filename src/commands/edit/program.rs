//! The user's editor, as a program that we start.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::flag;
use signal_hook::low_level::unregister;

use crate::commands::error::CommandError;
use crate::model::environment::OWN_SECRETS;

/// The editor of those who have not said which.
const DEFAULT: &str = "vi";

/// Those that begin at the line that `+N` names; others begin at the first.
const KNOW_LINES: &[&str] = &[
    "vi",
    "vim",
    "nvim",
    "view",
    "nano",
    "emacs",
    "emacsclient",
    "micro",
    "kak",
    "joe",
    "mg",
    "ne",
];

/// Lets a person edit a file, beginning at a line; back when they have closed it.
pub(super) fn edit(editor: Option<&str>, file: &Path, line: u32) -> Result<(), CommandError> {
    let editor = editor.unwrap_or(DEFAULT);
    // Split by the rules of a shell and run without one, as process commands are.
    let words = shell_words::split(editor).map_err(|why| CommandError::editor(editor, &why))?;
    let Some((program, arguments)) = words.split_first() else {
        return edit(None, file, line);
    };
    let mut command = Command::new(program);
    command.args(arguments);
    let name = Path::new(program)
        .file_name()
        .and_then(|name| name.to_str());
    if name.is_some_and(|name| KNOW_LINES.contains(&name)) {
        command.arg(format!("+{line}"));
    }
    command.arg(file);
    for name in OWN_SECRETS {
        command.env_remove(name);
    }
    // Ctrl-C on the terminal is the editor's. Caught and not ignored: the editor would inherit that.
    let noticed = Arc::new(AtomicBool::new(false));
    let hooks = [SIGINT, SIGQUIT].map(|signal| flag::register(signal, noticed.clone()));
    let status = command.status();
    for hook in hooks.into_iter().flatten() {
        unregister(hook);
    }
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(CommandError::editor_failed(editor, status)),
        Err(why) => Err(CommandError::editor(editor, &why)),
    }
}
