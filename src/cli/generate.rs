//! The arguments of `leapp generate`.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Subcommand};

use super::exec::LeappExec;
use super::{HookShell, Leapp};

/// Print or write what packages install beside the programs
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// What is wanted.
    #[command(subcommand)]
    pub what: Generated,
}

/// What `leapp generate` makes.
#[derive(Debug, Subcommand)]
pub enum Generated {
    /// Write the manual pages of both programs, one for each verb
    Man {
        /// The directory to write them into; made where it is missing
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
    /// Print the completion of both programs for a shell
    ///
    /// For packages; the hook of `leapp init` brings the same completion with it.
    /// bash: `bash-completion/completions/leapp` and `leapp-exec`; zsh: `_leapp` on the `fpath`; fish: `vendor_completions.d/leapp.fish` and `leapp-exec.fish`.
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: HookShell,
    },
}

/// Everything that has a page in the manual, under the name of its page: both programs, and each verb
/// that `leapp --help` shows. `leapp exec` is the same page as `leapp-exec`.
pub fn pages() -> Vec<clap::Command> {
    let mut leapp = Leapp::command().disable_help_subcommand(true);
    leapp.build();
    let mut pages = vec![LeappExec::command()];
    collect(leapp, &mut pages);
    pages
}

fn collect(command: clap::Command, pages: &mut Vec<clap::Command>) {
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        collect(verb.clone(), pages);
    }
    if command.get_display_name() != Some("leapp-exec") {
        pages.push(command);
    }
}
