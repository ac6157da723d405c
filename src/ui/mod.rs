//! How we talk to people. Knows nothing of AWS.

pub mod blocks;
pub mod checklist;
pub mod json;
mod line;
pub mod log;
pub mod page;
pub mod picker;
pub mod printer;
mod put_back;
mod raw;
pub mod report;
pub mod table;
pub mod terminal;
