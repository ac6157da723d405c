//! MFA devices and the commands that print their codes: the AWS CLI and aws-vault name them at the roles, leapp
//! at the user who has them.

use std::collections::HashMap;

use super::profiles::Profiles;
use crate::imports::slug::slug;
use crate::imports::{Findings, Found, Left};
use crate::model::session::Type;
use crate::model::{MfaDevice, OtherPartition, RoleArn};
use crate::sessions::Draft;

/// Gives each IAM user the device that the roles on it name, and says where that is not the whole truth.
pub(super) fn move_to_users(findings: &mut Findings, profiles: &Profiles<'_>) {
    let by_key: HashMap<&str, usize> = (findings.found.iter().enumerate())
        .map(|(index, found)| (found.key.as_str(), index))
        .collect();
    let whole: Vec<bool> = findings.found.iter().map(is_whole).collect();
    // A user made of a role's keys is named like no profile.
    let serial = |found: &Found| profiles.get(&found.key)?.value("mfa_serial");
    let process = |found: &Found| profiles.get(&found.key)?.value("mfa_process");
    // By user: the commands, each with the sessions that name it.
    let mut processes: HashMap<usize, Vec<(&str, Vec<usize>)>> = HashMap::new();
    let mut homeless: Vec<usize> = Vec::new();
    // By user: the devices, each with the profile that first names it; and the roles that need none.
    let mut named: HashMap<usize, Vec<(&str, String)>> = HashMap::new();
    let mut without: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, found) in findings.found.iter().enumerate() {
        let way = way_down(index, &findings.found, &by_key);
        let is_possible =
            way.iter().all(|&at| whole[at]) && is_in_one_partition(&way, &findings.found);
        let Some(&user) = way.last().filter(|_| is_possible) else {
            homeless.extend(process(found).map(|_| index));
            continue;
        };
        if let Some(process) = process(found) {
            let commands = processes.entry(user).or_default();
            match commands.iter_mut().find(|(known, _)| *known == process) {
                Some((_, named_by)) => named_by.push(index),
                None => commands.push((process, vec![index])),
            }
        }
        if let Some(serial) = serial(found) {
            let devices = named.entry(user).or_default();
            if !devices.iter().any(|(known, _)| *known == serial) {
                devices.push((serial, found.name.clone()));
            }
        } else if way.iter().all(|&at| serial(&findings.found[at]).is_none()) && way.len() > 1 {
            without.entry(user).or_default().push(index);
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
        let commands = processes.get_mut(&index);
        if let Some(commands) = commands.filter(|commands| is_one_line(commands[0].0)) {
            let (command, _) = commands.remove(0);
            user.draft
                .text("mfa_process", Some(&without_shell(command)));
        }
        let name = user.name.clone();
        // A role of another partition than the device is left out later.
        let asks_now = |&&at: &&usize| {
            let role = findings.found[at]
                .draft
                .get_text("role_arn")
                .map(str::parse);
            matches!(role, Some(Ok(role)) if OtherPartition::check(&role, first.as_str()).is_ok())
        };
        let roles: Vec<String> = (without.get(&index).into_iter().flatten())
            .filter(asks_now)
            .map(|&at| format!("`{}`", findings.found[at].name))
            .collect();
        if !roles.is_empty() {
            findings.remarks.push(format!(
                "`{name}` gets the MFA device of `{first_by}`, so that a code is asked for where none was before: {}",
                roles.join(", ")
            ));
        }
        for (other, by) in others {
            findings.remarks.push(format!(
                "`{name}` has the MFA device `{first}`; `{by}` named another, `{other}`, and gets its codes from the first now"
            ));
        }
    }
    let unused = processes
        .into_values()
        .flatten()
        .flat_map(|(_, named_by)| named_by);
    let mut unused: Vec<usize> = unused.chain(homeless).collect();
    unused.sort_unstable();
    for index in unused {
        let why = "the user behind it has no MFA device here, or another command for its codes";
        findings.found[index]
            .left
            .push(Left::new("mfa_process", why));
    }
}

/// aws-vault gives the command to a shell, and leapp splits it into words itself: one of which a shell would
/// make something else is given to a shell here as well.
fn without_shell(command: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " /._-+@%,:='\"".contains(c);
    let assigns = command
        .split(' ')
        .next()
        .is_some_and(|word| word.contains('='));
    if command.chars().all(is_plain) && !assigns {
        command.to_owned()
    } else {
        shell_words::join(["sh", "-c", command])
    }
}

fn is_one_line(command: &str) -> bool {
    !command.contains(char::is_control)
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

/// Whether a chain stays in the partition of its roles. Where it does not, a part of it is left out later.
fn is_in_one_partition(way: &[usize], all: &[Found]) -> bool {
    let roles = way
        .iter()
        .filter_map(|&at| all[at].draft.get_text("role_arn"));
    let roles: Vec<RoleArn> = roles.filter_map(|arn| arn.parse().ok()).collect();
    roles
        .windows(2)
        .all(|pair| OtherPartition::check(&pair[0], pair[1].as_str()).is_ok())
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
