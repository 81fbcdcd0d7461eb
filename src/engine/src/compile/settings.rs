//! What a session asks of codegen, and the Cranelift ISA that does it.
//!
//! [`IsaSettings::build`] works in this order: look the target up, set the target-independent flags, reset
//! the CPU features to the target's baseline, apply the requested features, finish. Every failure names the
//! setting.

use cranelift_codegen::CodegenError;
use cranelift_codegen::isa::{self, LookupError, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable, SetError, SettingKind};
use target_lexicon::Triple;

use crate::machine::{AssumedFeatures, Machine};

/// How much work Cranelift's middle end does.
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

/// Which of Cranelift's register allocators is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum RegisterAllocator {
    /// Better code.
    #[default]
    Backtracking,
    /// About half the time of a compilation, about twice the code.
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

/// Everything that decides how a session's functions are compiled.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct IsaSettings {
    pub triple: Triple,
    pub optimize: OptimizeLevel,
    pub register_allocator: RegisterAllocator,
    /// Position-independent code: `-Crelocation-model=pic` or `pie`.
    pub position_independent: bool,
    /// Call the runtime's routines through the GOT instead of directly or through a PLT entry.
    pub routines_through_got: bool,
    /// Check the CLIF before and between the passes; costs half as much again.
    pub verify: bool,
    /// Check the register allocator's result symbolically; for tests, several times slower.
    pub check_register_allocation: bool,
    /// Keep a frame pointer in every function. Without it, leaf functions of some machines have none, which
    /// profilers notice, and debug info needs the frame pointer to find variables.
    pub frame_pointers: bool,
    /// Find out where labelled values are ([`super::ValueRange`]); the code is the same.
    pub value_ranges: bool,
    /// Produce the unwind information from which `.eh_frame` is written.
    pub unwind_tables: bool,
    /// Cranelift's names of CPU features (`has_sse41`) or presets, and whether to turn them on, applied in
    /// order to the baseline.
    pub features: Vec<(String, bool)>,
}

/// Why an ISA could not be built; each variant names what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The user's choice of target.
    #[error("the target `{triple}` is not supported: {reason}")]
    Target { triple: Triple, reason: LookupError },
    /// A CPU feature that this version of Cranelift does not know; the caller's mapping is at fault.
    #[error("the code generator has no CPU feature `{name}` on `{triple}`")]
    Feature { name: String, triple: Triple },
    /// A flag that this version of Cranelift rejects: a bug of this module.
    #[error("the code generator rejects `{name}={value}`: {reason}")]
    Setting { name: String, value: String, reason: SetError },
    /// The settings contradict each other (e.g. a vector extension without its base).
    #[error("the code generator cannot be set up for `{triple}`: {reason}")]
    Combination { triple: Triple, reason: CodegenError },
}

impl IsaSettings {
    /// The settings of an unoptimised, position-independent build for `triple` on its baseline CPU.
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

    /// The ISA, which may be shared by any number of threads.
    pub fn build(&self) -> Result<OwnedTargetIsa, SettingsError> {
        let flags = settings::Flags::new(self.shared_flags()?);
        let mut builder = isa::lookup(self.triple.clone())
            .map_err(|reason| SettingsError::Target { triple: self.triple.clone(), reason })?;
        self.reset_to_baseline(&mut builder)?;
        for (name, enabled) in &self.features {
            let result = if *enabled { builder.enable(name) } else { builder.set(name, "false") };
            result.map_err(|_| SettingsError::Feature { name: name.clone(), triple: self.triple.clone() })?;
        }
        builder
            .finish(flags)
            .map_err(|reason| SettingsError::Combination { triple: self.triple.clone(), reason })
    }

    /// The flags that every target understands.
    fn shared_flags(&self) -> Result<settings::Builder, SettingsError> {
        let yes_no = |on: bool| if on { "true" } else { "false" };
        let values = [
            ("opt_level", self.optimize.setting()),
            ("regalloc_algorithm", self.register_allocator.setting()),
            ("regalloc_checker", yes_no(self.check_register_allocation)),
            ("enable_verifier", yes_no(self.verify)),
            ("is_pic", yes_no(self.position_independent)),
            // Called directly, they get a PLT entry from the linker where one is needed.
            ("use_colocated_libcalls", yes_no(!self.routines_through_got)),
            // i128 in signatures as LLVM passes it.
            ("enable_llvm_abi_extensions", "true"),
            ("tls_model", "elf_gd"),
            ("preserve_frame_pointers", yes_no(self.frame_pointers)),
            // Blocks and what jumps to them.
            ("machine_code_cfg_info", yes_no(self.value_ranges)),
            ("unwind_info", yes_no(self.unwind_tables)),
            // Frames larger than a page touch each page in order, so that a stack overflow hits the guard
            // page.
            ("enable_probestack", "true"),
            ("probestack_strategy", "inline"),
        ];
        let mut builder = settings::builder();
        for (name, value) in values {
            set(&mut builder, name, value)?;
        }
        Ok(builder)
    }

    /// Turns off whatever Cranelift assumes beyond rustc's baseline of the target.
    fn reset_to_baseline(&self, builder: &mut isa::Builder) -> Result<(), SettingsError> {
        let machine = Machine::of(self.triple.architecture);
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
