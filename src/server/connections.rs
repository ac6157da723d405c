//! The connections, each for one request, none for long, and never more than a few.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::request::Keeper;

/// How many may be open. Every process of this machine can open them, and some systems give a process
/// 256 files.
const MOST: usize = 100;

/// How long one may take, from its first byte to our last.
const LIMIT: Duration = Duration::from_secs(5);

/// More bytes than the head of any SDK's request has.
const LONGEST_HEAD: usize = 16 * 1024;

/// What we wait where the system gives us no more files.
const PAUSE: Duration = Duration::from_millis(20);

/// Answers until the process ends.
pub(super) async fn serve(listener: TcpListener, keeper: Arc<Keeper>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let mut open = Open::default();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let keeper = Arc::clone(&keeper);
        open.make_room();
        let task = tokio::spawn(async move {
            // Whoever is slower than this, or sends what is no request, only hurts itself.
            let _ = timeout(LIMIT, answer(stream, keeper)).await;
        });
        open.0.push_back(task.abort_handle());
    }
}

async fn answer(stream: TcpStream, keeper: Arc<Keeper>) {
    let keeper = &keeper;
    let service =
        service_fn(
            move |request| async move { Ok::<_, Infallible>(keeper.answer(&request).await) },
        );
    let _ = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Those that are open, the oldest first.
#[derive(Default)]
struct Open(VecDeque<AbortHandle>);

impl Open {
    /// Closes the oldest where there is no room for one more. A request that is meant well takes a
    /// millisecond: whoever has been there for longer than a hundred others is none.
    fn make_room(&mut self) {
        self.0.retain(|connection| !connection.is_finished());
        if self.0.len() >= MOST
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.abort();
        }
    }
}
