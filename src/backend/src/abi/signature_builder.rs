//! Builds one signature: collects the backend parameters one after the other, then finishes them for CLIF or
//! for a shim.

use std::rc::Rc;

use clif_engine::calls::{Assigner, ByValue, Convention, Members, PlacedPiece};
use cranelift_codegen::ir;
use cranelift_codegen::ir::ArgumentExtension;
use cranelift_codegen::isa::CallConv;
use rustc_abi::Reg;
use rustc_middle::bug;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_target::callconv::{ArgAbi, ArgAttributes, CastTarget, PassMode, Uniform};

use super::{extension_of, shims};
use crate::cgu::context::CodegenCx;
use crate::clif::signatures::{Parameter, Piece, Signature, VariadicCallee};
use crate::clif::types::{FloatFormat, Type};

/// The most bytes of stack arguments without a shim. Cranelift refuses 128 MiB (`STACK_ARG_RET_SIZE_LIMIT`,
/// `cranelift-codegen-0.136.5/src/isa/x64/abi.rs`) and counts arguments as a part of frames; see
/// [`crate::clif::function::MAXIMUM_FRAME_BYTES`].
const CLIF_STACK_ARGUMENTS: u64 = 1 << 20;
/// The most bytes of stack arguments. LLVM 22 computes the offset of a stack argument modulo 2^32: from 2 GiB
/// on, its code is wrong.
const MAXIMUM_STACK_ARGUMENTS: u64 = 1 << 30;

/// A signature that is being built.
pub(super) struct SignatureBuilder<'a, 'tcx> {
    pub(super) cx: &'a CodegenCx<'tcx>,
    assigner: Assigner,
    pub(super) parameters: Vec<Described>,
    /// The type of the indirect result, whose address is the hidden first parameter.
    pub(super) indirect_result: Option<TyAndLayout<'tcx>>,
    /// How many backend parameters come before variable arguments.
    pub(super) named: usize,
    pub(super) shims: ShimNeeds,
    /// Whether the convention is `rust-cold`.
    pub(super) is_cold: bool,
    pub(super) unsupported: Option<String>,
}

/// One backend parameter, before the order of CLIF's parameters is known.
pub(super) struct Described {
    pub(super) ty: Type,
    pieces: Vec<PlacedPiece>,
    pub(super) by_value: Option<ByValue>,
    pub(super) extension: ArgumentExtension,
    pub(super) aggregate: Aggregate,
}

/// The type of an aggregate in LLVM's IR. Machines may pass an array in another way than its elements.
pub(super) enum Aggregate {
    /// A struct of its members. Also for scalars.
    Members,
    /// An array, if there is more than one unit. The last one may be larger than what is left of the value.
    Array { unit: Reg, count: u64 },
    /// For `extern "unadjusted"`, as text.
    Unadjusted(String),
}

impl Aggregate {
    /// Returns the type of an aggregate that is passed in registers.
    pub(super) fn of_cast(cast: &CastTarget) -> Aggregate {
        let Uniform { unit, total, .. } = cast.rest;
        match cast.prefix.iter().any(Option::is_some) || cast.rest_offset.is_some() {
            true => Aggregate::Members,
            false => Aggregate::Array { unit, count: total.bytes().div_ceil(unit.size.bytes()) },
        }
    }
}

/// Where a signature needs shims.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ShimNeeds {
    Nothing,
    /// CLIF cannot align the stack arguments of calls. Definitions work without shims.
    Calls,
    CallsAndDefinitions,
}

impl<'a, 'tcx> SignatureBuilder<'a, 'tcx> {
    pub(super) fn new(cx: &'a CodegenCx<'tcx>, convention: Convention) -> Self {
        SignatureBuilder {
            cx,
            assigner: Assigner::new(cx.machine.calls, convention),
            parameters: Vec::new(),
            indirect_result: None,
            named: 0,
            shims: ShimNeeds::Nothing,
            is_cold: false,
            unsupported: None,
        }
    }

    pub(super) fn needs_shims(&mut self, needs: ShimNeeds) {
        self.shims = self.shims.max(needs);
    }

    fn push(&mut self, ty: Type, pieces: Vec<PlacedPiece>, extension: ArgumentExtension) {
        self.parameters.push(Described {
            ty,
            pieces,
            by_value: None,
            extension,
            aggregate: Aggregate::Members,
        });
    }

    /// Says that all parameters so far are named ones.
    pub(super) fn end_named_parameters(&mut self) {
        self.named = self.parameters.len();
        self.assigner.begin_variable_arguments();
    }

    pub(super) fn convention(&self) -> Convention {
        self.assigner.convention
    }

    /// Places the scalars and vectors of one argument. Those that only LLVM can place have no piece.
    fn pieces(&mut self, types: &[Type], extension: ArgumentExtension, members: Members) -> Vec<PlacedPiece> {
        if types == [Type::SoftFloat(FloatFormat::Quad)] {
            return vec![self.assigner.soft_quad()];
        }
        let mut parameters = Vec::new();
        for ty in types {
            match ty.clif() {
                Some(clif) => parameters.push(self.cx.machine.calls.parameter(clif, extension)),
                None => self.needs_shims(ShimNeeds::CallsAndDefinitions),
            }
        }
        let pieces = self.assigner.scalars(&parameters, members);
        if self.assigner.needs_shim {
            self.needs_shims(ShimNeeds::CallsAndDefinitions);
        }
        pieces
    }

    /// Adds a scalar whose signedness is not known.
    pub(super) fn plain_scalar(&mut self, ty: Type) {
        let extension = self.cx.plain_extension(ty);
        let pieces = self.pieces(&[ty], extension, Members::Separate);
        self.push(ty, pieces, extension);
    }

    pub(super) fn scalar(&mut self, ty: Type, attributes: &ArgAttributes) {
        let extension = extension_of(attributes);
        let pieces = self.pieces(&[ty], extension, Members::Separate);
        self.push(ty, pieces, extension);
    }

    fn cast(&mut self, cast: &CastTarget) {
        let aggregate = self.cx.cast_aggregate(cast);
        let extension = extension_of(&cast.attrs);
        let members = if cast.rest.is_consecutive { Members::Together } else { Members::Separate };
        let types: Vec<Type> = aggregate.elements.iter().map(|element| element.ty).collect();
        let pieces = self.pieces(&types, extension, members);
        let ty = self.cx.intern_aggregate(aggregate);
        let aggregate = Aggregate::of_cast(cast);
        self.parameters.push(Described { ty, pieces, by_value: None, extension, aggregate });
    }

    pub(super) fn argument(&mut self, argument: &ArgAbi<'tcx, Ty<'tcx>>) {
        let plain = ArgAttributes::new();
        match &argument.mode {
            PassMode::Ignore => {}
            PassMode::Direct(attributes) => match self.cx.immediate_type(argument.layout) {
                ty @ Type::Memory { .. } => self.unadjusted_aggregate(ty, argument.layout),
                ty => self.scalar(ty, attributes),
            },
            PassMode::Pair(first, second) => {
                let Type::Aggregate(id) = self.cx.immediate_type(argument.layout) else {
                    bug!("{:?} is passed as a pair but is none", argument.layout.ty)
                };
                let types: Vec<Type> = self.cx.types.borrow().get(id).elements.iter().map(|e| e.ty).collect();
                self.scalar(types[0], first);
                self.scalar(types[1], second);
            }
            PassMode::Cast { pad_i32, cast } => {
                if *pad_i32 {
                    self.scalar(Type::I32, &plain);
                }
                self.cast(cast);
            }
            PassMode::Indirect { meta_attrs: Some(_), .. } => {
                // The two halves of a wide pointer.
                self.scalar(Type::Pointer, &plain);
                self.scalar(Type::Pointer, &plain);
            }
            PassMode::Indirect { attrs, on_stack: true, .. } => {
                let size = argument.layout.size.bytes();
                let alignment = attrs.pointee_align.map(rustc_abi::Align::bytes);
                self.by_value(size, alignment.unwrap_or(self.cx.machine.calls.stack_slot));
            }
            PassMode::Indirect { on_stack: false, .. } => self.scalar(Type::Pointer, &plain),
        }
    }

    fn by_value(&mut self, size: u64, alignment: u64) {
        let (piece, by_value) = self.assigner.by_value(size, alignment);
        if matches!(by_value, ByValue::Stack { .. }) && alignment > self.cx.machine.calls.stack_alignment {
            self.needs_shims(ShimNeeds::Calls);
        }
        self.parameters.push(Described {
            ty: Type::Pointer,
            pieces: vec![piece],
            by_value: Some(by_value),
            extension: ArgumentExtension::None,
            aggregate: Aggregate::Members,
        });
    }

    /// Adds an aggregate of `extern "unadjusted"`. LLVM passes each member of its type for the aggregate by
    /// itself, padding included.
    fn unadjusted_aggregate(&mut self, ty: Type, layout: TyAndLayout<'tcx>) {
        self.needs_shims(ShimNeeds::CallsAndDefinitions);
        let aggregate = Aggregate::Unadjusted(self.cx.ir_of_aggregate(layout));
        let extension = ArgumentExtension::None;
        self.parameters.push(Described { ty, pieces: vec![], by_value: None, extension, aggregate });
    }

    /// Adds the hidden first parameter: the address at which the function stores its indirect result.
    pub(super) fn result_pointer(&mut self, result: TyAndLayout<'tcx>) {
        let piece = self.assigner.result_pointer();
        self.push(Type::Pointer, vec![piece], ArgumentExtension::None);
        self.indirect_result = Some(result);
    }

    /// Checks the size of the stack arguments, once all parameters are known: CLIF has a limit, and so do
    /// shims.
    pub(super) fn check_size(&mut self) {
        if self.assigner.stack_bytes > CLIF_STACK_ARGUMENTS {
            self.needs_shims(ShimNeeds::CallsAndDefinitions);
        }
        if self.assigner.stack_bytes > MAXIMUM_STACK_ARGUMENTS {
            self.unsupported = Some(format!(
                "arguments on the stack of more than {MAXIMUM_STACK_ARGUMENTS} bytes (these take {})",
                self.assigner.stack_bytes
            ));
        }
    }

    /// Finishes a signature without shims.
    pub(super) fn finish(
        mut self,
        call_conv: CallConv,
        returns: SignatureResults,
        variadic: Variadic,
    ) -> Signature {
        let calls = self.cx.machine.calls;
        let callee = (variadic == Variadic::Yes && calls.variadic.call_stub.is_some()).then(|| {
            self.assigner.needs_fillers = true;
            let pointer = ir::AbiParam::new(ir::types::I64);
            let placed = self.assigner.stack_slot(pointer, calls.stack_slot, calls.stack_slot);
            (PlacedPiece::Whole(placed), self.assigner.stack_bytes - calls.stack_slot)
        });
        let (params, stack_start) = self.assigner.finish();
        let parameters = self
            .parameters
            .into_iter()
            .map(|Described { ty, pieces, by_value, .. }| Parameter {
                ty,
                pieces: pieces.into_iter().map(|piece| at(piece, stack_start)).collect(),
                by_value,
            })
            .collect();
        let variadic_callee = callee.map(|(piece, stack_offset)| match at(piece, stack_start) {
            Piece::Whole(parameter) => VariadicCallee { parameter, stack_offset },
            Piece::Halves { .. } | Piece::Bits(_) => bug!("an address is one piece"),
        });
        let clif = ir::Signature { params, returns: returns.clif, call_conv };
        let unsupported = self.unsupported.or(returns.unsupported);
        Signature {
            clif,
            parameters,
            variadic_callee,
            result: returns.ty,
            shim: None,
            invoke_shim: None,
            unsupported,
        }
    }

    /// Finishes the signature of functions that are called or defined through a shim.
    pub(super) fn finish_for_shim(self, returns: SignatureResults, variadic: Variadic) -> Signature {
        let named = (variadic == Variadic::Yes).then_some(self.named);
        let plan = shims::plan(&self, &returns, named);
        let parameters = self
            .parameters
            .into_iter()
            .map(|Described { ty, by_value, .. }| Parameter { ty, pieces: vec![], by_value })
            .collect();
        Signature {
            // The signature of a definition's body. Calls use the shim's own signature.
            clif: ir::Signature {
                params: vec![ir::AbiParam::new(ir::types::I64)],
                ..ir::Signature::new(Convention::C.clif())
            },
            parameters,
            variadic_callee: None,
            result: returns.ty,
            shim: Some(Rc::new(plan)),
            invoke_shim: None,
            unsupported: self.unsupported.or(returns.unsupported),
        }
    }
}

/// Returns the piece with the final indices of CLIF's parameters.
fn at(piece: PlacedPiece, stack_start: usize) -> Piece {
    match piece {
        PlacedPiece::Whole(placed) => Piece::Whole(placed.index(stack_start)),
        PlacedPiece::Halves { low, high } => {
            Piece::Halves { low: low.index(stack_start), high: high.index(stack_start) }
        }
        PlacedPiece::Bits(placed) => Piece::Bits(placed.index(stack_start)),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variadic {
    Yes,
    No,
}

/// The results of a signature.
pub(super) struct SignatureResults {
    pub(super) ty: Type,
    pub(super) clif: Vec<ir::AbiParam>,
    /// How each scalar is extended for the caller.
    pub(super) extension: ArgumentExtension,
    pub(super) aggregate: Aggregate,
    pub(super) shims: ShimNeeds,
    pub(super) unsupported: Option<String>,
}

impl SignatureResults {
    pub(super) fn new(ty: Type) -> SignatureResults {
        SignatureResults {
            ty,
            clif: vec![],
            extension: ArgumentExtension::None,
            aggregate: Aggregate::Members,
            shims: ShimNeeds::Nothing,
            unsupported: None,
        }
    }
}
