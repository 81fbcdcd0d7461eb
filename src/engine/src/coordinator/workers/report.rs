//! What workers have to tell the user: one ordered channel, drained on the thread that owns the session.

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
    /// The CGU that was worked on, if it concerns one.
    pub cgu: Option<Box<str>>,
    pub problem: Problem,
}

/// What a [`Report`] is about. Every error names the function, CGU or file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A bug of lowering or of Cranelift, or a function that is too large.
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error("cannot write the object of unit `{cgu}`: {error}")]
    Object { cgu: Box<str>, error: ObjectError },
    /// See there whose fault it is.
    #[error("cannot combine the crate's units: {0}")]
    Combine(#[from] CombineError),
    /// The user's assembly, or what the assembler warns of; in the order in which it was said.
    #[error("{}", diagnostics.first().map_or("", |diagnostic| &diagnostic.message))]
    Assembly { diagnostics: Vec<AssemblyDiagnostic> },
    /// The user's declaration or call of an intrinsic.
    #[error("LLVM rejects this call of `{}`: {}", .0.callee, .0.message)]
    Intrinsic(FunctionFault),
    /// The surroundings: a compiler without LLVM, or without this target.
    #[error(transparent)]
    Llvm(#[from] LlvmError),
    /// The surroundings: no disassembler.
    #[error(transparent)]
    Disassembler(#[from] DisassemblerError),
    /// The surroundings: a full disk, a folder that cannot be written to.
    #[error("cannot {action} `{}`: {error}", path.display())]
    File { action: &'static str, path: PathBuf, error: io::Error },
    /// The surroundings.
    #[error("cannot copy `{}` to `{}`: {error}", from.display(), to.display())]
    Copy { from: PathBuf, to: PathBuf, error: io::Error },
    /// A bug; `doing` names the function or CGU. The function's CLIF comes along on request.
    #[error("a worker panicked while {doing}: {message}{}", on_a_new_line(function_text))]
    Panic { doing: String, message: String, function_text: Option<String> },
    /// The surroundings: the jobserver is gone.
    #[error("failed to acquire jobserver token: {0}")]
    Token(io::Error),
    /// The surroundings: too many threads.
    #[error("cannot start the thread `{name}`: {error}")]
    Thread { name: String, error: io::Error },
    #[error("{0}")]
    Message(String),
}

impl Problem {
    /// Whether every CGU that is under way may meet the same: a full disk, a program that is missing.
    fn is_met_by_all(&self) -> bool {
        matches!(
            self,
            Problem::Llvm(_) | Problem::Disassembler(_) | Problem::File { .. } | Problem::Copy { .. }
        )
    }
}

fn on_a_new_line(text: &Option<String>) -> String {
    text.as_ref().map(|text| format!("\n{text}")).unwrap_or_default()
}

/// Why a piece of work has no result. Boxed, for it is rare and large.
pub type Failure = Box<Problem>;

/// The compilation ended before everything was done; the reports say why, unless it was the user of the
/// coordinator who gave up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the compilation was stopped")]
pub struct Stopped;

/// What the channel carries.
pub(super) enum Message {
    Report(Report),
    /// All work has ended.
    Ended,
}

/// The sending end; any thread.
pub(super) struct Reporter {
    sender: Sender<Message>,
    /// Set with the first problem that all CGUs may meet; of those, the user is told one.
    told_of_surroundings: AtomicBool,
}

impl Reporter {
    pub(super) fn new(sender: Sender<Message>) -> Self {
        Reporter { sender, told_of_surroundings: AtomicBool::new(false) }
    }

    pub(super) fn error(&self, cgu: Option<&str>, problem: Problem) {
        if problem.is_met_by_all() && self.told_of_surroundings.swap(true, Ordering::Relaxed) {
            return;
        }
        self.send(Report { severity: Severity::Error, cgu: cgu.map(Into::into), problem });
    }

    pub(super) fn send(&self, report: Report) {
        // Sending fails only after the receiver was dropped, and then the report is not wanted.
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

/// The receiving end; the thread that owns the session.
pub(super) struct Inlet {
    receiver: Receiver<Message>,
    source: Source,
}

impl Inlet {
    pub(super) fn new(receiver: Receiver<Message>) -> Self {
        Inlet { receiver, source: Source::Flowing }
    }

    /// Hands over what has arrived, without waiting.
    pub(super) fn drain(&mut self, sink: &mut dyn FnMut(Report)) {
        while let Ok(message) = self.receiver.try_recv() {
            self.take(message, sink);
        }
    }

    /// Hands over everything until the end of all work.
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
