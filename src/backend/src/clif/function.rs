//! The state of the function under construction.
//!
//! 1. The first `append_block` of a function makes a [`FunctionState`] with its CLIF signature and entry
//!    block.
//! 2. Builders fill blocks in any order, each at the end of its block (`FuncCursor`, not `FunctionBuilder`).
//! 3. When the item is defined, [`FunctionState::finish`] gives the function to the engine.

use clif_engine::cgu::{LoweredFunction, SYMBOL_NAMESPACE, SymbolId};
use clif_engine::description::{CodeLocation, FunctionDescription};
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir;
use cranelift_codegen::ir::{BlockArg, InstBuilder};
use rustc_hash::FxHashMap;

use crate::clif::signatures::SignatureId;

/// The symbol of a function that the CGU declares or defines.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Function(pub SymbolId);

/// A block of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BasicBlock {
    pub function: Function,
    pub block: ir::Block,
}

/// What happens to an exception that reaches a landing pad.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LandingPad {
    /// Cleanup runs, and unwinding continues.
    Cleanup,
    /// Unwinding stops: `catch_unwind`.
    Catch,
    /// The program is terminated.
    Terminate,
}

/// How many calls share one entrance of a landing pad. With thousands of calls that unwind to one cleanup
/// block, the register allocator takes the square of their number: it merges the values of all predecessors
/// of a block, and checks the whole bundle again for each (`merge_bundle_requirements` in
/// `ion/requirement.rs` of regalloc2 0.15.2), and it finds their common dominator step by step (`merge_sets`
/// in `domtree.rs`).
const CALLS_PER_ENTRANCE: u32 = 64;

/// A landing pad, and where calls enter it.
#[derive(Debug)]
struct LandingPadState {
    kind: LandingPad,
    /// The pad, or a block that only jumps to it.
    entrance: ir::Block,
    /// How many calls go to `entrance`.
    calls: u32,
}

/// The largest alignment in bytes that Cranelift gives stack slots. Larger ones are made by over-allocation.
pub const MAXIMUM_SLOT_ALIGNMENT: u64 = 16;

/// The most bytes of stack slots. Cranelift refuses frames above 1 GiB (`maximum_frame_size`,
/// `cranelift-codegen-0.136.5/src/machinst/abi.rs:514`), since it addresses them with 32 bits. A frame also
/// has spilled registers and the arguments of calls: 16 MiB are left for these.
pub const MAXIMUM_FRAME_BYTES: u64 = (1 << 30) - (16 << 20);

/// One function being lowered to CLIF.
pub struct FunctionState {
    pub function: Function,
    /// The symbol of the code, if the function itself is a shim; see [`crate::abi::shims`].
    pub body: Option<Function>,
    pub signature: SignatureId,
    /// The CLIF, which moves to the engine at the end.
    pub clif: ir::Function,
    pub entry: ir::Block,
    /// The instruction after which entry-block prologue code (addresses of over-aligned slots) is inserted.
    prologue_end: Option<ir::Inst>,
    /// Callees by symbol and signature.
    callees: FxHashMap<(SymbolId, SignatureId), ir::FuncRef>,
    /// The symbols whose address is used, without thread-local ones.
    globals: FxHashMap<SymbolId, ir::GlobalValue>,
    thread_locals: FxHashMap<SymbolId, ir::GlobalValue>,
    /// Signatures imported into the function.
    pub signatures: FxHashMap<SignatureId, ir::SigRef>,
    /// The slots that keep computed addresses for debuggers.
    pub address_slots: FxHashMap<ir::Value, ir::StackSlot>,
    /// Narrowing conversions that a debugger may have to stop at.
    pub narrowings: Vec<ir::Inst>,
    /// The landing pads, by their blocks.
    landing_pads: FxHashMap<ir::Block, LandingPadState>,
    /// Set by the first landing pad.
    pub personality: Option<Function>,
    /// Bytes of all stack slots. Above [`MAXIMUM_FRAME_BYTES`], the finished function is refused.
    pub frame_bytes: u64,
    /// The source location of the next instruction. A builder sets it to its own whenever it uses the
    /// function.
    pub source_location: ir::SourceLoc,
}

impl FunctionState {
    /// Makes a function with the CLIF signature `clif_signature`, and an entry block with its parameters, of
    /// the empty function `clif`.
    pub fn new(
        function: Function,
        signature: SignatureId,
        clif_signature: ir::Signature,
        mut clif: ir::Function,
    ) -> Self {
        clif.signature = clif_signature;
        // Locations are stored relative to a base. Without one, the location just below the first is lost.
        clif.params.ensure_base_srcloc(ir::SourceLoc::new(0));
        let entry = clif.dfg.make_block();
        let types: Vec<ir::Type> =
            clif.signature.params.iter().map(|parameter| parameter.value_type).collect();
        for ty in types {
            clif.dfg.append_block_param(entry, ty);
        }
        clif.layout.append_block(entry);
        FunctionState {
            function,
            body: None,
            signature,
            clif,
            entry,
            prologue_end: None,
            callees: FxHashMap::default(),
            globals: FxHashMap::default(),
            thread_locals: FxHashMap::default(),
            signatures: FxHashMap::default(),
            address_slots: FxHashMap::default(),
            narrowings: Vec::new(),
            landing_pads: FxHashMap::default(),
            personality: None,
            frame_bytes: 0,
            source_location: ir::SourceLoc::default(),
        }
    }

    /// Appends a new block to the layout. The order does not matter: Cranelift computes its own.
    pub fn new_block(&mut self) -> ir::Block {
        let block = self.clif.dfg.make_block();
        self.clif.layout.append_block(block);
        block
    }

    /// Makes `pad` a landing pad and returns its parameters: the exception and its selector, as the unwinder
    /// sets them. A pad that terminates the program has none.
    pub fn make_landing_pad(
        &mut self,
        pad: ir::Block,
        kind: LandingPad,
        personality: Function,
    ) -> Vec<ir::Value> {
        self.personality = Some(personality);
        self.landing_pads.insert(pad, LandingPadState { kind, entrance: pad, calls: 0 });
        let count = match kind {
            LandingPad::Cleanup | LandingPad::Catch => 2,
            LandingPad::Terminate => 0,
        };
        (0..count).map(|_| self.clif.dfg.append_block_param(pad, ir::types::I64)).collect()
    }

    /// Returns the block at which one more call enters `pad`; `None` if `pad` is not a landing pad.
    pub fn enter_landing_pad(&mut self, pad: ir::Block) -> Option<(LandingPad, ir::Block)> {
        let mut state = self.landing_pads.remove(&pad)?;
        if state.calls == CALLS_PER_ENTRANCE {
            state = LandingPadState { kind: state.kind, entrance: self.new_entrance(pad), calls: 0 };
        }
        state.calls += 1;
        let found = (state.kind, state.entrance);
        self.landing_pads.insert(pad, state);
        Some(found)
    }

    /// Makes a block that jumps to `pad` with its own parameters.
    fn new_entrance(&mut self, pad: ir::Block) -> ir::Block {
        let entrance = self.new_block();
        let types: Vec<ir::Type> =
            self.clif.dfg.block_params(pad).iter().map(|&value| self.clif.dfg.value_type(value)).collect();
        let arguments: Vec<BlockArg> =
            types.into_iter().map(|ty| self.clif.dfg.append_block_param(entrance, ty).into()).collect();
        FuncCursor::new(&mut self.clif).at_bottom(entrance).ins().jump(pad, &arguments);
        entrance
    }

    /// Returns whether `block` has neither instructions nor parameters.
    pub fn is_empty(&self, block: ir::Block) -> bool {
        self.clif.layout.first_inst(block).is_none() && self.clif.dfg.block_params(block).is_empty()
    }

    /// Returns a cursor at the end of `block`, with the current source location.
    pub fn cursor(&mut self, block: ir::Block) -> FuncCursor<'_> {
        let location = self.source_location;
        FuncCursor::new(&mut self.clif).at_bottom(block).with_srcloc(location)
    }

    fn external_name(&mut self, symbol: SymbolId) -> ir::ExternalName {
        let name = ir::UserExternalName { namespace: SYMBOL_NAMESPACE, index: symbol.as_u32() };
        ir::ExternalName::user(self.clif.declare_imported_user_function(name))
    }

    /// Imports the callee `symbol`, called with `signature`.
    pub fn callee(
        &mut self,
        symbol: SymbolId,
        signature: SignatureId,
        clif_signature: impl FnOnce() -> ir::Signature,
    ) -> ir::FuncRef {
        if let Some(&callee) = self.callees.get(&(symbol, signature)) {
            return callee;
        }
        let name = self.external_name(symbol);
        let signature_ref = self.signature_ref(signature, clif_signature);
        // Calls go directly to the symbol or its PLT entry, whichever object defines it.
        let callee = self.clif.import_function(ir::ExtFuncData {
            name,
            signature: signature_ref,
            colocated: true,
            patchable: false,
        });
        self.callees.insert((symbol, signature), callee);
        callee
    }

    pub fn signature_ref(
        &mut self,
        signature: SignatureId,
        clif_signature: impl FnOnce() -> ir::Signature,
    ) -> ir::SigRef {
        if let Some(&reference) = self.signatures.get(&signature) {
            return reference;
        }
        let reference = self.clif.import_signature(clif_signature());
        self.signatures.insert(signature, reference);
        reference
    }

    /// Returns the global value for the address of `symbol`. With `local`, this CGU defines the symbol.
    pub fn global(&mut self, symbol: SymbolId, local: bool) -> ir::GlobalValue {
        if let Some(&global) = self.globals.get(&symbol) {
            return global;
        }
        let global = self.symbol_value(symbol, local, false);
        self.globals.insert(symbol, global);
        global
    }

    /// Returns the global value for the address of the thread-local `symbol` in the current thread.
    pub fn thread_local(&mut self, symbol: SymbolId) -> ir::GlobalValue {
        if let Some(&global) = self.thread_locals.get(&symbol) {
            return global;
        }
        let global = self.symbol_value(symbol, false, true);
        self.thread_locals.insert(symbol, global);
        global
    }

    fn symbol_value(&mut self, symbol: SymbolId, colocated: bool, tls: bool) -> ir::GlobalValue {
        let name = self.external_name(symbol);
        self.clif.create_global_value(ir::GlobalValueData::Symbol {
            name,
            offset: ir::immediates::Imm64::new(0),
            colocated,
            tls,
        })
    }

    /// Makes a stack slot of `size` bytes, with an alignment of at most [`MAXIMUM_SLOT_ALIGNMENT`].
    ///
    /// Sizes are rounded up to the alignment, so that a load of a whole register stays inside.
    pub fn stack_slot(&mut self, size: u64, alignment: u64) -> ir::StackSlot {
        let alignment = alignment.clamp(1, MAXIMUM_SLOT_ALIGNMENT);
        let size = size.next_multiple_of(alignment);
        self.frame_bytes = self.frame_bytes.saturating_add(size);
        // A function with such a slot is refused.
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        self.clif.create_sized_stack_slot(ir::StackSlotData::new(
            ir::StackSlotKind::ExplicitSlot,
            size,
            alignment.trailing_zeros() as u8,
        ))
    }

    /// Makes a stack slot with any alignment. Returns its address, which is computed in the entry block and
    /// so dominates every use.
    pub fn over_aligned_slot(&mut self, size: u64, alignment: u64) -> ir::Value {
        let slot = self.stack_slot(size + alignment, MAXIMUM_SLOT_ALIGNMENT);
        let mut cursor = match self.prologue_end {
            Some(inst) => FuncCursor::new(&mut self.clif).after_inst(inst),
            None => FuncCursor::new(&mut self.clif).at_first_insertion_point(self.entry),
        };
        let address = cursor.ins().stack_addr(ir::types::I64, slot, 0);
        let bias = cursor.ins().iconst(ir::types::I64, alignment as i64 - 1);
        let biased = cursor.ins().iadd(address, bias);
        let mask = cursor.ins().iconst(ir::types::I64, -(alignment as i64));
        let aligned = cursor.ins().band(biased, mask);
        self.prologue_end = Some(self.clif.dfg.value_def(aligned).unwrap_inst());
        aligned
    }

    /// Gives the finished function to the engine.
    pub fn finish(mut self, details: FunctionDetails) -> LoweredFunction {
        let symbol = self.body.unwrap_or(self.function).0;
        self.clif.name = ir::UserFuncName::user(SYMBOL_NAMESPACE, symbol.as_u32());
        LoweredFunction {
            symbol,
            clif: self.clif,
            section: details.section,
            alignment: details.alignment,
            unwind_table: details.unwind_table,
            personality: self.personality.map(|personality| personality.0),
            locations: details.locations,
            symbol_name: details.symbol_name,
            description: details.description,
        }
    }
}

/// What a finished function has besides its CLIF. The lowering of the CGU collects it.
pub struct FunctionDetails {
    pub section: Option<Box<str>>,
    /// In bytes, a power of two.
    pub alignment: u32,
    /// Whether it has an entry in the unwind tables, even without landing pads.
    pub unwind_table: bool,
    pub symbol_name: Box<str>,
    pub locations: Vec<CodeLocation>,
    pub description: Option<Box<FunctionDescription>>,
}
