//! Has LLVM compile blocks and tests where its diagnostics are located. The tests use the compiler's own
//! LLVM, if there is one (`llvm::tests`).

use super::*;
use crate::llvm::tests::{llvm_is_loaded, targets};
use crate::llvm::{
    Block, CguAssembly, Diagnostic, End, Extension, LlvmError, Module, Operand, Origin, Output, OutputTime,
    Piece, Register, StackUse, Syntax, TargetDescription, Unwinding, UseOfValue, emit_object,
};

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn operand(index: usize) -> Piece {
    Piece::Operand { index, modifier: None }
}

/// A register that is neither read nor written.
fn unused(constraint: &str) -> Register {
    Register {
        constraint: constraint.to_owned(),
        ty: "i64",
        size: 8,
        extension: Extension::Zeros,
        has_input: false,
        output: None,
    }
}

fn input(constraint: &str) -> Operand {
    Operand::Register(Register { has_input: true, ..unused(constraint) })
}

fn output(constraint: &str, output: Output) -> Operand {
    Operand::Register(Register { output: Some(output), ..unused(constraint) })
}

fn inout(constraint: &str, output: Output) -> Operand {
    Operand::Register(Register { has_input: true, output: Some(output), ..unused(constraint) })
}

const EARLY: Output = Output { use_of_value: UseOfValue::Stored, time: OutputTime::Early };
const LATE: Output = Output { use_of_value: UseOfValue::Stored, time: OutputTime::Late };

pub(crate) fn block(pieces: Vec<Piece>, operands: Vec<Operand>) -> Block {
    Block {
        name: "inline_asm.test.0".to_owned(),
        syntax: Syntax::Only,
        pieces,
        operands,
        clobbers: vec!["{memory}".to_owned()],
        end: End::Returns,
        stack: StackUse::MayPush,
        unwinding: Unwinding::Never,
        attributes: "uwtable".to_owned(),
        origins: (0..4).map(origin).collect(),
    }
}

fn origin(line: usize) -> Option<Origin> {
    let start = 100 * (line as u32 + 1);
    Some(Origin { start, end: start + 10 })
}

fn compile(
    target: &TargetDescription,
) -> impl Fn(&str, &str) -> Result<Vec<Diagnostic>, LlvmError> + use<'_> {
    |ir, assembly| Ok(emit_object(target, "test", ir, assembly)?.diagnostics)
}

/// Returns LLVM's diagnostics about `module`, with the lines of the source.
fn said(module: &Module) -> Vec<(String, Option<u32>)> {
    let target = &targets()[0];
    let compile = compile(target);
    let diagnostics = compile(&module.ir(), module.assembly.text()).expect("LLVM");
    let diagnostics = locate(module, diagnostics, &compile).expect("LLVM");
    diagnostics
        .into_iter()
        .map(|diagnostic| {
            if let Some(source) = &diagnostic.source {
                assert!(source.ranges.iter().all(|range| source.text.get(range.clone()).is_some()));
            }
            (diagnostic.message, diagnostic.origin.map(|origin| origin.start))
        })
        .collect()
}

#[test]
fn each_value_has_its_own_space_in_the_buffer() {
    let block = block(
        vec![],
        vec![
            inout("r", EARLY),
            Operand::Label,
            Operand::Register(unused("r")),
            Operand::None,
            output("r", LATE),
        ],
    );
    let layout = block.layout();
    assert_eq!((layout.offsets, layout.size), (vec![0, 16, 16, 16, 16], 32));
}

#[test]
fn blocks_compile_for_every_machine() {
    if !llvm_is_loaded() {
        return;
    }
    let templates = ["mov {0}, {1}\njmp {2}", "mov {0}, {1}\nb {2}", "mv {0}, {1}\nj {2}"];
    for (target, template) in targets().iter().zip(templates) {
        let (first, rest) = template.split_once("{0}").expect("a place");
        let (middle, rest) = rest.split_once("{1}").expect("a place");
        let (last, _) = rest.split_once("{2}").expect("a place");
        let label = Piece::Operand { index: 2, modifier: Some('l') };
        let pieces = vec![text(first), operand(0), text(middle), operand(1), text(last), label];
        let operands = vec![output("r", EARLY), input("r"), Operand::Label, inout("r", LATE)];
        let jumping = block(pieces.clone(), operands.clone());
        // A block has labels or unwinds, not both.
        let mut unwinding = block(pieces[..4].to_vec(), operands);
        unwinding.operands[2] = Operand::None;
        (unwinding.end, unwinding.stack) = (End::NeverReached, StackUse::None);
        unwinding.unwinding = Unwinding::MayUnwind;
        unwinding.name = "unwinding".to_owned();
        let module = Module { blocks: vec![jumping, unwinding], ..Module::default() };
        let emitted = emit_object(target, "test", &module.ir(), "").expect("LLVM");
        assert_eq!(emitted.diagnostics, []);
        assert!(emitted.object.is_some());
    }
}

#[test]
fn special_characters_of_templates_are_escaped() {
    let mut block = block(vec![text("mov $1, \"x\\\"\n"), operand(0)], vec![input("r")]);
    block.syntax = Syntax::Intel;
    let definition = block.definition();
    assert!(definition.contains(r"inteldialect"), "{definition}");
    assert!(definition.contains(r#"mov $$1, \22x\5C\22\0A${0}", "r,~{memory}"(i64 %in0)"#), "{definition}");
}

#[test]
fn mistakes_are_found_in_their_blocks() {
    if !llvm_is_loaded() {
        return;
    }
    let right = || block(vec![text("nop\nmov "), operand(0), text(", %rax")], vec![output("r", EARLY)]);
    let wrong = |template: &str| block(vec![text(template), operand(0)], vec![input("r")]);
    let mut module = Module::default();
    module.assembly.push_global("nop\nbogus\nnop", Syntax::Att, |line| origin(10 + line));
    module.blocks = vec![
        right(),
        wrong("nop\n\tfrobnicate "),
        right(),
        wrong("frobnicate "),
        wrong("nop\n\tfrobnicate "),
    ];
    for (number, block) in module.blocks.iter_mut().enumerate() {
        block.name = format!("block.{number}");
        block.origins = (0..4).map(|line| origin(100 * number + line)).collect();
    }
    let frobnicate = || "invalid instruction mnemonic 'frobnicate'".to_owned();
    let place = |line| origin(line).map(|origin| origin.start);
    assert_eq!(
        said(&module),
        [
            ("invalid instruction mnemonic 'bogus'".to_owned(), place(11)),
            (frobnicate(), place(101)),
            (frobnicate(), place(300)),
            (frobnicate(), place(401)),
        ]
    );
}

#[test]
fn the_assemblers_input_is_reconstructed() {
    if !llvm_is_loaded() {
        return;
    }
    let mut block = block(
        vec![text("mov "), operand(0), text(", "), operand(1), text("\n\tbogus "), operand(1)],
        vec![input("{rax}"), output("{rcx}", EARLY)],
    );
    block.syntax = Syntax::Intel;
    let module = Module { blocks: vec![block], ..Module::default() };
    let target = &targets()[0];
    let compile = compile(target);
    let diagnostics = compile(&module.ir(), "").expect("LLVM");
    let diagnostics = locate(&module, diagnostics, &compile).expect("LLVM");
    let source = diagnostics[0].source.as_ref().expect("a source");
    assert_eq!(source.text, "\t.intel_syntax\n\tmov rax, rcx\n\tbogus rcx\n\t.att_syntax\n");
    assert_eq!(source.ranges, [30..30, 30..35]);
}

#[test]
fn diagnostics_show_expanded_macros() {
    if !llvm_is_loaded() {
        return;
    }
    let mut module = Module::default();
    module.assembly.push_global(".macro m x\nbogus \\x\n.endm\nm 5", Syntax::Only, origin);
    let while_in = ("while in macro instantiation".to_owned(), origin(3).map(|origin| origin.start));
    assert_eq!(said(&module), [("invalid instruction mnemonic 'bogus'".to_owned(), None), while_in]);
}

#[test]
fn each_line_has_its_origin() {
    let mut assembly = CguAssembly::default();
    assert!(assembly.is_empty());
    assembly.push_global("nop\nbogus\n", Syntax::Intel, origin);
    assembly.push_global("nop\n", Syntax::Att, origin);
    assert_eq!(assembly.text(), ".intel_syntax\nnop\nbogus\n\n.att_syntax\n.att_syntax\nnop\n");
    assert_eq!((assembly.origin(2), assembly.origin(3)), (origin(0), origin(1)));
    assert_eq!((assembly.origin(0), assembly.origin(5), assembly.origin(100)), (None, None, None));
}
