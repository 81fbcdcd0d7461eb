//! The kept definitions are those that a naive search over the input finds.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::support::{Part, combined, kept_names, object, symbols_in};
use crate::cgu::{Binding, Placement};
use crate::llvm::Piece;
use crate::object::tests::support::TARGETS;

#[test]
fn roots_are_kept_with_what_they_refer_to() {
    for target in TARGETS {
        let mut part = Part::new(target, "first");
        for name in ["main", "by_data", "constructor", "used", "unused", "handler", "memcpy", "in_section"] {
            part.sum(name, Binding::Global, &[], &[]);
        }
        part.functions[7].section = Some(".init".into());
        part.cgu.data("retained", Binding::Local, Placement::ReadOnly, &[0; 8]).retain = true;
        part.cgu.address_in_data(0, "by_data", 0);
        let array = Placement::Section { name: ".init_array".into(), writable: false };
        part.cgu.data("array", Binding::Local, array, &[0; 8]);
        part.cgu.address_in_data(0, "constructor", 0);
        part.cgu.data("dropped", Binding::Local, Placement::ReadOnly, &[0; 8]);
        part.cgu.address_in_data(0, "unused", 0);
        let personality = part.import("handler");
        part.cgu.symbol("handler", crate::cgu::SymbolKind::Function, Binding::Global);
        part.sum("kept_by_name", Binding::Local, &[], &[]);
        part.functions[3].personality = Some(personality);
        let cgu = combined(vec![part], &["used", "kept_by_name"]);
        assert_eq!(
            kept_names(&cgu),
            [
                "main",
                "by_data",
                "constructor",
                "used",
                "handler",
                "memcpy",
                "in_section",
                "kept_by_name",
                "retained",
                "array"
            ],
            "{target}"
        );
        object(target, cgu, None);
    }
}

#[test]
fn a_declaration_is_not_a_use() {
    let mut part = Part::new(TARGETS[0], "first");
    part.sum("declared", Binding::Global, &[], &[]);
    part.sum("called", Binding::Global, &[], &[]);
    let clif = "function u0:0() system_v {
        fn0 = {@declared} () system_v
        fn1 = {@called} () system_v
    block0:
        call fn1()
        return
    }";
    part.function("start", Binding::Global, clif);
    assert_eq!(kept_names(&combined(vec![part], &["start"])), ["called", "start"]);
}

#[test]
fn symbols_in_assembly_are_kept_and_keep_their_meaning() {
    let mut first = Part::new(TARGETS[0], "first");
    first.sum("helper", Binding::Local, &[], &[]);
    first.sum("other", Binding::Global, &[], &[]);
    first.assembly("call helper\ncall second_only@PLT");
    let mut second = Part::new(TARGETS[0], "second");
    second.sum("helper", Binding::Local, &[], &[]);
    second.sum("second_only", Binding::Global, &[], &[]);
    second.sum("third", Binding::Local, &[], &[]);
    second.assembly("call helper\n.quad \"third\"");
    let cgu = combined(vec![first, second], &[]);
    assert_eq!(kept_names(&cgu), ["helper.0", "helper.1", "second_only", "third"]);
    let assembly = &cgu.sealed.llvm.assembly;
    let lines: Vec<_> = assembly.text().lines().collect();
    assert_eq!(
        lines,
        [".text", "call helper.0", "call second_only@PLT", ".text", "call helper.1", ".quad \"third\""]
    );
}

#[test]
fn symbols_in_asm_blocks_are_kept_with_the_blocks() {
    let mut first = Part::new(TARGETS[0], "first");
    first.sum("helper", Binding::Local, &[], &[]);
    first.block("block.first", "call helper; lea rax, [rip + other_static]");
    first.block("dropped", "call unused");
    first.sum("unused", Binding::Local, &[], &[]);
    first.sum("start", Binding::Global, &["block.first"], &[]);
    let mut second = Part::new(TARGETS[0], "second");
    second.sum("helper", Binding::Local, &[], &[]);
    second.sum("other_static", Binding::Global, &[], &[]);
    second.block("block.second", "call helper");
    second.sum("second_start", Binding::Global, &["block.second"], &[]);
    let cgu = combined(vec![first, second], &["start", "second_start"]);
    assert_eq!(kept_names(&cgu), ["helper.0", "start", "helper.1", "other_static", "second_start"]);
    let blocks: Vec<_> = cgu.sealed.llvm.blocks.iter().map(|block| (&*block.name, &block.pieces)).collect();
    let text = |text: &str| vec![Piece::Text(text.to_owned())];
    let first = text("call helper.0; lea rax, [rip + other_static]");
    assert_eq!(blocks, [("block.first", &first), ("block.second", &text("call helper.1"))]);
}

/// Functions `function_0` ... of several CGUs, and their calls.
#[derive(Clone, Debug)]
struct Program {
    /// The CGU of each function.
    cgus: Vec<usize>,
    calls: Vec<(usize, usize)>,
    exported: Vec<usize>,
}

fn programs() -> impl Strategy<Value = Program> {
    (1..4usize, 1..12usize).prop_flat_map(|(cgus, functions)| {
        let cgus = prop::collection::vec(0..cgus, functions);
        let calls = prop::collection::vec((0..functions, 0..functions), 0..2 * functions);
        let exported = prop::collection::vec(0..functions, 0..3);
        (cgus, calls, exported).prop_map(|(cgus, calls, exported)| Program { cgus, calls, exported })
    })
}

fn parts(program: &Program, target: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = (0..3).map(|number| Part::new(target, &format!("cgu.{number}"))).collect();
    for (function, &cgu) in program.cgus.iter().enumerate() {
        let called: BTreeSet<usize> = program
            .calls
            .iter()
            .filter(|&&(caller, _)| caller == function)
            .map(|&(_, callee)| callee)
            .collect();
        let callees: Vec<String> = called.iter().map(|callee| format!("function_{callee}")).collect();
        let callees: Vec<&str> = callees.iter().map(|callee| &**callee).collect();
        parts[cgu].sum(&format!("function_{function}"), Binding::Global, &callees, &[]);
    }
    parts
}

fn naive(program: &Program) -> BTreeSet<String> {
    let mut calls: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(caller, callee) in &program.calls {
        calls.entry(caller).or_default().push(callee);
    }
    let mut reached: BTreeSet<usize> = program.exported.iter().copied().collect();
    loop {
        let next: BTreeSet<usize> =
            reached.iter().flat_map(|caller| calls.get(caller).into_iter().flatten().copied()).collect();
        let before = reached.len();
        reached.extend(next);
        if reached.len() == before {
            return reached.iter().map(|function| format!("function_{function}")).collect();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_object_has_what_a_naive_search_finds(program in programs(), target in 0..3usize) {
        let exported: Vec<String> =
            program.exported.iter().map(|function| format!("function_{function}")).collect();
        let exported: Vec<&str> = exported.iter().map(|name| &**name).collect();
        let cgu = combined(parts(&program, TARGETS[target]), &exported);
        let (defined, undefined) = symbols_in(&object(TARGETS[target], cgu, None));
        prop_assert_eq!(defined.into_iter().collect::<BTreeSet<_>>(), naive(&program));
        prop_assert_eq!(undefined, Vec::<String>::new());
    }
}
