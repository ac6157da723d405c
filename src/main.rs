//! `leapp`: define sessions, switch shells, manage credentials.

use std::env::args_os;
use std::process::ExitCode;

use leapp::commands::{Program, run};

fn main() -> ExitCode {
    run(Program::Leapp, args_os())
}
