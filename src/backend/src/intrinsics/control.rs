//! Lowers intrinsics about control flow: catching unwinding, hints about conditions, traps.

use clif_engine::cgu::{Binding, SymbolKind, Visibility};
use cranelift_codegen::ir;
use cranelift_codegen::ir::InstBuilder;
use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_codegen_ssa::mir::place::PlaceValue;
use rustc_codegen_ssa::traits::{BuilderMethods, ConstCodegenMethods, MiscCodegenMethods};
use rustc_middle::span_bug;
use rustc_session::config::OptLevel;
use rustc_span::sym;

use super::{Call, Outcome};
use crate::abi::Definition;
use crate::builder::Builder;
use crate::builder::calls::InvokeTargets;
use crate::cgu::context::CodegenCx;
use crate::clif::function::{BasicBlock, Function, LandingPad};
use crate::clif::types::Type;
use crate::clif::values::Value;

/// The results of `catch_unwind`.
const NOT_CAUGHT: i64 = 0;
const CAUGHT: i64 = 1;

/// The name of the function around `catch_unwind`, as in LLVM's backend.
pub const TRY_FUNCTION: &str = "__rust_try";
const TRY_PARAMETERS: [Type; 3] = [Type::Pointer; 3];

pub fn lower<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Option<Outcome> {
    Some(match call.name {
        sym::catch_unwind => catch_unwind(builder, call),
        sym::select_unpredictable => select_unpredictable(builder, call),
        sym::is_val_statically_known => Outcome::Result(builder.cx.const_bool(false)),
        sym::assume | sym::cold_path => Outcome::Done,
        sym::breakpoint => breakpoint(builder),
        sym::unreachable => unreachable(builder),
        _ => return None,
    })
}

fn breakpoint(builder: &mut Builder<'_, '_>) -> Outcome {
    builder.emit(|c| c.ins().debugtrap());
    Outcome::Done
}

fn unreachable(builder: &mut Builder<'_, '_>) -> Outcome {
    builder.abort_here();
    Outcome::Done
}

fn select_unpredictable<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let condition = call.value(0);
    match (call.arguments[1].val, call.arguments[2].val) {
        (OperandValue::ZeroSized, OperandValue::ZeroSized) => {}
        (OperandValue::Ref(first), OperandValue::Ref(second)) => {
            let chosen = builder.choose(condition, first.llval, second.llval);
            let place = PlaceValue::new_sized(chosen, first.align.min(second.align));
            OperandValue::Ref(place).store(builder, call.result);
        }
        (OperandValue::Immediate(first), OperandValue::Immediate(second)) => {
            // A vector without a CLIF type cannot be selected. The library's body works for it.
            if first.ty().clif().is_none() {
                return Outcome::Fallback;
            }
            return Outcome::Result(builder.choose(condition, first, second));
        }
        (OperandValue::Pair(first, first_rest), OperandValue::Pair(second, second_rest)) => {
            let chosen = builder.choose(condition, first, second);
            let rest = builder.choose(condition, first_rest, second_rest);
            OperandValue::Pair(chosen, rest).store(builder, call.result);
        }
        _ => span_bug!(call.span, "`select_unpredictable` of two kinds of operands"),
    }
    Outcome::Done
}

/// Lowers `catch_unwind(try_function, data, catch_function)`: calls `try_function(data)`, and if that
/// unwinds, calls `catch_function(data, exception)`. Neither has a result; both take addresses, so that
/// Rust's and C's conventions agree.
///
/// Without optimisation, this is a separate function, as with LLVM: backtraces have a frame `__rust_try`.
fn catch_unwind<'tcx>(builder: &mut Builder<'_, 'tcx>, call: &Call<'_, 'tcx>) -> Outcome {
    let arguments = [call.value(0), call.value(1), call.value(2)];
    let cx = builder.cx;
    if !cx.tcx.sess.panic_strategy().unwinds() {
        let signature = cx.plain_signature(&[Type::Pointer], Type::Void);
        builder.call_with_signature(signature, arguments[0], &arguments[1..2]);
        return Outcome::Result(cx.const_i32(NOT_CAUGHT as i32));
    }
    if cx.tcx.sess.opts.optimize != OptLevel::No {
        return Outcome::Result(call_and_catch(builder, arguments));
    }
    let signature = cx.plain_signature(&TRY_PARAMETERS, Type::I32);
    let function = cx.try_function.get().unwrap_or_else(|| {
        let binding = Binding::Local;
        let symbol = cx.define_symbol(TRY_FUNCTION, SymbolKind::Function, binding, Visibility::Default);
        let function = Function(symbol);
        cx.signatures.borrow_mut().set_definition(function, Definition { signature, instance: None });
        cx.try_function.set(Some(function));
        function
    });
    let function = Value::Symbol { symbol: function.0, offset: 0 };
    Outcome::Result(builder.call_with_signature(signature, function, &arguments))
}

/// Makes [`TRY_FUNCTION`] the function under construction, if the CGU uses it.
pub fn build_try_function<'tcx>(cx: &CodegenCx<'tcx>) {
    let Some(function) = cx.try_function.get() else { return };
    let block = Builder::append_block(cx, function, "start");
    let mut builder = Builder::build(cx, block);
    let arguments = [0, 1, 2].map(|index| builder.parameter(index));
    let result = call_and_catch(&mut builder, arguments);
    builder.return_value(result);
}

fn call_and_catch<'tcx>(
    builder: &mut Builder<'_, 'tcx>,
    [try_function, data, catch_function]: [Value; 3],
) -> Value {
    let try_signature = builder.cx.plain_signature(&[Type::Pointer], Type::Void);
    let blocks = TryBlocks::new(builder);
    let start = builder.block;

    builder.block = blocks.catch;
    let personality = builder.cx.eh_personality();
    let exception = builder.landing_pad(personality, LandingPad::Catch)[0];
    let exception = Value::Instruction { value: exception, ty: Type::Pointer };
    let catch_signature = builder.cx.plain_signature(&[Type::Pointer, Type::Pointer], Type::Void);
    builder.call_with_signature(catch_signature, catch_function, &[data, exception]);
    blocks.join(builder, CAUGHT);

    builder.block = start;
    let targets = InvokeTargets { normal: blocks.normal, unwind: blocks.catch };
    builder.invoke_with_signature(try_signature, try_function, &[data], targets);

    builder.block = blocks.normal;
    blocks.join(builder, NOT_CAUGHT);

    builder.block = blocks.joined;
    Value::Instruction { value: blocks.result, ty: Type::I32 }
}

/// The blocks of one `catch_unwind`.
struct TryBlocks {
    normal: BasicBlock,
    catch: BasicBlock,
    joined: BasicBlock,
    /// The parameter of `joined`.
    result: ir::Value,
}

impl TryBlocks {
    fn new(builder: &mut Builder<'_, '_>) -> TryBlocks {
        let function = builder.block.function;
        builder.with_function(|state| {
            let [normal, catch, joined] = [(); 3].map(|()| BasicBlock { function, block: state.new_block() });
            let result = state.clif.dfg.append_block_param(joined.block, ir::types::I32);
            TryBlocks { normal, catch, joined, result }
        })
    }

    /// Ends the current block with a jump to `joined` that passes `result`.
    fn join(&self, builder: &mut Builder<'_, '_>, result: i64) {
        let joined = self.joined.block;
        builder.emit(|c| {
            let result = c.ins().iconst(ir::types::I32, result);
            c.ins().jump(joined, &[result.into()])
        });
    }
}
