//! The composition root: settings become opened rooms. The only file that picks implementations.

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::SecretString;

use crate::aws::{Connection, ConnectionConfig};
use crate::aws_files::AwsFiles;
use crate::cache::Cache;
use crate::console::Front;
use crate::iam::IamClient;
use crate::idp::{
    AssertionsFromUser, Browser, BrowserConfig, Given, Keep, Notice as LoginNotice, Profiles,
    Screen, Surroundings,
};
use crate::mfa::CodesFromUser;
use crate::model::{AccessKey, Catalog, Span, Timestamp, with_causes};
use crate::resolver::{Notice, Resolver};
use crate::secrets::{
    Choice, KeyringDialog, OpenedVault, PassphraseSource, Place, SecretError, SecretName, Secrets,
    SecretsConfig,
};
use crate::sessions::{Recent, Rotations, SessionStore, SessionsError};
use crate::settings::{Display, SamlProfile, SecretsSetting, Settings};
use crate::sts::StsClient;
use crate::ui::printer::Printer;
use crate::ui::terminal::Questions;

/// The rooms, each opened when it is first used.
pub struct App {
    /// What the environment and `config.toml` say.
    pub settings: Settings,
    /// How we talk.
    pub printer: Printer,
    /// Whether a person may be asked.
    pub questions: Questions,
    /// The vault, once it is opened.
    pub opened: OpenedVault,
    secrets: OnceCell<Secrets>,
    connection: OnceCell<Rc<Connection>>,
    browser: OnceCell<Browser>,
    /// Whether it was said that the cache has no locks.
    said_no_locks: Cell<bool>,
}

/// What was given for one run, instead of being asked for.
#[derive(Debug, Default)]
pub struct GivenForRun {
    /// `--mfa-code`.
    pub mfa_code: Option<SecretString>,
    /// `--assertion`.
    pub assertion: Option<PathBuf>,
}

impl App {
    /// An app that has opened nothing yet.
    pub fn new(settings: Settings, printer: Printer, questions: Questions) -> Self {
        Self {
            settings,
            printer,
            questions,
            opened: OpenedVault::default(),
            secrets: OnceCell::new(),
            connection: OnceCell::new(),
            browser: OnceCell::new(),
            said_no_locks: Cell::new(false),
        }
    }

    /// The session store.
    pub fn sessions(&self) -> SessionStore {
        SessionStore::new(
            self.settings.config_dir.clone(),
            self.settings.data_dir.join("sessions.lock"),
        )
    }

    /// The AWS CLI's own files.
    pub fn aws_files(&self) -> AwsFiles {
        AwsFiles::new(
            self.settings.aws_config_file.clone(),
            self.settings.aws_credentials_file.clone(),
            self.settings.data_dir.join("aws-files.lock"),
            self.aws_config_copies(),
        )
    }

    /// Where copies of the AWS config file lie while commands beside an endpoint see them.
    pub fn aws_config_copies(&self) -> PathBuf {
        self.settings.data_dir.join("aws-config")
    }

    /// Which sessions were used last.
    pub fn recent(&self) -> Recent {
        Recent::new(self.settings.data_dir.join("recent"))
    }

    /// Which exchanges of access keys have begun.
    pub fn rotations(&self) -> Rotations {
        Rotations::new(self.settings.data_dir.join("rotations"))
    }

    /// All sessions.
    ///
    /// # Errors
    /// What is wrong in which file.
    pub fn catalog(&self) -> Result<Catalog, SessionsError> {
        let catalog = self.sessions().load()?;
        tracing::info!(sessions = catalog.iter().count(), "read the sessions");
        Ok(catalog)
    }

    /// The cache of temporary credentials.
    pub fn cache(&self) -> Cache {
        Cache::new(self.settings.cache_dir.clone())
    }

    /// The secret stores.
    pub fn secrets(&self) -> &Secrets {
        self.secrets.get_or_init(|| {
            let settings = &self.settings;
            let printer = self.printer;
            let lease =
                |span: Option<Span>, default| Duration::from_secs(span.map_or(default, |s| s.0));
            Secrets::new(SecretsConfig {
                choice: match settings.config.secrets {
                    SecretsSetting::Auto => Choice::Auto,
                    SecretsSetting::Keyring => Choice::Always(Place::Keyring),
                    SecretsSetting::File => Choice::Always(Place::File),
                },
                service: settings
                    .config
                    .keyring_service
                    .clone()
                    .unwrap_or_else(|| "leapp".to_owned()),
                dir: settings.data_dir.clone(),
                passphrase: PassphraseSource {
                    value: settings.passphrase.clone(),
                    file: settings.passphrase_file.clone(),
                    questions: self.questions,
                },
                identity_file: settings.identity_file.clone(),
                dialog: match (settings.display, self.questions) {
                    (Display::Present, Questions::Welcome | Questions::OnTerminal) => {
                        KeyringDialog::Seen
                    }
                    (Display::Absent | Display::Elsewhere, _)
                    | (_, Questions::BesideCommand | Questions::Unwelcome) => KeyringDialog::Unseen,
                },
                sealing_key_lease: lease(settings.config.lease.sealing_key, 12 * 3600),
                identity_lease: lease(settings.config.lease.identity, 3600),
                waiting: Arc::new(move |holder| printer.note(&waiting_for(holder))),
                opened: self.opened.clone(),
            })
        })
    }

    /// The line to AWS.
    fn connection(&self) -> Rc<Connection> {
        let connection = self.connection.get_or_init(|| {
            let printer = self.printer;
            Rc::new(Connection::new(ConnectionConfig {
                ca_bundle: self.settings.ca_bundle.clone(),
                variants: self.settings.variants,
                proxies: self.settings.proxies.clone(),
                waiting: Box::new(move |what| printer.note(what)),
            }))
        });
        Rc::clone(connection)
    }

    /// What the time was at AWS when it last answered, if it was asked.
    pub fn their_time(&self) -> Option<Timestamp> {
        self.connection.get()?.their_time()
    }

    /// The real STS.
    pub fn sts(&self) -> StsClient {
        StsClient::new(self.connection(), now)
    }

    /// A long-lived key with its secret, to sign what only the user may ask.
    ///
    /// # Errors
    /// Where the secret store does not give it.
    pub fn access_key(&self, access_key_id: &str) -> Result<AccessKey, SecretError> {
        let name = SecretName::AccessKey(access_key_id.to_owned());
        Ok(AccessKey {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: self.secrets().get(&name)?,
        })
    }

    /// Makes ways to STS, each on a line of its own: for threads, of which none may hold up another.
    pub fn separate_sts(&self) -> impl Fn() -> StsClient + Send + Sync + use<> {
        let ca_bundle = self.settings.ca_bundle.clone();
        let variants = self.settings.variants;
        let proxies = self.settings.proxies.clone();
        move || {
            let connection = Connection::new(ConnectionConfig {
                ca_bundle: ca_bundle.clone(),
                variants,
                proxies: proxies.clone(),
                waiting: Box::new(|_| {}),
            });
            StsClient::new(Rc::new(connection), now)
        }
    }

    /// The real IAM.
    pub fn iam(&self) -> IamClient {
        IamClient::new(self.connection())
    }

    /// The way to the console's sign-in endpoint.
    pub fn console(&self) -> Front {
        let instead = self.settings.config.console_endpoint.clone();
        Front::new(self.connection(), instead)
    }

    /// Where browsers are looked for.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            path: self.settings.path.clone(),
            home: self.settings.home.clone(),
        }
    }

    /// The browser's profiles.
    pub fn profiles(&self) -> Profiles {
        Profiles::new(self.settings.data_dir.join("browser"))
    }

    /// The user's browser.
    pub fn browser(&self) -> &Browser {
        self.browser.get_or_init(|| {
            let settings = &self.settings;
            let printer = self.printer;
            Browser::new(BrowserConfig {
                named: settings
                    .browser
                    .clone()
                    .or_else(|| settings.config.browser.clone()),
                surroundings: self.surroundings(),
                arguments: settings.config.browser_args.clone(),
                hosts: settings.config.saml_hosts.clone(),
                keep: match settings.config.saml_profile {
                    SamlProfile::Kept => Keep::Kept,
                    SamlProfile::Fresh => Keep::Fresh,
                },
                profiles: self.profiles(),
                screen: match (self.questions, settings.display) {
                    (Questions::Unwelcome, _) => Screen::Unwanted,
                    (Questions::BesideCommand, _) => Screen::BesideCommand,
                    (Questions::OnTerminal, _) => Screen::Windowless,
                    (Questions::Welcome, Display::Present) => Screen::Present,
                    (Questions::Welcome, Display::Absent) => Screen::Absent,
                    (Questions::Welcome, Display::Elsewhere) => Screen::Remote,
                },
                notify: Box::new(move |notice| match notice {
                    LoginNotice::WaitingFor(holder) => printer.note(&waiting_for(holder)),
                    LoginNotice::WindowOpened => {
                        printer.note("waiting for the login in your browser (Ctrl-C to stop)");
                    }
                }),
            })
        })
    }

    /// Runs `work` with a resolver over the real rooms.
    pub fn with_resolver<T>(&self, given: GivenForRun, work: impl FnOnce(&Resolver<'_>) -> T) -> T {
        work(&Resolver {
            cache: &self.cache(),
            sealing_keys: self.secrets(),
            secrets: self.secrets(),
            sts: &self.sts(),
            mfa: &CodesFromUser {
                given: given.mfa_code.or_else(|| self.settings.mfa_code.clone()),
                questions: self.questions,
            },
            idp: &AssertionsFromUser {
                given: given.assertion.map(Given::new),
                browser: self.browser(),
            },
            now,
            way: &self.settings.way,
            attended: self.questions.may_be_watched(),
            notify: &|notice| self.notify(notice),
        })
    }

    /// Tells a person that another process is waited for.
    pub fn note_waiting(&self, holder: &str) {
        self.printer.note(&waiting_for(holder));
    }

    fn notify(&self, notice: &Notice) {
        match notice {
            Notice::NoLocks(lock) => {
                if !self.said_no_locks.replace(true) {
                    let folder = lock.parent().unwrap_or(lock).display();
                    self.printer.note(&format!(
                        "the file system of `{folder}` has no locks: leapp processes that run at the same time each ask \
                         for the same"
                    ));
                }
            }
            Notice::WaitingFor(holder) if holder.is_stopped => self.printer.note(&format!(
                "another leapp ({holder}) holds up the others; not waiting for it"
            )),
            Notice::WaitingFor(holder) => self.note_waiting(&holder.to_string()),
            Notice::NotKept(why) => {
                self.printer.warn(&format!(
                    "the credentials could not be kept for the next run: {}",
                    with_causes(why)
                ));
            }
            Notice::Shortened { hop, wanted } => self.printer.note(&format!(
                "AWS does not give `{hop}` for {wanted}; it gives an hour"
            )),
        }
    }
}

fn waiting_for(holder: &str) -> String {
    format!("waiting for another leapp ({holder}); Ctrl-C to stop")
}

/// The clock.
pub fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one reader of the clock"
    )]
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
