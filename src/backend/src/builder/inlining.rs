//! Inlining of the standard library's smallest functions: a call becomes the instructions of the body.
//!
//! `u32::wrapping_add`, `usize::lt`, `u64::from` and similar functions are `#[inline(always)]`, and LLVM
//! inlines them without optimisation too. A call takes more instructions than such a body, both to compile
//! and to run. Functions of other crates stay calls, so that debuggers can step into them. (MIR inlining is
//! rustc's, and happens before.)
//!
//! 1. [`Builder::inline_call`] looks up the [`InlineBody`] of a callee, which is made once in each CGU.
//! 2. [`Reader`] makes it from the callee's MIR, if that is straight-line code over scalars.
//! 3. The builder carries out the steps with the arguments of the call.

use std::rc::Rc;

use rustc_abi::{Align, BackendRepr};
use rustc_codegen_ssa::common::IntPredicate;
use rustc_hir::attrs::InlineAttr;
use rustc_hir::def::DefKind;
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_index::IndexVec;
use rustc_middle::mir::{self, BinOp, CastKind, Local, ProjectionElem, Rvalue, StatementKind, UnOp};
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf, TyAndLayout};
use rustc_middle::ty::{self, Instance, InstanceKind, Ty};
use rustc_span::sym;
use rustc_target::callconv::{FnAbi, PassMode};

use crate::builder::Builder;
use crate::builder::memory::memory_flags;
use crate::cgu::context::CodegenCx;
use crate::clif::operations::{IntegerOperation, Signedness};
use crate::clif::types::Type;
use crate::clif::values::Value;
use crate::intrinsics::integers::{self, ScalarOperation};

/// The most statements of a body that is inlined.
const LONGEST_BODY: usize = 16;

/// What a function does with its arguments.
pub struct InlineBody {
    /// The locals of the parameters that are values, with their types.
    parameters: Vec<(Local, Type)>,
    steps: Vec<(Local, Step)>,
    locals: usize,
}

/// How the value of one local is computed.
enum Step {
    Copy(Operand),
    /// `&(*pointer).field`.
    Address {
        pointer: Local,
        offset: i64,
    },
    Integer(IntegerOperation, Operand, Operand),
    Compare(IntPredicate, Operand, Operand),
    Cast(Operand, Type, Signedness),
    Complement(Operand),
    Negate(Operand),
    Intrinsic {
        operation: ScalarOperation,
        signedness: Signedness,
        arguments: Vec<Operand>,
        result: Type,
    },
}

enum Operand {
    Local(Local),
    /// `(*pointer).field`.
    Memory {
        pointer: Local,
        offset: i64,
        ty: Type,
        align: Align,
    },
    Constant(Value),
}

impl<'a, 'tcx> Builder<'a, 'tcx> {
    /// Computes the result of a call of `instance` without the call; `None` if it has to be called.
    pub fn inline_call(
        &mut self,
        instance: Option<Instance<'tcx>>,
        abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        arguments: &[Value],
    ) -> Option<Value> {
        let (instance, abi) = (instance?, abi?);
        let InstanceKind::Item(callee) = instance.def else { return None };
        if callee.krate == LOCAL_CRATE || !self.cx.tcx.sess.opts.unstable_opts.inline_llvm {
            return None;
        }
        let known = self.cx.inline_bodies.borrow().get(&instance).cloned();
        let body = known.unwrap_or_else(|| {
            let body = self.cx.inline_body(instance, abi).map(Rc::new);
            self.cx.inline_bodies.borrow_mut().insert(instance, body.clone());
            body
        })?;
        let types = body.parameters.iter().map(|&(_, ty)| ty);
        // A caller's location may follow.
        if arguments.len() < body.parameters.len() || !types.eq(arguments.iter().map(|a| a.ty())) {
            return None;
        }
        Some(self.inline(&body, arguments))
    }

    fn inline(&mut self, body: &InlineBody, arguments: &[Value]) -> Value {
        let mut locals = IndexVec::from_elem_n(Value::Undefined(Type::Void), body.locals);
        for (&(local, _), &argument) in body.parameters.iter().zip(arguments) {
            locals[local] = argument;
        }
        for (local, step) in &body.steps {
            locals[*local] = self.carry_out(step, &locals);
        }
        locals[mir::RETURN_PLACE]
    }

    fn carry_out(&mut self, step: &Step, locals: &IndexVec<Local, Value>) -> Value {
        match step {
            Step::Copy(operand) => self.operand(operand, locals),
            &Step::Address { pointer, offset } => self.offset_by(locals[pointer], offset),
            Step::Integer(operation, left, right) => {
                let (left, right) = (self.operand(left, locals), self.operand(right, locals));
                self.integer_operation(*operation, left, right)
            }
            Step::Compare(predicate, left, right) => {
                let (left, right) = (self.operand(left, locals), self.operand(right, locals));
                self.compare_integers(*predicate, left, right)
            }
            Step::Cast(operand, ty, signedness) => {
                let value = self.operand(operand, locals);
                self.cast_integer(value, *ty, *signedness)
            }
            Step::Complement(operand) => {
                let value = self.operand(operand, locals);
                self.complement(value)
            }
            Step::Negate(operand) => {
                let value = self.operand(operand, locals);
                self.negate(value)
            }
            Step::Intrinsic { operation, signedness, arguments, result } => {
                let arguments: Vec<Value> =
                    arguments.iter().map(|argument| self.operand(argument, locals)).collect();
                integers::scalar_operation(self, *operation, *signedness, &arguments, *result)
            }
        }
    }

    fn operand(&mut self, operand: &Operand, locals: &IndexVec<Local, Value>) -> Value {
        match *operand {
            Operand::Local(local) => locals[local],
            Operand::Memory { pointer, offset, ty, align } => {
                let address = self.offset_by(locals[pointer], offset);
                self.load_scalar(ty, address, memory_flags(ty, align))
            }
            Operand::Constant(value) => value,
        }
    }
}

impl<'tcx> CodegenCx<'tcx> {
    fn inline_body(&self, instance: Instance<'tcx>, abi: &FnAbi<'tcx, Ty<'tcx>>) -> Option<InlineBody> {
        let (tcx, callee) = (self.tcx, instance.def_id());
        let attributes = tcx.codegen_fn_attrs(callee);
        let is_library = matches!(tcx.crate_name(callee.krate), sym::core | sym::alloc | sym::std);
        let is_inlined = is_library
            && attributes.inline == InlineAttr::Always
            && attributes.target_features.is_empty()
            && matches!(tcx.def_kind(callee), DefKind::Fn | DefKind::AssocFn)
            && tcx.is_mir_available(callee);
        if !is_inlined || !matches!(abi.ret.mode, PassMode::Direct(_)) {
            return None;
        }
        let body = tcx.instance_mir(instance.def);
        if body.basic_blocks.len() > LONGEST_BODY || abi.args.len() < body.arg_count {
            return None;
        }
        let reader = Reader { cx: self, instance, body };
        let parameters = reader.parameters(abi)?;
        // There is only one path, so every step before the return is executed.
        Some(InlineBody { parameters, steps: reader.steps()?, locals: body.local_decls.len() })
    }
}

/// Reads the body of a function.
struct Reader<'r, 'tcx> {
    cx: &'r CodegenCx<'tcx>,
    instance: Instance<'tcx>,
    body: &'tcx mir::Body<'tcx>,
}

impl<'tcx> Reader<'_, 'tcx> {
    fn layout(&self, ty: Ty<'tcx>) -> TyAndLayout<'tcx> {
        let cx = self.cx;
        let generic = ty::EarlyBinder::bind(ty);
        let ty =
            self.instance.instantiate_mir_and_normalize_erasing_regions(cx.tcx, cx.typing_env(), generic);
        cx.layout_of(ty)
    }

    /// Returns the type of a scalar's value.
    fn scalar(&self, layout: TyAndLayout<'tcx>) -> Option<Type> {
        match layout.backend_repr {
            BackendRepr::Scalar(scalar) => Some(self.cx.immediate_scalar(scalar)),
            _ => None,
        }
    }

    /// Returns the type of a scalar whose operations are those of integers, and its signedness.
    fn integer(&self, ty: Ty<'tcx>) -> Option<(Type, Signedness)> {
        let layout = self.layout(ty);
        let is_integer = layout.ty.is_integral() || layout.ty.is_bool() || layout.ty.is_char();
        let signedness = if layout.ty.is_signed() { Signedness::Signed } else { Signedness::Unsigned };
        Some((self.scalar(layout).filter(|_| is_integer)?, signedness))
    }

    fn parameters(&self, abi: &FnAbi<'tcx, Ty<'tcx>>) -> Option<Vec<(Local, Type)>> {
        let mut parameters = Vec::new();
        for (local, argument) in self.body.args_iter().zip(&abi.args) {
            match argument.mode {
                PassMode::Ignore => {}
                PassMode::Direct(_) => parameters.push((local, self.scalar(argument.layout)?)),
                _ => return None,
            }
        }
        Some(parameters)
    }

    /// Returns the steps of the only path through the body.
    fn steps(&self) -> Option<Vec<(Local, Step)>> {
        let mut steps = Vec::new();
        let mut block = mir::START_BLOCK;
        for _ in 0..LONGEST_BODY {
            let data = &self.body.basic_blocks[block];
            for statement in &data.statements {
                if let Some((place, value)) = assignment(&statement.kind)? {
                    steps.push((place.as_local()?, self.step(value)?));
                }
            }
            block = match &data.terminator().kind {
                mir::TerminatorKind::Return => return Some(steps).filter(|s| s.len() <= LONGEST_BODY),
                mir::TerminatorKind::Goto { target } => *target,
                mir::TerminatorKind::Call { func, args, destination, target, .. } => {
                    let arguments = args.iter().map(|argument| &argument.node);
                    steps.push((destination.as_local()?, self.intrinsic(func, arguments, destination)?));
                    (*target)?
                }
                _ => return None,
            };
        }
        None
    }

    fn step(&self, value: &Rvalue<'tcx>) -> Option<Step> {
        Some(match value {
            Rvalue::Use(operand) => Step::Copy(self.operand(operand)?),
            Rvalue::Ref(_, _, place) | Rvalue::RawPtr(_, place) => {
                let (pointer, offset, _) = self.behind_pointer(place)?;
                Step::Address { pointer, offset }
            }
            Rvalue::BinaryOp(operation, operands) => self.binary(*operation, &operands.0, &operands.1)?,
            Rvalue::UnaryOp(operation, operand) => {
                self.integer(operand.ty(self.body, self.cx.tcx))?;
                match operation {
                    UnOp::Not => Step::Complement(self.operand(operand)?),
                    UnOp::Neg => Step::Negate(self.operand(operand)?),
                    UnOp::PtrMetadata => return None,
                }
            }
            Rvalue::Cast(CastKind::IntToInt, operand, ty) => {
                let (_, signedness) = self.integer(operand.ty(self.body, self.cx.tcx))?;
                Step::Cast(self.operand(operand)?, self.integer(*ty)?.0, signedness)
            }
            Rvalue::Cast(CastKind::PtrToPtr | CastKind::Transmute, operand, ty) => {
                let from = self.scalar(self.layout(operand.ty(self.body, self.cx.tcx)))?;
                let to = self.scalar(self.layout(*ty))?;
                if from != to {
                    return None;
                }
                Step::Copy(self.operand(operand)?)
            }
            _ => return None,
        })
    }

    fn binary(
        &self,
        operation: BinOp,
        left: &mir::Operand<'tcx>,
        right: &mir::Operand<'tcx>,
    ) -> Option<Step> {
        let (_, signedness) = self.integer(left.ty(self.body, self.cx.tcx))?;
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        if let Some(predicate) = predicate(operation, signedness) {
            return Some(Step::Compare(predicate, left, right));
        }
        let operation = match operation {
            BinOp::Add | BinOp::AddUnchecked => IntegerOperation::Add,
            BinOp::Sub | BinOp::SubUnchecked => IntegerOperation::Subtract,
            BinOp::Mul | BinOp::MulUnchecked => IntegerOperation::Multiply,
            BinOp::BitAnd => IntegerOperation::And,
            BinOp::BitOr => IntegerOperation::Or,
            BinOp::BitXor => IntegerOperation::ExclusiveOr,
            _ => return None,
        };
        Some(Step::Integer(operation, left, right))
    }

    fn intrinsic<'o>(
        &self,
        function: &mir::Operand<'tcx>,
        arguments: impl Iterator<Item = &'o mir::Operand<'tcx>>,
        destination: &mir::Place<'tcx>,
    ) -> Option<Step>
    where
        'tcx: 'o,
    {
        let (callee, _) = function.const_fn_def()?;
        let operation = integers::operation_of(self.cx.tcx.intrinsic(callee)?.name)?;
        let arguments: Vec<&mir::Operand<'tcx>> = arguments.collect();
        let (_, signedness) = self.integer(arguments.first()?.ty(self.body, self.cx.tcx))?;
        let (result, _) = self.integer(destination.ty(self.body, self.cx.tcx).ty)?;
        let arguments =
            arguments.into_iter().map(|argument| self.operand(argument)).collect::<Option<_>>()?;
        Some(Step::Intrinsic { operation, signedness, arguments, result })
    }

    fn operand(&self, operand: &mir::Operand<'tcx>) -> Option<Operand> {
        match operand {
            mir::Operand::Copy(place) | mir::Operand::Move(place) => {
                if let Some(local) = place.as_local() {
                    self.scalar(self.layout(self.body.local_decls[local].ty))?;
                    return Some(Operand::Local(local));
                }
                let (pointer, offset, layout) = self.behind_pointer(place)?;
                // The fields of a packed struct may be anywhere.
                let align = if place.projection.len() == 1 { layout.align.abi } else { Align::ONE };
                Some(Operand::Memory { pointer, offset, ty: self.scalar(layout)?, align })
            }
            mir::Operand::Constant(constant) => {
                let ty = self.integer(constant.const_.ty())?.0;
                Some(Operand::Constant(Value::constant(ty, self.bits(constant)?)))
            }
            mir::Operand::RuntimeChecks(_) => None,
        }
    }

    fn bits(&self, constant: &mir::ConstOperand<'tcx>) -> Option<u128> {
        constant.const_.try_to_scalar_int().map(|int| int.to_bits(int.size()))
    }

    /// Returns the pointer, offset and layout of a place that is a field (of a field ...) of what a thin
    /// pointer points to.
    fn behind_pointer(&self, place: &mir::Place<'tcx>) -> Option<(Local, i64, TyAndLayout<'tcx>)> {
        let (ProjectionElem::Deref, fields) = place.projection.split_first()? else { return None };
        let pointer = self.layout(self.body.local_decls[place.local].ty);
        self.scalar(pointer)?;
        let mut layout = self.layout(pointer.ty.builtin_deref(true)?);
        let mut offset = 0;
        for element in fields {
            let ProjectionElem::Field(field, _) = element else { return None };
            offset += layout.fields.offset(field.as_usize()).bytes() as i64;
            layout = layout.field(self.cx, field.as_usize());
        }
        Some((place.local, offset, layout))
    }
}

/// Returns what a statement assigns, if it is an assignment; `None` if the statement cannot be inlined.
fn assignment<'s, 'tcx>(
    statement: &'s StatementKind<'tcx>,
) -> Option<Option<(&'s mir::Place<'tcx>, &'s Rvalue<'tcx>)>> {
    match statement {
        StatementKind::Assign(assignment) => Some(Some((&assignment.0, &assignment.1))),
        StatementKind::StorageLive(_) | StatementKind::StorageDead(_) | StatementKind::Nop => Some(None),
        _ => None,
    }
}

fn predicate(comparison: BinOp, signedness: Signedness) -> Option<IntPredicate> {
    let signed = signedness == Signedness::Signed;
    Some(match comparison {
        BinOp::Eq => IntPredicate::IntEQ,
        BinOp::Ne => IntPredicate::IntNE,
        BinOp::Lt if signed => IntPredicate::IntSLT,
        BinOp::Lt => IntPredicate::IntULT,
        BinOp::Le if signed => IntPredicate::IntSLE,
        BinOp::Le => IntPredicate::IntULE,
        BinOp::Gt if signed => IntPredicate::IntSGT,
        BinOp::Gt => IntPredicate::IntUGT,
        BinOp::Ge if signed => IntPredicate::IntSGE,
        BinOp::Ge => IntPredicate::IntUGE,
        _ => return None,
    })
}
