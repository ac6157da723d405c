//! What does not come over although its session does.

/// A setting of another program that no session has a key for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// What it is called there. Its value is not kept: it may be a secret.
    pub setting: String,
    /// Why it stays behind, or what to do instead.
    pub why: String,
}

impl Left {
    pub(super) fn new(setting: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            why: why.into(),
        }
    }
}
