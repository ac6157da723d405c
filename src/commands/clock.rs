//! How far the clock of this machine is off AWS's. The SDK makes up for it where it signs, and then other
//! programs are refused: so it has to be said.

use crate::model::{Span, Timestamp};

/// AWS refuses what was signed longer ago than this, or further ahead.
pub(super) const AWS_FORGIVES: Span = Span(5 * 60);

/// A difference, in words that fit between "the clock is" and a reason.
pub(super) struct Skew {
    pub(super) off: Span,
    pub(super) said: String,
}

/// How far `ours` is off `theirs`.
pub(super) fn skew(theirs: Timestamp, ours: Timestamp) -> Skew {
    let off = Span(theirs.0.abs_diff(ours.0));
    let way = if ours < theirs { "behind" } else { "ahead of" };
    Skew {
        off,
        said: match off {
            Span(0) => "as AWS's".to_owned(),
            off if off < Span::MINUTE => format!("{off} {way} AWS's"),
            // Seconds would only tell how long the answer took.
            off => format!("{} {way} AWS's", Span((off.0 + 30) / 60 * 60)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_by_size_and_side() {
        let said = |ours| skew(Timestamp(10_000), Timestamp(ours)).said;
        assert_eq!(said(10_000), "as AWS's");
        assert_eq!(said(9_999), "1s behind AWS's");
        assert_eq!(said(11_201), "20m ahead of AWS's");
        assert_eq!(said(8_801), "20m behind AWS's");
    }
}
