//! MFA devices: the AWS CLI names them at the roles, we at the user who has them.

use std::collections::HashMap;

use super::profiles::Profiles;
use crate::imports::{Findings, Found};
use crate::model::MfaDevice;
use crate::model::session::Type;

/// Gives each IAM user the device that the roles on it name, and says where that is not the whole truth.
pub(super) fn move_to_users(findings: &mut Findings, profiles: &Profiles<'_>) {
    let by_key: HashMap<&str, usize> = (findings.found.iter().enumerate())
        .map(|(index, found)| (found.key.as_str(), index))
        .collect();
    // By user: the devices, each with the profile that first names it.
    let mut named: HashMap<usize, Vec<(&str, String)>> = HashMap::new();
    for found in &findings.found {
        // A user made of a role's keys is named like no profile.
        let Some(serial) = profiles.get(&found.key).and_then(|p| p.value("mfa_serial")) else {
            continue;
        };
        if let Some(user) = root(found, &findings.found, &by_key) {
            let devices = named.entry(user).or_default();
            if !devices.iter().any(|(known, _)| *known == serial) {
                devices.push((serial, found.name.clone()));
            }
        }
    }
    let mut named: Vec<_> = named.into_iter().collect();
    named.sort_by_key(|(user, _)| *user);
    for (user, devices) in named {
        let user = &mut findings.found[user];
        let mut usable = Vec::new();
        for (serial, by) in &devices {
            match serial.parse::<MfaDevice>() {
                Ok(device) => usable.push((device, by)),
                Err(why) => findings
                    .remarks
                    .push(format!("the MFA device of `{by}`: {why}")),
            }
        }
        let Some(((first, _), others)) = usable.split_first() else {
            continue;
        };
        user.draft.text("mfa_device", Some(first));
        for (other, by) in others {
            findings.remarks.push(format!(
                "`{}` has the MFA device `{first}`; `{by}` named another, `{other}`, and gets its codes from the first now",
                user.name
            ));
        }
    }
}

/// The user at the bottom of a chain; none where it does not end in one.
fn root(found: &Found, all: &[Found], by_key: &HashMap<&str, usize>) -> Option<usize> {
    let mut at = by_key.get(found.key.as_str()).copied()?;
    // A circle has no bottom.
    for _ in 0..=all.len() {
        match &all[at].assumer {
            Some(assumer) => at = by_key.get(assumer.as_str()).copied()?,
            None => return (all[at].kind == Type::IamUser).then_some(at),
        }
    }
    None
}
