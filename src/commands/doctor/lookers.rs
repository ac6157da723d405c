//! Who looks at policies.

use crate::app::App;
use crate::aws::Signer;
use crate::cli::WishArgs;
use crate::commands::error::CommandError;
use crate::commands::resolve::{freshness, given, wanted};
use crate::model::plan::{plan, sts_of};
use crate::model::session::Kind;
use crate::model::{Catalog, IamAddress};
use crate::sts::Sts;

/// Somebody who may look into the account that they are in.
pub(super) struct Looker {
    pub(super) signer: Signer,
    pub(super) at: IamAddress,
    /// Twelve digits.
    pub(super) account: String,
    /// As AWS names them.
    pub(super) arn: String,
}

/// The sessions of `--with`: those that are ready to look, and why others are not.
pub(super) fn lookers(
    aliases: &[String],
    catalog: &Catalog,
    app: &App,
) -> (Vec<Looker>, Vec<String>) {
    let (mut ready, mut unseen) = (Vec::new(), Vec::new());
    for alias in aliases {
        match looker(alias, catalog, app) {
            Ok(looker) => ready.push(looker),
            Err(error) => unseen.push(format!("by `{alias}`: {}", error.report.headline)),
        }
    }
    (ready, unseen)
}

fn looker(alias: &str, catalog: &Catalog, app: &App) -> Result<Looker, CommandError> {
    let session = catalog.find(alias)?;
    let caller = &app.settings.caller;
    let signer = match &session.kind {
        // The key itself: AWS lets a session that is made from it without MFA ask nothing of IAM.
        Kind::IamUser(user) if user.mfa.is_none() => {
            Signer::from(&app.access_key(&user.access_key_id)?)
        }
        _ => {
            let wishes = WishArgs::default();
            let chain = plan(catalog, alias, &wanted(&wishes)?, caller)?;
            let made = app.with_resolver(given(&wishes), |resolver| {
                resolver.resolve(&chain, freshness(&wishes))
            })?;
            Signer::from(&made.credentials)
        }
    };
    let who = app
        .sts()
        .get_caller_identity(&sts_of(session, catalog, caller).0, &signer)
        .map_err(|error| CommandError::no_identity(&error))?;
    Ok(Looker {
        signer,
        at: IamAddress::of(session, catalog, caller)?,
        account: who.account,
        arn: who.arn,
    })
}
