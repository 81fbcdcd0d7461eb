//! A combined program on the host: workers compile it through the coordinator, `cc` links it, and it runs.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crate::artifacts::CguFiles;
use crate::cgu::{Binding, DebugEmission, Placement, UnitDebugInfo};
use crate::coordinator::{CguKind, CguPlan, CguRequest, Config, NativeCoordinator, NativeExecutor};
use crate::description::UnitDescription;
use crate::dwarf::tests::Lines;
use crate::object::tests::support::{TARGETS, settings};

use super::support::{Part, symbols_in};
use crate::combine::CombineRequest;

const MAIN: &str = "
#include <stdio.h>
long start(void);
long from_c(void) { return 10000; }
int main(void) { printf(\"%ld\\n\", start()); return 0; }
";

fn debug_info(cgu: &str) -> UnitDebugInfo {
    UnitDebugInfo {
        producer: "test".into(),
        name: format!("src/lib.rs/@/{cgu}").into(),
        compilation_directory: "/build".into(),
        address_ranges: true,
        version: 5,
        emission: DebugEmission::Full,
        split: None,
        compression: None,
        description: UnitDescription::default(),
    }
}

/// Two CGUs with clashing private names, and assembly in one that calls the other.
fn parts() -> Vec<Part> {
    let target = TARGETS[0];
    let mut first = Part::new(target, "first");
    first.cgu.data(".Lalloc.0", Binding::Local, Placement::ReadOnly, &100u64.to_le_bytes());
    first.sum("helper", Binding::Local, &[], &[".Lalloc.0"]);
    first.sum("start", Binding::Global, &["helper", "other", "from_c", "in_assembly"], &[]);
    first.assembly(".globl in_assembly\n.hidden in_assembly\nin_assembly: call for_assembly\nret");
    first.cgu.cgu.debug_info = Some(debug_info("first"));
    first.cgu.cgu.positions = Some(Arc::new(Lines));
    let mut second = Part::new(target, "second");
    second.cgu.data(".Lalloc.0", Binding::Local, Placement::Writable, &1000u64.to_le_bytes());
    second.sum("helper", Binding::Local, &[], &[".Lalloc.0"]);
    second.sum("other", Binding::Global, &["helper"], &[]);
    second.sum("for_assembly", Binding::Global, &[], &[]);
    second.sum("unused", Binding::Global, &["missing"], &[]);
    second.cgu.cgu.debug_info = Some(debug_info("second"));
    second.cgu.cgu.positions = Some(Arc::new(Lines));
    vec![first, second]
}

fn compile(output: &Path, threads: usize) -> Vec<u8> {
    let request = |name: &str, object: Option<&Path>| CguRequest {
        name: name.into(),
        kind: CguKind::Regular,
        output: CguFiles { object: object.map(Path::to_owned), ..CguFiles::default() },
    };
    let executor = NativeExecutor::new(settings(TARGETS[0]).build().expect("an ISA"))
        .with_llvm_target(crate::llvm::tests::targets()[0].clone())
        .with_combined_cgu(
            request("all", Some(output)),
            CombineRequest { split: None, ..super::support::request(&["start"]) },
        );
    let config = Config { parallel: threads > 0, max_threads: threads, ..Config::default() };
    let coordinator = NativeCoordinator::start(executor, config).expect("a coordinator");
    for part in parts() {
        let cgu = coordinator.open_cgu(request(&part.cgu.cgu.name, None), CguPlan::Combine);
        for function in part.functions {
            let _ = coordinator.submit(cgu, function);
        }
        let _ = coordinator.seal(cgu, part.cgu.cgu);
    }
    let outcomes = coordinator.finish().join(&mut |report| panic!("{}", report.problem)).expect("outcomes");
    let names: Vec<&str> = outcomes.iter().map(|outcome| &*outcome.name).collect();
    assert_eq!(names, ["all"]);
    assert_eq!(outcomes[0].files.object.as_deref(), Some(output));
    std::fs::read(output).expect("the object")
}

#[test]
fn a_combined_program_runs() {
    if !crate::llvm::tests::llvm_is_loaded() {
        return;
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let object = directory.path().join("all.o");
    let alone = compile(&object, 0);
    for threads in [1, 4] {
        assert!(compile(&object, threads) == alone, "other bytes with {threads} threads");
    }
    let (defined, undefined) = symbols_in(&alone);
    assert_eq!(defined, ["for_assembly", "helper", "helper.1", "in_assembly", "other", "start"]);
    assert_eq!(undefined, ["from_c"]);
    if !cfg!(target_arch = "x86_64") || Command::new("cc").arg("--version").output().is_err() {
        eprintln!("skipped: no compiler `cc` for x86_64");
        return;
    }
    let (source, program) = (directory.path().join("main.c"), directory.path().join("program"));
    std::fs::write(&source, MAIN).expect("writing the program");
    for arguments in [["-pie", "-fPIE"], ["-no-pie", "-fno-pie"]] {
        let mut command = Command::new("cc");
        command.args(arguments).arg(&source).arg(&object).arg("-o").arg(&program);
        let linked = command.output().expect("starting cc");
        assert!(linked.status.success(), "{}", String::from_utf8_lossy(&linked.stderr));
        let output = Command::new(&program).output().expect("starting the program");
        // start, helper (100 + 1), other and its helper (1000 + 1), C's function, the assembly's call.
        assert_eq!(String::from_utf8_lossy(&output.stdout), "11105\n");
    }
}
