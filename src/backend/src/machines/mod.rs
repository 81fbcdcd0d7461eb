//! Which machine a session compiles for.
//!
//! [`Machine::of_session`] picks it, and the codegen context keeps it. All other code asks that value and
//! names no machine. What is true of one machine only is data of the engine ([`clif_engine::machine`]), or is
//! in the machine's file here, if it needs a type of the compiler.
//!
//! `docs/architecture.md` says how to add a machine.

mod aarch64;
mod registers;
mod riscv64;
mod x86_64;

use clif_engine::calls::{CallRules, Convention};
use clif_engine::{machine, machines};
use rustc_abi::CanonAbi;
use rustc_middle::bug;
use rustc_session::Session;

pub use self::registers::RegisterNames;

/// The machine that code is compiled for.
#[derive(Clone, Copy)]
pub struct Machine {
    /// What the engine knows.
    pub facts: &'static machine::Machine,
    /// The rules of its calling conventions.
    pub calls: &'static CallRules,
    /// What needs a type of the compiler.
    pub names: &'static Names,
}

/// What the compiler's names mean on one machine.
pub struct Names {
    /// rustc's name of the architecture.
    architecture: &'static str,
    /// Its registers in assembly.
    pub registers: &'static dyn RegisterNames,
    /// Returns the convention that one of rustc's is which only this machine has.
    pub convention: fn(CanonAbi) -> Option<Convention>,
}

/// All machines.
static NAMES: [&Names; 3] = [&x86_64::NAMES, &aarch64::NAMES, &riscv64::NAMES];

impl Machine {
    /// Returns the machine of a session, whose target has been accepted ([`crate::session::flags`]).
    pub fn of_session(sess: &Session) -> Machine {
        let name = sess.target.arch.desc();
        let found = NAMES.into_iter().find(|names| names.architecture == name);
        let (Some(facts), Some(names)) = (facts(sess), found) else {
            bug!("nothing is known about the architecture `{name}`")
        };
        let Some(calls) = facts.calls else { bug!("`{name}` has no calling conventions") };
        Machine { facts, calls, names }
    }
}

/// Returns what the engine knows about the session's machine. The target may be one that is not supported.
pub fn facts(sess: &Session) -> Option<&'static machine::Machine> {
    machines::called(sess.target.arch.desc())
}
