//! `rustc_codegen_clif`: a codegen backend for rustc on Cranelift.
//!
//! The modules, in the order in which a compilation uses them:
//! 1. [`session`] checks flags, target and environment variables. It refuses what is not supported before any
//!    work.
//! 2. [`crate_output`] decides which CGUs are reused, runs the coordinator's threads, saves work products,
//!    and finalizes the output files.
//! 3. [`cgu`] lowers one CGU, and the allocator shim.
//! 4. [`builder`], [`intrinsics`] and [`asm`] lower MIR to CLIF through the traits of `rustc_codegen_ssa`.
//!    They use [`abi`], [`debuginfo`] and, at the bottom, [`clif`].
//! 5. `clif_engine` compiles the CLIF and writes the objects. rustc links them.
//!
//! Two rules: Cranelift never compiles on the lowering thread, except with `-Zno-parallel-backend`, and
//! nothing that a user can do causes a panic.

#![feature(panic_backtrace_config, rustc_private)]

extern crate rustc_abi;
extern crate rustc_ast;
extern crate rustc_codegen_llvm;
extern crate rustc_codegen_ssa;
extern crate rustc_data_structures;
extern crate rustc_errors;
extern crate rustc_hir;
extern crate rustc_incremental;
extern crate rustc_index;
extern crate rustc_interface;
extern crate rustc_metadata;
extern crate rustc_middle;
extern crate rustc_session;
extern crate rustc_span;
extern crate rustc_symbol_mangling;
extern crate rustc_target;

// The compiler's crates are all in this one library.
#[allow(unused_extern_crates, reason = "links librustc_driver")]
extern crate rustc_driver;

mod abi;
mod asm;
mod builder;
mod cgu;
mod clif;
mod crate_output;
mod debuginfo;
mod intrinsics;
mod machines;
pub mod session;

use std::any::Any;

use rustc_codegen_llvm::LlvmCodegenBackend;
use rustc_codegen_ssa::back::archive::ArArchiveBuilderBuilder;
use rustc_codegen_ssa::back::link::link_binary;
use rustc_codegen_ssa::traits::CodegenBackend;
use rustc_codegen_ssa::{CompiledModules, CrateInfo, TargetConfig};
use rustc_data_structures::fx::FxIndexMap;
use rustc_metadata::EncodedMetadata;
use rustc_middle::dep_graph::{WorkProduct, WorkProductId};
use rustc_middle::ty::TyCtxt;
use rustc_middle::util::Providers;
use rustc_session::Session;
use rustc_session::config::{OutputFilenames, PrintRequest};

use crate_output::lto::UpstreamCrates;
use crate_output::{codegen, outputs};
use session::observation::Observation;

/// The backend of one session.
#[derive(Default)]
pub struct ClifCodegenBackend {
    /// Symbols of upstream crates for the linker step, noted before lowering ends.
    upstream: UpstreamCrates,
    /// Filled during codegen, printed afterwards.
    observation: Observation,
}

impl CodegenBackend for ClifCodegenBackend {
    fn name(&self) -> &'static str {
        "clif"
    }

    fn init(&self, sess: &Session) {
        session::init(sess);
    }

    /// Provides `global_backend_features`, the target features for what LLVM compiles (see
    /// `session::target::llvm_target`).
    fn provide(&self, providers: &mut Providers) {
        LlvmCodegenBackend::new().provide(providers);
    }

    fn print(&self, request: &PrintRequest, out: &mut String, sess: &Session) {
        session::target::print(request, out, sess);
    }

    fn print_version(&self) {
        println!("{}", session::version_line());
    }

    fn target_config(&self, sess: &Session) -> TargetConfig {
        session::target::target_config(sess)
    }

    /// The engine compresses debug information with zlib or zstd (`-Zdebuginfo-compression`).
    fn has_zstd(&self) -> bool {
        true
    }

    /// Fat and thin LTO are the same here: both combine CGUs.
    fn thin_lto_supported(&self) -> bool {
        true
    }

    fn print_passes(&self) {
        println!(
            "Available passes:\n    {}: combines all CGUs of the crate and drops unreachable items",
            session::flags::COMBINE_PASS
        );
    }

    fn target_cpu(&self, sess: &Session) -> String {
        session::target::target_cpu(sess)
    }

    fn codegen_crate<'tcx>(&self, tcx: TyCtxt<'tcx>, crate_info: &CrateInfo) -> Box<dyn Any> {
        let ongoing = codegen::codegen_crate(tcx);
        self.upstream.note(tcx, crate_info);
        Box::new(ongoing)
    }

    fn join_codegen(
        &self,
        ongoing: Box<dyn Any>,
        sess: &Session,
        outputs: &OutputFilenames,
    ) -> (CompiledModules, FxIndexMap<WorkProductId, WorkProduct>) {
        outputs::join(codegen::downcast(ongoing), sess, outputs, &self.observation)
    }

    fn link(
        &self,
        sess: &Session,
        modules: CompiledModules,
        mut crate_info: CrateInfo,
        metadata: EncodedMetadata,
        outputs: &OutputFilenames,
    ) {
        self.upstream.bring_in(sess, &mut crate_info);
        session::linker::require(sess, &crate_info.crate_types);
        link_binary(sess, &ArArchiveBuilderBuilder, modules, crate_info, metadata, outputs, self.name());
    }

    fn print_pass_timings(&self) {
        self.observation.print_pass_timings();
    }

    fn print_statistics(&self) {
        self.observation.print_statistics();
    }
}

/// The entry point that rustc looks for in a backend given by `-Zcodegen-backend`.
#[unsafe(no_mangle)]
pub fn __rustc_codegen_backend() -> Box<dyn CodegenBackend> {
    Box::<ClifCodegenBackend>::default()
}
