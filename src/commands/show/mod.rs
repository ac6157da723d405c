//! `leapp show ALIAS`

pub(super) mod json;

use crate::app::App;
use crate::cli::ShowArgs;
use crate::commands::error::CommandError;
use crate::commands::pick::{Named, choose};
use crate::ui::page::Page;

use json::{Shown, Started};

/// Shows one session.
pub(super) fn run(args: &ShowArgs, app: &App) -> Result<(), CommandError> {
    let catalog = app.catalog()?;
    let session = choose(Named::new(args.alias.as_deref(), false), &catalog, app)?;
    let started = &Started::of(app);
    let mut fields = Shown { session, started }.fields();
    if args.json {
        fields.insert("version".to_owned(), 1.into());
        return Ok(app.printer.json(&fields)?);
    }
    let widest = fields.keys().map(String::len).max().unwrap_or(0);
    let line = |(key, value): (&String, &serde_json::Value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        Page::line(&format!("{key:widest$}  {value}"))
    };
    Ok(app.printer.data(&fields.iter().map(line).collect())?)
}
