//! The compiler that a worker thread owns.
//!
//! [`Compiler::compile`] puts the CLIF into the pooled context, runs Cranelift's optimiser and our pass that
//! has to follow it ([`super::rematerialize`]), generates machine code, copies the result, and clears the
//! context. The cleared CLIF function keeps its memory and goes back to lowering through a [`FunctionPool`].
//!
//! Drop a `Compiler` that a panic interrupted: its context is in an unknown state.

use std::fmt;
use std::sync::Arc;

use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::print_errors::pretty_verifier_error;
use cranelift_codegen::settings::OptLevel;
use cranelift_codegen::{CodegenError, CodegenResult, CompiledCode, Context, ir};

use super::function::{self, CompiledFunction, FunctionStatistics};
use super::pool::FunctionPool;
use super::rematerialize::rematerialize_slot_addresses;
use crate::cgu::{LoweredFunction, SymbolId};

/// The scratch memory of one worker. Workers do not share it.
pub struct Compiler {
    context: Context,
    /// The register allocator's scratch memory.
    allocation: regalloc2::Ctx,
    control_plane: ControlPlane,
    /// Whether errors contain the function's CLIF; initially off.
    clif_in_errors: bool,
    /// Takes the cleared functions.
    pool: Arc<FunctionPool>,
    /// The number of CLIF instructions of the last function, whose cleared memory is in `context`.
    earlier_instructions: u32,
}

/// A function that could not be compiled.
#[derive(Debug)]
pub struct CompileError {
    pub symbol: SymbolId,
    /// The name of the function's symbol.
    pub function: Box<str>,
    pub kind: CompileErrorKind,
    /// The CLIF as text, if [`Compiler::set_clif_in_errors`] asked for it.
    pub clif: Option<String>,
}

/// The reason of a [`CompileError`].
#[derive(Debug, thiserror::Error)]
pub enum CompileErrorKind {
    /// The CLIF is invalid: a bug in lowering. Contains the verifier's messages and the function.
    #[error("the verifier rejects the function:\n{0}")]
    Verifier(String),
    /// Cranelift cannot compile the function: it is too large, needs something unimplemented, or triggers a
    /// bug.
    #[error("{0}")]
    Codegen(Box<CodegenError>),
    /// A name is not a symbol of the CGU: a bug in lowering.
    #[error("the name `{name}` is not a symbol of the CGU")]
    ForeignName { name: String },
    /// A bug in lowering.
    #[error("a call has landing pads, but the function has no personality routine")]
    HandlersWithoutPersonality,
    /// A bug in lowering.
    #[error("a call has {count} exception handlers, but only one is supported")]
    SeveralHandlers { count: usize },
    /// A bug in lowering.
    #[error("the exception tag {tag} is unknown")]
    UnknownTag { tag: u32 },
    /// A bug in lowering.
    #[error("exception handlers with a dynamic context are not supported")]
    DynamicContext,
    /// The target's unwind information is not System V's. Only ELF targets are supported.
    #[error("the target has no System V unwind information")]
    ForeignUnwindInfo,
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot compile `{}`: {}", self.function, self.kind)?;
        match &self.clif {
            Some(clif) => write!(formatter, "\n{clif}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CompileError {}

impl Default for Compiler {
    fn default() -> Self {
        Compiler::new()
    }
}

impl Compiler {
    pub fn new() -> Self {
        Compiler {
            context: Context::new(),
            allocation: regalloc2::Ctx::default(),
            control_plane: ControlPlane::default(),
            clif_in_errors: false,
            pool: Arc::default(),
            earlier_instructions: 0,
        }
    }

    /// Makes the compiler give cleared functions to `pool`.
    pub fn with_pool(mut self, pool: Arc<FunctionPool>) -> Self {
        self.pool = pool;
        self
    }

    /// Sets whether errors contain the function's CLIF. The text is only made when an error occurs.
    pub fn set_clif_in_errors(&mut self, on: bool) {
        self.clif_in_errors = on;
    }

    /// Compiles one function. The result depends on the arguments only.
    ///
    /// # Errors
    ///
    /// Fails if the CLIF is invalid or Cranelift cannot compile it. The compiler remains usable.
    pub fn compile(
        &mut self,
        isa: &dyn TargetIsa,
        mut function: LoweredFunction,
    ) -> Result<CompiledFunction, CompileError> {
        // The context contains the previous function, cleared.
        std::mem::swap(&mut self.context.func, &mut function.clif);
        let spare = std::mem::replace(&mut function.clif, ir::Function::new());
        self.pool.give(spare, self.earlier_instructions);
        let symbol = function.symbol;
        let statistics = FunctionStatistics {
            clif_blocks: self.context.func.dfg.num_blocks() as u32,
            clif_instructions: self.context.func.dfg.num_insts() as u32,
        };
        let name = std::mem::take(&mut function.symbol_name);
        let result = self.run(isa, function, statistics).map_err(|kind| CompileError {
            symbol,
            function: name,
            kind,
            clif: self.clif_in_errors.then(|| self.context.func.display().to_string()),
        });
        self.context.clear();
        self.earlier_instructions = statistics.clif_instructions;
        result
    }

    fn run(
        &mut self,
        isa: &dyn TargetIsa,
        function: LoweredFunction,
        statistics: FunctionStatistics,
    ) -> Result<CompiledFunction, CompileErrorKind> {
        let mut code = self.machine_code(isa).map_err(|error| match error {
            CodegenError::Verifier(errors) => {
                CompileErrorKind::Verifier(pretty_verifier_error(&self.context.func, None, errors))
            }
            other => CompileErrorKind::Codegen(Box::new(other)),
        })?;
        function::extract(isa, function, &self.context.func, &mut code, statistics)
    }

    /// Does what [`Context::compile`] does, with our own pass after the optimiser.
    fn machine_code(&mut self, isa: &dyn TargetIsa) -> CodegenResult<CompiledCode> {
        let Compiler { context, allocation, control_plane, .. } = self;
        context.verify_if(isa)?;
        context.optimize(isa, control_plane)?;
        if isa.flags().opt_level() != OptLevel::None {
            rematerialize_slot_addresses(context);
            context.verify_if(isa)?;
        }
        let (function, domtree, want_disassembly) = (&context.func, &context.domtree, false);
        let code = isa.compile_function(function, domtree, allocation, want_disassembly, control_plane)?;
        Ok(code.apply_params(&context.func.params))
    }
}
