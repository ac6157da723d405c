//! Opening a page in a browser that is the user's, and goes on without us.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::model::environment::OWN_SECRETS;

/// A program that opens pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opener {
    /// The program.
    pub program: PathBuf,
    /// What stands before the address.
    pub arguments: Vec<OsString>,
}

/// An opener at work.
#[derive(Debug)]
pub struct Opening {
    program: PathBuf,
    child: Child,
}

impl Opener {
    /// Starts it. It gets none of our own secrets, hears nothing of Ctrl-C at our terminal, and is left
    /// alone when we end.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn open(&self, address: &str) -> io::Result<Opening> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .arg(address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        for name in OWN_SECRETS {
            command.env_remove(name);
        }
        Ok(Opening {
            program: self.program.clone(),
            child: command.spawn()?,
        })
    }
}

impl Opening {
    /// The program, and how it failed; nothing while it runs, or where it has ended well.
    pub fn failure(&mut self) -> Option<(String, String)> {
        let status = self.child.try_wait().ok().flatten()?;
        let program = self.program.display().to_string();
        (!status.success()).then(|| (program, status.to_string()))
    }
}
