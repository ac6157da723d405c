//! How we talk to people. Knows nothing of AWS.

pub mod blocks;
pub mod checklist;
mod line;
pub mod log;
pub mod picker;
mod plain;
pub mod printer;
mod put_back;
pub mod report;
pub mod table;
pub mod terminal;
