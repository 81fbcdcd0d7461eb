//! Reads `.eh_frame` and LSDAs back.

use std::collections::BTreeSet;

use gimli::{BaseAddresses, EndianSlice, LittleEndian, Reader, UnwindSection};
use object::read::ObjectSection;
use proptest::prelude::*;

use super::read::{Loaded, flags, relocations};
use super::support::{TARGETS, TestCgu, settings};
use crate::cgu::{Binding, Visibility};
use crate::compile::{CallSite, IsaSettings, LandingAction, LandingPad};
use crate::object::lsda;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

const EMPTY: &str = "function %f() system_v {\nblock0:\n    return\n}";

/// A call without a landing pad, one with a cleanup, one with a catch-all handler.
const HANDLERS: &str = "function %f() system_v {
    sig0 = () system_v
    fn0 = colocated {@callee} sig0
block0:
    call fn0()
    try_call fn0(), sig0, block1, [ default: block3(exn0) ]
block1:
    try_call fn0(), sig0, block2, [ tag0: block4(exn0) ]
block2:
    return
block3(v0: i64):
    trap user1
block4(v1: i64):
    return
}";

fn cgu(target: &str) -> TestCgu {
    let mut cgu = TestCgu::new(target);
    cgu.function("plain", EMPTY);
    cgu.function_with_personality("handlers", "rust_eh_personality", HANDLERS);
    cgu.function_with_personality("no_handlers", "rust_eh_personality", EMPTY);
    let weak = cgu.function("weak", EMPTY);
    cgu.cgu.symbols.define(weak, Binding::Weak, Visibility::Default);
    cgu
}

/// The contents of an FDE.
#[derive(Debug, PartialEq)]
struct Frame {
    start: u64,
    length: u64,
    personality: Option<u64>,
    lsda: Option<u64>,
    /// Registers that are saved in memory anywhere in the function.
    saved: BTreeSet<u16>,
}

fn frames(loaded: &Loaded<'_>) -> Vec<Frame> {
    let section = gimli::EhFrame::new(loaded.contents(".eh_frame"), LittleEndian);
    let bases = BaseAddresses::default().set_eh_frame(loaded.section_address(".eh_frame"));
    let mut context = gimli::UnwindContext::new();
    let mut frames = Vec::new();
    let mut entries = section.entries(&bases);
    while let Some(entry) = entries.next().expect("an entry") {
        let gimli::CieOrFde::Fde(partial) = entry else { continue };
        let fde = partial.parse(gimli::EhFrame::cie_from_offset).expect("an FDE");
        let address = |pointer: Option<gimli::Pointer>| pointer.map(gimli::Pointer::pointer);
        let mut saved = BTreeSet::new();
        let mut rows = fde.rows(&section, &bases, &mut context).expect("rows");
        while let Some(row) = rows.next_row().expect("a row") {
            let in_memory = |(_, rule): &&(_, _)| matches!(rule, gimli::RegisterRule::Offset(_));
            saved.extend(row.registers().filter(in_memory).map(|(register, _)| register.0));
        }
        frames.push(Frame {
            start: fde.initial_address(),
            length: fde.len(),
            personality: address(fde.personality()),
            lsda: address(fde.lsda()),
            saved,
        });
    }
    frames
}

#[test]
fn frame_descriptions() {
    for target in TARGETS {
        let cgu = cgu(target);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        let frames = frames(&loaded);
        assert_eq!(frames.len(), 4, "{target}");
        for (name, function) in ["plain", "handlers", "no_handlers", "weak"].iter().zip(&cgu.functions) {
            let frame = frames.iter().find(|frame| frame.start == loaded.address(name)).expect("an FDE");
            assert_eq!(frame.length, function.code.len() as u64);
            let has_handlers = *name == "handlers";
            let personality = has_handlers.then(|| loaded.address("DW.ref.rust_eh_personality"));
            assert_eq!(frame.personality, personality, "{target}: {name}");
            assert_eq!(frame.lsda.is_some(), has_handlers);
            assert!(frame.saved.len() >= 2, "{target}: {:?}", frame.saved);
        }
        let mut kinds: Vec<_> = relocations(
            &loaded.file,
            &object::read::Object::section_by_name(&loaded.file, ".eh_frame").expect("the section"),
        )
        .into_iter()
        .map(|(_, _, name, _)| name)
        .collect();
        kinds.sort();
        // Never a symbol that another definition may replace.
        let expected = [
            ".gcc_except_table",
            ".text.handlers",
            ".text.no_handlers",
            ".text.plain",
            ".text.weak",
            "DW.ref.rust_eh_personality",
        ];
        assert_eq!(kinds, expected);
    }
}

/// Has two returns and probes its stack.
pub(crate) const LARGE: &str = "function %f(i64) -> i64 system_v {
    ss0 = explicit_slot 131072
block0(v0: i64):
    v1 = stack_addr.i64 ss0
    store v0, v1
    brif v0, block1, block2
block1:
    v2 = load.i64 v1+8
    return v2
block2:
    return v0
}";

/// Functions that end in a tail call: of a symbol, and of an address.
pub(crate) const TAIL_CALLS: [&str; 2] = [
    "function %f(i64) -> i64 tail {
    sig0 = (i64) -> i64 tail
    fn0 = colocated {@callee} sig0
    ss0 = explicit_slot 64
block0(v0: i64):
    v1 = stack_addr.i64 ss0
    store v0, v1
    return_call fn0(v0)
}",
    "function %f(i64) -> i64 tail {
    sig0 = (i64) -> i64 tail
    ss0 = explicit_slot 64
block0(v0: i64):
    v1 = stack_addr.i64 ss0
    store v0, v1
    return_call_indirect sig0, v0(v0)
}",
];

/// Compiles both of [`TAIL_CALLS`]. Returns the CFA rule at each offset.
pub(crate) fn frames_of_tail_calls(target: &str) -> Vec<Vec<(u16, i64)>> {
    let mut cgu = TestCgu::new(target);
    for (name, text) in ["symbol", "address"].iter().zip(TAIL_CALLS) {
        cgu.function(name, text);
    }
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    let names = ["symbol", "address"].iter().zip(&cgu.functions);
    names.map(|(name, function)| frame_addresses(&loaded, name, function.code.len())).collect()
}

/// Returns the CFA rule of `function` at each offset: the register and the distance.
pub(crate) fn frame_addresses(loaded: &Loaded<'_>, function: &str, size: usize) -> Vec<(u16, i64)> {
    let section = gimli::EhFrame::new(loaded.contents(".eh_frame"), LittleEndian);
    let bases = BaseAddresses::default().set_eh_frame(loaded.section_address(".eh_frame"));
    let mut context = gimli::UnwindContext::new();
    let start = loaded.address(function);
    let fde = section.fde_for_address(&bases, start, gimli::EhFrame::cie_from_offset).expect("an FDE");
    let mut row = |offset| {
        let address = start + offset as u64;
        match *fde.unwind_info_for_address(&section, &bases, &mut context, address).expect("a row").cfa() {
            gimli::CfaRule::RegisterAndOffset { register, offset } => (register.0, offset),
            gimli::CfaRule::Expression(_) => panic!("an expression"),
        }
    };
    (0..size).map(&mut row).collect()
}

#[test]
fn personality_pointer() {
    use object::elf::*;
    for (target, kind) in TARGETS.into_iter().zip([R_X86_64_64, R_AARCH64_ABS64, R_RISCV_64]) {
        let cgu = cgu(target);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        let section = loaded.section_of("DW.ref.rust_eh_personality");
        assert_eq!(section.name(), Ok(".data.DW.ref.rust_eh_personality"));
        assert_eq!(flags(&section), u64::from(SHF_ALLOC | SHF_WRITE | SHF_GROUP));
        let expected = [(0, kind, "rust_eh_personality".to_owned(), 0)];
        assert_eq!(relocations(&loaded.file, &section), expected);
        let groups: Vec<_> = object::read::Object::comdats(&loaded.file)
            .map(|comdat| object::read::ObjectComdat::name(&comdat).expect("a name").to_owned())
            .collect();
        assert_eq!(groups, ["DW.ref.rust_eh_personality"]);
    }
}

#[test]
fn no_unwind_tables() {
    let settings = IsaSettings { unwind_tables: false, ..settings(TARGETS[0]) };
    let mut cgu = TestCgu::with(&settings);
    cgu.cgu.unwind_tables = false;
    cgu.function("plain", EMPTY);
    let bytes = cgu.bytes();
    let loaded = Loaded::new(&bytes);
    assert!(object::read::Object::section_by_name(&loaded.file, ".eh_frame").is_none());
    assert!(cgu.functions[0].unwind.is_none());
}

/// One entry of a call-site table.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    start: u64,
    end: u64,
    landing_pad: u64,
    action: ReadAction,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum ReadAction {
    Cleanup,
    /// The type filter, and the entry of the type table that it refers to.
    Type(i64, u32),
    /// The type filter, and the first byte of the exception specification that it refers to.
    Specification(i64, u8),
}

/// Reads the LSDA at `start` of `section`, as the Itanium C++ ABI describes it.
fn read_lsda(section: &[u8], start: usize) -> Vec<Entry> {
    let mut reader = Slice::new(&section[start..], LittleEndian);
    let whole = reader;
    assert_eq!(reader.read_u8(), Ok(0xff), "landing pads are relative to the function");
    let type_encoding = reader.read_u8().expect("a byte");
    let type_table_end = (type_encoding != 0xff).then(|| {
        assert_eq!(type_encoding, 0x9b);
        let offset = reader.read_uleb128().expect("an offset");
        reader.offset_from(whole) as u64 + offset
    });
    assert_eq!(reader.read_u8(), Ok(0x01), "ULEB128 call sites");
    let length = reader.read_uleb128().expect("a length") as usize;
    let mut table = reader.split(length).expect("the call-site table");
    let actions = reader;
    let mut entries = Vec::new();
    while !table.is_empty() {
        let mut number = || table.read_uleb128().expect("a number");
        let (start, size, landing_pad, action) = (number(), number(), number(), number());
        let action = read_action(whole, actions, action, type_table_end);
        entries.push(Entry { start, end: start + size, landing_pad, action });
    }
    entries
}

fn read_action(whole: Slice<'_>, mut actions: Slice<'_>, action: u64, end: Option<u64>) -> ReadAction {
    let Some(offset) = action.checked_sub(1) else { return ReadAction::Cleanup };
    actions.skip(offset as usize).expect("an action");
    let filter = actions.read_sleb128().expect("a filter");
    assert_eq!(actions.read_sleb128(), Ok(0), "no next action");
    let end = end.expect("a type table");
    let mut at = whole;
    if filter > 0 {
        at.skip((end - 4 * filter as u64) as usize).expect("a type");
        ReadAction::Type(filter, at.read_u32().expect("a type"))
    } else {
        at.skip((end as i64 - filter - 1) as usize).expect("a specification");
        ReadAction::Specification(filter, at.read_u8().expect("a specification"))
    }
}

/// Returns the entry that the personality routine finds for a call.
fn find(entries: &[Entry], return_address: u32) -> Entry {
    let address = u64::from(return_address) - 1;
    let found: Vec<_> = entries.iter().filter(|entry| (entry.start..entry.end).contains(&address)).collect();
    assert_eq!(found.len(), 1, "call {return_address} in {entries:?}");
    *found[0]
}

fn check(entries: &[Entry], call_sites: &[CallSite]) {
    assert!(entries.windows(2).all(|pair| pair[0].end <= pair[1].start), "{entries:?}");
    for site in call_sites {
        let entry = find(entries, site.return_address);
        let expected = match site.landing_pad {
            None => (0, ReadAction::Cleanup),
            Some(LandingPad { offset, action: LandingAction::Cleanup }) => {
                (u64::from(offset), ReadAction::Cleanup)
            }
            Some(LandingPad { offset, action: LandingAction::Catch }) => {
                (u64::from(offset), ReadAction::Type(1, 0))
            }
            Some(LandingPad { offset, action: LandingAction::Terminate }) => {
                (u64::from(offset), ReadAction::Specification(-1, 0))
            }
        };
        assert_eq!((entry.landing_pad, entry.action), expected, "{site:?}");
    }
}

#[test]
fn landing_pads() {
    for target in TARGETS {
        let cgu = cgu(target);
        let bytes = cgu.bytes();
        let loaded = Loaded::new(&bytes);
        let frame = frames(&loaded).into_iter().find_map(|frame| frame.lsda).expect("an LSDA");
        let start = frame - loaded.section_address(".gcc_except_table");
        let entries = read_lsda(loaded.contents(".gcc_except_table"), start as usize);
        let call_sites = &cgu.functions[1].call_sites;
        assert_eq!(call_sites.len(), 3, "{target}");
        check(&entries, call_sites);
        let pads: Vec<_> =
            call_sites.iter().map(|site| site.landing_pad.map(|landing| landing.action)).collect();
        assert_eq!(pads, [None, Some(LandingAction::Cleanup), Some(LandingAction::Catch)]);
    }
}

fn landing_pad() -> impl Strategy<Value = Option<LandingPad>> {
    let action =
        prop_oneof![Just(LandingAction::Cleanup), Just(LandingAction::Catch), Just(LandingAction::Terminate)];
    prop::option::of((1u32..0x40_0000, action).prop_map(|(offset, action)| LandingPad { offset, action }))
}

proptest! {
    /// With several LSDAs in a section, each call finds its landing pad.
    #[test]
    fn lsda_round_trip(
        functions in prop::collection::vec(prop::collection::vec((1u32..5000, landing_pad()), 1..300), 1..4)
    ) {
        let mut section = gimli::write::EndianVec::new(LittleEndian);
        let mut written = Vec::new();
        for function in functions {
            let mut return_address = 0;
            let call_sites: Vec<_> = function
                .into_iter()
                .map(|(distance, landing_pad)| {
                    return_address += distance;
                    CallSite { return_address, landing_pad }
                })
                .collect();
            let start = lsda::append(&mut section, &call_sites).expect("an LSDA");
            prop_assert_eq!(start % lsda::ALIGNMENT, 0);
            written.push((start, call_sites));
        }
        for (start, call_sites) in written {
            check(&read_lsda(section.slice(), start), &call_sites);
        }
    }
}
