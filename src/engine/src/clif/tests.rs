//! Tests each helper on a function written as CLIF text.

use cranelift_codegen::ir;
use cranelift_reader::parse_functions;
use rustc_hash::FxHashSet;

use super::switch::{JumpTables, Switch};
use super::unread_slots::{UnreadSlots, VariableFacts};
use super::{memory, narrowings};
use crate::description::{VariableLocation, VariablePiece};

pub(crate) fn parse(text: &str) -> ir::Function {
    let mut functions = parse_functions(text).expect("the test's CLIF");
    assert_eq!(functions.len(), 1);
    functions.remove(0)
}

/// Counts the instructions of `function` with this opcode.
fn count(function: &ir::Function, opcode: ir::Opcode) -> usize {
    let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
    insts.filter(|&inst| function.dfg.insts[inst].opcode() == opcode).count()
}

/// Returns a function that switches on a parameter of type `ty`. All `cases` go to one block.
fn switch(ty: &str, cases: &[u128], tables: JumpTables) -> ir::Function {
    let mut function = parse(&format!(
        "function %f({ty}) system_v {{
        block0(v0: {ty}):
        block1:
            return
        block2:
            return
        }}"
    ));
    let [entry, target, default] = [0, 1, 2].map(ir::Block::from_u32);
    let value = function.dfg.block_params(entry)[0];
    let cases: Vec<(u128, ir::Block)> = cases.iter().map(|&bits| (bits, target)).collect();
    let location = ir::SourceLoc::new(7);
    Switch { function: &mut function, location, value, default, tables }.lower(entry, &cases);
    function
}

#[test]
fn few_cases_are_compared() {
    let function = switch("i32", &[1, 5, 9], JumpTables::Allowed);
    assert_eq!((count(&function, ir::Opcode::Icmp), count(&function, ir::Opcode::BrTable)), (3, 0));
}

#[test]
fn sparse_cases_are_split_in_the_middle() {
    let function = switch("i32", &[1, 100, 200, 300, 400, 500], JumpTables::Allowed);
    // One comparison to split, and one for each case.
    assert_eq!((count(&function, ir::Opcode::Icmp), count(&function, ir::Opcode::BrTable)), (7, 0));
}

#[test]
fn dense_cases_become_a_table() {
    let function = switch("i32", &[10, 11, 12, 14, 15], JumpTables::Allowed);
    assert_eq!((count(&function, ir::Opcode::Icmp), count(&function, ir::Opcode::BrTable)), (0, 1));
    let table = function.dfg.jump_tables.values().next().expect("a table");
    let targets: Vec<u32> =
        table.as_slice().iter().map(|call| call.block(&function.dfg.value_lists).as_u32()).collect();
    assert_eq!(targets, [1, 1, 1, 2, 1, 1], "13 goes to the default block");
}

#[test]
fn tables_can_be_forbidden() {
    let function = switch("i32", &[10, 11, 12, 14, 15], JumpTables::Forbidden);
    assert_eq!(count(&function, ir::Opcode::BrTable), 0);
}

#[test]
fn wide_values_are_bounded_before_a_table() {
    for ty in ["i64", "i128"] {
        let function = switch(ty, &[0, 1, 2, 3, 4], JumpTables::Allowed);
        assert_eq!(count(&function, ir::Opcode::BrTable), 1, "{ty}");
        let icmp = ir::Opcode::Icmp;
        let compared = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
        let compared: Vec<ir::Inst> =
            compared.filter(|&inst| function.dfg.insts[inst].opcode() == icmp).collect();
        assert_eq!(compared.len(), 1, "{ty}");
        assert_eq!(function.srcloc(compared[0]), ir::SourceLoc::new(7), "{ty}");
    }
}

#[test]
fn a_switch_without_cases_is_a_jump() {
    let function = switch("i8", &[], JumpTables::Allowed);
    assert_eq!((count(&function, ir::Opcode::Jump), count(&function, ir::Opcode::Brif)), (1, 0));
}

/// The function has narrowings at locations 1 and 2, and an addition at location 2.
#[test]
fn a_narrowing_alone_at_its_location_gets_an_instruction() {
    let mut function = parse(
        "function %f(i64, i32) -> i8, i8 system_v {
        block0(v0: i64, v1: i32):
            @0001 v2 = ireduce.i8 v0
            @0002 v3 = ireduce.i8 v1
            @0002 v4 = iadd v3, v3
            @0003 return v2, v4
        }",
    );
    let block = function.layout.entry_block().unwrap();
    let insts: Vec<ir::Inst> = function.layout.block_insts(block).collect();
    narrowings::make_visible(&mut function, &insts[..2]);
    assert_eq!(count(&function, ir::Opcode::Band), 1);
    let narrowed = function.dfg.inst_args(insts[0])[0];
    let mask = function.dfg.value_def(narrowed).unwrap_inst();
    assert_eq!(function.srcloc(mask), ir::SourceLoc::new(1));
}

/// One slot is only written, the next is read, the last has a volatile store.
const SLOTS: &str = "function %f(i64, i64) -> i64 system_v {
    ss0 = explicit_slot 8, key = 0
    ss1 = explicit_slot 8, key = 1
    ss2 = explicit_slot 8, key = 2
block0(v0: i64, v1: i64):
    v2 = stack_addr.i64 ss0
    store notrap v0, v2
    v3 = stack_addr.i64 ss1
    store notrap v1, v3
    v4 = load.i64 notrap v3
    v5 = stack_addr.i64 ss2
    store v1, v5
    return v4
}";

fn piece_in_slot(slot: u64) -> VariablePiece {
    let location = VariableLocation::Frame { slot, offset: 0, indirections: vec![] };
    VariablePiece { fragment: None, location }
}

#[test]
fn only_unread_slots_are_removed() {
    let mut function = parse(SLOTS);
    let unread = UnreadSlots::remove(&mut function);
    assert_eq!(count(&function, ir::Opcode::Store), 2);
    let facts = VariableFacts { is_reassigned: false, follows_assignment: true };
    let spilled = FxHashSet::from_iter([0, 1, 2]);
    let mut pieces = |slot, facts| unread.pieces(&mut function, piece_in_slot(slot), 8, facts, &spilled);
    // `v0` has the label 0.
    assert!(matches!(
        &pieces(0, facts)[..],
        [VariablePiece { location: VariableLocation::Value { label: 0, .. }, .. }]
    ));
    for slot in [1, 2] {
        let kept = pieces(slot, facts);
        assert!(
            matches!(&kept[..], [VariablePiece { location: VariableLocation::Frame { .. }, .. }]),
            "{slot}"
        );
    }
    assert!(pieces(0, VariableFacts { is_reassigned: true, ..facts }).is_empty());
}

#[test]
fn volatile_accesses_may_trap() {
    assert!(memory::is_volatile(memory::volatile_memory()));
    assert!(!memory::is_volatile(memory::plain_memory()));
}
