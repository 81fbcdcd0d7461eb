//! Wrappers of `asm!` blocks, and where complaints come from.

use super::registers::{RAX, RBX, RCX, RDI, RDX};
use super::*;
use crate::llvm::{Diagnostic, Place, Severity};

fn register(class: Class, input: Option<u32>, output: Option<Output>) -> Operand {
    Operand::Register { choice: RegisterChoice::Any, class, input, output }
}

fn fixed(register: Register, input: Option<u32>, output: Option<Output>) -> Operand {
    Operand::Register { choice: RegisterChoice::Fixed(register), class: Class::General, input, output }
}

fn early(size: u32) -> Option<Output> {
    Some(Output { size: Some(size), late: false })
}

fn late(size: u32) -> Option<Output> {
    Some(Output { size: Some(size), late: true })
}

fn block(pieces: Vec<Piece>, operands: Vec<Operand>) -> Block<'static> {
    let (syntax, falls_through) = (Syntax::Intel, Direction::Returns);
    Block { name: "asm.test.0", syntax, pieces, operands, falls_through }
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn origin(line: usize) -> Option<Origin> {
    let start = 100 * (line as u32 + 1);
    Some(Origin { start, end: start + 10 })
}

#[test]
fn names_parse_and_print() {
    for (name, class, modifier, expected) in [
        ("ax", Class::General, None, "rax"),
        ("dx", Class::Abcd, Some('h'), "dh"),
        ("sil", Class::Byte, None, "sil"),
        ("r10", Class::General, Some('x'), "r10w"),
        ("r15b", Class::General, Some('e'), "r15d"),
        ("xmm3", Class::Xmm, Some('z'), "zmm3"),
        ("zmm31", Class::Zmm, None, "zmm31"),
        ("k5", Class::Mask, None, "k5"),
    ] {
        let register = Register::parse(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(register.formatted(class, modifier), expected);
    }
    assert_eq!(Register::parse("st(3)"), Some(Register::ClobberOnly));
    assert_eq!(Register::parse("rsp"), None);
}

#[test]
fn early_outputs_do_not_share_with_inputs() {
    let operands = [
        register(Class::General, Some(8), None),
        register(Class::General, None, early(8)),
        fixed(RAX, Some(8), None),
        fixed(RCX, None, Some(Output { size: None, late: true })),
        register(Class::Abcd, Some(4), early(4)),
    ];
    let registers = allocate::allocate(&operands).expect("enough registers");
    let mut distinct = registers.clone();
    distinct.sort_by_key(|register| format!("{register:?}"));
    distinct.dedup();
    assert_eq!(distinct.len(), operands.len(), "{registers:?}");
    assert_eq!(registers[4], Some(RDX));
}

#[test]
fn late_outputs_share_with_inputs_when_they_must() {
    let inputs = (0..14).map(|_| register(Class::General, Some(8), None));
    let operands: Vec<_> = inputs.chain([register(Class::General, None, late(8))]).collect();
    assert!(allocate::allocate(&operands).is_ok());
    let outputs: Vec<_> = (0..15).map(|_| register(Class::General, None, early(8))).collect();
    assert_eq!(allocate::allocate(&outputs), Err(Failure::NoRegister { operand: 14 }));
}

#[test]
fn a_wrapper_loads_the_buffers_register_last() {
    let block = block(
        vec![text("xchg rdi, "), Piece::Operand { index: 1, modifier: None }],
        vec![
            fixed(RDI, Some(8), early(8)),
            register(Class::General, Some(4), early(4)),
            fixed(RBX, None, early(8)),
        ],
    );
    let mut assembly = UnitAssembly::default();
    let layout = write(&block, &mut assembly, origin).expect("a wrapper");
    assert_eq!((layout.offsets, layout.size), (vec![0, 16, 32], 48));
    let text = assembly.text();
    let (load_eax, load_rdi) = (text.find("mov eax, [rdi + 16]"), text.find("mov rdi, [rdi + 0]"));
    assert!(load_eax.is_some() && load_eax < load_rdi, "{text}");
    assert!(text.contains("xchg rdi, rax"), "{text}");
    assert!(text.contains("mov rbx, qword ptr [rbp - 16]"), "{text}");
}

#[test]
fn lines_know_their_origins() {
    let mut assembly = UnitAssembly::default();
    assert!(assembly.is_empty());
    assembly.push_global("nop\nbogus // \"comment\"\n.ascii \"//\"", Syntax::Att, origin);
    let lines: Vec<&str> = assembly.text().lines().collect();
    assert_eq!(lines[2..5], ["nop", "bogus // \"comment\"", ".ascii \"//\""]);
    assert_eq!(assembly.line(4).and_then(|(_, origin)| origin), origin(1));
    assert_eq!(assembly.line(0), None);
}

#[test]
fn complaints_have_the_line_and_its_origin() {
    let mut assembly = UnitAssembly::default();
    let block = block(vec![text("nop\nfrobnicate eax\nnop")], vec![]);
    write(&block, &mut assembly, origin).expect("a wrapper");
    let line = 1 + assembly.text().lines().position(|line| line == "frobnicate eax").expect("the line");
    let diagnostic = Diagnostic {
        severity: Severity::Error,
        message: "invalid instruction mnemonic 'frobnicate'".to_owned(),
        place: Some(Place { line, column: 1 }),
        source_line: Some("frobnicate eax".to_owned()),
    };
    let complaint = Complaint::of(&assembly, diagnostic);
    assert_eq!((complaint.level, complaint.origin), (Level::Error, origin(1)));
}
