//! The terminal while a question stands.

use std::fs::File;
use std::io;

use nix::sys::termios::{
    LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr,
};

/// The terminal while it hands over every byte; dropped, it is as it was.
pub(super) struct Raw<'tty> {
    tty: &'tty File,
    before: Termios,
    asking: Termios,
}

impl<'tty> Raw<'tty> {
    pub(super) fn enter(tty: &'tty File) -> io::Result<Self> {
        let before = tcgetattr(tty)?;
        let mut raw = before.clone();
        raw.local_flags.remove(
            LocalFlags::ICANON
                | LocalFlags::ECHO
                | LocalFlags::ECHONL
                | LocalFlags::ISIG
                | LocalFlags::IEXTEN,
        );
        raw.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        raw.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        let this = Self {
            tty,
            before,
            asking: raw,
        };
        this.enter_again()?;
        Ok(this)
    }

    pub(super) fn enter_again(&self) -> io::Result<()> {
        // Flushed on both sides: keys pressed before the question must not answer it, and the
        // second line of a paste must not become a command of the shell.
        Ok(tcsetattr(self.tty, SetArg::TCSAFLUSH, &self.asking)?)
    }

    pub(super) fn leave(&self) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(self.tty, SetArg::TCSAFLUSH, &self.before);
    }
}

impl Drop for Raw<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
