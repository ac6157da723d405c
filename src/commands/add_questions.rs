//! The questions of `leapp add`: what the flags leave open and a session can not do without.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use super::add_flags::{check_flags, draft};
use super::add_secret::{secret, secret_from_stdin};
use super::error::CommandError;
use crate::cli::AddArgs;
use crate::cli::args::TypeArg;
use crate::model::secret::SecretString;
use crate::model::session::Type;
use crate::model::{Alias, Catalog, MfaDevice, Region, RoleArn, SamlProviderArn, Url, nearest};
use crate::sessions::{Draft, TYPES};
use crate::ui::terminal::{NoTerminal, Terminal};

/// To define a session one looks things up; still, no question stands for ever.
const ANSWER_LIMIT: Duration = Duration::from_mins(10);

/// What a session is made of, complete.
pub(super) struct NewSession {
    pub(super) alias: Alias,
    pub(super) draft: Draft,
    /// The id and the secret of an access key that is to be stored.
    pub(super) access_key: Option<(String, SecretString)>,
}

/// Completes what the flags say.
pub(super) fn complete(args: &AddArgs, catalog: &Catalog) -> Result<NewSession, CommandError> {
    let mut person = Person {
        terminal: Terminal::open(),
    };
    let kind = match args.kind {
        Some(kind) => kind.into(),
        None => person.kind()?,
    };
    check_flags(args, kind)?;
    let alias = match &args.alias {
        Some(alias) => alias.clone(),
        None => person.ask::<Alias>("Alias", "ALIAS")?,
    };
    let mut new = NewSession {
        alias,
        draft: Draft::of_type(kind),
        access_key: None,
    };
    new.draft.extend(draft(args));
    match kind {
        Type::IamUser => user(args, &mut person, &mut new)?,
        Type::Federated => {
            person.fill::<Url>(
                &mut new.draft,
                "saml_url",
                "URL where the SAML login begins",
            )?;
            person.fill::<SamlProviderArn>(
                &mut new.draft,
                "idp_arn",
                "ARN of the identity provider in IAM",
            )?;
            person.fill::<RoleArn>(&mut new.draft, "role_arn", "ARN of the role")?;
        }
        Type::Chained => {
            person.fill::<RoleArn>(&mut new.draft, "role_arn", "ARN of the role")?;
            if !new.draft.has("assumer_session") {
                let assumer = person.assumer(catalog)?;
                new.draft.text("assumer_session", Some(&assumer));
            }
        }
    }
    if catalog.default_region().is_none() {
        person.fill::<Region>(&mut new.draft, "region", "Region")?;
    }
    Ok(new)
}

fn user(args: &AddArgs, person: &mut Person, new: &mut NewSession) -> Result<(), CommandError> {
    let asked =
        person.fill::<String>(&mut new.draft, "access_key_id", "Access key id (AKIA...)")?;
    let id = asked
        .or_else(|| args.access_key_id.clone())
        .unwrap_or_default();
    let secret = match args.secret_access_key {
        Some(_) => secret_from_stdin()?,
        None => person.secret()?,
    };
    new.access_key = Some((id, secret));
    // Not needed, but nobody should learn of it later from an AccessDenied. Where flags say the
    // rest, they are taken to say everything.
    if args.access_key_id.is_none() && !new.draft.has("mfa_device") {
        let device = person.offer::<MfaDevice>("ARN of the MFA device (Enter for none)")?;
        new.draft.text("mfa_device", device.as_ref());
    }
    Ok(())
}

/// Who is asked, if anybody is there.
struct Person {
    terminal: Result<Terminal, NoTerminal>,
}

impl Person {
    /// Asks for a key that the draft does not have yet, and puts it there.
    fn fill<T>(
        &mut self,
        draft: &mut Draft,
        key: &'static str,
        question: &str,
    ) -> Result<Option<T>, CommandError>
    where
        T: FromStr<Err: Display> + Display,
    {
        if draft.has(key) {
            return Ok(None);
        }
        let answer: T = self.ask(question, &format!("--{} ...", key.replace('_', "-")))?;
        draft.text(key, Some(&answer));
        Ok(Some(answer))
    }

    /// Asks until the answer makes sense. `flag` would have said it.
    fn ask<T: FromStr<Err: Display>>(
        &mut self,
        question: &str,
        flag: &str,
    ) -> Result<T, CommandError> {
        let mut prompt = format!("{question}: ");
        loop {
            let answer = self.terminal(question, flag)?.ask(&prompt, ANSWER_LIMIT)?;
            match answer.trim().parse() {
                Ok(answer) => return Ok(answer),
                Err(why) => prompt = format!("{why}\n{question}: "),
            }
        }
    }

    /// Asks for what may be left out.
    fn offer<T: FromStr<Err: Display>>(
        &mut self,
        question: &str,
    ) -> Result<Option<T>, CommandError> {
        let mut prompt = format!("{question}: ");
        loop {
            let Ok(terminal) = &mut self.terminal else {
                return Ok(None);
            };
            let answer = terminal.ask(&prompt, ANSWER_LIMIT)?;
            match answer.trim() {
                "" => return Ok(None),
                text => match text.parse() {
                    Ok(answer) => return Ok(Some(answer)),
                    Err(why) => prompt = format!("{why}\n{question}: "),
                },
            }
        }
    }

    fn kind(&mut self) -> Result<Type, CommandError> {
        let question = format!("Type ({})", TYPES.join(", "));
        let answer: TypeAnswer = self.ask(&question, "TYPE")?;
        Ok(answer.0.into())
    }

    fn assumer(&mut self, catalog: &Catalog) -> Result<Alias, CommandError> {
        let question = "Session that the role is assumed from";
        let mut prompt = format!("{question}: ");
        loop {
            let answer = self
                .terminal(question, "--assumer-session ALIAS")?
                .ask(&prompt, ANSWER_LIMIT)?;
            match catalog.find(answer.trim()) {
                Ok(session) => return Ok(session.alias.clone()),
                Err(unknown) => {
                    let near = unknown
                        .nearest
                        .as_ref()
                        .map(|n| format!("; did you mean `{n}`?"))
                        .unwrap_or_default();
                    prompt = format!("{unknown}{near}\n{question}: ");
                }
            }
        }
    }

    fn secret(&mut self) -> Result<SecretString, CommandError> {
        let terminal = self.terminal("the secret access key", "--secret-access-key -")?;
        secret(&terminal.ask_secret("Secret access key (not shown): ", ANSWER_LIMIT)?)
    }

    fn terminal(&mut self, what: &str, flag: &str) -> Result<&mut Terminal, CommandError> {
        self.terminal
            .as_mut()
            .map_err(|none| CommandError::missing(what, flag, none))
    }
}

/// A type as a person types it: in full or by its short name.
struct TypeAnswer(TypeArg);

impl FromStr for TypeAnswer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        use clap::ValueEnum;
        TypeArg::from_str(text, true).map(Self).map_err(|_| {
            match nearest(text, TYPES.iter().copied()) {
                Some(near) => format!("`{text}` is no type; did you mean `{near}`?"),
                None => format!("`{text}` is no type"),
            }
        })
    }
}
