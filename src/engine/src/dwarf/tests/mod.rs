//! Debug information is written for every target and version and read back with `gimli::read`.

mod described_unit;
mod dump;
mod lists;
mod matrix;

use std::sync::Arc;

use gimli::{EndianSlice, LittleEndian};

use crate::cgu::{PositionResolver, SourceFile, SourceFiles, SourceLocation};
use crate::compile::CompiledFunction;
use crate::description::FunctionDescription;
use crate::object::tests::read::Loaded;
use crate::object::tests::support::{TARGETS, TestCgu};

type Reader<'a> = EndianSlice<'a, LittleEndian>;

/// All versions of DWARF that are written.
const VERSIONS: [u16; 4] = [2, 3, 4, 5];

/// The text of `src/lib.rs`.
const TEXT: &str = "one line\nand another\n";

/// Position n is line n, column 5 of `src/lib.rs`; from 100 on line n - 100 of another file; 50 is nowhere.
pub(crate) struct Lines;

impl PositionResolver for Lines {
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation> {
        location(position, None, files)
    }
}

/// The same with the text of `src/lib.rs`, which some readers of line tables do not support (binutils).
struct LinesWithText;

impl PositionResolver for LinesWithText {
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation> {
        let text = (position < 50).then(|| Arc::new(TEXT.to_owned()));
        location(position, text, files)
    }
}

fn location(position: u32, text: Option<Arc<String>>, files: &mut SourceFiles) -> Option<SourceLocation> {
    let (directory, name) = match position {
        50 => return None,
        0..100 => ("", "src/lib.rs"),
        _ => ("/rustc/library", "core/src/fmt.rs"),
    };
    let file = SourceFile { directory: directory.into(), name: name.into(), md5: Some([7; 16]), text };
    let file = files.intern(file);
    Some(SourceLocation { file, line: position % 100, column: 5 })
}

const FUNCTION: &str = "function %f(i64) -> i64 system_v {
    ss0 = explicit_slot 64
    fn0 = {@callee} (i64) -> i64 system_v
block0(v0: i64):
    @0003 v1 = iconst.i64 4
    @0003 v2 = imul v0, v1
    @0004 v3 = call fn0(v2)
    @0032 v4 = call fn0(v3)
    @0032 v9 = stack_addr.i64 ss0
    @0032 store v4, v9
    @0066 v5 = call fn0(v4)
    @0004 v6 = call fn0(v5)
    @0009 return v6
}";

fn unit(target: &str, version: u16) -> TestCgu {
    let mut unit = TestCgu::new(target);
    unit.with_debug_info(version);
    unit.cgu.positions = Some(Arc::new(Lines));
    unit.function("first", FUNCTION);
    let first = &mut described(&mut unit.functions[0]).subprogram;
    first.declaration = Some(2);
    first.name = "test::first::<u8>".into();
    unit.function("second", "function %f() system_v {\nblock0:\n    @0007 return\n}");
    described(&mut unit.functions[1]).subprogram.declaration = Some(6);
    unit
}

pub(crate) fn described(function: &mut CompiledFunction) -> &mut FunctionDescription {
    function.description.as_mut().expect("a description")
}

/// (offset in the function, file, line, column, statement, prologue end)
type ReadRow = (u64, String, u64, u64, bool, bool);

fn rows(dwarf: &gimli::Dwarf<Reader<'_>>, address: u64) -> Vec<ReadRow> {
    let header = dwarf.units().next().expect("a unit").expect("a header");
    let unit = dwarf.unit(header).expect("a unit");
    let program = unit.line_program.clone().expect("a line program");
    let (program, sequences) = program.sequences().expect("sequences");
    let sequence = sequences.iter().find(|sequence| sequence.start == address).expect("the sequence");
    let mut rows = program.resume_from(sequence);
    let mut result = Vec::new();
    while let Some((header, row)) = rows.next_row().expect("a row") {
        if row.end_sequence() {
            assert_eq!(row.address(), sequence.end);
            break;
        }
        let file = row.file(header).expect("a file");
        let text = |value| dwarf.attr_string(&unit, value).expect("a string").to_string_lossy();
        let directory = file.directory(header).map_or_else(String::new, |value| text(value).into_owned());
        let column = match row.column() {
            gimli::ColumnType::LeftEdge => 0,
            gimli::ColumnType::Column(column) => column.get(),
        };
        let line = row.line().map_or(0, std::num::NonZero::get);
        let name = format!("{directory}|{}", text(file.path_name()));
        result.push((row.address() - address, name, line, column, row.is_stmt(), row.prologue_end()));
    }
    result
}

#[test]
fn line_table() {
    for target in TARGETS {
        for version in VERSIONS {
            let unit = unit(target, version);
            let bytes = unit.bytes();
            let loaded = Loaded::new(&bytes);
            let rows = rows(&loaded.dwarf(), loaded.address("first"));
            let here = "/build|src/lib.rs";
            let there = "/rustc/library|core/src/fmt.rs";
            let expected = [
                (here, 2, 0, true, false),
                (here, 3, 5, true, true),
                (here, 4, 5, true, false),
                (here, 0, 0, false, false),
                (there, 2, 5, true, false),
                (here, 4, 5, true, false),
                (here, 9, 5, true, false),
            ];
            let read: Vec<_> = rows
                .iter()
                .map(|(_, file, line, column, statement, end)| (&**file, *line, *column, *statement, *end))
                .collect();
            // gimli does not give the versions before 5 their compilation directory.
            let read: Vec<_> = read
                .into_iter()
                .map(|row| if row.0 == "|src/lib.rs" { (here, row.1, row.2, row.3, row.4) } else { row })
                .collect();
            assert_eq!(read, expected, "{target}, version {version}");
            assert_eq!(rows[0].0, 0);
            assert!(rows.is_sorted_by_key(|row| row.0));
            assert!(rows[1].0 > 0);
        }
    }
}

/// Version 5 contains the known texts; older versions cannot contain any.
#[test]
fn embedded_texts() {
    for version in VERSIONS {
        let mut unit = unit(TARGETS[0], version);
        unit.cgu.positions = Some(Arc::new(LinesWithText));
        let bytes = unit.bytes();
        let loaded = Loaded::new(&bytes);
        let dwarf = loaded.dwarf();
        let header = dwarf.units().next().expect("a unit").expect("a header");
        let unit = dwarf.unit(header).expect("a unit");
        let program = unit.line_program.as_ref().expect("a line program");
        let texts = program.header().file_names().iter().map(|file| {
            let text = file.source().map(|value| dwarf.attr_string(&unit, value).expect("a string"));
            text.map(|text| text.to_string_lossy().into_owned())
        });
        let expected: &[Option<&str>] = match version {
            ..5 => &[None, None],
            _ => &[Some(""), Some(TEXT), Some("")],
        };
        assert_eq!(
            texts.collect::<Vec<_>>(),
            expected.iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn entries() {
    for target in TARGETS {
        for version in VERSIONS {
            let unit = unit(target, version);
            let bytes = unit.bytes();
            let loaded = Loaded::new(&bytes);
            let dwarf = loaded.dwarf();
            let header = dwarf.units().next().expect("a unit").expect("a header");
            assert_eq!(header.version(), version);
            let read = dwarf.unit(header).expect("a unit");
            assert_eq!(read.name.expect("a name").to_string(), Ok("src/lib.rs/@/test.0"));
            assert_eq!(read.comp_dir.expect("a directory").to_string(), Ok("/build"));
            let mut ranges = dwarf.unit_ranges(&read).expect("ranges");
            for (name, function) in ["first", "second"].iter().zip(&unit.functions) {
                let range = ranges.next().expect("a range").expect("a range");
                assert_eq!(range.begin, loaded.address(name));
                assert_eq!(range.end - range.begin, function.code.len() as u64);
            }
            assert_eq!(ranges.next(), Ok(None));
            check_functions(&dwarf, &read, &loaded, &unit);
        }
    }
}

fn check_functions(
    dwarf: &gimli::Dwarf<Reader<'_>>,
    read: &gimli::Unit<Reader<'_>>,
    loaded: &Loaded<'_>,
    unit: &TestCgu,
) {
    let mut entries = read.entries();
    let mut found = Vec::new();
    while let Some(entry) = entries.next_dfs().expect("an entry") {
        if entry.tag() != gimli::DW_TAG_subprogram {
            continue;
        }
        let text = |name| {
            let value = entry.attr_value(name)?;
            Some(dwarf.attr_string(read, value).expect("a string").to_string_lossy().into_owned())
        };
        let number = |name| entry.attr_value(name).and_then(|value| value.udata_value()).unwrap_or_default();
        let low = entry.attr_value(gimli::DW_AT_low_pc).expect("an address");
        let low = dwarf.attr_address(read, low).expect("an address").expect("an address");
        let high = entry.attr_value(gimli::DW_AT_high_pc).expect("an end");
        let (linkage_name, size) = match read.header.version() {
            4.. => (gimli::DW_AT_linkage_name, high.udata_value().expect("a length")),
            _ => {
                let end = dwarf.attr_address(read, high).expect("an address").expect("an address");
                (gimli::DW_AT_MIPS_linkage_name, end - low)
            }
        };
        found.push((
            text(gimli::DW_AT_name).unwrap_or_default(),
            text(linkage_name),
            low,
            size,
            number(gimli::DW_AT_decl_line),
        ));
        assert!(entry.attr_value(gimli::DW_AT_external).is_some());
        assert!(matches!(entry.attr_value(gimli::DW_AT_frame_base), Some(gimli::AttributeValue::Exprloc(_))));
    }
    let size = |index: usize| unit.functions[index].code.len() as u64;
    let expected = [
        ("test::first::<u8>".to_owned(), Some("first".to_owned()), loaded.address("first"), size(0), 2),
        ("second".to_owned(), None, loaded.address("second"), size(1), 6),
    ];
    assert_eq!(found, expected);
}

#[test]
fn without_debug_info_there_are_no_debug_sections() {
    let mut unit = unit(TARGETS[0], 5);
    unit.cgu.debug_info = None;
    let bytes = unit.bytes();
    let loaded = Loaded::new(&bytes);
    let names = object::read::Object::sections(&loaded.file)
        .map(|section| object::read::ObjectSection::name(&section).expect("a name").to_owned());
    assert!(names.into_iter().all(|name| !name.starts_with(".debug") && !name.starts_with(".rela.debug")));
}

/// `llvm-dwarfdump --verify`, where it is installed.
#[test]
fn an_independent_reader_finds_nothing_wrong() {
    if std::process::Command::new("llvm-dwarfdump").arg("--version").output().is_err() {
        eprintln!("skipped: llvm-dwarfdump is not installed");
        return;
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    for target in TARGETS {
        for version in VERSIONS {
            let path = directory.path().join(format!("{target}-{version}.o"));
            std::fs::write(&path, unit(target, version).bytes()).expect("writing the object");
            let result = std::process::Command::new("llvm-dwarfdump").arg("--verify").arg(&path).output();
            let result = result.expect("running llvm-dwarfdump");
            let text = String::from_utf8_lossy(&result.stdout);
            assert!(result.status.success(), "{target}, version {version}: {text}");
        }
    }
}
