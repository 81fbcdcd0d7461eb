//! Plants one fault at a time in unwind tables, debug information and notes of a small object: each must be
//! one difference, of the right property and subject, and nothing else may be reported.

use std::collections::BTreeSet;

use gimli::write::{
    Address, AttributeValue, DwarfUnit, EndianVec, LineProgram, LineString, Sections, UnitEntryId,
};
use gimli::{Encoding, Format, LineEncoding, LittleEndian};
use objdiff::compare::{self, Side};
use objdiff::layers;
use objdiff::layers::debug::lines;
use objdiff::layers::unwinding::{self, Attribute};
use objdiff::model::{Backend, Difference, Kind, Layer, Relation};
use objdiff::view::{Machine, View};
use object::write::{Object, Relocation, SectionId, StandardSection, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope, elf,
};

/// What the object says.
#[derive(Clone)]
struct Plan {
    /// The landing pad of the only call, and the action's number: 0 is a cleanup.
    landing_pad: u8,
    action: u8,
    personality: &'static str,
    /// How far the stack pointer is from the frame after the first instruction.
    frame_offset: u8,
    code_size: u8,
    type_size: u64,
    member: &'static str,
    member_offset: u64,
    variable: &'static str,
    variable_line: u64,
    is_in_block: bool,
    function_line: u64,
    row_line: u64,
    file: &'static str,
    folder: &'static str,
    producer: &'static str,
    comment: &'static str,
}

const PLAN: Plan = Plan {
    landing_pad: 5,
    action: 0,
    personality: "DW.ref.rust_eh_personality",
    frame_offset: 16,
    code_size: 6,
    type_size: 8,
    member: "first",
    member_offset: 4,
    variable: "value",
    variable_line: 3,
    is_in_block: false,
    function_line: 2,
    row_line: 4,
    file: "a.rs",
    folder: "/here",
    producer: "clif (rustc)",
    comment: "compiler 1",
};

/// The address that the layout gives to the first section, which has the code.
const CODE: Address = Address::Constant(0x10_0000);

/// Writes the object: `f` calls `g`.
fn write(plan: &Plan) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let code = object.add_section(Vec::new(), b".text.f".to_vec(), SectionKind::Text);
    object.append_section_data(code, &[0xe8, 0, 0, 0, 0, 0xc3], 1);
    let f = object.add_symbol(symbol("f", SymbolSection::Section(code), 6));
    let g = object.add_symbol(symbol("g", SymbolSection::Undefined, 0));
    relocate(&mut object, code, 1, g, elf::R_X86_64_PLT32, -4);
    let table = object.add_section(Vec::new(), b".gcc_except_table".to_vec(), SectionKind::ReadOnlyData);
    // No landing pad base and no types; one call site; the action that catches.
    object.append_section_data(table, &[0xff, 0xff, 1, 4, 0, 5, plan.landing_pad, plan.action, 1, 0], 4);
    let table = object.section_symbol(table);
    write_frames(&mut object, plan, f, table);
    let comment = object.add_section(Vec::new(), b".comment".to_vec(), SectionKind::OtherString);
    object.append_section_data(comment, format!("{}\0", plan.comment).as_bytes(), 1);
    write_debug_information(&mut object, plan);
    object.write().unwrap()
}

fn symbol(name: &str, section: SymbolSection, size: u64) -> Symbol {
    Symbol {
        name: name.into(),
        value: 0,
        size,
        kind: SymbolKind::Text,
        scope: SymbolScope::Linkage,
        weak: false,
        section,
        flags: SymbolFlags::None,
    }
}

fn relocate(
    object: &mut Object<'_>,
    section: SectionId,
    offset: u64,
    symbol: SymbolId,
    r_type: u32,
    addend: i64,
) {
    let flags = RelocationFlags::Elf { r_type };
    object.add_relocation(section, Relocation { offset, symbol, addend, flags }).unwrap();
}

/// Writes `.eh_frame`: an entry of `f`, and what entries have in common.
fn write_frames(object: &mut Object<'_>, plan: &Plan, f: SymbolId, table: SymbolId) {
    let mut frames = vec![0; 4];
    frames.extend([0, 0, 0, 0, 1]);
    frames.extend(b"zPLR\0");
    // Code and data alignment, return register, length of the augmentation, encodings.
    frames.extend([1, 0x78, 16, 7, 0x9b]);
    let personality = frames.len() as u64;
    frames.extend([0, 0, 0, 0, 0x1b, 0x1b]);
    // `DW_CFA_def_cfa rsp, 8`, `DW_CFA_offset rip`.
    frames.extend([0x0c, 7, 8, 0x90, 1]);
    pad(&mut frames, 0);
    let entry = frames.len();
    frames.extend([0; 4]);
    frames.extend(u32::try_from(frames.len()).unwrap().to_le_bytes());
    let start = frames.len() as u64;
    frames.extend([0, 0, 0, 0, plan.code_size, 0, 0, 0, 4]);
    let pointer = frames.len() as u64;
    frames.extend([0; 4]);
    // `DW_CFA_advance_loc 1`, `DW_CFA_def_cfa_offset`.
    frames.extend([0x41, 0x0e, plan.frame_offset]);
    pad(&mut frames, entry);
    let section = object.section_id(StandardSection::EhFrame);
    object.append_section_data(section, &frames, 8);
    // Both are there in any case, so that the symbols do not differ.
    for name in ["DW.ref.rust_eh_personality", "DW.ref.other"] {
        object.add_symbol(symbol(name, SymbolSection::Undefined, 0));
    }
    let name = object.symbol_id(plan.personality.as_bytes()).unwrap();
    relocate(object, section, personality, name, elf::R_X86_64_PC32, 0);
    relocate(object, section, start, f, elf::R_X86_64_PC32, 0);
    relocate(object, section, pointer, table, elf::R_X86_64_PC32, 0);
}

/// Pads the entry at `start`, and writes its length.
fn pad(frames: &mut Vec<u8>, start: usize) {
    frames.resize(frames.len().next_multiple_of(8), 0);
    let length = u32::try_from(frames.len() - start - 4).unwrap();
    frames[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

fn write_debug_information(object: &mut Object<'_>, plan: &Plan) {
    let encoding = Encoding { format: Format::Dwarf32, version: 4, address_size: 8 };
    let text = |text: &str| LineString::String(text.into());
    let mut lines =
        LineProgram::new(encoding, LineEncoding::default(), text(plan.folder), None, text(plan.file), None);
    let folder = lines.default_directory();
    let file = lines.add_file(text(plan.file), folder, None);
    lines.begin_sequence(Some(CODE));
    lines.row().file = file;
    lines.row().line = plan.row_line;
    lines.generate_row();
    lines.end_sequence(6);
    let mut dwarf = DwarfUnit::new(encoding);
    dwarf.unit.line_program = lines;
    let root = dwarf.unit.root();
    set(&mut dwarf, root, gimli::DW_AT_producer, AttributeValue::String(plan.producer.into()));
    set(&mut dwarf, root, gimli::DW_AT_comp_dir, AttributeValue::String(plan.folder.into()));
    let number = add(&mut dwarf, root, gimli::DW_TAG_base_type, "u32");
    set(&mut dwarf, number, gimli::DW_AT_byte_size, AttributeValue::Udata(4));
    let pair = add(&mut dwarf, root, gimli::DW_TAG_structure_type, "Pair");
    set(&mut dwarf, pair, gimli::DW_AT_byte_size, AttributeValue::Udata(plan.type_size));
    let member = add(&mut dwarf, pair, gimli::DW_TAG_member, plan.member);
    set(&mut dwarf, member, gimli::DW_AT_type, AttributeValue::UnitRef(number));
    set(&mut dwarf, member, gimli::DW_AT_data_member_location, AttributeValue::Udata(plan.member_offset));
    let function = add(&mut dwarf, root, gimli::DW_TAG_subprogram, "f");
    set(&mut dwarf, function, gimli::DW_AT_low_pc, AttributeValue::Address(CODE));
    set(&mut dwarf, function, gimli::DW_AT_high_pc, AttributeValue::Udata(6));
    set(&mut dwarf, function, gimli::DW_AT_decl_file, AttributeValue::FileIndex(Some(file)));
    set(&mut dwarf, function, gimli::DW_AT_decl_line, AttributeValue::Udata(plan.function_line));
    let scope =
        if plan.is_in_block { dwarf.unit.add(function, gimli::DW_TAG_lexical_block) } else { function };
    let variable = add(&mut dwarf, scope, gimli::DW_TAG_variable, plan.variable);
    set(&mut dwarf, variable, gimli::DW_AT_type, AttributeValue::UnitRef(pair));
    set(&mut dwarf, variable, gimli::DW_AT_decl_line, AttributeValue::Udata(plan.variable_line));
    let mut sections = Sections::new(EndianVec::new(LittleEndian));
    dwarf.write(&mut sections).unwrap();
    let written = sections.for_each(|id, contents| {
        if !contents.slice().is_empty() {
            let section = object.add_section(Vec::new(), id.name().into(), SectionKind::Debug);
            object.append_section_data(section, contents.slice(), 1);
        }
        Ok::<_, gimli::write::Error>(())
    });
    written.unwrap();
}

fn add(dwarf: &mut DwarfUnit, parent: UnitEntryId, tag: gimli::DwTag, name: &str) -> UnitEntryId {
    let entry = dwarf.unit.add(parent, tag);
    set(dwarf, entry, gimli::DW_AT_name, AttributeValue::String(name.into()));
    entry
}

fn set(dwarf: &mut DwarfUnit, entry: UnitEntryId, name: gimli::DwAt, value: AttributeValue) {
    dwarf.unit.get_mut(entry).set(name, value);
}

fn differences(left: &Plan, right: &Plan) -> Vec<Difference> {
    let files = [write(left), write(right)];
    let views = files.each_ref().map(|file| [View::parse(file, "test.o", "test.o").unwrap()]);
    let read = |side: usize| {
        let layers = BTreeSet::from([Layer::Unwinding, Layer::Debug, Layer::Notes]);
        layers::read(&views[side][0], 0, &layers).unwrap()
    };
    let models = [read(0), read(1)];
    let relation = Relation { machines: [Machine::X86_64; 2], backends: [Backend::Clif; 2] };
    let side = |side: usize| Side { model: &models[side], views: &views[side] };
    compare::compare([side(0), side(1)], &relation).unwrap()
}

/// Asserts that a fault is one difference, and returns how it is shown.
#[track_caller]
fn found(plant: fn(&mut Plan)) -> (Kind, String) {
    let mut planted = PLAN;
    plant(&mut planted);
    let found = differences(&PLAN, &planted);
    let [difference] = &found[..] else { panic!("{found:#?}") };
    let [left, right] = difference.values.each_ref().map(|value| value.as_deref().unwrap_or("nothing"));
    let of = if difference.of.is_empty() { String::new() } else { format!(" of {}", difference.of) };
    let text = format!("{} {}{of}: {left} -> {right}", difference.subject.name, difference.property);
    (difference.subject.kind, text)
}

#[test]
fn an_object_does_not_differ_from_itself() {
    assert_eq!(differences(&PLAN, &PLAN), []);
    assert_eq!(differences(&PLAN, &Plan { folder: "/there", ..PLAN }), []);
}

#[test]
fn unwinding_is_compared() {
    let function = |text: &str| (Kind::Function, format!("f unwinding/{text}"));
    assert_eq!(found(|plan| plan.landing_pad = 0), function("calls of g: cleanup -> unwinds"));
    assert_eq!(found(|plan| plan.action = 1), function("calls of g: cleanup -> catch"));
    let personality = function("personality: rust_eh_personality -> other");
    assert_eq!(found(|plan| plan.personality = "DW.ref.other"), personality);
    let rules = function("frame-rules: frame rsp+16, ra at -8 -> frame rsp+32, ra at -8");
    assert_eq!(found(|plan| plan.frame_offset = 32), rules);
    assert_eq!(found(|plan| plan.code_size = 5), function("uncovered: nothing -> 1 bytes"));
}

#[test]
fn debug_information_is_compared() {
    let function = |text: &str| (Kind::Function, format!("f debug/{text}"));
    let pair = |text: &str| (Kind::Type, format!("Pair debug/{text}"));
    assert_eq!(found(|plan| plan.type_size = 12), pair("size: 8 -> 12"));
    assert_eq!(found(|plan| plan.member_offset = 0), pair("member of first: u32 at 4 -> u32 at 0"));
    let variable = function("variable: value: Pair -> other: Pair");
    assert_eq!(found(|plan| plan.variable = "other"), variable);
    let line = function("variable-line: value: line 3, 0 blocks deep -> value: line 7, 0 blocks deep");
    assert_eq!(found(|plan| plan.variable_line = 7), line);
    let scope = function("variable-line: value: line 3, 0 blocks deep -> value: line 3, 1 blocks deep");
    assert_eq!(found(|plan| plan.is_in_block = true), scope);
    assert_eq!(found(|plan| plan.function_line = 1), function("line: 2 -> 1"));
    assert_eq!(found(|plan| plan.row_line = 5), function("lines: a.rs:4 -> a.rs:5"));
    let producer = "test debug/producer: clif (rustc) -> clif (rustc 2)".to_owned();
    assert_eq!(found(|plan| plan.producer = "clif (rustc 2)"), (Kind::File, producer));
}

/// Of a renamed file, the lines follow from the name.
#[test]
fn renamed_files_differ() {
    let found = found(|plan| plan.file = "b.rs");
    assert_eq!(found, (Kind::Function, "f debug/file: a.rs -> b.rs".to_owned()));
}

/// What the listing of a function shows beside its instructions.
#[test]
fn instructions_have_attributes() {
    let file = write(&PLAN);
    let view = View::parse(&file, "test.o", "test.o").unwrap();
    let definition = &view.definitions[0];
    let shown = |attribute: &Attribute| {
        let Attribute { start, end, fact } = attribute;
        format!("{start}..{end} {} {}", fact.property, fact.value)
    };
    let unwinding = unwinding::attributes(&view, definition).unwrap();
    let expected = [
        "0..5 unwinding/action cleanup",
        "0..1 unwinding/frame frame rsp+8, ra at -8",
        "1..6 unwinding/frame frame rsp+16, ra at -8",
    ];
    assert_eq!(unwinding.iter().map(shown).collect::<Vec<_>>(), expected);
    let lines = lines::attributes(&view, definition).unwrap();
    assert_eq!(lines.iter().map(shown).collect::<Vec<_>>(), ["0..6 debug/row a.rs:4:0"]);
}

#[test]
fn notes_are_compared() {
    let found = found(|plan| plan.comment = "compiler 2");
    assert_eq!(found, (Kind::File, "test notes/comment: compiler 1 -> compiler 2".to_owned()));
}
