//! Writing fails with an error that names the symbol.

use super::support::{TARGETS, TestCgu};
use crate::cgu::{Binding, Placement, SymbolKind};
use crate::compile::{CompileErrorKind, Compiler, IsaSettings, SettingsError};
use crate::object::ObjectError;

const EMPTY: &str = "function %f() system_v {\nblock0:\n    return\n}";

fn error(cgu: &TestCgu) -> String {
    match cgu.write() {
        Ok(_) => panic!("an object was written"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn definitions() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.symbol("missing", SymbolKind::Function, Binding::Global);
    cgu.data("table", Binding::Global, Placement::ReadOnly, &[0; 8]);
    cgu.address_in_data(0, "missing", 0);
    assert!(error(&cgu).contains("`missing`"));

    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.function("twice", EMPTY);
    cgu.data("twice", Binding::Global, Placement::Writable, &[1]);
    assert!(matches!(cgu.write(), Err(ObjectError::Twice { symbol }) if symbol == "twice"));

    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.data("imported", Binding::Import, Placement::Writable, &[1]);
    assert!(matches!(cgu.write(), Err(ObjectError::DefinedImport { symbol }) if symbol == "imported"));

    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.data("common", Binding::Common, Placement::Writable, &[1]);
    assert!(matches!(cgu.write(), Err(ObjectError::CommonWithValue { symbol }) if symbol == "common"));
}

#[test]
fn malformed_data() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.data("short", Binding::Global, Placement::ReadOnly, &[0; 8]);
    cgu.address_in_data(1, "short", 0);
    assert!(error(&cgu).contains("`short`"));

    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.data("crooked", Binding::Global, Placement::ReadOnly, &[0; 8]).alignment = 3;
    assert!(error(&cgu).contains("`crooked`"));

    let mut cgu = TestCgu::new(TARGETS[0]);
    let thread = cgu.data("thread", Binding::Global, Placement::ThreadLocal, &[0; 8]);
    thread.placement = Placement::Writable;
    assert!(error(&cgu).contains("`thread`"));
}

/// Landing pads that no unwinder would find are an error.
#[test]
fn landing_pads_without_unwind_information() {
    let mut cgu =
        TestCgu::with(&IsaSettings { unwind_tables: false, ..super::support::settings(TARGETS[0]) });
    cgu.function_with_personality(
        "lost",
        "rust_eh_personality",
        "function %f() system_v {
            sig0 = () system_v
            fn0 = {@callee} sig0
        block0:
            try_call fn0(), sig0, block1, [ default: block1 ]
        block1:
            return
        }",
    );
    assert!(matches!(cgu.write(), Err(ObjectError::NoUnwindTables { symbol }) if symbol == "lost"));
}

#[test]
fn compilation() {
    let mut cgu = TestCgu::new(TARGETS[0]);
    let symbol = cgu.symbol("broken", SymbolKind::Function, Binding::Global);
    let clif = "function %f() -> i64 system_v {\nblock0:\n    v0 = iconst.i32 1\n    return v0\n}";
    let lowered = cgu.lower(symbol, clif);
    let mut compiler = Compiler::new();
    let error = compiler.compile(&*cgu.isa, lowered).expect_err("the verifier's error");
    assert!(matches!(error.kind, CompileErrorKind::Verifier(_)));
    assert!(error.to_string().contains("`broken`") && error.clif.is_none(), "{error}");

    compiler.set_clif_in_errors(true);
    let handlers = "function %f() system_v {
        sig0 = () system_v
        fn0 = {@callee} sig0
    block0:
        try_call fn0(), sig0, block1, [ default: block1 ]
    block1:
        return
    }";
    let lowered = cgu.lower(symbol, handlers);
    let error = compiler.compile(&*cgu.isa, lowered).expect_err("no personality");
    assert!(matches!(error.kind, CompileErrorKind::HandlersWithoutPersonality));
    assert!(error.clif.expect("CLIF").contains("try_call"));

    // The compiler can be used again.
    let lowered = cgu.lower(symbol, EMPTY);
    assert!(compiler.compile(&*cgu.isa, lowered).is_ok());
}

#[test]
fn settings() {
    let settings = IsaSettings::new("x86_64-unknown-linux-gnu".parse().expect("a triple"));
    let unknown = IsaSettings { features: vec!["has_magic".into()], ..settings.clone() };
    let Err(SettingsError::Feature { name, .. }) = unknown.build() else { panic!("an error") };
    assert_eq!(name, "has_magic");
    let foreign = IsaSettings::new("mips-unknown-linux-gnu".parse().expect("a triple"));
    assert!(matches!(foreign.build(), Err(SettingsError::Target { .. })));
    let native = settings.build().expect("an ISA");
    assert!(native.isa_flags().iter().all(|flag| flag.as_bool() != Some(true)), "more than the baseline");
    let with = IsaSettings { features: vec!["has_sse41".into()], ..settings };
    assert!(with.build().expect("an ISA").has_round() || !native.has_round());
}

/// Objects of other formats are refused.
#[test]
fn formats() {
    for target in ["x86_64-apple-darwin", "x86_64-pc-windows-msvc"] {
        let settings = IsaSettings::new(target.parse().expect("a triple"));
        let Ok(isa) = settings.build() else { continue };
        let mut cgu = TestCgu::new(TARGETS[0]);
        cgu.isa = isa;
        assert!(matches!(cgu.write(), Err(ObjectError::Target { .. })), "{target}");
    }
}
