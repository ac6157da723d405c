//! Which session comes before which.

use std::collections::HashMap;

use crate::imports::{Found, Reason, Refused};

/// The order in which every assumer comes before what is assumed from it. What is assumed in a circle
/// is refused.
pub(super) fn order(found: &[Found], refused: &mut Vec<Refused>) -> Vec<usize> {
    let by_key: HashMap<&str, usize> = (found.iter().enumerate())
        .map(|(index, found)| (found.key.as_str(), index))
        .collect();
    let mut order = Vec::with_capacity(found.len());
    let mut is_done = vec![false; found.len()];
    for start in 0..found.len() {
        let mut way: Vec<usize> = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next.filter(|&index| !is_done[index]) {
            if let Some(at) = way.iter().position(|&earlier| earlier == index) {
                let mut names: Vec<&str> =
                    way[at..].iter().map(|&i| found[i].name.as_str()).collect();
                names.push(&found[index].name);
                let circle = names.join(" -> ");
                for member in way.drain(at..) {
                    is_done[member] = true;
                    let Found { key, name, .. } = &found[member];
                    refused.push(Refused::new(key, name, Reason::Circle(circle.clone())));
                }
                break;
            }
            way.push(index);
            let assumer = found[index].assumer.as_deref();
            next = assumer.and_then(|key| by_key.get(key)).copied();
        }
        for index in way.into_iter().rev() {
            is_done[index] = true;
            order.push(index);
        }
    }
    order
}
