//! What we do, step by step, for who wants to know: on stderr, one line a step.
//!
//! Two walls stand between a secret and these lines. Our own events name things and never hold them: the
//! types of secrets have nothing to print. And of the libraries only those speak that are listed here,
//! because others would print whole requests: the SDK does, at its finest level.

use std::io::{self, Write};

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::time::uptime;
use tracing_subscriber::layer::SubscriberExt;

use super::page::Page;

/// Parts of libraries whose events hold addresses, waits and numbers, and nothing that is sent.
const OTHERS: [&str; 3] = [
    "aws_smithy_runtime::client::retries",
    "hyper_util::client::legacy::connect",
    "hyper_util::client::legacy::pool",
];

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// What is done: `-v`, `info`.
    Steps,
    /// And why, and what was found on the way: `-vv`, `debug`.
    Reasons,
    /// And what the libraries may say of connections and retries: `-vvv`, `trace`.
    Everything,
}

impl Detail {
    /// The words for them, in `LEAPP_LOG`.
    pub const WORDS: [&str; 3] = ["info", "debug", "trace"];

    /// What a word means.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "info" => Some(Self::Steps),
            "debug" => Some(Self::Reasons),
            "trace" => Some(Self::Everything),
            _ => None,
        }
    }

    /// What so many `-v` mean.
    pub fn of_count(count: u8) -> Option<Self> {
        match count {
            0 => None,
            1 => Some(Self::Steps),
            2 => Some(Self::Reasons),
            _ => Some(Self::Everything),
        }
    }

    fn filter(self) -> Targets {
        let (ours, theirs) = match self {
            Self::Steps => (Level::INFO, LevelFilter::OFF),
            Self::Reasons => (Level::DEBUG, LevelFilter::OFF),
            Self::Everything => (Level::TRACE, LevelFilter::TRACE),
        };
        Targets::new()
            .with_target("leapp", ours)
            .with_targets(OTHERS.map(|target| (target, theirs)))
    }
}

/// Begins to tell. To be called once, and only where somebody wants it: a run without it pays nothing.
pub fn start(detail: Detail) {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(|| Lines)
        .with_ansi(false)
        .with_timer(uptime());
    let subscriber = tracing_subscriber::registry()
        .with(detail.filter())
        .with(lines);
    // There is one already where a program of its own has set it: then that one is told.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// stderr, one line an event.
struct Lines;

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let event = Page::line(text.trim_end_matches('\n'));
        write!(anstream::stderr().lock(), "{event}")?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prints_requests_is_never_heard() {
        let all = Detail::Everything.filter();
        for target in [
            "aws_smithy_runtime::client::orchestrator",
            "aws_smithy_runtime::client::http",
            "aws_runtime::auth::sigv4",
            "aws_sigv4::http_request",
            "aws_sdk_sts::operation::assume_role",
            "hyper::proto::h1",
            "rustls::client",
        ] {
            assert!(!all.would_enable(target, &Level::ERROR), "{target}");
        }
        assert!(all.would_enable("leapp::resolver::walk", &Level::TRACE));
        assert!(!Detail::Steps.filter().would_enable("leapp", &Level::DEBUG));
    }

    #[test]
    fn words_and_counts_mean_the_same() {
        for (count, word) in (1..).zip(Detail::WORDS) {
            assert_eq!(Detail::of_count(count), Detail::of_word(word));
        }
        assert_eq!(Detail::of_count(0), None);
        assert_eq!(Detail::of_word("loud"), None);
    }
}
