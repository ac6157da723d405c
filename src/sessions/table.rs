//! Changing keys of one table of a session file, and nothing that stands around them.

use toml_edit::{Array, Item, Key, RawString, Table, TableLike, Value};

use super::draft::Entry;

/// Gives a key a value: in its place and with the comment beside it, or behind the others.
pub(super) fn put(table: &mut dyn TableLike, key: &str, entry: &Entry) {
    let Some(item) = table.get_mut(key) else {
        table.insert(key, Item::Value(entry.value()));
        return;
    };
    match (entry, &mut *item) {
        (Entry::List(wanted), Item::Value(Value::Array(array))) => put_list(array, wanted),
        (Entry::Map(wanted), item) if item.is_table_like() => put_map(item, wanted),
        (_, Item::Value(before)) => {
            let decor = before.decor().clone();
            *before = entry.value();
            *before.decor_mut() = decor;
        }
        (_, item) => *item = Item::Value(entry.value()),
    }
}

/// Makes the list what is wanted, item by item: what is in it already stays as it is written, and no
/// comment between the items is lost.
fn put_list(array: &mut Array, wanted: &[String]) {
    let text = |array: &Array, at: usize| array.get(at).and_then(Value::as_str).map(str::to_owned);
    for (at, item) in wanted.iter().enumerate() {
        loop {
            let there = text(array, at);
            if there.as_ref() == Some(item) {
                break;
            }
            let is_there_later = (at..array.len()).any(|at| text(array, at).as_ref() == Some(item));
            let goes = there.as_ref().is_some_and(|there| !wanted.contains(there));
            match (goes, is_there_later) {
                // In another order, also what is wanted goes from here, and comes again later.
                (_, true) => take_item(array, at),
                (true, false) => drop(array.replace(at, item)),
                (false, false) => array.insert(at, item),
            }
        }
    }
    while array.len() > wanted.len() {
        take_item(array, wanted.len());
    }
}

fn take_item(array: &mut Array, at: usize) {
    let removed = array.remove(at);
    pass_on(array, at, removed.decor().prefix());
}

/// Puts the comments that stood before an item before the one that stands at its place now.
fn pass_on(array: &mut Array, at: usize, above: Option<&RawString>) {
    let text = |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or("").to_owned();
    let above = text(above);
    if !above.contains('#') {
        return;
    }
    if let Some(next) = array.get_mut(at) {
        let below = text(next.decor().prefix());
        let joined = format!("{}\n{}", above.trim_end(), below.trim_start_matches('\n'));
        next.decor_mut().set_prefix(joined);
    } else {
        let below = text(Some(array.trailing()));
        let below = if below.contains('\n') {
            below
        } else {
            format!("\n{below}")
        };
        array.set_trailing(format!("{}{below}", above.trim_end()));
    }
}

fn put_map(item: &mut Item, wanted: &[(String, String)]) {
    let Some(table) = item.as_table_like_mut() else {
        return;
    };
    let strays: Vec<String> = table
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !wanted.iter().any(|(wanted, _)| wanted == key))
        .collect();
    for key in strays {
        table.remove(&key);
    }
    for (key, value) in wanted {
        put(table, key, &Entry::Text(value.clone()));
    }
}

/// Removes a key with the comment that touches it. Comments farther above go on to the next key;
/// where there is none, they come back, to be kept elsewhere.
pub(super) fn take(table: &mut dyn TableLike, key: &str) -> Option<String> {
    let above = table.key(key)?.leaf_decor().prefix();
    let above = above.and_then(|raw| raw.as_str()).unwrap_or_default();
    let kept = above.rfind("\n\n").map(|gap| above[..gap + 2].to_owned());
    let next = table
        .iter()
        .skip_while(|(k, _)| *k != key)
        .skip(1)
        .find(|(_, item)| item.is_value())
        .map(|(key, _)| key.to_owned());
    table.remove(key);
    let kept = kept.filter(|kept| kept.contains('#'))?;
    let Some(mut next) = next.and_then(|next| table.key_mut(&next)) else {
        return Some(kept);
    };
    let decor = next.leaf_decor_mut();
    let below = decor.prefix().and_then(|raw| raw.as_str());
    let joined = kept + below.unwrap_or_default();
    decor.set_prefix(joined);
    None
}

/// Gives an entry another key, in its place.
pub(super) fn rename(tables: &mut Item, from: &str, to: &str) {
    match tables {
        Item::Table(table) => rename_in_table(table, from, to),
        Item::Value(Value::InlineTable(table)) => {
            let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
            for name in keys.iter().skip_while(|key| *key != from) {
                if let Some((key, value)) = table.remove_entry(name) {
                    table.insert_formatted(&renamed(key, from, to), value);
                }
            }
        }
        _ => {}
    }
}

fn rename_in_table(table: &mut Table, from: &str, to: &str) {
    // A table with a header of its own knows its place in the file; others stand in the order in which
    // they were put in.
    let knows_its_place = table
        .get(from)
        .and_then(Item::as_table)
        .is_some_and(|table| !table.is_dotted());
    let keys: Vec<String> = if knows_its_place {
        vec![from.to_owned()]
    } else {
        let keys = table.iter().map(|(key, _)| key.to_owned());
        keys.skip_while(|key| key != from).collect()
    };
    for name in &keys {
        if let Some((key, item)) = table.remove_entry(name) {
            table.insert_formatted(&renamed(key, from, to), item);
        }
    }
}

fn renamed(key: Key, from: &str, to: &str) -> Key {
    if key.get() != from {
        return key;
    }
    Key::new(to)
        .with_leaf_decor(key.leaf_decor().clone())
        .with_dotted_decor(key.dotted_decor().clone())
}
