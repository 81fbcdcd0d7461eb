//! The executor that compiles with Cranelift and writes object files.
//!
//! For each CGU:
//! 1. `compile` compiles its functions one by one.
//! 2. `finish` writes the object ([`crate::object`]) and the other [`outputs`], each under a temporary name
//!    that is then renamed.
//! 3. `discard` removes the files again if the compilation fails.
//!
//! CGU reuse: for an unchanged CGU, `copy` checks the work products in the incremental cache, and links or
//! copies them.

use std::sync::Arc;

use cranelift_codegen::isa::TargetIsa;

use crate::artifacts::{CguFiles, Temporaries, check_work_products, files};
use crate::cgu::{LoweredFunction, SealedCgu};
use crate::combine::{CombineRequest, KeptCgu};
use crate::compile::{CompiledFunction, Compiler, FunctionPool};
use crate::llvm::TargetDescription;

use super::scheduler::Cost;
use super::workers::{
    CombinePart, Coordinator, Copied, Executor, Failure, OngoingCompilation, Problem, Report,
};

mod clif_text;
mod llvm_part;
mod outputs;
mod panic_fault;
#[cfg(test)]
mod tests;

pub use panic_fault::PanicFault;

/// A [`Coordinator`] that compiles and writes.
pub type NativeCoordinator = Coordinator<NativeExecutor>;
/// The [`OngoingCompilation`] that [`NativeCoordinator::finish`] returns.
pub type NativeCompilation = OngoingCompilation<NativeExecutor>;

/// The kind of a CGU: rustc's `ModuleKind`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CguKind {
    Regular,
    Metadata,
    Allocator,
}

/// A CGU to compile or to reuse.
#[derive(Clone, Debug)]
pub struct CguRequest {
    /// rustc's name of the CGU.
    pub name: Box<str>,
    pub kind: CguKind,
    /// Which outputs to write, and where.
    pub output: CguFiles,
}

/// The result of a CGU.
#[derive(Clone, Debug)]
pub struct CguOutcome {
    pub name: Box<str>,
    pub kind: CguKind,
    /// The files that were written.
    pub files: CguFiles,
    pub origin: CguOrigin,
    pub statistics: CguStatistics,
}

/// Whether a CGU was compiled or reused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CguOrigin {
    Compiled,
    /// Its work products were copied from the incremental cache.
    Reused,
}

/// Statistics of a CGU, for `print_statistics`. All are zero for a reused CGU.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CguStatistics {
    pub functions: usize,
    pub clif_instructions: u64,
    /// The size of the machine code in bytes.
    pub code_size: u64,
    /// The size of the object file in bytes.
    pub object_size: u64,
}

/// A compiled function, with its CLIF as text if that is an output.
pub struct NativeFunction {
    function: CompiledFunction,
    clif: Option<String>,
}

/// The executor (see the module documentation). All workers share one value.
pub struct NativeExecutor {
    isa: Arc<dyn TargetIsa>,
    clif_in_errors: bool,
    /// A fault for tests: compiling certain functions panics.
    panic: Option<PanicFault>,
    /// Whether to keep the files of CGUs if the compilation fails.
    temporaries: Temporaries,
    /// The functions that workers return to lowering for reuse.
    pool: Arc<FunctionPool>,
    /// LLVM's target, for CGUs with a part for LLVM.
    llvm_target: Option<TargetDescription>,
    /// The combined CGU, if there may be CGUs to combine.
    combined: Option<CombinedCgu>,
}

/// The CGU that kept CGUs ([`super::CguPlan::Combine`]) are combined into.
struct CombinedCgu {
    cgu: Arc<CguRequest>,
    request: CombineRequest,
}

impl NativeExecutor {
    pub fn new(isa: Arc<dyn TargetIsa>) -> Self {
        NativeExecutor {
            isa,
            clif_in_errors: false,
            panic: None,
            temporaries: Temporaries::Remove,
            pool: Arc::default(),
            llvm_target: None,
            combined: None,
        }
    }

    /// Returns the pool from which lowering takes empty functions.
    pub fn pool(&self) -> &Arc<FunctionPool> {
        &self.pool
    }

    /// Sets whether reports of errors and panics contain the function's CLIF. This takes time for every
    /// function.
    pub fn with_clif_in_errors(mut self, on: bool) -> Self {
        self.clif_in_errors = on;
        self
    }

    /// Lets the compilation of certain functions panic, for tests.
    pub fn with_panic(mut self, fault: Option<PanicFault>) -> Self {
        self.panic = fault;
        self
    }

    /// Sets LLVM's target. Without it, CGUs must not have a part for LLVM.
    pub fn with_llvm_target(mut self, target: TargetDescription) -> Self {
        self.llvm_target = Some(target);
        self
    }

    /// Sets whether to keep the files of CGUs if the compilation fails.
    pub fn with_temporaries(mut self, temporaries: Temporaries) -> Self {
        self.temporaries = temporaries;
        self
    }

    /// Sets the CGU that kept CGUs are combined into.
    pub fn with_combined_cgu(mut self, cgu: CguRequest, request: CombineRequest) -> Self {
        self.combined = Some(CombinedCgu { cgu: Arc::new(cgu), request });
        self
    }
}

impl Executor for NativeExecutor {
    type Cgu = CguRequest;
    type Function = LoweredFunction;
    type Compiled = NativeFunction;
    type Sealed = SealedCgu;
    /// The work products in the incremental cache. Only those kinds are copied that the CGU's outputs have.
    type Cached = CguFiles;
    type Outcome = CguOutcome;
    type Scratch = Compiler;

    fn scratch(&self) -> Compiler {
        let mut compiler = Compiler::new().with_pool(Arc::clone(&self.pool));
        compiler.set_clif_in_errors(self.clif_in_errors);
        compiler
    }

    fn cgu_name<'cgu>(&self, cgu: &'cgu CguRequest) -> &'cgu str {
        &cgu.name
    }

    fn function_name(&self, function: &LoweredFunction) -> Box<str> {
        function.symbol_name.clone()
    }

    fn function_text(&self, function: &LoweredFunction) -> Option<String> {
        self.clif_in_errors.then(|| function.clif.display().to_string())
    }

    fn function_cost(&self, function: &LoweredFunction) -> Cost {
        let graph = &function.clif.dfg;
        Cost(graph.num_insts() as u64 + graph.num_blocks() as u64)
    }

    fn finish_cost(&self, sealed: &SealedCgu, functions: Cost) -> Cost {
        // Measured roughly: writing takes a tenth of the time of compiling, and a data object or symbol takes
        // as long as a few instructions.
        Cost(functions.0 / 10 + 4 * (sealed.data.len() + sealed.symbols.len()) as u64)
    }

    fn compile(
        &self,
        compiler: &mut Compiler,
        cgu: &CguRequest,
        function: LoweredFunction,
    ) -> Result<NativeFunction, Failure> {
        if let Some(fault) = &self.panic {
            fault.meet(&function.symbol_name);
        }
        let clif = cgu.output.clif.is_some().then(|| clif_text::function_text(&function.clif));
        let function =
            compiler.compile(&*self.isa, function).map_err(|error| Box::new(Problem::Compile(error)))?;
        Ok(NativeFunction { function, clif })
    }

    fn finish(
        &self,
        cgu: &CguRequest,
        sealed: SealedCgu,
        compiled: Vec<NativeFunction>,
        report: &mut dyn FnMut(Report),
    ) -> Result<CguOutcome, Failure> {
        let mut files = CguFiles::default();
        match self.write_outputs(cgu, &sealed, compiled, &mut files, report) {
            Ok(statistics) => {
                let CguRequest { name, kind, .. } = cgu.clone();
                Ok(CguOutcome { name, kind, files, origin: CguOrigin::Compiled, statistics })
            }
            Err(failure) => {
                self.discard_files(&files);
                Err(failure)
            }
        }
    }

    fn copy(
        &self,
        cgu: &CguRequest,
        cached: CguFiles,
        _report: &mut dyn FnMut(Report),
    ) -> Result<Copied<CguOutcome>, Failure> {
        let CguRequest { name, kind, output } = cgu.clone();
        if let Err(reason) = check_work_products(&name, &cached, &output) {
            return Ok(Copied::Unusable(reason));
        }
        for (from, to) in cached.pairs(&output) {
            if let Err(error) = files::link_or_copy(from, to) {
                self.discard_files(&output);
                if !from.exists() {
                    return Ok(Copied::Unusable(format!("`{}`: {error}", from.display())));
                }
                let (from, to) = (from.to_owned(), to.to_owned());
                return Err(Box::new(Problem::Copy { from, to, error }));
            }
        }
        let dwarf_object = output.dwarf_object.filter(|_| cached.dwarf_object.is_some());
        let files = CguFiles { dwarf_object, ..output };
        let statistics = CguStatistics::default();
        Ok(Copied::Whole(CguOutcome { name, kind, files, origin: CguOrigin::Reused, statistics }))
    }

    fn discard(&self, outcome: CguOutcome) {
        self.discard_files(&outcome.files);
    }

    fn combine(
        &self,
        parts: Vec<CombinePart<Self>>,
        _report: &mut dyn FnMut(Report),
    ) -> Result<CombinePart<Self>, Failure> {
        let Some(CombinedCgu { cgu, request }) = &self.combined else {
            let message = "codegen units were kept to be combined, but no combined one is set".to_owned();
            return Err(Box::new(Problem::Message(message)));
        };
        let parts = parts.into_iter().map(|part| KeptCgu { sealed: part.sealed, functions: part.functions });
        let KeptCgu { sealed, functions } =
            crate::combine::combine(parts.collect(), request).map_err(Problem::Combine)?;
        Ok(CombinePart { cgu: Arc::clone(cgu), functions, sealed })
    }
}
