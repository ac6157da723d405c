//! A report, for people.

use super::words;
use crate::doctor::{Certainty, Check, Finding, HopCheck, Mend, Report, Verdict};
use crate::ui::checklist::{Item, Mark, checklist};
use crate::ui::json;
use crate::ui::page::Page;

pub(super) fn report(report: &Report) -> Page {
    let checks: Vec<Item> = report.checks.iter().map(item).collect();
    let mut page = checklist(&checks) + Page::line("");
    if let Some(chain) = &report.chain {
        let hops = chain.hops.iter().enumerate();
        let hops: Vec<Item> = hops.map(|(index, hop)| hop_item(index, hop)).collect();
        let heading = format!("the way to `{}`, hop by hop", chain.target);
        page = page + Page::line(&heading) + Page::line("") + checklist(&hops) + Page::line("");
    }
    page + Page::line(&summary(report))
}

fn item(check: &Check) -> Item {
    Item {
        mark: mark(check.verdict),
        name: check.name.clone(),
        detail: check.detail.clone(),
        more: check
            .next
            .iter()
            .map(|step| format!("next: {step}"))
            .collect(),
    }
}

fn hop_item(index: usize, hop: &HopCheck) -> Item {
    let mut item = item(&hop.check);
    item.name = format!("{}  {}", index + 1, hop.check.name);
    item.detail = match hop.check.detail.as_str() {
        "" => hop.what.clone(),
        detail => format!("{}: {detail}", hop.what),
    };
    item.more
        .extend(hop.diagnosis.findings.iter().flat_map(finding));
    let unseen = hop.diagnosis.unseen.iter();
    item.more
        .extend(unseen.map(|what| format!("not seen: {what}")));
    item
}

fn finding(finding: &Finding) -> Vec<String> {
    let sure = match finding.certainty {
        Certainty::Certain => "",
        Certainty::Likely => "most likely: ",
        Certainty::Possible => "perhaps: ",
    };
    let mut lines = vec![format!("{sure}{}", finding.detail)];
    for mend in &finding.mends {
        lines.push(format!("next: {}", words::of_mend(mend)));
        if let Mend::Add { statement, .. } | Mend::Remove { statement, .. } = mend {
            lines.extend(json::text(statement).lines().map(str::to_owned));
        }
    }
    lines
}

fn mark(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Ok => Mark::Ok,
        Verdict::Warning => Mark::Warning,
        Verdict::Failed => Mark::Failed,
        Verdict::NotTried => Mark::NotTried,
    }
}

fn summary(report: &Report) -> String {
    let warnings = match report.count(Verdict::Warning) {
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    };
    let (ok, failed) = (report.count(Verdict::Ok), report.count(Verdict::Failed));
    format!("{ok} ok, {warnings}, {failed} failed")
}
