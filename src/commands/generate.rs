//! `leapp generate`: what packages install beside the programs.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use clap_mangen::Man;

use super::error::CommandError;
use crate::cli::{GenerateArgs, Generated, pages};
use crate::disk::DiskError;
use crate::env_vars::{self, Direction};
use crate::shell;
use crate::ui::printer::exact;

/// What the two programs' own pages tell beside their options.
const EXIT_STATUS: &str = "\
.SH \"EXIT STATUS\"
.TP
0
Done. Of \\fBleapp\\-exec\\fR, 0 to 124 and above 127: the command's own.
.TP
1
Failed, and you can act.
.TP
2
Wrong usage.
.TP
3
A login is needed, and nobody can be asked.
.TP
125
\\fBleapp\\-exec\\fR itself failed, wrong usage included.
.TP
126, 127
The command of \\fBleapp\\-exec\\fR cannot be run, is not found.
";

const FILES: &str = "\
.SH FILES
.TP
\\fI~/.config/leapp/sessions.toml\\fR
The sessions. It holds no secret.
.TP
\\fI~/.config/leapp/config.toml\\fR
The settings of this machine.
.TP
\\fI~/.local/share/leapp\\fR
The file vault, and the browser's profiles.
.TP
\\fI~/.cache/leapp\\fR
Temporary credentials, sealed.
";

/// Writes or prints what was asked for.
pub(super) fn run(args: &GenerateArgs) -> Result<(), CommandError> {
    match &args.what {
        Generated::Man { dir } => write_manual(dir),
        Generated::Completions { shell } => Ok(exact(
            shell::completion((*shell).into()).unwrap_or_default(),
        )?),
    }
}

fn write_manual(dir: &Path) -> Result<(), CommandError> {
    fs::create_dir_all(dir).map_err(DiskError::io("create", dir))?;
    for command in pages() {
        let is_program = ["leapp", "leapp-exec"].contains(&command.get_name());
        let man = Man::new(command)
            .source(concat!("leapp ", env!("CARGO_PKG_VERSION")))
            .manual("leapp");
        let file = dir.join(man.get_filename());
        let mut page = Vec::new();
        man.render(&mut page)?;
        let mut page = with_bold_code(&String::from_utf8_lossy(&page));
        if is_program {
            page += EXIT_STATUS;
            page += &environment();
            page += FILES;
        }
        page += ".SH \"SEE ALSO\"\n\\fBleapp\\fR(1), \\fBleapp\\-exec\\fR(1)\n";
        fs::write(&file, page).map_err(DiskError::io("write", &file))?;
    }
    Ok(())
}

/// What help texts put between backticks stands in bold in a manual, where a backtick would become
/// a typographer's quote.
fn with_bold_code(page: &str) -> String {
    let mut bold = String::with_capacity(page.len());
    for line in page.lines() {
        let mut parts = line.split('`').peekable();
        bold += parts.next().unwrap_or_default();
        while let Some(code) = parts.next() {
            if parts.peek().is_some() {
                let _ = write!(bold, "\\fB{code}\\fR");
                bold += parts.next().unwrap_or_default();
            } else {
                bold += "\\(ga";
                bold += code;
            }
        }
        bold.push('\n');
    }
    bold
}

/// The variables that are read, as the README has them.
fn environment() -> String {
    let read = env_vars::ALL
        .iter()
        .filter(|variable| variable.direction != Direction::Set);
    let mut section = ".SH ENVIRONMENT\n".to_owned();
    for variable in read {
        let meaning = variable.meaning.replace('-', "\\-");
        let _ = writeln!(section, ".TP\n\\fB{}\\fR\n{meaning}", variable.name);
    }
    with_bold_code(&section)
}

#[cfg(test)]
mod tests {
    use super::with_bold_code;

    #[test]
    fn code_is_bold_and_a_backtick_by_itself_stays_one() {
        assert_eq!(
            with_bold_code("run `a b`, or `c`\none ` more"),
            "run \\fBa b\\fR, or \\fBc\\fR\none \\(ga more\n"
        );
    }
}
