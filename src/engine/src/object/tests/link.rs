//! C programs are linked with an object of ours on the host, and run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::support::{TARGETS, TestCgu};
use crate::cgu::{Binding, Placement, SymbolKind};
use crate::dwarf::tests::{Lines, described};

/// A language of the host's compilers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Language {
    C,
    CPlusPlus,
}

impl Language {
    fn compiler(self) -> &'static str {
        match self {
            Language::C => "cc",
            Language::CPlusPlus => "c++",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Language::C => "main.c",
            Language::CPlusPlus => "main.cc",
        }
    }
}

/// Compiles `main`, links it with `cgu` and returns the program's output; `None` if the host cannot do that.
fn run(cgu: &TestCgu, language: Language, main: &str, arguments: &[&str]) -> Option<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let program = link(cgu, language, main, arguments, directory.path())?;
    Some(output(&mut Command::new(&program), &directory.path().join("cgu.o")))
}

/// Compiles `main` and links it with `cgu` in `directory`.
fn link(
    cgu: &TestCgu,
    language: Language,
    main: &str,
    arguments: &[&str],
    directory: &Path,
) -> Option<PathBuf> {
    if !cfg!(target_arch = "x86_64") {
        eprintln!("skipped: the host is not x86_64");
        return None;
    }
    let compiler = language.compiler();
    if Command::new(compiler).arg("--version").output().is_err() {
        eprintln!("skipped: there is no compiler `{compiler}` on this machine");
        return None;
    }
    let (source, object) = (directory.join(language.file()), directory.join("cgu.o"));
    let program = directory.join("program");
    std::fs::write(&source, main).expect("writing the program");
    std::fs::write(&object, cgu.bytes()).expect("writing cgu.o");
    let mut command = Command::new(compiler);
    command.args(arguments).arg(&source).arg(&object).arg("-o").arg(&program).arg("-lm");
    output(&mut command, &object);
    Some(program)
}

fn output(command: &mut Command, object: &Path) -> String {
    let result = command.output().expect("starting a process");
    if !result.status.success() {
        let _ = std::fs::copy(object, "/tmp/clif_engine_failed.o");
        panic!(
            "{command:?}: {}\n{}{}",
            result.status,
            String::from_utf8_lossy(&result.stdout),
            String::from_utf8_lossy(&result.stderr)
        );
    }
    String::from_utf8(result.stdout).expect("UTF-8")
}

const MAIN: &str = r#"
#include <stdio.h>
long combine(long, long);
long *counter(void);
long read_table(void);
long external = 30;
_Thread_local long thread_value = 7;
long *thread_address(void);
double rounded(double);
long callback(long x) { return x * 2; }
int main(void) {
    printf("%ld %ld %ld %ld %g\n", combine(3, 4), *counter(), read_table(), *thread_address(), rounded(2.5));
    return 0;
}
"#;

#[test]
fn calls_data_and_thread_locals() {
    for arguments in [["-pie", "-fPIE"], ["-no-pie", "-fno-pie"], ["-Wl,--gc-sections", "-fPIC"]] {
        let mut cgu = TestCgu::new("x86_64-unknown-linux-gnu");
        add_program(&mut cgu);
        let Some(printed) = run(&cgu, Language::C, MAIN, &arguments) else { return };
        assert_eq!(printed, "43 11 71 5 2\n", "{arguments:?}");
    }
}

/// Returns `callback(3) + callback(4) + external - 1` for the arguments 3 and 4.
const COMBINE: &str = "function %combine(i64, i64) -> i64 system_v {
    gv0 = symbol colocated {@number}
    gv1 = symbol {@external}
    fn0 = {@callback} (i64) -> i64 system_v
    fn1 = colocated {@helper} (i64) -> i64 system_v
block0(v0: i64, v1: i64):
    v2 = call fn0(v0)
    v3 = call fn1(v1)
    v4 = iadd v2, v3
    v5 = symbol_value.i64 gv1
    v6 = load.i64 v5
    v7 = iadd v4, v6
    v9 = iconst.i64 -1
    v8 = iadd v7, v9
    return v8
}";

const HELPER: &str = "function %helper(i64) -> i64 system_v {
    fn0 = colocated {@callback} (i64) -> i64 system_v
block0(v0: i64):
    v1 = call fn0(v0)
    return v1
}";

const COUNTER: &str = "function %counter() -> i64 system_v {
    gv0 = symbol {@number}
block0:
    v0 = symbol_value.i64 gv0
    return v0
}";

/// Returns `*table[0] + *table[1]`.
const READ_TABLE: &str = "function %read_table() -> i64 system_v {
    gv0 = symbol colocated {@table}
block0:
    v0 = symbol_value.i64 gv0
    v1 = load.i64 v0
    v2 = load.i64 v1
    v3 = load.i64 v0+8
    v4 = load.i64 v3
    v5 = iadd v2, v4
    return v5
}";

const THREAD_ADDRESS: &str = "function %thread_address() -> i64 system_v {
    gv0 = symbol tls {@thread_local_here}
block0:
    v0 = tls_value.i64 gv0
    return v0
}";

const ROUNDED: &str = "function %rounded(f64) -> f64 system_v {
block0(v0: f64):
    v1 = nearest v0
    return v1
}";

fn add_program(cgu: &mut TestCgu) {
    cgu.data("number", Binding::Local, Placement::Writable, &11u64.to_le_bytes());
    cgu.data(".Lconstant", Binding::Local, Placement::ReadOnly, &41u64.to_le_bytes());
    cgu.data("table", Binding::Local, Placement::ReadOnly, &[0; 16]);
    cgu.address_in_data(0, ".Lconstant", 0);
    cgu.address_in_data(8, "external", 0);
    cgu.data("thread_local_here", Binding::Local, Placement::ThreadLocal, &5u64.to_le_bytes());
    cgu.function("combine", COMBINE);
    let helper = cgu.symbol("helper", SymbolKind::Function, Binding::Local);
    let lowered = cgu.lower(helper, HELPER);
    cgu.add(lowered);
    cgu.function("counter", COUNTER);
    cgu.function("read_table", READ_TABLE);
    cgu.function("thread_address", THREAD_ADDRESS);
    cgu.function("rounded", ROUNDED);
}

const THROWING_MAIN: &str = r#"
#include <cstdio>
#include <cstdlib>
extern "C" {
long counter = 0;
long thrower(long x) { if (x > 0) throw x; return x; }
long catches(long);
long cleans(long);
long passes(long);
long forbids(long);
void forbidden() { printf("%ld forbidden\n", counter); fflush(stdout); _Exit(0); }
}
template <class F> long caught(F call) {
    try { return call(); } catch (long x) { return x * 100; }
}
int main() {
    printf("%ld %ld\n", catches(0), catches(5));
    long unharmed = caught([] { return cleans(0); }), harmed = caught([] { return cleans(6); });
    printf("%ld %ld %ld\n", unharmed, harmed, counter);
    unharmed = caught([] { return passes(0); }), harmed = caught([] { return passes(7); });
    printf("%ld %ld %ld\n", unharmed, harmed, counter);
    caught([] { return forbids(8); });
    return 1;
}
"#;

#[test]
fn exceptions() {
    for target_arguments in [["-pie", "-O1"], ["-no-pie", "-O0"]] {
        let mut cgu = TestCgu::new("x86_64-unknown-linux-gnu");
        add_throwing_program(&mut cgu);
        let Some(printed) = run(&cgu, Language::CPlusPlus, THROWING_MAIN, &target_arguments) else {
            return;
        };
        assert_eq!(printed, "0 5\n0 600 1\n0 700 2\n2 forbidden\n", "{target_arguments:?}");
    }
}

const CATCHES: &str = "function %catches(i64) -> i64 system_v {
    sig0 = (i64) -> i64 system_v
    fn0 = {@thrower} sig0
    fn1 = {@__cxa_begin_catch} sig0
    fn2 = {@__cxa_end_catch} () system_v
block0(v0: i64):
    try_call fn0(v0), sig0, block1(ret0), [ tag0: block2(exn0) ]
block1(v1: i64):
    return v1
block2(v2: i64):
    v3 = call fn1(v2)
    v4 = load.i64 v3
    call fn2()
    return v4
}";

/// Values that are live across the call have to be found again in the landing pad.
const CLEANS: &str = "function %cleans(i64) -> i64 system_v {
    gv0 = symbol {@counter}
    sig0 = (i64) -> i64 system_v
    fn0 = colocated {@thrower} sig0
    fn1 = {@_Unwind_Resume} (i64) system_v
block0(v0: i64):
    v1 = symbol_value.i64 gv0
    try_call fn0(v0), sig0, block1(ret0), [ default: block2(exn0) ]
block1(v2: i64):
    return v2
block2(v3: i64):
    v4 = load.i64 v1
    v5 = iconst.i64 1
    v6 = iadd v4, v5
    store v6, v1
    call fn1(v3)
    trap user1
}";

/// The first call has no handler, the second one has one.
const PASSES: &str = "function %passes(i64) -> i64 system_v {
    sig0 = (i64) -> i64 system_v
    fn0 = colocated {@cleans} sig0
    fn1 = colocated {@forbidden} () system_v
block0(v0: i64):
    v1 = call fn0(v0)
    try_call fn0(v1), sig0, block1(ret0), [ default: block2(exn0) ]
block1(v2: i64):
    return v2
block2(v3: i64):
    call fn1()
    trap user1
}";

const FORBIDS: &str = "function %forbids(i64) -> i64 system_v {
    sig0 = (i64) -> i64 system_v
    fn0 = colocated {@thrower} sig0
    fn1 = {@forbidden} () system_v
block0(v0: i64):
    try_call fn0(v0), sig0, block1(ret0), [ tag1: block2(exn0) ]
block1(v2: i64):
    return v2
block2(v3: i64):
    call fn1()
    trap user1
}";

fn add_throwing_program(cgu: &mut TestCgu) {
    let personality = "__gxx_personality_v0";
    cgu.function_with_personality("catches", personality, CATCHES);
    cgu.function_with_personality("cleans", personality, CLEANS);
    cgu.function_with_personality("passes", personality, PASSES);
    cgu.function_with_personality("forbids", personality, FORBIDS);
}

/// Linkers of the other targets accept our objects. They apply every relocation and check its range.
#[test]
fn other_targets_link() {
    if Command::new("mold").arg("--version").output().is_err() {
        eprintln!("skipped: the linker mold, which knows all targets, is not installed");
        return;
    }
    for (target, emulation) in
        [(TARGETS[0], "elf_x86_64"), (TARGETS[1], "aarch64linux"), (TARGETS[2], "elf64lriscv")]
    {
        let mut cgu = TestCgu::new(target);
        cgu.with_debug_info(5);
        add_program(&mut cgu);
        add_throwing_program(&mut cgu);
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (object, library) = (directory.path().join("cgu.o"), directory.path().join("cgu.so"));
        std::fs::write(&object, cgu.bytes()).expect("writing cgu.o");
        for arguments in [&["-shared", "--gc-sections"][..], &["-shared", "-z", "text"]] {
            let mut command = Command::new("mold");
            command.arg("-m").arg(emulation).args(arguments).arg(&object).arg("-o").arg(&library);
            output(&mut command, &object);
        }
        let bytes = std::fs::read(&library).expect("reading cgu.so");
        let file = object::read::elf::ElfFile64::<object::Endianness>::parse(&*bytes).expect("a library");
        use object::read::{Object, ObjectSection};
        for section in [".eh_frame", ".gcc_except_table", ".tdata", ".debug_info"] {
            let section = file.section_by_name(section).unwrap_or_else(|| panic!("{target}: no {section}"));
            assert!(section.size() > 0);
        }
    }
}

/// The debug information survives linking: binutils finds the function and line of a return address.
#[test]
fn addresses_become_lines() {
    if Command::new("addr2line").arg("--version").output().is_err() {
        eprintln!("skipped: addr2line is not installed");
        return;
    }
    for version in [4, 5] {
        let mut cgu = TestCgu::new(TARGETS[0]);
        cgu.with_debug_info(version);
        cgu.cgu.positions = Some(Arc::new(Lines));
        let clif = "function %answer() -> i64 system_v {
            fn0 = colocated {@callee} () -> i64 system_v
        block0:
            @0003 v0 = call fn0()
            @0007 return v0
        }";
        cgu.function("answer", clif);
        described(&mut cgu.functions[0]).subprogram.name = "test::answer".into();
        let main = "long answer(void); long callee(void) { return 1; } int main(void) { return answer(); }";
        let directory = tempfile::tempdir().expect("a temporary directory");
        let arguments = ["-no-pie", "-Wl,--gc-sections"];
        let Some(program) = link(&cgu, Language::C, main, &arguments, directory.path()) else { return };
        let bytes = std::fs::read(&program).expect("reading the program");
        let file = object::read::elf::ElfFile64::<object::Endianness>::parse(&*bytes).expect("a program");
        use object::read::{Object, ObjectSymbol};
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok("answer")).expect("the function");
        let call = symbol.address() + u64::from(cgu.functions[0].source_ranges[0].start);
        let mut command = Command::new("addr2line");
        command.arg("-f").arg("-e").arg(&program).arg(format!("{call:#x}"));
        let found = output(&mut command, &program);
        assert_eq!(found, "answer\n/build/src/lib.rs:3\n", "version {version}");
    }
}
