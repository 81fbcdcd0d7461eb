//! The entries are the same for every target, version and kind of split.

use std::process::Command;

use super::dump::dump;
use super::{VERSIONS, described, described_unit};
use crate::cgu::{DebugCompression, DebugEmission, SplitDwarf, SplitPlace};
use crate::description::{Parent, Subprogram};
use crate::object::CguBytes;
use crate::object::tests::read::Loaded;
use crate::object::tests::support::{TARGETS, TestCgu};

/// Every kind of split.
const PLACES: [Option<SplitPlace>; 3] = [None, Some(SplitPlace::Object), Some(SplitPlace::File)];

const EXPECTED: &str = include_str!("expected.txt");

fn unit(target: &str, version: u16, place: Option<SplitPlace>) -> TestCgu {
    let mut unit = described_unit::unit(target, version);
    let debug_info = unit.cgu.debug_info.as_mut().expect("debug information");
    debug_info.split = place.map(|place| SplitDwarf { place, name: "unit.dwo".into() });
    unit
}

/// Calls `check` with the unit for every target, version and kind of split.
pub(super) fn for_all(mut check: impl FnMut(&TestCgu, Option<SplitPlace>, &str)) {
    for target in TARGETS {
        for version in VERSIONS {
            for place in PLACES {
                let name = format!("{target}-{version}-{place:?}").replace(['(', ')'], "-");
                check(&unit(target, version, place), place, &name);
            }
        }
    }
}

fn text(unit: &TestCgu, place: Option<SplitPlace>) -> String {
    with_files(unit, place, |loaded, split| dump(loaded, split, &unit.functions))
}

/// Calls `work` with the object of `unit` and its split part.
pub(super) fn with_files<R>(
    unit: &TestCgu,
    place: Option<SplitPlace>,
    work: impl FnOnce(&Loaded<'_>, Option<&Loaded<'_>>) -> R,
) -> R {
    let CguBytes { object, dwarf_object } = unit.files();
    assert_eq!(dwarf_object.is_some(), place == Some(SplitPlace::File));
    let loaded = Loaded::new(&object);
    let file = dwarf_object.as_ref().map(|bytes| Loaded::new(bytes));
    let split = place.map(|place| match place {
        SplitPlace::Object => &loaded,
        SplitPlace::File => file.as_ref().expect("a file"),
    });
    work(&loaded, split)
}

#[test]
fn the_same_entries_everywhere() {
    for_all(|unit, place, name| {
        let text = text(unit, place);
        let mut expected = EXPECTED.to_owned();
        // Linkers of this target do not support offsets of thread-locals.
        if name.starts_with("aarch64") {
            expected = expected.replace(" location=LOCAL,thread", "");
        }
        // DWARF 4 introduced the attribute.
        if unit.cgu.debug_info.as_ref().is_some_and(|debug_info| debug_info.version < 4) {
            expected = expected.replace(" enum_class", "");
        }
        if text != expected {
            let path = std::env::temp_dir().join(format!("{name}.txt"));
            std::fs::write(&path, &text).expect("writing the text");
            panic!("{name}: see {}", path.display());
        }
    });
}

/// Compressed sections have the same contents.
#[test]
fn compressed_sections() {
    for compression in [DebugCompression::Zlib, DebugCompression::Zstd] {
        for place in PLACES {
            let mut unit = unit(TARGETS[0], 5, place);
            let size = unit.bytes().len();
            unit.cgu.debug_info.as_mut().expect("debug information").compression = Some(compression);
            assert!(unit.bytes().len() < size);
            assert_eq!(text(&unit, place), EXPECTED);
        }
    }
}

/// Only functions into which others were inlined are described, without types and variables.
#[test]
fn line_tables_only() {
    for target in TARGETS {
        for version in VERSIONS {
            let mut unit = unit(target, version, None);
            unit.cgu.debug_info.as_mut().expect("debug information").emission = DebugEmission::LineTables;
            unit.cgu.debug_info.as_mut().expect("debug information").description.statics.clear();
            for function in &mut unit.functions {
                let description = described(function);
                description.variables.clear();
                strip(&mut description.subprogram);
            }
            for subprogram in
                unit.cgu.debug_info.as_mut().expect("debug information").description.inlined.values_mut()
            {
                strip(subprogram);
            }
            let expected = "\
compile_unit language=Language(DwLang(28)) name=\"src/lib.rs/@/test.0\"
  subprogram inline=Inline(DwInl(1)) name=\"helper\"
  subprogram inline=Inline(DwInl(1)) name=\"method<i64>\"
  subprogram code=function*1 name=\"method<i64>\"
    inlined_subroutine abstract_origin=<helper> call_column=5 call_file=file 2 call_line=4 code=function*2
      inlined_subroutine abstract_origin=<method<i64>> call_column=5 call_file=file 2 call_line=5 code=function*1
";
            assert_eq!(text(&unit, None), expected, "{target}, version {version}");
        }
    }
}

/// Reduces a subprogram to what lowering describes without types.
fn strip(subprogram: &mut Subprogram) {
    let name = subprogram.name.clone();
    *subprogram = Subprogram {
        name,
        linkage_name: None,
        parent: Parent::Unit,
        declaration: subprogram.declaration,
        return_type: None,
        parameters: Vec::new(),
        type_parameters: Vec::new(),
        is_external: false,
        is_noreturn: false,
        is_main: false,
    };
}

/// There are lines, but no entries.
#[test]
fn line_directives_only() {
    for version in VERSIONS {
        let mut unit = unit(TARGETS[0], version, None);
        unit.cgu.debug_info.as_mut().expect("debug information").emission = DebugEmission::LineDirectives;
        let bytes = unit.bytes();
        let loaded = Loaded::new(&bytes);
        assert!(!loaded.contents(".debug_line").is_empty());
        for section in [".debug_info", ".debug_abbrev", ".debug_str", ".debug_addr"] {
            assert!(loaded.contents(section).is_empty(), "{section}");
        }
    }
}

/// gdb cannot read a skeleton without a split unit.
#[test]
fn units_with_nothing_but_lines_are_not_split() {
    for version in VERSIONS {
        let mut unit = super::unit(TARGETS[0], version);
        let debug_info = unit.cgu.debug_info.as_mut().expect("debug information");
        debug_info.emission = DebugEmission::LineTables;
        debug_info.split = Some(SplitDwarf { place: SplitPlace::File, name: "unit.dwo".into() });
        let files = unit.files();
        assert!(files.dwarf_object.is_some(), "who asked for a file gets one");
        let loaded = Loaded::new(&files.object);
        let dwarf = loaded.dwarf();
        let header = dwarf.units().next().expect("a unit").expect("a header");
        let unit = dwarf.unit(header).expect("a unit");
        assert_eq!(
            (unit.dwo_id, unit.dwo_name().expect("a name").is_none()),
            (None, true),
            "version {version}"
        );
        assert!(!loaded.contents(".debug_line").is_empty());
    }
}

/// Returns the lines of a tool's output that report problems; none if it is not installed.
fn problems(tool: &str, arguments: &[&str], is_problem: fn(&str) -> bool) -> Vec<String> {
    if Command::new(tool).arg("--version").output().is_err() {
        eprintln!("skipped: {tool} is not installed");
        return Vec::new();
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut problems = Vec::new();
    for_all(|unit, _, name| {
        let files = unit.files();
        for (extension, bytes) in [("o", Some(files.object)), ("dwo", files.dwarf_object)] {
            let Some(bytes) = bytes else { continue };
            let path = directory.path().join(format!("{name}.{extension}"));
            std::fs::write(&path, bytes).expect("writing a file");
            let output = Command::new(tool).args(arguments).arg(&path).output();
            let output = output.unwrap_or_else(|error| panic!("{tool}: {error}"));
            for text in [&output.stdout, &output.stderr] {
                let text = String::from_utf8_lossy(text);
                let lines = text.lines().filter(|line| is_problem(line) || !output.status.success());
                problems.extend(lines.map(|line| format!("{}: {line}", path.display())));
            }
        }
    });
    problems
}

#[test]
fn llvm_finds_nothing_wrong() {
    let is_problem = |line: &str| line.starts_with("error:") || line.starts_with("warning:");
    assert_eq!(problems("llvm-dwarfdump", &["--verify"], is_problem), [""; 0]);
}

#[test]
fn binutils_find_nothing_wrong() {
    // Messages of binutils 2.40 that LLVM's files cause as well.
    const KNOWN: [&str; 9] = [
        // Offsets of thread-locals.
        "unable to apply unsupported reloc type",
        "skipping unexpected symbol type TLS",
        // The file is in no build directory.
        "Unable to load dwo file: /build/unit.dwo",
        // A `.dwo` file by itself.
        "Cannot fetch indexed address: the .debug_addr section is missing",
        // It is called `.debug_rnglists.dwo`.
        "Unable to locate .debug_rnglists section",
        "Unable to locate .debug_loclists section",
        // Before DWARF 5, it looks for what refers to `.debug_loc.dwo` in `.debug_info` instead of
        // `.debug_info.dwo`.
        "No location lists in .debug_info section!",
        "unused bytes at the end of section .debug_loc.dwo",
        // Before DWARF 5, the table of offsets has no header, but readelf reads one of the size of two
        // entries.
        "which is too big for section .debug_str.dwo",
    ];
    let is_problem = |line: &str| {
        let is_known = KNOWN.iter().any(|known| line.contains(known));
        (line.contains("Warning") || line.contains("Error")) && !is_known
    };
    assert_eq!(problems("readelf", &["--debug-dump"], is_problem), [""; 0]);
}
