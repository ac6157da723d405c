//! `~/.aws/config` and `~/.aws/credentials`, whatever they hold: a profile that is started can be read, no
//! other one changes, and start, then stop, leaves every byte of both as it was. A file that the AWS CLI rejects
//! is not written.
#![no_main]

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use leapp::aws_files::{
    Access, AwsFile, AwsFiles, AwsFilesError, Document, Key, Place, Profile, Section, SectionKind,
    Started, without_default_credentials,
};
use leapp::imports::{aws_config, plan};
use leapp::model::secret::ExposeSecret;
use leapp::model::{Alias, Answered, Catalog, Region, Timestamp};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

const NAMES: [&str; 4] = ["prod", "default", "two words", "fuzz"];

struct World {
    _home: TempDir,
    paths: [PathBuf; 2],
    files: AwsFiles,
    alias: Alias,
    region: Region,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let home = tempfile::tempdir().expect("a folder");
    let paths = ["config", "credentials"].map(|name| home.path().join(name));
    let [config, credentials] = paths.clone().map(|path| Place {
        path,
        variable: None,
    });
    World {
        files: AwsFiles::new(
            config,
            credentials,
            home.path().join("lock"),
            home.path().join("copies"),
        ),
        paths,
        alias: "fuzz".parse().expect("an alias"),
        region: "eu-west-1".parse().expect("a region"),
        _home: home,
    }
});

/// The keys of all profiles but one, with their values.
fn others(document: &Document, name: &str) -> Vec<(String, Vec<(String, String)>)> {
    let other = |section: &&Section| section.kind == SectionKind::Profile && section.name != name;
    let key = |key: &Key| (key.name.clone(), key.value().to_owned());
    document
        .sections()
        .filter(other)
        .map(|section| (section.name.clone(), section.keys.iter().map(key).collect()))
        .collect()
}

/// Both files; `None` where there is none.
type Both = [Option<Vec<u8>>; 2];

impl World {
    fn put(&self, both: &Both) {
        for (path, bytes) in self.paths.iter().zip(both) {
            match bytes {
                Some(bytes) => fs::write(path, bytes).expect("a file"),
                None => match fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
                    _ => {}
                },
            }
        }
    }

    fn found(&self) -> Both {
        self.paths.each_ref().map(|path| fs::read(path).ok())
    }

    fn started(&self) -> Vec<Started> {
        self.files.started().expect("what can be read")
    }

    fn start(&self, name: &str, access: Access<'_>) -> Result<Vec<Started>, AwsFilesError> {
        let profile = Profile {
            alias: &self.alias,
            name,
            region: &self.region,
            endpoint_url: None,
        };
        self.files.start(profile, access)
    }

    fn stop(&self) {
        let (stopped, _) = (self.files)
            .stop(|alias| *alias == self.alias)
            .expect("what has been started");
        assert_eq!(stopped.len(), 1);
    }
}

fuzz_target!(|input: (u8, &[u8])| {
    let (choices, bytes) = input;
    let world = &*WORLD;
    // The credentials file stands behind a NUL.
    let mut parts = bytes.splitn(2, |&byte| byte == 0);
    let before: Both = [parts.next(), parts.next()].map(|part| part.map(<[u8]>::to_vec));
    let name = NAMES[usize::from(choices >> 1) % NAMES.len()];
    world.put(&before);

    let read = |file| world.files.read(file).expect("what can be read");
    let (config, credentials) = (read(AwsFile::Config), read(AwsFile::Credentials));
    let _ = without_default_credentials(bytes);
    let found = aws_config::read(&config, &credentials, Path::new("/config"));
    let _ = plan(found.sessions, &Catalog::default(), Some(&world.region));
    let is_there =
        config.profile(name).next().is_some() || credentials.profile(name).next().is_some();
    let others = world.started();

    let answered = Answered {
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "se/cr+et=".into(),
        session_token: "token==".into(),
        issued: Timestamp(0),
        expiration: Timestamp(3600),
    };
    let keys = answered.checked().expect("credentials");
    let (file, access) = if choices & 1 == 0 {
        let process = Access::Process {
            leapp: Path::new("/usr/bin/leapp"),
            variable: None,
            arguments: &["credential-process", "fuzz"],
        };
        (AwsFile::Config, process)
    } else {
        (AwsFile::Credentials, Access::Keys(&keys))
    };
    if let Err(error) = world.start(name, access) {
        let is_rejected = !config.problems().is_empty() || !credentials.problems().is_empty();
        match error {
            AwsFilesError::Rejected { .. } => assert!(is_rejected),
            AwsFilesError::Foreign { .. } | AwsFilesError::Inherited { .. } => {}
            _ => panic!("{error:?}"),
        }
        assert_eq!(world.found(), before, "refused, and written");
        return;
    }

    // It works: there is one section of that name, with all that makes it work.
    let written = read(file);
    assert_eq!(written.problems(), []);
    let before_it = match file {
        AwsFile::Config => &config,
        AwsFile::Credentials => &credentials,
    };
    let replaced = |one: &Started| one.alias == world.alias && one.profile != name;
    if !others.iter().any(replaced) {
        assert_eq!(self::others(&written, name), self::others(before_it, name));
    }
    let sections: Vec<_> = written.profile(name).collect();
    let [section] = &sections[..] else {
        panic!("{} sections are `{name}`", sections.len());
    };
    let secret = keys.secret_access_key.expose_secret();
    let expected: &[(&str, &str)] = match file {
        AwsFile::Config => &[(
            "credential_process",
            "/usr/bin/leapp credential-process fuzz",
        )],
        AwsFile::Credentials => &[
            ("aws_access_key_id", &keys.access_key_id),
            ("aws_secret_access_key", secret),
            ("aws_session_token", "token=="),
        ],
    };
    for (key, value) in expected {
        assert_eq!(section.value(key), Some(*value));
    }
    assert!(section.value("region").is_some());

    world.stop();
    let after = world.found();
    let is_kept = |one: &&Started| one.alias != world.alias && one.profile != name;
    let kept: Vec<_> = others.iter().filter(is_kept).cloned().collect();
    assert_eq!(world.started(), kept);

    // A file that says it was made by us is ours to remove, and a section with our mark ours to take.
    let is_made = |bytes: &Option<Vec<u8>>| {
        let text = bytes.as_deref().unwrap_or_default();
        text.trim_ascii() == b"# made by leapp start"
    };
    let was_ours =
        is_there || others.iter().any(|one| one.alias == world.alias) || before.iter().any(is_made);
    if !was_ours {
        assert_eq!(after, before, "start, then stop");
    }
    // Whatever there was, nothing is left to be tidied up the second time.
    world.start(name, access).expect("what went well before");
    world.stop();
    assert_eq!(world.found(), after, "start, then stop, again");
});
