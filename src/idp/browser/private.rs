//! Browsers that are only started, for a page that is none of ours.

use std::path::{Path, PathBuf};

use super::Surroundings;

/// A browser, by what it is called with for a window that remembers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateBrowser {
    /// The program.
    pub program: PathBuf,
    /// The argument.
    pub argument: &'static str,
}

impl Surroundings {
    /// The program that is meant by a name or a path, whatever kind of browser it is.
    pub fn program_named(&self, name: &Path) -> Option<PathBuf> {
        self.named(name).map(|program| program.file)
    }

    /// The browser that is named, or else the first that is installed, with its argument for a private
    /// window.
    pub fn private_browser(&self, named: Option<&Path>) -> Option<PrivateBrowser> {
        let program = match named {
            Some(name) => self.program_named(name)?,
            None => match self.any() {
                Some(program) => program.file,
                None => self.program_named(Path::new("firefox"))?,
            },
        };
        Some(PrivateBrowser {
            argument: argument_of(&program),
            program,
        })
    }
}

/// The word differs by make; Chromium's own is understood by most that are made of it.
fn argument_of(program: &Path) -> &'static str {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    let is = |make: &str| name.contains(make);
    if is("firefox") || is("librewolf") {
        "--private-window"
    } else if is("edge") {
        "--inprivate"
    } else {
        "--incognito"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_make_has_its_own_word() {
        for (program, argument) in [
            ("/usr/bin/firefox", "--private-window"),
            ("/usr/bin/microsoft-edge-stable", "--inprivate"),
            ("/usr/bin/chromium", "--incognito"),
            (
                "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
                "--incognito",
            ),
        ] {
            assert_eq!(argument_of(Path::new(program)), argument);
        }
    }
}
