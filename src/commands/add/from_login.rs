//! `leapp add federated --from-login URL`: one login, and a session for each of its roles.

use super::flags::{check_flags, draft};
use crate::app::{App, GivenForRun};
use crate::cli::AddArgs;
use crate::commands::error::CommandError;
use crate::commands::person::Person;
use crate::idp::{Contents, Grant, Login, Statement};
use crate::model::session::{Kind, Type};
use crate::model::{Alias, Catalog, Region, Span, Url};
use crate::secrets::SecretError;
use crate::sessions::Draft;
use crate::ui::picker::pick_some;
use crate::ui::terminal::Terminal;

/// Logs in, lets a person choose among the roles, and defines a session for each.
pub(super) fn run(url: &Url, args: &AddArgs, app: &App) -> Result<(), CommandError> {
    check_flags(args, args.kind.map_or(Type::Federated, Into::into))?;
    let mut catalog = app.catalog()?;
    let region = missing_region(args, &catalog)?;
    let statement = log_in(url, args, app)?;
    let grants = reachable(&statement.grants, args, app)?;
    for grant in choose(grants, args)? {
        if let Some(alias) = defined(grant, url, &catalog) {
            let note = format!("`{alias}` is there already, for {}", grant.role);
            app.printer.note(&note);
            continue;
        }
        let Some(alias) = free_alias(grant, &catalog) else {
            let note = format!("no alias can be made of {}; define it by hand", grant.role);
            app.printer.note(&note);
            continue;
        };
        let mut new = Draft::of_type(Type::Federated);
        new.text("saml_url", Some(url));
        new.text("idp_arn", Some(&grant.provider));
        new.text("role_arn", Some(&grant.role));
        new.extend(draft(args));
        if !new.has("duration") {
            new.text("duration", duration(&statement).as_ref());
        }
        // The first session's region is that of all to come.
        let first = catalog.default_region().is_none();
        new.text("region", region.as_ref().filter(|_| first));
        let nothing_to_keep = |_: &_| Ok::<(), SecretError>(());
        app.sessions().add(&alias, &new, nothing_to_keep)?;
        let note = format!("added `{alias}` for {}", grant.role);
        app.printer.note(&note);
        catalog = app.catalog()?;
    }
    Ok(())
}

/// The region, where nothing says it: asked for before the login, which nobody wants to do twice.
fn missing_region(args: &AddArgs, catalog: &Catalog) -> Result<Option<Region>, CommandError> {
    if args.region.is_some() || catalog.default_region().is_some() {
        return Ok(None);
    }
    let mut person = Person::at_terminal();
    person.ask("Region", "--region REGION").map(Some)
}

fn log_in(url: &Url, args: &AddArgs, app: &App) -> Result<Statement, CommandError> {
    if !url.is_private() {
        return Err(CommandError::insecure_login(url));
    }
    let given = GivenForRun {
        assertion: args.from_login.assertion.clone(),
        ..GivenForRun::default()
    };
    let login = Login {
        url,
        process: args.saml_process.as_deref(),
    };
    let assertion = app.with_resolver(given, |resolver| resolver.log_in(&login, None))?;
    match assertion.contents() {
        Contents::Readable(statement) => Ok(statement.clone()),
        Contents::Encrypted => Err(CommandError::encrypted_assertion()),
    }
}

/// The roles that a session can have. Those of IAM Identity Center are behind a login of their own.
fn reachable<'a>(
    granted: &'a [Grant],
    args: &AddArgs,
    app: &App,
) -> Result<Vec<&'a Grant>, CommandError> {
    let behind_another = |grant: &&Grant| grant.role.is_of_identity_center();
    let (others, usable): (Vec<&Grant>, Vec<&Grant>) = granted.iter().partition(behind_another);
    let named = &args.from_login.roles;
    let wanted = |grant: &&Grant| named.iter().any(|name| is(grant, name));
    let wanted: Vec<&Grant> = others.iter().copied().filter(wanted).collect();
    if !wanted.is_empty() {
        return Err(CommandError::roles_of_identity_center(&wanted));
    }
    if usable.is_empty() {
        return Err(CommandError::roles_of_identity_center(&others));
    }
    if named.is_empty() {
        for Grant { role, .. } in others {
            app.printer.note(&format!(
                "left out {role}: it belongs to IAM Identity Center, which lets nobody else log in to it"
            ));
        }
    }
    Ok(usable)
}

fn is(grant: &Grant, name: &str) -> bool {
    grant.role.name() == name || grant.role.as_str() == name
}

/// The roles that were named, or all, or those that a person picks.
fn choose<'a>(usable: Vec<&'a Grant>, args: &AddArgs) -> Result<Vec<&'a Grant>, CommandError> {
    let named = &args.from_login.roles;
    if args.from_login.yes {
        return Ok(usable);
    }
    if named.is_empty() {
        Terminal::open().map_err(|none| CommandError::roles_to_choose(&usable, &none))?;
        let rows = usable.iter().map(|grant| row(grant)).collect();
        let chosen = pick_some("Roles:", rows)?;
        return Ok(chosen.into_iter().map(|index| usable[index]).collect());
    }
    if let Some(stranger) = named
        .iter()
        .find(|name| !usable.iter().any(|grant| is(grant, name)))
    {
        return Err(CommandError::no_such_role(stranger, &usable));
    }
    let chosen = usable.into_iter();
    Ok(chosen
        .filter(|grant| named.iter().any(|name| is(grant, name)))
        .collect())
}

fn row(grant: &Grant) -> String {
    format!("{}  {}", grant.role.account(), grant.role.name())
}

/// The session that is the same login and role, if there is one.
fn defined<'a>(grant: &Grant, url: &Url, catalog: &'a Catalog) -> Option<&'a Alias> {
    let same = |kind: &Kind| match kind {
        Kind::Federated(role) => {
            role.saml_url == *url && role.role_arn == grant.role && role.idp_arn == grant.provider
        }
        _ => false,
    };
    let mut sessions = catalog.iter();
    sessions.find(|s| same(&s.kind)).map(|s| &s.alias)
}

/// The role's name; where several accounts have such a role, with the account behind it.
fn free_alias(grant: &Grant, catalog: &Catalog) -> Option<Alias> {
    let admitted = |c: char| c.is_ascii_alphanumeric() || "._@+-".contains(c);
    let name = grant
        .role
        .name()
        .trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let name = name.replace(|c| !admitted(c), "-");
    let with_account = format!("{name}-{}", grant.role.account());
    let numbered = (2..100).map(|n| format!("{with_account}-{n}"));
    [name, with_account.clone()]
        .into_iter()
        .chain(numbered)
        .filter_map(|text| text.parse::<Alias>().ok())
        .find(|alias| catalog.get(alias.as_str()).is_none())
}

/// How long the provider wants sessions to be, where that is not what they are anyway.
fn duration(statement: &Statement) -> Option<Span> {
    let limits = Span(15 * 60)..=Span(12 * 3600);
    statement
        .session_duration
        .filter(|d| limits.contains(d) && *d != Span::HOUR && d.0.is_multiple_of(60))
}
