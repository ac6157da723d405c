//! Taking long-lived access keys out of the files, once they are kept elsewhere.

use std::collections::HashSet;

use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;

use super::edit::Text;
use super::error::AwsFilesError;
use super::profiles::AwsFiles;
use super::read::{AwsFile, Document};
use crate::model::AccessKey;

/// Both go: half a key makes the AWS CLI fail.
const NAMES: [&str; 2] = ["aws_access_key_id", "aws_secret_access_key"];

/// What taking keys out has done to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The file.
    pub file: AwsFile,
    /// How many lines went.
    pub lines: usize,
    /// The lines, from 1, that still hold one of the secrets: comments, as a rule.
    pub left: Vec<usize>,
}

impl AwsFiles {
    /// Takes access keys out of both files: the lines that hold them, and no other byte. No copy of
    /// these lines is kept.
    ///
    /// # Errors
    /// [`AwsFilesError`], where a file cannot be read or written.
    pub fn take_keys(&self, keys: &[AccessKey]) -> Result<Vec<Taken>, AwsFilesError> {
        let mut edit = self.edit()?;
        let mut all = Vec::new();
        for (file, text) in AwsFile::BOTH.into_iter().zip(edit.before.clone()) {
            let Some(bytes) = text.bytes() else {
                continue;
            };
            let (rest, taken) = without(file, bytes, keys);
            *edit.text(file) = Text::new(file, Some(rest));
            all.push(taken);
        }
        // Neither gains anything, so either may be written first.
        edit.write(AwsFile::Config)?;
        Ok(all)
    }
}

impl Document {
    /// Whether one of these secrets stands in a profile of this file.
    pub fn holds_secret_of(&self, keys: &[AccessKey]) -> bool {
        let mut all = self.sections().flat_map(|section| &section.keys);
        all.any(|held| {
            let is = |key: &AccessKey| held.value() == key.secret_access_key.expose_secret();
            held.name == NAMES[1] && keys.iter().any(is)
        })
    }
}

fn without(file: AwsFile, text: &[u8], keys: &[AccessKey]) -> (Zeroizing<Vec<u8>>, Taken) {
    let is_of_key = |value: &str| {
        let is = |key: &AccessKey| {
            value == key.access_key_id || value == key.secret_access_key.expose_secret()
        };
        keys.iter().any(is)
    };
    let document = Document::parse(file, text);
    let doomed: HashSet<usize> = (document.sections())
        .flat_map(|section| &section.keys)
        .filter(|key| NAMES.contains(&&*key.name) && is_of_key(key.value()))
        .map(|key| key.line)
        .collect();
    let mut rest = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut taken = Taken {
        file,
        lines: doomed.len(),
        left: Vec::new(),
    };
    let lines = document.lines.iter().enumerate();
    let kept = lines.filter(|(index, _)| !doomed.contains(&(index + 1)));
    for (index, (_, line)) in kept.enumerate() {
        let line = &text[line.bytes.clone()];
        let holds = |key: &AccessKey| contains(line, key.secret_access_key.expose_secret());
        if keys.iter().any(holds) {
            taken.left.push(index + 1);
        }
        rest.extend_from_slice(line);
    }
    (rest, taken)
}

fn contains(line: &[u8], secret: &str) -> bool {
    let mut parts = line.windows(secret.len());
    parts.any(|part| part == secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_files::Place;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn key() -> AccessKey {
        AccessKey {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "hush".into(),
        }
    }

    #[test]
    fn keys_leave_a_file_and_every_other_byte_stays() {
        let text = "; mine\r\n[corp]\r\nregion=eu # x\r\nAWS_Access_Key_Id=AKIAIOSFODNN7EXAMPLE\r\n\
                    aws_secret_access_key\t:  hush\r\n# aws_secret_access_key = hush\n[other]\n\
                    aws_secret_access_key = theirs\naws_access_key_id = AKIAOTHER\ns3 =\n  x = é";
        let (rest, taken) = without(AwsFile::Credentials, text.as_bytes(), &[key()]);
        assert_eq!(
            std::str::from_utf8(&rest).unwrap(),
            "; mine\r\n[corp]\r\nregion=eu # x\r\n# aws_secret_access_key = hush\n[other]\n\
             aws_secret_access_key = theirs\naws_access_key_id = AKIAOTHER\ns3 =\n  x = é"
        );
        assert_eq!((taken.lines, taken.left), (2, vec![4]));
    }

    #[test]
    fn mode_and_link_stay_and_a_file_without_the_keys_is_not_written() {
        let home = tempfile::tempdir().unwrap();
        let path = |name| home.path().join(name);
        let text = "[a]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = hush";
        fs::write(path("real"), text).unwrap();
        fs::set_permissions(path("real"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real", path("credentials")).unwrap();
        fs::write(path("config"), "[default]\n").unwrap();
        let config = fs::metadata(path("config")).unwrap().modified().unwrap();
        let place = |name| Place {
            path: path(name),
            variable: None,
        };
        let files = AwsFiles::new(
            place("config"),
            place("credentials"),
            path("lock"),
            path("copies"),
        );
        let taken = files.take_keys(&[key()]).unwrap();
        let lines: Vec<_> = taken.iter().map(|taken| taken.lines).collect();
        assert_eq!(lines, [0, 2]);
        assert_eq!(fs::read_to_string(path("real")).unwrap(), "[a]\n");
        assert_eq!(
            fs::metadata(path("real")).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert!(
            fs::symlink_metadata(path("credentials"))
                .unwrap()
                .is_symlink()
        );
        assert_eq!(
            fs::metadata(path("config")).unwrap().modified().unwrap(),
            config
        );
        // No copy is left beside it.
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 4);
    }
}
