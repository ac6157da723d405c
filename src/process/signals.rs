//! Signals that would end us, told instead while there is something to be tidied up first.

use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::SigId;
use signal_hook::flag::{register, register_conditional_default, register_usize};
use signal_hook::low_level::{pipe, unregister};

/// What would end us: Ctrl-C, `kill`, a terminal that is gone, Ctrl-\.
///
/// Who has told us to ignore the last one means the command that we become as well, which would get its
/// default back from a handler of ours.
pub fn ending() -> impl Iterator<Item = Signal> {
    let keyboard = Some(Signal::SIGQUIT).filter(|&quit| !Ignored::by_our_parent().has(quit));
    [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]
        .into_iter()
        .chain(keyboard)
}

/// Ctrl-Z, and use of the terminal from the background.
pub(super) const STOPPING: [Signal; 3] = [Signal::SIGTSTP, Signal::SIGTTIN, Signal::SIGTTOU];

/// Lets a write beyond the limit on file sizes (`ulimit -f`) fail with an error, where the signal that comes
/// with it would end us. It is handled and not ignored: the programs that we start would inherit that.
pub fn survive_file_size_limit() {
    let limited = getrlimit(Resource::RLIMIT_FSIZE).is_ok_and(|(limit, _)| limit != RLIM_INFINITY);
    if limited && !Ignored::by_our_parent().has(Signal::SIGXFSZ) {
        let _ = register(Signal::SIGXFSZ as i32, Arc::default());
    }
}

/// How long after a signal that stops us we may still run, in milliseconds.
const STOP_COMES_WITHIN_MS: u16 = 50;

/// While this lives, a signal that would end us is told instead.
pub struct Signals {
    /// The number of the last one; 0 while there was none.
    arrived: Arc<AtomicUsize>,
    /// Readable once there was one.
    wake: UnixStream,
    /// Ends before the hooks do: a signal in between is not lost, it ends us.
    _reprieve: Reprieve,
    hooks: Hooks,
}

/// Handlers that go with this value.
struct Hooks(Vec<SigId>);

impl Signals {
    /// Begins to watch.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn watch() -> io::Result<Self> {
        let (wake, waker) = UnixStream::pair()?;
        let mut this = Self {
            arrived: Arc::default(),
            wake,
            _reprieve: Reprieve::for_a_while()?,
            hooks: Hooks(Vec::new()),
        };
        for signal in ending() {
            let number = signal as i32;
            let arrived = this.arrived.clone();
            let hooks = &mut this.hooks.0;
            hooks.push(register_usize(number, arrived, signal as usize)?);
            hooks.push(pipe::register(number, waker.try_clone()?)?);
        }
        Ok(this)
    }

    /// The signal that has come, if one has.
    pub fn arrived(&self) -> Option<Signal> {
        let number = i32::try_from(self.arrived.load(Ordering::SeqCst)).ok()?;
        Signal::try_from(number).ok()
    }

    /// Waits for one.
    pub fn wait(&self) {
        while self.arrived().is_none() {
            let mut wake = [PollFd::new(self.as_fd(), PollFlags::POLLIN)];
            // Where it fails, it is interrupted, and by what we wait for.
            let _ = poll(&mut wake, PollTimeout::NONE);
        }
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}

/// While this lives, it is told when the process goes on after a stop: Ctrl-Z, SIGSTOP.
pub struct Continued {
    /// Readable once it went on.
    wake: UnixStream,
    _hooks: Hooks,
}

impl Continued {
    /// Begins to watch.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn watch() -> io::Result<Self> {
        let (wake, waker) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let hook = pipe::register(Signal::SIGCONT as i32, waker)?;
        Ok(Self {
            wake,
            _hooks: Hooks(vec![hook]),
        })
    }

    /// Whether the process went on since this was last asked.
    pub fn take(&self) -> bool {
        let mut told = [0; 64];
        matches!((&self.wake).read(&mut told), Ok(1..))
    }
}

impl AsFd for Continued {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}

/// Stops the processes that the terminal's Ctrl-Z would stop, ourselves among them, and returns once
/// somebody has continued them: at once where we were told to ignore it, or nobody could continue us.
pub fn suspend(continued: &Continued) {
    // The default of the signal is left as it is: the kernel knows best when it must not stop us.
    let _ = kill(Pid::from_raw(0), Signal::SIGTSTP);
    // The stop can come a moment after the call returns.
    let mut wake = [PollFd::new(continued.as_fd(), PollFlags::POLLIN)];
    let _ = poll(&mut wake, PollTimeout::from(STOP_COMES_WITHIN_MS));
}

impl Drop for Hooks {
    fn drop(&mut self) {
        for hook in self.0.drain(..) {
            unregister(hook);
        }
    }
}

/// While one of these lives, the ending signals do not do what they always do.
///
/// A handler cannot be taken back, only told what to do; and what a signal does is a matter of the whole
/// process, where a browser may be watched over by one thread and a command by another. So all who watch
/// are counted here: only where nobody is left do the signals end us again.
#[derive(Debug)]
pub struct Reprieve(());

/// Whether the signals do what they always do.
static ENDS_US: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// How many reprieves there are.
static REPRIEVES: Mutex<usize> = Mutex::new(0);

/// What came of the handlers that do what the signals always do, made once.
static HANDLERS: OnceLock<Result<(), i32>> = OnceLock::new();

impl Reprieve {
    /// One for somebody who watches the signals of [`ending`], and not until we end.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn for_a_while() -> io::Result<Self> {
        let this = Self::begin();
        this.may_end()?;
        Ok(this)
    }

    pub(super) fn begin() -> Self {
        let mut count = REPRIEVES.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        ENDS_US.store(false, Ordering::SeqCst);
        Self(())
    }

    /// Sees to it that the signals end us again once nobody watches: where they are handled for a while
    /// and not until we end.
    fn may_end(&self) -> io::Result<()> {
        let Self(()) = self;
        let register = || {
            for signal in ending() {
                register_conditional_default(signal as i32, Arc::clone(&ENDS_US))
                    .map_err(|error| error.raw_os_error().unwrap_or_default())?;
            }
            Ok(())
        };
        let made = *HANDLERS.get_or_init(register);
        made.map_err(io::Error::from_raw_os_error)
    }
}

impl Drop for Reprieve {
    fn drop(&mut self) {
        let mut count = REPRIEVES.lock().unwrap_or_else(PoisonError::into_inner);
        *count -= 1;
        ENDS_US.store(*count == 0, Ordering::SeqCst);
    }
}

/// Signals that we were told to ignore, as by `nohup`: the command is to ignore them as well. A handler
/// of ours would give them back their default in it, so they get none.
pub(super) struct Ignored(u64);

impl Ignored {
    /// Only Linux tells; elsewhere none are known.
    pub(super) fn by_our_parent() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mut lines = status.lines();
        let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
        Self(mask.map_or(0, |mask| {
            u64::from_str_radix(mask.trim(), 16).unwrap_or_default()
        }))
    }

    pub(super) fn has(&self, signal: Signal) -> bool {
        // Without this one nobody would tell us of the command's end.
        signal != Signal::SIGCHLD && self.0 >> (signal as i32 - 1) & 1 == 1
    }
}
