//! Tests LLVM through its C interface. The variable `CLIF_TEST_LLVM` names the library (`./y.sh test engine`
//! sets it to the compiler's). Without it, the tests that need LLVM print that they are skipped, and pass.

use std::ffi::CString;

use super::library::{set_up_target, symbol};
use super::{
    CodeModel, Emitted, IrFunction, Module, RelocationModel, Severity, TargetDescription, emit_object,
};

/// Whether LLVM is in this process. The first call loads it.
pub(crate) fn llvm_is_loaded() -> bool {
    let Some(path) = std::env::var_os("CLIF_TEST_LLVM") else {
        eprintln!("skipped: CLIF_TEST_LLVM names no library of LLVM");
        return false;
    };
    let path = CString::new(path.into_encoded_bytes()).expect("a path without zero bytes");
    // SAFETY: the library's initialisers are LLVM's own.
    let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL) };
    assert!(!handle.is_null(), "{path:?} cannot be loaded");
    true
}

fn target(triple: &str, cpu: &str, features: &str, abi: &str) -> TargetDescription {
    TargetDescription {
        triple: triple.to_owned(),
        cpu: cpu.to_owned(),
        features: features.to_owned(),
        abi: abi.to_owned(),
        relocation: RelocationModel::PositionIndependent,
        code_model: CodeModel::Default,
    }
}

pub(crate) fn targets() -> [TargetDescription; 3] {
    [
        target("x86_64-unknown-linux-gnu", "x86-64", "", ""),
        target("aarch64-unknown-linux-gnu", "generic", "+v8a,+neon", ""),
        target("riscv64-unknown-linux-gnu", "generic-rv64", "+m,+a,+f,+d,+c", "lp64d"),
    ]
}

fn emit(target: &TargetDescription, ir: &str, assembly: &str) -> Emitted {
    emit_object(target, "test", ir, assembly).expect("LLVM")
}

#[test]
fn assembly_becomes_an_object_for_every_machine() {
    if !llvm_is_loaded() {
        return;
    }
    for target in targets() {
        let emitted = emit(&target, "", ".globl here\nhere:\nnop\n");
        assert_eq!(emitted.diagnostics, []);
        let bytes = emitted.object.expect("an object");
        let file = object::read::File::parse(&*bytes).expect("an ELF file");
        let names: Vec<_> = object::Object::symbols(&file)
            .filter_map(|symbol| object::ObjectSymbol::name(&symbol).ok().map(str::to_owned))
            .collect();
        assert!(names.contains(&"here".to_owned()), "{names:?}");
    }
}

#[test]
fn errors_of_the_assembler_have_a_position() {
    if !llvm_is_loaded() {
        return;
    }
    let emitted = emit(&targets()[0], "", "nop\n.intel_syntax noprefix\n  frobnicate eax\n");
    assert!(emitted.object.is_none());
    let diagnostic = &emitted.diagnostics[0];
    assert_eq!(diagnostic.severity, Severity::Error);
    assert_eq!(diagnostic.place.map(|place| place.line), Some(3), "{diagnostic:?}");
    assert_eq!(diagnostic.source_line.as_deref().map(str::trim), Some("frobnicate eax"));
}

#[test]
fn ir_and_assembly_share_an_object() {
    if !llvm_is_loaded() {
        return;
    }
    let function = IrFunction {
        name: "stub".to_owned(),
        definition: "define hidden <4 x float> @stub(<4 x float> %a) nounwind { \
                     %r = call <4 x float> @llvm.x86.sse.rcp.ps(<4 x float> %a)\nret <4 x float> %r }"
            .to_owned(),
        declarations: vec!["declare <4 x float> @llvm.x86.sse.rcp.ps(<4 x float>)".to_owned()],
        callee: "llvm.x86.sse.rcp.ps".to_owned(),
        origin: None,
    };
    let module = Module { functions: vec![function], ..Module::default() };
    let emitted = emit(&targets()[0], &module.ir(), "text: ret\n");
    assert_eq!(emitted.diagnostics, []);
    assert!(emitted.object.is_some());
}

#[test]
fn invalid_ir_is_a_diagnostic() {
    if !llvm_is_loaded() {
        return;
    }
    let call = "declare i32 @llvm.ctpop.i32(i64)\n\
                define i32 @f() { %r = call i32 @llvm.ctpop.i32(i64 0)\nret i32 %r }";
    for ir in ["define i32 @f() { ret i64 0 }", call, "nonsense"] {
        let emitted = emit(&targets()[0], ir, "");
        assert!(emitted.object.is_none());
        assert_eq!(emitted.diagnostics[0].severity, Severity::Error, "{:?}", emitted.diagnostics);
    }
}

#[test]
fn a_compiler_without_llvm_gets_a_message() {
    let message = symbol(c"LLVMWhatNoLibraryHas").expect_err("no such function").to_string();
    for part in ["this compiler has no LLVM", "`LLVMWhatNoLibraryHas`", "inline assembly", "rustc 1.96.0"] {
        assert!(message.contains(part), "{message}");
    }
    let target = TargetDescription { triple: "vax-unknown-linux".to_owned(), ..targets()[0].clone() };
    let message = set_up_target(&target.triple).expect_err("no such target").to_string();
    assert!(message.contains("`vax-unknown-linux`"), "{message}");
}

#[test]
fn declarations_are_written_once() {
    let function = |name: &str| IrFunction {
        name: name.to_owned(),
        definition: format!("define void @{name}() {{ ret void }}"),
        declarations: vec!["declare void @shared()".to_owned()],
        callee: "llvm.donothing".to_owned(),
        origin: None,
    };
    let module = Module { functions: vec![function("a"), function("b")], ..Module::default() };
    let mut again = module.functions[0].clone();
    again.declarations = vec!["declare void @shared() cold".to_owned()];
    let mut module = module;
    module.functions.push(again);
    assert_eq!(module.ir().matches("@shared").count(), 1);
    assert!(!module.is_empty() && Module::default().is_empty());
}

#[test]
fn features_that_contradict_each_other_do_not_matter_for_the_abi() {
    if !llvm_is_loaded() {
        return;
    }
    let function = "define void @f() \"target-features\"=\"+zvl256b\" { ret void }";
    let emitted = emit(&targets()[2], function, "");
    assert!(emitted.object.is_some(), "{:?}", emitted.diagnostics);
}
