//! `leapp-exec ALIAS -- COMMAND`: become the command, as the session.

use std::env::args_os;
use std::process::ExitCode;

use leapp::commands::{Program, run};

fn main() -> ExitCode {
    run(Program::LeappExec, args_os())
}
