//! The hook: whether the shell above has loaded it, and whether it is the one that we would print.

use super::words;
use crate::doctor::Check;
use crate::settings;
use crate::shell::{LoadedHook, Shell, descends_from, mark, parent};

pub(super) fn check() -> Check {
    let name = "shell hook";
    let shell = match parent() {
        Ok(Some(shell)) => shell,
        Ok(None) => return Check::ok(name, "no shell is above this process"),
        Err(_) => return Check::ok(name, "there is none for this shell"),
    };
    let word = match shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        _ => return Check::ok(name, "there is none for this shell"),
    };
    let loaded = settings::inherited_hook().and_then(|text| LoadedHook::parse(&text));
    match loaded.filter(|hook| descends_from(hook.pid)) {
        None => Check::warning(name, format!("not loaded in this {word}")).next(words::hook(word)),
        Some(hook) if mark(shell).as_ref() == Some(&hook.mark) => {
            Check::ok(name, format!("loaded in this {word}, and current"))
        }
        Some(_) => Check::warning(
            name,
            format!("the one in this {word} is that of another leapp"),
        )
        .next(words::OLD_HOOK),
    }
}
