//! `leapp whoami [ALIAS]`

use serde_json::json;

use super::error::CommandError;
use super::resolve::{Resolved, resolve};
use crate::app::App;
use crate::aws::Signer;
use crate::cli::WhoamiArgs;
use crate::model::Region;
use crate::settings::{
    InheritedKey, InheritedSession, inherited_key, inherited_region, inherited_session,
    inherited_sts, inherits_failure,
};
use crate::sts::{CallerIdentity, Sts};
use crate::ui::page::Page;

/// The region that is asked where nobody has named one; every one knows every key of its partition.
const ANY_REGION: &str = "us-east-1";

/// Who AWS says that one is.
struct Answer {
    session: Option<String>,
    identity: CallerIdentity,
    region: Option<Region>,
}

/// Asks AWS: as the session that is named, else as what the environment holds.
pub(super) fn run(args: &WhoamiArgs, app: &App) -> Result<(), CommandError> {
    let named = args.alias.is_some() || args.wishes.here;
    if !named && inherits_failure() {
        return Err(CommandError::failed_switch());
    }
    let answer = match inherited_key()?.filter(|_| !named) {
        Some(key) => in_environment(key, app)?,
        None => as_session(args, app)?,
    };
    let Answer {
        session,
        identity,
        region,
    } = answer;
    let region = region.map(|region| region.to_string());
    if args.json {
        let answer = json!({
            "version": 1,
            "session": session,
            "account": identity.account,
            "arn": identity.arn,
            "user_id": identity.user_id,
            "region": region,
        });
        return Ok(app.printer.json(&answer)?);
    }
    let lines = [
        ("session", session),
        ("account", Some(identity.account)),
        ("arn", Some(identity.arn)),
        ("region", region),
    ];
    let lines = lines.into_iter().filter_map(|(name, value)| {
        let value = value?;
        Some(Page::line(&format!("{name:7}  {value}")))
    });
    Ok(app.printer.data(&lines.collect())?)
}

fn in_environment(key: InheritedKey, app: &App) -> Result<Answer, CommandError> {
    let region = inherited_region().map_err(|why| CommandError::usage(&why))?;
    let asked = match &region {
        Some(region) => region.clone(),
        None => ANY_REGION
            .parse()
            .map_err(|why| CommandError::usage(&why))?,
    };
    let at = inherited_sts(asked)?;
    let signer = Signer::new(key.access_key_id, key.secret_access_key, key.session_token);
    let identity = app.sts().get_caller_identity(&at, &signer);
    Ok(Answer {
        session: inherited_session()
            .and_then(InheritedSession::checked)
            .map(|session| session.alias),
        identity: identity.map_err(|error| CommandError::environment_refused(&error))?,
        region,
    })
}

fn as_session(args: &WhoamiArgs, app: &App) -> Result<Answer, CommandError> {
    let active = inherited_session().map(|session| session.alias);
    let alias = match &args.alias {
        None if args.wishes.here => None,
        None => Some(active.ok_or_else(CommandError::nobody)?),
        alias => alias.clone(),
    };
    let Resolved {
        chain, credentials, ..
    } = resolve(alias.as_deref(), &args.wishes, app)?;
    let last = chain.hops.last().map(|hop| &hop.sts);
    let at = last.ok_or_else(CommandError::nobody)?;
    let identity = app
        .sts()
        .get_caller_identity(at, &Signer::from(&credentials));
    Ok(Answer {
        session: Some(chain.target.to_string()),
        identity: identity.map_err(|error| CommandError::refused(&chain.target, &error))?,
        region: Some(chain.region.clone()),
    })
}
