//! Which browser: the one that the user names, else the first that is installed.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The names of Chromium's family, on Linux; the ones whose packages are not confined come first.
const NAMES: &[&str] = &[
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge-stable",
    "microsoft-edge",
    "brave-browser",
    "brave",
    "vivaldi-stable",
    "com.google.Chrome",
    "org.chromium.Chromium",
    "com.microsoft.Edge",
    "com.brave.Browser",
];

/// Where they lie when their directory is not on `PATH`, as in many a session of a desktop.
const PLACES: &[&str] = &["/snap/bin", "/var/lib/flatpak/exports/bin"];

/// The same below the home directory.
const HOME_PLACES: &[&str] = &[".local/share/flatpak/exports/bin"];

/// The applications of macOS, in `/Applications` or below the home directory.
const APPLICATIONS: &[&str] = &[
    "Google Chrome",
    "Chromium",
    "Microsoft Edge",
    "Brave Browser",
    "Vivaldi",
];

/// Where to look.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The absolute directories of `PATH`.
    pub path: Vec<PathBuf>,
    /// The home directory.
    pub home: Option<PathBuf>,
}

/// A browser, and where it may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) file: PathBuf,
    /// The only directory for profiles that a confined one can write to.
    pub(super) confined_to: Option<PathBuf>,
}

impl Surroundings {
    /// The browser that is meant by a name or a path.
    pub(super) fn named(&self, name: &Path) -> Option<Program> {
        let file = if name.components().count() > 1 {
            Some(name.to_owned()).filter(|file| is_program(file))
        } else {
            self.on_path(name.as_os_str())
        };
        file.map(|file| self.program(file))
    }

    /// The first one that is installed.
    pub(super) fn any(&self) -> Option<Program> {
        let by_name = NAMES.iter().find_map(|name| self.on_path(OsStr::new(name)));
        by_name
            .or_else(|| self.application())
            .map(|file| self.program(file))
    }

    fn on_path(&self, name: &OsStr) -> Option<PathBuf> {
        let places = PLACES.iter().map(PathBuf::from);
        let at_home = self
            .home
            .iter()
            .flat_map(|home| HOME_PLACES.iter().map(|place| home.join(place)));
        let mut directories = self.path.iter().cloned().chain(places).chain(at_home);
        directories.find_map(|directory| {
            let file = directory.join(name);
            is_program(&file).then_some(file)
        })
    }

    fn application(&self) -> Option<PathBuf> {
        let roots = [Some(PathBuf::from("/")), self.home.clone()];
        APPLICATIONS.iter().find_map(|name| {
            let inside = format!("Applications/{name}.app/Contents/MacOS/{name}");
            let files = roots.iter().flatten().map(|root| root.join(&inside));
            files.into_iter().find(|file| is_program(file))
        })
    }

    fn program(&self, file: PathBuf) -> Program {
        Program {
            confined_to: self.home.as_ref().and_then(|home| confined_to(&file, home)),
            file,
        }
    }
}

/// A snap may not write to hidden directories of the home directory, and a flatpak to none but its
/// own; each has one of its own there.
fn confined_to(file: &Path, home: &Path) -> Option<PathBuf> {
    let name = file.file_name()?;
    let directory = file.parent()?;
    if directory == Path::new("/snap/bin") {
        // `chromium.daily` is a command of the snap `chromium`.
        let snap = name.to_str()?.split('.').next()?;
        return Some(home.join("snap").join(snap).join("common"));
    }
    directory
        .ends_with("flatpak/exports/bin")
        .then(|| home.join(".var/app").join(name).join("data"))
}

fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surroundings(files: &[&str]) -> (tempfile::TempDir, Surroundings) {
        let home = tempfile::tempdir().unwrap();
        for file in files {
            let file = home.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = vec![home.path().join("bin"), home.path().join("more")];
        let surroundings = Surroundings {
            path,
            home: Some(home.path().to_owned()),
        };
        (home, surroundings)
    }

    #[test]
    fn a_name_is_looked_for_and_a_path_is_not() {
        let (home, surroundings) = surroundings(&["more/brave", "elsewhere/x"]);
        let named = |name: &Path| surroundings.named(name).map(|program| program.file);
        assert_eq!(
            named(Path::new("brave")),
            Some(home.path().join("more/brave"))
        );
        let path = home.path().join("elsewhere/x");
        assert_eq!(named(&path), Some(path));
        assert_eq!(named(Path::new("x")), None);
        assert_eq!(named(home.path()), None);
    }

    #[test]
    fn the_first_of_the_family_is_taken() {
        let (home, surroundings) = surroundings(&["more/google-chrome", "bin/chromium"]);
        let found = surroundings.any().unwrap();
        assert_eq!(found.file, home.path().join("more/google-chrome"));
        assert_eq!(found.confined_to, None);
    }

    #[test]
    fn confined_ones_keep_their_profiles_where_they_may_write() {
        let home = Path::new("/home/alice");
        for (file, place) in [
            (
                "/snap/bin/chromium",
                Some("/home/alice/snap/chromium/common"),
            ),
            (
                "/snap/bin/chromium.daily",
                Some("/home/alice/snap/chromium/common"),
            ),
            (
                "/var/lib/flatpak/exports/bin/com.brave.Browser",
                Some("/home/alice/.var/app/com.brave.Browser/data"),
            ),
            ("/usr/bin/chromium", None),
        ] {
            assert_eq!(
                confined_to(Path::new(file), home).as_deref(),
                place.map(Path::new)
            );
        }
    }

    #[test]
    fn a_flatpak_of_ones_own_is_found() {
        let (_home, surroundings) =
            surroundings(&[".local/share/flatpak/exports/bin/org.example.Browser"]);
        let found = surroundings
            .named(Path::new("org.example.Browser"))
            .unwrap();
        assert!(
            found
                .confined_to
                .unwrap()
                .ends_with("org.example.Browser/data")
        );
    }
}
