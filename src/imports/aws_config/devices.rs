//! MFA devices: the AWS CLI names them at the roles, we at the user who has them.

use std::collections::HashMap;

use super::profiles::Profiles;
use crate::imports::slug::slug;
use crate::imports::{Findings, Found};
use crate::model::MfaDevice;
use crate::model::session::Type;
use crate::sessions::Draft;

/// Gives each IAM user the device that the roles on it name, and says where that is not the whole truth.
pub(super) fn move_to_users(findings: &mut Findings, profiles: &Profiles<'_>) {
    let by_key: HashMap<&str, usize> = (findings.found.iter().enumerate())
        .map(|(index, found)| (found.key.as_str(), index))
        .collect();
    let whole: Vec<bool> = findings.found.iter().map(is_whole).collect();
    // A user made of a role's keys is named like no profile.
    let serial = |found: &Found| profiles.get(&found.key)?.value("mfa_serial");
    // By user: the devices, each with the profile that first names it; and the roles that need none.
    let mut named: HashMap<usize, Vec<(&str, String)>> = HashMap::new();
    let mut without: HashMap<usize, Vec<String>> = HashMap::new();
    for (index, found) in findings.found.iter().enumerate() {
        let way = way_down(index, &findings.found, &by_key);
        let Some(&user) = way.last().filter(|_| way.iter().all(|&at| whole[at])) else {
            continue;
        };
        if let Some(serial) = serial(found) {
            let devices = named.entry(user).or_default();
            if !devices.iter().any(|(known, _)| *known == serial) {
                devices.push((serial, found.name.clone()));
            }
        } else if way.iter().all(|&at| serial(&findings.found[at]).is_none()) && way.len() > 1 {
            let roles = without.entry(user).or_default();
            roles.push(format!("`{}`", found.name));
        }
    }
    let mut named: Vec<_> = named.into_iter().collect();
    named.sort_by_key(|(user, _)| *user);
    for (index, devices) in named {
        let user = &mut findings.found[index];
        let mut usable = Vec::new();
        for (serial, by) in &devices {
            match serial.parse::<MfaDevice>() {
                Ok(device) => usable.push((device, by)),
                Err(why) => findings
                    .remarks
                    .push(format!("the MFA device of `{by}`: {why}")),
            }
        }
        let Some(((first, first_by), others)) = usable.split_first() else {
            continue;
        };
        user.draft.text("mfa_device", Some(first));
        if let Some(roles) = without.get(&index) {
            findings.remarks.push(format!(
                "`{}` gets the MFA device of `{first_by}`, so that a code is asked for where none was before: {}",
                user.name,
                roles.join(", ")
            ));
        }
        for (other, by) in others {
            findings.remarks.push(format!(
                "`{}` has the MFA device `{first}`; `{by}` named another, `{other}`, and gets its codes from the first now",
                user.name
            ));
        }
    }
}

/// From a session down to the user at the bottom of its chain; empty where it does not end in one.
fn way_down(index: usize, all: &[Found], by_key: &HashMap<&str, usize>) -> Vec<usize> {
    let mut way = vec![index];
    // A circle has no bottom.
    while let Some(&at) = way.last().filter(|_| way.len() <= all.len()) {
        let Some(assumer) = &all[at].assumer else {
            let is_user = all[at].kind == Type::IamUser;
            return if is_user { way } else { Vec::new() };
        };
        let Some(&next) = by_key.get(assumer.as_str()) else {
            break;
        };
        way.push(next);
    }
    Vec::new()
}

/// Whether it means something by itself, whoever it is assumed from. What does not is left out later.
fn is_whole(found: &Found) -> bool {
    let alias = slug(&found.name);
    let mut draft = Draft::of_type(found.kind);
    if found.assumer.is_some() {
        draft.text("assumer_session", Some(&alias));
    }
    draft.extend(found.draft.clone());
    // Which region it will have is not known here.
    if !draft.has("region") {
        draft.text("region", Some(&"us-east-1"));
    }
    draft.check(&alias, None).is_ok()
}
