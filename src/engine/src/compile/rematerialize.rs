//! Computes addresses of stack slots in the blocks that use them, instead of keeping them in registers across
//! blocks.
//!
//! Cranelift's optimiser computes equal addresses once for all blocks that the first computation dominates.
//! In a function with thousands of locals that have destructors, each address then stays live from the
//! local's initialisation to the cleanup block that drops it, through all blocks between. The time of
//! register allocation grows with the product of addresses and blocks. (The optimiser itself rematerialises
//! constants and sums with constants in each block, `opts/remat.isle` of cranelift-codegen, but not
//! `stack_addr`.) An address costs one instruction without operands, and none in a load or store.
//!
//! This pass runs after the optimiser, which would merge the addresses again:
//! 1. [`distant_uses`] finds operands that are addresses from other blocks.
//! 2. Each of them gets an address in its own block. If the use is in a loop that does not contain the old
//!    address, the new one is in the block before the loop ([`block_for_copy`]).

use cranelift_codegen::Context;
use cranelift_codegen::dominator_tree::DominatorTree;
use cranelift_codegen::ir::{Block, Function, Inst, Opcode, Value};
use cranelift_codegen::loop_analysis::LoopAnalysis;
use rustc_hash::FxHashMap;

/// An operand whose address comes from another block.
struct DistantUse {
    user: Inst,
    user_block: Block,
    address: Value,
    address_block: Block,
}

/// Runs the pass on an optimised function. The dominator tree has to be valid and stays valid.
pub(super) fn rematerialize_slot_addresses(context: &mut Context) {
    let uses = distant_uses(&context.func);
    if uses.is_empty() {
        return;
    }
    context.compute_loop_analysis();
    let (function, loops) = (&mut context.func, &context.loop_analysis);
    let mut copies: FxHashMap<(Block, Value), Value> = FxHashMap::default();
    for DistantUse { user, user_block, address, address_block } in uses {
        let block = block_for_copy(loops, &context.domtree, user_block, address_block);
        if block == address_block {
            continue;
        }
        let copy = *copies.entry((block, address)).or_insert_with(|| {
            // In the user's block, `user` is the first use, because uses are in the order of the layout.
            let before = if block == user_block { Some(user) } else { function.layout.last_inst(block) };
            copy_before(function, address, before.expect("a block of a complete function has instructions"))
        });
        function.dfg.map_inst_values(user, |operand| if operand == address { copy } else { operand });
    }
}

/// Finds operands that are addresses of stack slots from other blocks, in the order of the layout.
fn distant_uses(function: &Function) -> Vec<DistantUse> {
    let mut uses = Vec::new();
    let block_of = |address: Value| {
        let inst = function.dfg.value_def(address).inst()?;
        let is_address = function.dfg.insts[inst].opcode() == Opcode::StackAddr;
        is_address.then(|| function.layout.inst_block(inst)).flatten()
    };
    for user_block in function.layout.blocks() {
        for user in function.layout.block_insts(user_block) {
            for address in function.dfg.inst_values(user) {
                if let Some(address_block) = block_of(address)
                    && address_block != user_block
                {
                    uses.push(DistantUse { user, user_block, address, address_block });
                }
            }
        }
    }
    uses
}

/// Chooses the block for a new address: the user's block, or the block before the outermost loop that
/// contains the user, but not the old address.
fn block_for_copy(
    loops: &LoopAnalysis,
    domtree: &DominatorTree,
    user_block: Block,
    address_block: Block,
) -> Block {
    let mut block = user_block;
    while let Some(inner) = loops.innermost_loop(block)
        && !loops.is_in_loop(address_block, inner)
        && let Some(before) = domtree.idom(loops.loop_header(inner))
    {
        block = before;
    }
    block
}

fn copy_before(function: &mut Function, address: Value, before: Inst) -> Value {
    let inst = function.dfg.value_def(address).inst().expect("an address is an instruction's result");
    let copy = function.dfg.clone_inst(inst);
    function.layout.insert_inst(copy, before);
    function.dfg.first_result(copy)
}

#[cfg(test)]
mod tests {
    use cranelift_codegen::control::ControlPlane;

    use super::*;
    use crate::compile::{IsaSettings, OptimizeLevel};

    /// Optimises a function, runs the pass and verifies the result.
    fn rematerialized(clif: &str) -> Function {
        let triple = "x86_64-unknown-linux-gnu".parse().unwrap();
        let isa = IsaSettings { optimize: OptimizeLevel::Speed, ..IsaSettings::new(triple) }.build().unwrap();
        let function = cranelift_reader::parse_functions(clif).unwrap().remove(0);
        let mut context = Context::for_function(function);
        context.optimize(&*isa, &mut ControlPlane::default()).unwrap();
        rematerialize_slot_addresses(&mut context);
        context.verify(&*isa).unwrap();
        context.func
    }

    /// The blocks that compute addresses with uses.
    fn blocks_with_addresses(function: &Function) -> Vec<u32> {
        let used = |address: Value| {
            let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
            insts.flat_map(|inst| function.dfg.inst_values(inst)).any(|operand| operand == address)
        };
        let mut found = Vec::new();
        for block in function.layout.blocks() {
            for inst in function.layout.block_insts(block) {
                if function.dfg.insts[inst].opcode() == Opcode::StackAddr
                    && used(function.dfg.first_result(inst))
                {
                    found.push(block.as_u32());
                }
            }
        }
        found
    }

    #[test]
    fn a_cleanup_block_computes_its_own_address() {
        let function = rematerialized(
            "function %f() system_v {
                ss0 = explicit_slot 8
                sig0 = (i64) system_v
                fn0 = %g sig0
            block0:
                v0 = stack_addr.i64 ss0
                call fn0(v0)
                try_call fn0(v0), sig0, block1, [ default: block2 ]
            block1:
                return
            block2:
                v1 = stack_addr.i64 ss0
                call fn0(v1)
                call fn0(v1)
                trap user1
            }",
        );
        assert_eq!(blocks_with_addresses(&function), [0, 2]);
    }

    #[test]
    fn a_loop_uses_an_address_from_before_it() {
        let function = rematerialized(
            "function %f(i64) system_v {
                ss0 = explicit_slot 8
                sig0 = (i64) system_v
                fn0 = %g sig0
            block0(v0: i64):
                v1 = stack_addr.i64 ss0
                call fn0(v1)
                brif v0, block1, block4
            block1:
                call fn0(v0)
                jump block2(v0)
            block2(v2: i64):
                v3 = stack_addr.i64 ss0
                call fn0(v3)
                v4 = iconst.i64 1
                v5 = isub v2, v4
                brif v5, block2(v5), block3
            block3:
                return
            block4:
                return
            }",
        );
        assert_eq!(blocks_with_addresses(&function), [0, 1]);
    }
}
