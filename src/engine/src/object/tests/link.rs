//! End to end on the host: a C program linked with an object of ours, and run.

use std::path::Path;
use std::process::Command;

use super::support::TestUnit;
use crate::unit::{Binding, Placement, SymbolKind};

/// Compiles `main_c`, links it with `unit` and returns what the program prints; `None` without a C compiler.
fn run(unit: &TestUnit, main_c: &str, arguments: &[&str]) -> Option<String> {
    if Command::new("cc").arg("--version").output().is_err() {
        eprintln!("skipped: there is no C compiler `cc` on this machine");
        return None;
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (source, object, program) =
        (directory.path().join("main.c"), directory.path().join("unit.o"), directory.path().join("program"));
    std::fs::write(&source, main_c).expect("writing main.c");
    std::fs::write(&object, unit.bytes()).expect("writing unit.o");
    let mut command = Command::new("cc");
    command.args(arguments).arg(&source).arg(&object).arg("-o").arg(&program).arg("-lm");
    output(&mut command, &object);
    Some(output(&mut Command::new(&program), &object))
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
    if !cfg!(target_arch = "x86_64") {
        eprintln!("skipped: the host is not x86_64");
        return;
    }
    for arguments in [["-pie", "-fPIE"], ["-no-pie", "-fno-pie"], ["-Wl,--gc-sections", "-fPIC"]] {
        let mut unit = TestUnit::new("x86_64-unknown-linux-gnu");
        add_program(&mut unit);
        let Some(printed) = run(&unit, MAIN, &arguments) else { return };
        assert_eq!(printed, "43 11 71 5 2\n", "{arguments:?}");
    }
}

fn add_program(unit: &mut TestUnit) {
    unit.data("number", Binding::Local, Placement::Writable, &11u64.to_le_bytes());
    unit.data(".Lconstant", Binding::Local, Placement::ReadOnly, &41u64.to_le_bytes());
    unit.data("table", Binding::Local, Placement::ReadOnly, &[0; 16]);
    unit.address_in_data(0, ".Lconstant", 0);
    unit.address_in_data(8, "external", 0);
    unit.data("thread_local_here", Binding::Local, Placement::ThreadLocal, &5u64.to_le_bytes());
    // callback(3) + callback(4) + external - 1
    unit.function(
        "combine",
        "function %combine(i64, i64) -> i64 system_v {
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
        }",
    );
    let helper = unit.symbol("helper", SymbolKind::Function, Binding::Local);
    let lowered = unit.lower(
        helper,
        "function %helper(i64) -> i64 system_v {
            fn0 = colocated {@callback} (i64) -> i64 system_v
        block0(v0: i64):
            v1 = call fn0(v0)
            return v1
        }",
    );
    unit.add(lowered);
    unit.function(
        "counter",
        "function %counter() -> i64 system_v {
            gv0 = symbol {@number}
        block0:
            v0 = symbol_value.i64 gv0
            return v0
        }",
    );
    // *table[0] + *table[1]
    unit.function(
        "read_table",
        "function %read_table() -> i64 system_v {
            gv0 = symbol colocated {@table}
        block0:
            v0 = symbol_value.i64 gv0
            v1 = load.i64 v0
            v2 = load.i64 v1
            v3 = load.i64 v0+8
            v4 = load.i64 v3
            v5 = iadd v2, v4
            return v5
        }",
    );
    unit.function(
        "thread_address",
        "function %thread_address() -> i64 system_v {
            gv0 = symbol tls {@thread_local_here}
        block0:
            v0 = tls_value.i64 gv0
            return v0
        }",
    );
    unit.function(
        "rounded",
        "function %rounded(f64) -> f64 system_v {
        block0(v0: f64):
            v1 = nearest v0
            return v1
        }",
    );
}
