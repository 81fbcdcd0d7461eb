//! The session's options for codegen, and the Cranelift ISA that they lead to.
//!
//! [`IsaSettings::build`] looks up the target, sets the flags that all targets share, resets the CPU features
//! to the target's baseline, applies the requested features, and builds the ISA. Every error names the
//! setting.

use cranelift_codegen::CodegenError;
use cranelift_codegen::isa::{self, LookupError, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable, SetError, SettingKind};
use target_lexicon::Triple;

use crate::machine::AssumedFeatures;
use crate::machines;

/// The effort of Cranelift's middle end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum OptimizeLevel {
    #[default]
    None,
    Speed,
    SpeedAndSize,
}

impl OptimizeLevel {
    fn setting(self) -> &'static str {
        match self {
            OptimizeLevel::None => "none",
            OptimizeLevel::Speed => "speed",
            OptimizeLevel::SpeedAndSize => "speed_and_size",
        }
    }
}

/// Cranelift's register allocators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum RegisterAllocator {
    /// Generates better code.
    #[default]
    Backtracking,
    /// Takes about half the compile time, and generates about twice the code.
    SinglePass,
}

impl RegisterAllocator {
    fn setting(self) -> &'static str {
        match self {
            RegisterAllocator::Backtracking => "backtracking",
            RegisterAllocator::SinglePass => "single_pass",
        }
    }
}

/// All options for compiling a session's functions.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct IsaSettings {
    pub triple: Triple,
    pub optimize: OptimizeLevel,
    pub register_allocator: RegisterAllocator,
    /// Position-independent code: `-Crelocation-model=pic` or `pie`.
    pub position_independent: bool,
    /// Whether library routines are called through the GOT, instead of directly or through a PLT entry.
    pub routines_through_got: bool,
    /// Whether to verify the CLIF before and between the passes. This adds half of the compile time.
    pub verify: bool,
    /// Whether to check the register allocator's result symbolically. Only for tests: compilation is several
    /// times slower.
    pub check_register_allocation: bool,
    /// Whether every function keeps a frame pointer. Without it, leaf functions of some machines have none;
    /// profilers need it, and debug info finds variables through it.
    pub frame_pointers: bool,
    /// Whether to compute the locations of labelled values ([`super::ValueRange`]). The code is the same.
    pub value_ranges: bool,
    /// Whether to produce the unwind information for `.eh_frame`.
    pub unwind_tables: bool,
    /// The CPU features (`has_sse41`) or presets, by Cranelift's names, that are enabled beyond the target's
    /// baseline.
    pub features: Vec<String>,
}

/// The reason why an ISA could not be built.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Cranelift does not support the target.
    #[error("the target `{triple}` is not supported: {reason}")]
    Target { triple: Triple, reason: LookupError },
    /// This version of Cranelift does not know a CPU feature: a bug in the caller's mapping.
    #[error("Cranelift has no CPU feature `{name}` on `{triple}`")]
    Feature { name: String, triple: Triple },
    /// This version of Cranelift rejects a flag: a bug in this module.
    #[error("Cranelift rejects `{name}={value}`: {reason}")]
    Setting { name: String, value: String, reason: SetError },
    /// The settings contradict each other (e.g. a vector extension without its base).
    #[error("the settings for `{triple}` contradict each other: {reason}")]
    Combination { triple: Triple, reason: CodegenError },
}

impl IsaSettings {
    /// Returns the settings of an unoptimised, position-independent build for `triple` on its baseline CPU.
    pub fn new(triple: Triple) -> Self {
        IsaSettings {
            triple,
            optimize: OptimizeLevel::None,
            register_allocator: RegisterAllocator::Backtracking,
            position_independent: true,
            routines_through_got: false,
            verify: false,
            check_register_allocation: false,
            frame_pointers: true,
            value_ranges: false,
            unwind_tables: true,
            features: Vec::new(),
        }
    }

    /// Builds the ISA, which any number of threads may share.
    ///
    /// # Errors
    ///
    /// Fails if Cranelift does not support the target, or rejects a setting or their combination.
    pub fn build(&self) -> Result<OwnedTargetIsa, SettingsError> {
        let flags = settings::Flags::new(self.shared_flags()?);
        let mut builder = isa::lookup(self.triple.clone())
            .map_err(|reason| SettingsError::Target { triple: self.triple.clone(), reason })?;
        self.reset_to_baseline(&mut builder)?;
        for name in &self.features {
            builder
                .enable(name)
                .map_err(|_| SettingsError::Feature { name: name.clone(), triple: self.triple.clone() })?;
        }
        builder
            .finish(flags)
            .map_err(|reason| SettingsError::Combination { triple: self.triple.clone(), reason })
    }

    /// Returns the flags that all targets share.
    fn shared_flags(&self) -> Result<settings::Builder, SettingsError> {
        let yes_no = |on: bool| if on { "true" } else { "false" };
        let values = [
            ("opt_level", self.optimize.setting()),
            ("regalloc_algorithm", self.register_allocator.setting()),
            ("regalloc_checker", yes_no(self.check_register_allocation)),
            ("enable_verifier", yes_no(self.verify)),
            ("is_pic", yes_no(self.position_independent)),
            // For direct calls, the linker adds a PLT entry where one is needed.
            ("use_colocated_libcalls", yes_no(!self.routines_through_got)),
            // Passes `i128` as LLVM does.
            ("enable_llvm_abi_extensions", "true"),
            ("tls_model", "elf_gd"),
            ("preserve_frame_pointers", yes_no(self.frame_pointers)),
            // Reports the blocks of machine code and the edges between them.
            ("machine_code_cfg_info", yes_no(self.value_ranges)),
            ("unwind_info", yes_no(self.unwind_tables)),
            // Functions with a frame larger than a page touch its pages in order, so that a stack overflow
            // hits the guard page.
            ("enable_probestack", "true"),
            ("probestack_strategy", "inline"),
        ];
        let mut builder = settings::builder();
        for (name, value) in values {
            set(&mut builder, name, value)?;
        }
        Ok(builder)
    }

    /// Disables the features that Cranelift assumes beyond rustc's baseline of the target.
    fn reset_to_baseline(&self, builder: &mut isa::Builder) -> Result<(), SettingsError> {
        let machine = machines::of(self.triple.architecture);
        let Some(AssumedFeatures::More { prefix }) = machine.map(|machine| machine.assumed_features) else {
            return Ok(());
        };
        let features: Vec<_> = builder
            .iter()
            .filter(|setting| setting.kind == SettingKind::Bool && setting.name.starts_with(prefix))
            .map(|setting| setting.name)
            .collect();
        features.into_iter().try_for_each(|name| set(builder, name, "false"))
    }
}

fn set(builder: &mut dyn Configurable, name: &str, value: &str) -> Result<(), SettingsError> {
    builder.set(name, value).map_err(|reason| SettingsError::Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        reason,
    })
}
