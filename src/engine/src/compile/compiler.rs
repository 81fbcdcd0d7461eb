//! The compiler that a worker thread owns.
//!
//! [`Compiler::compile`]: put the CLIF into the pooled context, run Cranelift's optimiser and what has to
//! come after it ([`super::rematerialize`]), have Cranelift make machine code, copy the result out, clear the
//! context. The cleared CLIF function keeps its memory, which goes back to lowering through a
//! [`FunctionPool`].
//!
//! A `Compiler` that was abandoned by a panic must be dropped: its context is in an unknown state.

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

/// One worker's scratch memory. Not shared: every worker has its own.
pub struct Compiler {
    context: Context,
    /// The register allocator's.
    allocation: regalloc2::Ctx,
    control_plane: ControlPlane,
    /// Whether an error carries the function's CLIF; set by the owner, off at first.
    clif_in_errors: bool,
    /// Where cleared functions go.
    pool: Arc<FunctionPool>,
    /// How many instructions the function had that was compiled last; set by `compile`.
    earlier_instructions: u32,
}

/// A function that could not be compiled.
#[derive(Debug)]
pub struct CompileError {
    pub symbol: SymbolId,
    /// The name of the function's symbol.
    pub function: Box<str>,
    pub kind: CompileErrorKind,
    /// The CLIF as text, if the compiler was asked for it.
    pub clif: Option<String>,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum CompileErrorKind {
    /// The CLIF is not valid: a bug of lowering. The text is the verifier's, with the function around it.
    #[error("the verifier rejects the function:\n{0}")]
    Verifier(String),
    /// Cranelift cannot compile it: too large, not implemented, or a bug of Cranelift.
    #[error("{0}")]
    Codegen(Box<CodegenError>),
    /// A name that is not a symbol of the CGU: a bug of lowering.
    #[error("the name `{name}` is not a symbol of the unit")]
    ForeignName { name: String },
    /// A bug of lowering.
    #[error("a call has landing pads, but the function has no personality routine")]
    HandlersWithoutPersonality,
    /// A bug of lowering.
    #[error("a call has {count} exception handlers, of which only one is supported")]
    SeveralHandlers { count: usize },
    /// A bug of lowering.
    #[error("the exception tag {tag} has no meaning here")]
    UnknownTag { tag: u32 },
    /// A bug of lowering.
    #[error("exception handlers with a dynamic context are not supported")]
    DynamicContext,
    /// The target does not unwind as the System V ABI does; only ELF targets are supported.
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

    /// Has cleared functions go to `pool`.
    pub fn with_pool(mut self, pool: Arc<FunctionPool>) -> Self {
        self.pool = pool;
        self
    }

    /// Whether errors carry the CLIF of the function (text is made only when an error occurs).
    pub fn set_clif_in_errors(&mut self, on: bool) {
        self.clif_in_errors = on;
    }

    /// Compiles one function. The result depends on nothing but the arguments. After an error the compiler
    /// can be used again.
    pub fn compile(
        &mut self,
        isa: &dyn TargetIsa,
        mut function: LoweredFunction,
    ) -> Result<CompiledFunction, CompileError> {
        // What comes out of the context is an earlier function, cleared.
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

    /// What [`Context::compile`] does, with our own pass after the optimiser.
    fn machine_code(&mut self, isa: &dyn TargetIsa) -> CodegenResult<CompiledCode> {
        let Compiler { context, allocation, control_plane, .. } = self;
        context.verify_if(isa)?;
        context.optimize(isa, control_plane)?;
        if isa.flags().opt_level() != OptLevel::None {
            rematerialize_slot_addresses(context);
            context.verify_if(isa)?;
        }
        let code = isa.compile_function(&context.func, &context.domtree, allocation, false, control_plane)?;
        Ok(code.apply_params(&context.func.params))
    }
}
