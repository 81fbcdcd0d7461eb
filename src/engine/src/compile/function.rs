//! A compiled function, copied from Cranelift's result.
//!
//! [`extract`] reads the result in this order: code, relocations, call sites, unwind information, source
//! ranges, frame, locations of values. All lists are sorted by code offset and have exactly the needed size,
//! because all functions of a CGU are in memory at once.

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::ir::{self, ExternalName, KnownSymbol, LibCall};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::settings::OptLevel;
use cranelift_codegen::{CompiledCode, FinalizedMachExceptionHandler, FinalizedRelocTarget};

use super::compiler::CompileErrorKind;
use super::unwind::UnwindRules;
use super::values::{ValueRange, value_ranges};
use crate::cgu::{LoweredFunction, SYMBOL_NAMESPACE, SymbolId};
use crate::description::{CodeLocation, FunctionDescription, ScopeId};

/// `ExceptionTableItem::Tag` with this tag is a catch-all handler (`catch_unwind`), where the unwinder stops.
/// `ExceptionTableItem::Default` is a cleanup, after which unwinding resumes.
pub const CATCH_TAG: u32 = 0;

/// `ExceptionTableItem::Tag` with this tag ends the unwinding (a function that must not unwind). The unwinder
/// stops in its search phase, so the stack is still intact when the handler aborts.
pub const TERMINATE_TAG: u32 = 1;

/// A function after compilation. It owns its data, so that the CLIF can be reused.
#[derive(Debug)]
pub struct CompiledFunction {
    /// The symbol that the code defines.
    pub symbol: SymbolId,
    /// The function's `#[link_section]`, if any.
    pub section: Option<Box<str>>,
    /// Machine code, jump tables and constants in one piece.
    pub code: Box<[u8]>,
    /// Alignment of the code in bytes, a power of two.
    pub alignment: u32,
    /// Sorted by offset.
    pub relocations: Box<[Relocation]>,
    /// All calls, sorted by return address. Empty if no call has a landing pad; then the function needs no
    /// LSDA.
    pub call_sites: Box<[CallSite]>,
    /// The personality routine, if lowering named one.
    pub personality: Option<SymbolId>,
    /// Absent if the function has no entry in the unwind tables, or if the ISA was built without unwind
    /// tables.
    pub unwind: Option<UnwindRules>,
    /// Sorted by start. Adjacent ranges differ in position or scope; code between ranges has no source.
    pub source_ranges: Box<[SourceRange]>,
    pub frame: Option<Frame>,
    /// The known locations of labelled values, sorted by label and start.
    pub values: Box<[ValueRange]>,
    /// Absent if debug info does not mention the function.
    pub description: Option<Box<FunctionDescription>>,
    pub statistics: FunctionStatistics,
}

/// A field in the code that the object writer or the linker fills in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relocation {
    /// In bytes from the start of the code.
    pub offset: u32,
    pub kind: Reloc,
    pub target: RelocationTarget,
    pub addend: i64,
}

/// The target of a relocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelocationTarget {
    Symbol(SymbolId),
    /// A runtime routine that Cranelift's own code calls.
    LibCall(LibCall),
    /// A symbol that the linker defines (`_GLOBAL_OFFSET_TABLE_`).
    Known(KnownSymbol),
    /// An offset in the same function (RISC-V's pairs of instructions).
    Function(u32),
}

/// A call and its landing pad.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallSite {
    /// Offset of the instruction after the call.
    pub return_address: u32,
    /// `None` if exceptions pass through this frame.
    pub landing_pad: Option<LandingPad>,
}

/// The code that handles an exception in this function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LandingPad {
    /// Offset of the handler's first instruction.
    pub offset: u32,
    pub action: LandingAction,
}

/// What a landing pad does with an exception.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum LandingAction {
    /// Runs destructors and resumes.
    Cleanup,
    /// Catches any exception.
    Catch,
    /// Aborts.
    Terminate,
}

/// A range of code with one source position and scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceRange {
    /// In bytes from the start of the code; `end` is exclusive.
    pub start: u32,
    pub end: u32,
    /// An opaque position, no longer an index into [`LoweredFunction::locations`].
    pub position: u32,
    pub scope: ScopeId,
}

/// The offsets of the stack slots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// Distance in bytes from the bottom of the frame to the address in the frame pointer.
    pub to_frame_pointer: u32,
    /// The slots to which lowering gave a key, sorted by key.
    pub slots: Box<[FrameSlot]>,
}

/// A stack slot with a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameSlot {
    /// In bytes from the bottom of the frame.
    pub offset: u32,
    /// `StackSlotKey` bits, chosen by lowering.
    pub key: u64,
}

/// The size of the CLIF, for statistics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FunctionStatistics {
    pub clif_blocks: u32,
    pub clif_instructions: u32,
}

/// Copies `code`, the result of compiling `clif`, from Cranelift's memory. The `clif` field of `function` is
/// not used.
pub(super) fn extract(
    isa: &dyn TargetIsa,
    function: LoweredFunction,
    clif: &ir::Function,
    code: &mut CompiledCode,
    statistics: FunctionStatistics,
) -> Result<CompiledFunction, CompileErrorKind> {
    let call_sites = call_sites(code, function.personality.is_some())?;
    let has_unwind_table = function.unwind_table || !call_sites.is_empty();
    Ok(CompiledFunction {
        symbol: function.symbol,
        section: function.section,
        code: code.code_buffer().into(),
        alignment: alignment(isa, code, function.alignment),
        relocations: relocations(clif, code)?,
        call_sites,
        personality: function.personality,
        unwind: if has_unwind_table { UnwindRules::of(isa, code)? } else { None },
        source_ranges: source_ranges(code, &function.locations),
        frame: frame(code),
        values: value_ranges(isa, clif, code),
        description: function.description,
        statistics,
    })
}

/// Returns the alignment of the code: the ISA's preferred one for optimised code, otherwise the minimum,
/// which is smaller.
fn alignment(isa: &dyn TargetIsa, code: &CompiledCode, requested: u32) -> u32 {
    let of_isa = isa.function_alignment();
    let preferred = match isa.flags().opt_level() {
        OptLevel::Speed => of_isa.preferred,
        OptLevel::None | OptLevel::SpeedAndSize => of_isa.minimum,
    };
    requested.max(preferred).max(code.buffer.alignment).max(1)
}

fn relocations(clif: &ir::Function, code: &CompiledCode) -> Result<Box<[Relocation]>, CompileErrorKind> {
    let mut relocations = code
        .buffer
        .relocs()
        .iter()
        .map(|relocation| {
            let target = match &relocation.target {
                FinalizedRelocTarget::ExternalName(name) => external_target(clif, name)?,
                FinalizedRelocTarget::Func(offset) => RelocationTarget::Function(*offset),
            };
            let (offset, kind, addend) = (relocation.offset, relocation.kind, relocation.addend);
            Ok(Relocation { offset, kind, target, addend })
        })
        .collect::<Result<Box<[_]>, _>>()?;
    relocations.sort_by_key(|relocation| relocation.offset);
    Ok(relocations)
}

fn external_target(clif: &ir::Function, name: &ExternalName) -> Result<RelocationTarget, CompileErrorKind> {
    match *name {
        ExternalName::User(reference) => {
            let name = &clif.params.user_named_funcs()[reference];
            if name.namespace != SYMBOL_NAMESPACE {
                return Err(CompileErrorKind::ForeignName { name: name.to_string() });
            }
            Ok(RelocationTarget::Symbol(SymbolId::new(name.index as usize)))
        }
        ExternalName::LibCall(libcall) => Ok(RelocationTarget::LibCall(libcall)),
        ExternalName::KnownSymbol(known) => Ok(RelocationTarget::Known(known)),
        ExternalName::TestCase(_) => {
            Err(CompileErrorKind::ForeignName { name: name.display(None).to_string() })
        }
    }
}

fn call_sites(code: &CompiledCode, has_personality: bool) -> Result<Box<[CallSite]>, CompileErrorKind> {
    if code.buffer.call_sites().all(|site| site.exception_handlers.is_empty()) {
        return Ok(Box::default());
    }
    if !has_personality {
        return Err(CompileErrorKind::HandlersWithoutPersonality);
    }
    let mut sites = code
        .buffer
        .call_sites()
        .map(|site| {
            let landing_pad = match site.exception_handlers {
                [] => None,
                [handler] => Some(landing_pad(handler)?),
                several => return Err(CompileErrorKind::SeveralHandlers { count: several.len() }),
            };
            Ok(CallSite { return_address: site.ret_addr, landing_pad })
        })
        .collect::<Result<Box<[_]>, _>>()?;
    sites.sort_by_key(|site| site.return_address);
    Ok(sites)
}

fn landing_pad(handler: &FinalizedMachExceptionHandler) -> Result<LandingPad, CompileErrorKind> {
    match *handler {
        FinalizedMachExceptionHandler::Default(offset) => {
            Ok(LandingPad { offset, action: LandingAction::Cleanup })
        }
        FinalizedMachExceptionHandler::Tag(tag, offset) => match tag.as_u32() {
            CATCH_TAG => Ok(LandingPad { offset, action: LandingAction::Catch }),
            TERMINATE_TAG => Ok(LandingPad { offset, action: LandingAction::Terminate }),
            tag => Err(CompileErrorKind::UnknownTag { tag }),
        },
        FinalizedMachExceptionHandler::Context(_) => Err(CompileErrorKind::DynamicContext),
    }
}

/// Merges adjacent code with the same location to one range. Code without a location (moves of the register
/// allocator) between two such pieces belongs to the instruction before it and joins the range.
fn source_ranges(code: &CompiledCode, locations: &[CodeLocation]) -> Box<[SourceRange]> {
    let mut ranges: Vec<SourceRange> = Vec::new();
    for location in code.buffer.get_srclocs_sorted() {
        if location.loc.is_default() {
            continue;
        }
        let Some(&CodeLocation { position, scope }) = locations.get(location.loc.bits() as usize) else {
            continue;
        };
        match ranges.last_mut() {
            Some(last) if (last.position, last.scope) == (position, scope) => last.end = location.end,
            _ => ranges.push(SourceRange { start: location.start, end: location.end, position, scope }),
        }
    }
    ranges.into_boxed_slice()
}

fn frame(code: &CompiledCode) -> Option<Frame> {
    let layout = code.buffer.frame_layout()?;
    let mut slots: Box<[FrameSlot]> = layout
        .stackslots
        .values()
        .filter_map(|slot| Some(FrameSlot { offset: slot.offset, key: slot.key?.bits() }))
        .collect();
    slots.sort_unstable_by_key(|slot| slot.key);
    Some(Frame { to_frame_pointer: layout.frame_to_fp_offset, slots })
}
