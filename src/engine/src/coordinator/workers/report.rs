//! Reports of the workers to the user. They go through one ordered channel, which the thread that owns the
//! session drains.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};

use crate::assembly::{AssemblyDiagnostic, DisassemblerError};
use crate::combine::CombineError;
use crate::compile::CompileError;
pub use crate::llvm::Severity;
use crate::llvm::{FunctionFault, LlvmError};
use crate::object::ObjectError;

/// A message for the user.
#[derive(Debug)]
pub struct Report {
    /// An error always ends the compilation.
    pub severity: Severity,
    /// The CGU that it is about, if any.
    pub cgu: Option<Box<str>>,
    pub problem: Problem,
}

/// The problem of a [`Report`]. Each error names the function, CGU or file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A bug of lowering or of Cranelift, or a function that is too large.
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error("cannot write the object of codegen unit `{cgu}`: {error}")]
    Object { cgu: Box<str>, error: ObjectError },
    /// [`CombineError`] says who caused it.
    #[error("cannot combine the crate's codegen units: {0}")]
    Combine(#[from] CombineError),
    /// Errors or warnings about the user's assembly, in the order in which LLVM reported them.
    #[error("{}", diagnostics.first().map_or("", |diagnostic| &diagnostic.message))]
    Assembly { diagnostics: Vec<AssemblyDiagnostic> },
    /// A mistake in the user's declaration or call of an intrinsic.
    #[error("LLVM rejects this call of `{}`: {}", .0.callee, .0.message)]
    Intrinsic(FunctionFault),
    /// A problem of the environment: a compiler without LLVM, or without this target.
    #[error(transparent)]
    Llvm(#[from] LlvmError),
    /// A problem of the environment: no disassembler.
    #[error(transparent)]
    Disassembler(#[from] DisassemblerError),
    /// A problem of the environment: a full disk, a folder without write permission.
    #[error("cannot {action} `{}`: {error}", path.display())]
    File { action: &'static str, path: PathBuf, error: io::Error },
    /// A problem of the environment.
    #[error("cannot copy `{}` to `{}`: {error}", from.display(), to.display())]
    Copy { from: PathBuf, to: PathBuf, error: io::Error },
    /// A bug. `doing` names the function or CGU. The function's CLIF is included on request.
    #[error("a worker panicked while {doing}: {message}{}", on_a_new_line(function_text))]
    Panic { doing: String, message: String, function_text: Option<String> },
    /// A problem of the environment: the jobserver has ended.
    #[error("failed to acquire jobserver token: {0}")]
    Token(io::Error),
    /// A problem of the environment: too many threads.
    #[error("cannot start the thread `{name}`: {error}")]
    Thread { name: String, error: io::Error },
    #[error("{0}")]
    Message(String),
}

impl Problem {
    /// Whether all CGUs may have the same problem, such as a full disk or a missing program.
    fn is_environmental(&self) -> bool {
        matches!(
            self,
            Problem::Llvm(_) | Problem::Disassembler(_) | Problem::File { .. } | Problem::Copy { .. }
        )
    }
}

fn on_a_new_line(text: &Option<String>) -> String {
    text.as_ref().map(|text| format!("\n{text}")).unwrap_or_default()
}

/// Why a piece of work has no result. Boxed, since it is rare and large.
pub type Failure = Box<Problem>;

/// The compilation ended before all work was done. The reports say why, unless the user of the coordinator
/// gave it up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the compilation was stopped")]
pub struct Stopped;

/// A message of the channel.
pub(super) enum Message {
    Report(Report),
    /// All work has ended.
    Ended,
}

/// The sending end, for all threads.
pub(super) struct Reporter {
    sender: Sender<Message>,
    /// Whether a problem was sent that all CGUs may have. Only the first one is sent.
    has_environmental: AtomicBool,
}

impl Reporter {
    pub(super) fn new(sender: Sender<Message>) -> Self {
        Reporter { sender, has_environmental: AtomicBool::new(false) }
    }

    pub(super) fn error(&self, cgu: Option<&str>, problem: Problem) {
        if problem.is_environmental() && self.has_environmental.swap(true, Ordering::Relaxed) {
            return;
        }
        self.send(Report { severity: Severity::Error, cgu: cgu.map(Into::into), problem });
    }

    pub(super) fn send(&self, report: Report) {
        // Sending fails only if the receiver was dropped. No one needs the report then.
        let _ = self.sender.send(Message::Report(report));
    }

    pub(super) fn ended(&self) {
        let _ = self.sender.send(Message::Ended);
    }
}

/// Whether [`Message::Ended`] was received.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Flowing,
    Dry,
}

/// The receiving end, for the thread that owns the session.
pub(super) struct Inlet {
    receiver: Receiver<Message>,
    source: Source,
}

impl Inlet {
    pub(super) fn new(receiver: Receiver<Message>) -> Self {
        Inlet { receiver, source: Source::Flowing }
    }

    /// Passes the reports so far to `sink`, without waiting.
    pub(super) fn drain(&mut self, sink: &mut dyn FnMut(Report)) {
        while let Ok(message) = self.receiver.try_recv() {
            self.take(message, sink);
        }
    }

    /// Passes all reports to `sink`, until all work has ended.
    pub(super) fn drain_to_end(&mut self, sink: &mut dyn FnMut(Report)) {
        while self.source == Source::Flowing {
            match self.receiver.recv() {
                Ok(message) => self.take(message, sink),
                Err(_) => self.source = Source::Dry,
            }
        }
        self.drain(sink);
    }

    fn take(&mut self, message: Message, sink: &mut dyn FnMut(Report)) {
        match message {
            Message::Report(report) => sink(report),
            Message::Ended => self.source = Source::Dry,
        }
    }
}
