//! Tests the native executor: Cranelift, ELF objects, files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::cgu::{Binding, SectionLayout, SymbolId, SymbolKind, SymbolTable, Visibility};
use crate::compile::IsaSettings;
use crate::coordinator::{Batching, CguPlan, Config, Flow, Stopped};

fn executor() -> NativeExecutor {
    let settings = IsaSettings::new("x86_64-unknown-linux-gnu".parse().unwrap());
    NativeExecutor::new(settings.build().unwrap())
}

fn config(threads: usize) -> Config {
    Config {
        parallel: threads > 0,
        max_threads: threads,
        batching: Batching { batch_cost: Cost(50), queue_cost: Cost(500) },
        record_workload: None,
        ..Config::default()
    }
}

/// Returns a function of this `length` that calls itself.
fn clif(symbol: SymbolId, length: u32) -> String {
    let symbol = symbol.as_u32();
    let mut text = format!("function u0:{symbol}(i64) -> i64 system_v {{\n");
    text.push_str("    fn0 = u0:0(i64) -> i64 system_v\nblock0(v0: i64):\n    v1 = iconst.i64 17\n");
    for value in 2..length + 2 {
        let _ = writeln!(text, "    v{value} = imul v{}, v{}", value - 1, value - 2);
    }
    let last = length + 1;
    let _ = write!(text, "    v{} = call fn0(v{last})\n    return v{}\n}}\n", last + 1, last + 1);
    text
}

fn function(symbol: SymbolId, text: &str) -> LoweredFunction {
    LoweredFunction {
        symbol,
        clif: cranelift_reader::parse_functions(text).unwrap().remove(0),
        section: None,
        alignment: 1,
        unwind_table: true,
        personality: None,
        locations: Vec::new(),
        symbol_name: format!("a function {}", symbol.as_u32()).into(),
        description: None,
    }
}

fn outputs(folder: &Path, name: &str) -> CguFiles {
    CguFiles {
        object: Some(folder.join(format!("{name}.o"))),
        clif: Some(folder.join(format!("{name}.ll"))),
        ..CguFiles::default()
    }
}

/// Compiles three CGUs of 40 functions each into `folder`.
fn compile(folder: &Path, threads: usize) -> Result<Vec<CguOutcome>, (Stopped, Vec<String>)> {
    let nothing_can_fail = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    let coordinator = NativeCoordinator::start(executor(), config(threads)).unwrap();
    for number in 0..3 {
        let name: Box<str> = format!("crate.{number}").into();
        let output = outputs(folder, &name);
        let request = CguRequest { name: name.clone(), kind: CguKind::Regular, output };
        let cgu = coordinator.open_cgu(request, CguPlan::Compile);
        let mut symbols = SymbolTable::default();
        for index in 0..40 {
            let name = format!("function_{number}_{index}");
            let symbol = symbols.intern(&name, SymbolKind::Function, Binding::Global, Visibility::Default);
            let flow = coordinator.submit(cgu, function(symbol, &clif(symbol, 5 + index * 7 % 50)));
            assert!(flow == Flow::Continue || !nothing_can_fail);
        }
        let _ = coordinator.seal(cgu, sealed(name, symbols));
    }
    let mut texts = Vec::new();
    let result = coordinator.finish().join(&mut |report| texts.push(report.problem.to_string()));
    result.map_err(|stopped| (stopped, texts))
}

fn sealed(name: Box<str>, symbols: SymbolTable) -> SealedCgu {
    SealedCgu {
        name,
        symbols,
        data: Vec::new(),
        debug_info: None,
        positions: None,
        unwind_tables: true,
        references: Default::default(),
        llvm: crate::llvm::Module::default(),
        section_layout: SectionLayout::OnePerSymbol,
        compiler: None,
    }
}

/// Returns names and contents of all files in `folder`.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    };
    let mut contents: Vec<_> = fs::read_dir(folder).unwrap().map(read).collect();
    contents.sort();
    contents
}

#[test]
fn the_same_bytes_with_any_number_of_threads() {
    let alone = tempfile::tempdir().unwrap();
    let outcomes = compile(alone.path(), 0).unwrap();
    let names: Vec<_> = outcomes.iter().map(|outcome| &*outcome.name).collect();
    assert_eq!(names, ["crate.0", "crate.1", "crate.2"]);
    assert!(outcomes.iter().all(|outcome| outcome.statistics.functions == 40));
    let expected = contents(alone.path());
    let files: Vec<_> = expected.iter().map(|(name, _)| &**name).collect();
    assert_eq!(files, ["crate.0.ll", "crate.0.o", "crate.1.ll", "crate.1.o", "crate.2.ll", "crate.2.o"]);
    for threads in [1, 2, 2, 8] {
        let folder = tempfile::tempdir().unwrap();
        compile(folder.path(), threads).unwrap();
        assert!(contents(folder.path()) == expected, "other files with {threads} threads");
    }
}

#[test]
fn clif_text_has_the_names_of_symbols() {
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path(), 2).unwrap();
    let text = fs::read_to_string(folder.path().join("crate.1.ll")).unwrap();
    assert!(text.starts_with("; codegen unit crate.1\n\nfunction %function_1_0(i64)"), "{text}");
    assert!(text.ends_with("}\n\n; end of codegen unit crate.1\n"), "{text}");
    assert!(text.contains("fn0 = %function_1_0 sig0"));
    assert!(!text.contains("u0:"));
}

#[test]
fn a_folder_that_does_not_exist_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (_, texts) = compile(&folder.path().join("missing"), 0).unwrap_err();
    let [text] = &texts[..] else { panic!("{texts:?}") };
    assert!(text.starts_with("cannot write `"), "{text}");
    assert!(text.contains("/missing/crate.0.ll`: No such file or directory"), "{text}");
    assert_eq!(contents(folder.path()), []);
}

#[test]
fn a_file_that_cannot_be_renamed_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("crate.0.ll");
    fs::create_dir(&taken).unwrap();
    compile(folder.path(), 0).unwrap_err();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_function_that_cannot_be_compiled_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let coordinator = NativeCoordinator::start(executor(), config(2)).unwrap();
    let output = outputs(folder.path(), "bad");
    let request = CguRequest { name: "bad".into(), kind: CguKind::Regular, output };
    let cgu = coordinator.open_cgu(request, CguPlan::Compile);
    let mut symbols = SymbolTable::default();
    let symbol = symbols.intern("bad", SymbolKind::Function, Binding::Global, Visibility::Default);
    // No symbol has the namespace 9.
    let text = "function u0:0() system_v {\n fn0 = u9:1() system_v\nblock0:\n call fn0()\n return\n}\n";
    let _ = coordinator.submit(cgu, function(symbol, text));
    let _ = coordinator.seal(cgu, sealed("bad".into(), symbols));
    let mut texts = Vec::new();
    let result = coordinator.finish().join(&mut |report| texts.push(report.problem.to_string()));
    assert_eq!(result.map(drop), Err(Stopped));
    assert!(texts[0].starts_with("cannot compile `a function 0`: "), "{texts:?}");
    assert_eq!(contents(folder.path()), []);
}

/// Reuses a CGU. The error says why its work products cannot be used.
fn copy(cached: CguFiles, output: CguFiles) -> Result<CguOutcome, String> {
    let coordinator = NativeCoordinator::start(executor(), config(0)).unwrap();
    let request = CguRequest { name: "crate.0".into(), kind: CguKind::Regular, output };
    let _ = coordinator.copy_cgu(request, cached, Cost(1));
    let unusable = coordinator.await_copies();
    let mut outcomes = coordinator.finish().join(&mut |report| panic!("{}", report.problem)).unwrap();
    match &unusable[..] {
        [] => Ok(outcomes.remove(0)),
        [unusable] => Err(unusable.reason.clone()),
        _ => panic!("{unusable:?}"),
    }
}

/// Writes complete work products named `cached`.
fn cache(folder: &Path) -> CguFiles {
    compile(folder, 0).unwrap();
    let cached = outputs(folder, "cached");
    for (extension, file) in [("o", &cached.object), ("ll", &cached.clif)] {
        fs::rename(folder.join("crate.0").with_added_extension(extension), file.as_ref().unwrap()).unwrap();
    }
    cached
}

#[test]
fn unchanged_cgus_are_copied_twice_without_harm() {
    let folder = tempfile::tempdir().unwrap();
    let cached = cache(folder.path());
    let output = outputs(folder.path(), "cgu");
    for _ in 0..2 {
        let outcome = copy(cached.clone(), output.clone()).unwrap();
        assert_eq!(outcome.origin, CguOrigin::Reused);
        assert_eq!(outcome.files, output);
        for (copy, original) in [(&output.object, &cached.object), (&output.clif, &cached.clif)] {
            let read = |path: &Option<PathBuf>| fs::read(path.as_ref().unwrap()).unwrap();
            assert_eq!(read(copy), read(original));
        }
    }
}

#[test]
fn damaged_work_products_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let cached = cache(folder.path());
    let output = outputs(folder.path(), "cgu");
    let expect = |damaged: &Option<PathBuf>, contents: Option<&[u8]>, expected: &str| {
        let path = damaged.as_ref().unwrap();
        let whole = fs::read(path).unwrap();
        match contents {
            Some(contents) => fs::write(path, contents).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        let text = copy(cached.clone(), output.clone()).unwrap_err();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(text.contains(&format!("/{name}`: ")) && text.contains(expected), "{text}");
        assert!(!output.object.as_ref().unwrap().exists());
        fs::write(path, whole).unwrap();
    };
    for (file, expected) in [(&cached.object, "not an object file"), (&cached.clif, "not the text")] {
        let whole = fs::read(file.as_ref().unwrap()).unwrap();
        expect(file, Some(b""), expected);
        expect(file, Some(b"garbage".repeat(1000).as_slice()), expected);
        for length in [10, 64, whole.len() / 2 + 1, whole.len() - 1] {
            expect(file, Some(&whole[..length]), expected);
        }
        expect(file, None, "No such file");
    }
    let text = copy(CguFiles::default(), output.clone()).unwrap_err();
    assert_eq!(text, "the cache has no `o` file");
    let text = copy(CguFiles { clif: None, ..cached.clone() }, output.clone()).unwrap_err();
    assert_eq!(text, "the cache has no `ll` file");
    copy(cached, output).unwrap();
}

#[test]
fn a_recorded_workload_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workload.txt");
    let config = Config { record_workload: Some(path.clone()), ..config(2) };
    let coordinator = NativeCoordinator::start(executor(), config).unwrap();
    let request =
        CguRequest { name: "cgu".into(), kind: CguKind::Regular, output: outputs(folder.path(), "cgu") };
    let cgu = coordinator.open_cgu(request, CguPlan::Compile);
    let mut symbols = SymbolTable::default();
    for index in 0..30 {
        let name = format!("f{index}");
        let symbol = symbols.intern(&name, SymbolKind::Function, Binding::Global, Visibility::Default);
        let _ = coordinator.submit(cgu, function(symbol, &clif(symbol, 20)));
    }
    let _ = coordinator.seal(cgu, sealed("cgu".into(), symbols));
    coordinator.finish().join(&mut |_| {}).unwrap();
    let records = crate::coordinator::workload::parse(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(records.len(), 30);
    assert!(records.iter().all(|record| record.compile > 0 && record.estimate.0 > 20));
    assert_eq!(&*records[7].function, "a_function_7");
}

#[test]
fn errors_contain_clif_only_on_request() {
    let executor = executor().with_clif_in_errors(true);
    let request = CguRequest { name: "cgu".into(), kind: CguKind::Regular, output: CguFiles::default() };
    let text = "function u0:0() system_v {\n fn0 = u9:1() system_v\nblock0:\n call fn0()\n return\n}\n";
    let symbol = SymbolId::from_u32(0);
    let result = executor.compile(&mut executor.scratch(), &request, function(symbol, text));
    let Err(problem) = result else { panic!("compiled") };
    assert!(problem.to_string().contains("call fn0()"), "{problem}");
}

/// Compiles a valid CGU, then one with a function that cannot be compiled. Returns the files that are left in
/// the folder.
fn left_by_a_failure(temporaries: Temporaries) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let executor = executor().with_temporaries(temporaries);
    let coordinator = NativeCoordinator::start(executor, config(0)).unwrap();
    let bad = "function u0:0() system_v {\n fn0 = u9:1() system_v\nblock0:\n call fn0()\n return\n}\n";
    for (name, text) in [("good", &*clif(SymbolId::from_u32(0), 5)), ("bad", bad)] {
        let output = outputs(folder.path(), name);
        let request = CguRequest { name: name.into(), kind: CguKind::Regular, output };
        let cgu = coordinator.open_cgu(request, CguPlan::Compile);
        let mut symbols = SymbolTable::default();
        let symbol = symbols.intern(name, SymbolKind::Function, Binding::Global, Visibility::Default);
        let _ = coordinator.submit(cgu, function(symbol, text));
        let _ = coordinator.seal(cgu, sealed(name.into(), symbols));
    }
    assert_eq!(coordinator.finish().join(&mut |_| {}).map(drop), Err(Stopped));
    contents(folder.path()).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn a_failure_removes_what_other_cgus_wrote() {
    assert_eq!(left_by_a_failure(Temporaries::Remove), <[&str; 0]>::default());
    assert_eq!(left_by_a_failure(Temporaries::Keep), ["good.ll", "good.o"]);
}

#[test]
fn the_disassembly_has_symbols_and_leaves_no_object() {
    let folder = tempfile::tempdir().unwrap();
    let coordinator = NativeCoordinator::start(executor(), config(2)).unwrap();
    let assembly = folder.path().join("cgu.s");
    let output = CguFiles { assembly: Some(assembly.clone()), ..CguFiles::default() };
    let request = CguRequest { name: "cgu".into(), kind: CguKind::Regular, output };
    let cgu = coordinator.open_cgu(request, CguPlan::Compile);
    let mut symbols = SymbolTable::default();
    let symbol = symbols.intern("recursion", SymbolKind::Function, Binding::Global, Visibility::Default);
    let _ = coordinator.submit(cgu, function(symbol, &clif(symbol, 5)));
    let _ = coordinator.seal(cgu, sealed("cgu".into(), symbols));
    let mut texts = Vec::new();
    let result = coordinator.finish().join(&mut |report| texts.push(report.problem.to_string()));
    if texts.iter().any(|text| text.contains("needs a disassembler")) {
        eprintln!("skipped: no disassembler");
        assert_eq!(contents(folder.path()), []);
        return;
    }
    assert_eq!(result.unwrap()[0].files.assembly.as_ref(), Some(&assembly));
    let text = fs::read_to_string(&assembly).unwrap();
    assert!(text.starts_with("# codegen unit cgu\n\nSYMBOL TABLE:\n"), "{text}");
    assert!(text.contains("<recursion>:\n") && text.contains("recursion-0x4\n"), "{text}");
    assert!(!text.contains(folder.path().to_str().unwrap()), "{text}");
    assert_eq!(contents(folder.path()).len(), 1);
}

#[test]
fn an_environmental_problem_is_reported_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..10 {
        let (_, texts) = compile(&folder.path().join("missing"), 8).unwrap_err();
        assert_eq!(texts.len(), 1, "{texts:?}");
    }
}
