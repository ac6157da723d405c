//! Where requests for a session go, said when it is defined or changed.

use crate::app::App;
use crate::model::plan::{PlanError, Wishes, plan};
use crate::model::{Alias, Catalog};

/// Says that a session uses the endpoint of another one, and warns where its chain leaves its service.
pub(super) fn note_endpoint(alias: &Alias, catalog: &Catalog, app: &App) {
    let caller = &app.settings.caller;
    let chain = match plan(catalog, alias.as_str(), &Wishes::default(), caller) {
        Ok(chain) => chain,
        Err(error @ PlanError::OtherService(_)) => {
            app.printer
                .warn(&format!("{error}: leapp refuses to send such a request"));
            return;
        }
        // What else is wrong with the chain is not about endpoints.
        Err(_) => return,
    };
    let named = chain.hops.last().and_then(|hop| hop.named_endpoint());
    if let Some((url, named_by)) = named.filter(|(_, named_by)| *named_by != alias) {
        app.printer.note(&format!(
            "requests for `{alias}` go to `{url}`, the endpoint of `{named_by}`"
        ));
    }
}
