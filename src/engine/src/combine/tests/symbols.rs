//! Which symbol a name refers to, and its name in the combined CGU.

use object::read::{Object as _, ObjectSymbol as _};

use super::support::{Part, combined, kept_names, object, symbols_in, try_combined};
use crate::cgu::{Binding, Contents, Placement, SymbolKind, Visibility};
use crate::object::tests::support::TARGETS;

/// Two CGUs with a function, a helper and a constant each; helpers and constants have the same names.
fn clashing(target: &str) -> Vec<Part> {
    let mut first = Part::new(target, "first");
    first.cgu.data(".Lalloc.0", Binding::Local, Placement::ReadOnly, &100u64.to_le_bytes());
    first.sum("helper", Binding::Local, &[], &[".Lalloc.0"]);
    first.sum("start", Binding::Global, &["helper", "other", "elsewhere"], &[]);
    let mut second = Part::new(target, "second");
    second.sum("other", Binding::Global, &["helper"], &[]);
    second.sum("unused", Binding::Global, &["missing"], &[]);
    second.cgu.data(".Lalloc.0", Binding::Local, Placement::ReadOnly, &1000u64.to_le_bytes());
    second.sum("helper", Binding::Local, &[], &[".Lalloc.0"]);
    vec![first, second]
}

#[test]
fn imports_resolve_to_definitions_and_clashing_local_names_are_renamed() {
    for target in TARGETS {
        let cgu = combined(clashing(target), &["start", "nowhere"]);
        assert_eq!(
            kept_names(&cgu),
            ["helper", "start", "other", "helper.1", ".Lalloc.0", ".Lalloc.0.1"],
            "{target}"
        );
        assert_eq!(&*cgu.sealed.name, "all");
        let bytes = object(target, cgu, None);
        let (defined, undefined) = symbols_in(&bytes);
        assert_eq!(defined, ["helper", "helper.1", "other", "start"], "{target}");
        assert_eq!(undefined, ["elsewhere"], "{target}");
        let file = object::File::parse(&*bytes).expect("an object");
        let locals = file.symbols().filter(|symbol| symbol.is_local() && symbol.name() == Ok("other"));
        assert_eq!(locals.count(), 1, "{target}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let bytes = || object(TARGETS[0], combined(clashing(TARGETS[0]), &["start"]), None);
    assert!(bytes() == bytes());
}

#[test]
fn a_second_definition_is_an_error() {
    let mut parts = clashing(TARGETS[0]);
    parts[1].sum("start", Binding::Global, &[], &[]);
    let Err(error) = try_combined(parts, &["start"]) else { panic!("combined") };
    assert_eq!(error.to_string(), "`start` is defined both in CGU `first` and in CGU `second`");
}

#[test]
fn names_that_are_not_symbols_are_an_error() {
    let mut part = Part::new(TARGETS[0], "first");
    let clif = "function u0:0() system_v { fn0 = u9:1() system_v\nblock0: call fn0()\n return }";
    part.function("start", Binding::Global, clif);
    let Err(error) = try_combined(vec![part], &["start"]) else { panic!("combined") };
    assert_eq!(
        error.to_string(),
        "the function `start` refers to `u9:1`, which is not a symbol of CGU `first`"
    );
}

/// A weak definition in the first CGU and one of `binding` in the second.
fn weak_and(binding: Binding) -> Vec<Part> {
    let mut first = Part::new(TARGETS[0], "first");
    first.cgu.data("value", Binding::Weak, Placement::Writable, &1u64.to_le_bytes());
    first.sum("start", Binding::Global, &[], &["value"]);
    let mut second = Part::new(TARGETS[0], "second");
    second.cgu.data("value", binding, Placement::Writable, &[0; 8]).alignment = 32;
    vec![first, second]
}

#[test]
fn stronger_definitions_win() {
    for (binding, expected) in [(Binding::Weak, 1), (Binding::Global, 0), (Binding::Common, 0)] {
        for exported in [&["start"][..], &["start", "value"]] {
            let cgu = combined(weak_and(binding), exported);
            let [value] = &*cgu.sealed.data else { panic!("one definition") };
            assert_eq!(value.contents, Contents::Bytes(u64::to_le_bytes(expected).into()), "{binding:?}");
            let symbol = cgu.sealed.symbols.get(value.symbol);
            let kept = if exported.len() == 2 { binding } else { Binding::Local };
            assert_eq!(symbol.binding, kept);
            object(TARGETS[0], cgu, None);
        }
    }
}

#[test]
fn the_largest_tentative_definition_counts() {
    let mut parts = Vec::new();
    for (size, alignment) in [(8, 64), (24, 8), (16, 16)] {
        let mut part = Part::new(TARGETS[0], "part");
        let definition = part.cgu.data("shared", Binding::Common, Placement::Writable, &[]);
        (definition.contents, definition.alignment) = (Contents::Zeroed(size), alignment);
        parts.push(part);
    }
    let cgu = combined(parts, &["shared"]);
    let [shared] = &*cgu.sealed.data else { panic!("one definition") };
    assert_eq!((&shared.contents, shared.alignment), (&Contents::Zeroed(24), 64));
}

#[test]
fn the_kind_is_the_definitions_and_the_visibility_is_the_most_constraining() {
    let mut first = Part::new(TARGETS[0], "first");
    first.sum("start", Binding::Global, &["weak"], &["value"]);
    first.cgu.symbol("weak", SymbolKind::Function, Binding::WeakImport);
    let value = first.cgu.cgu.symbols.lookup("value").expect("an import");
    first.cgu.cgu.symbols.define(value, Binding::Import, Visibility::Hidden);
    let mut second = Part::new(TARGETS[0], "second");
    second.cgu.data("value", Binding::Global, Placement::Writable, &[0; 8]);
    second.import("weak");
    let cgu = combined(vec![first, second], &["start", "value"]);
    let symbol = |name| cgu.sealed.symbols.get(cgu.sealed.symbols.lookup(name).expect("a symbol"));
    assert_eq!(symbol("value").kind, SymbolKind::Data);
    assert_eq!(symbol("value").visibility, Visibility::Hidden);
    assert_eq!(symbol("value").binding, Binding::Global);
    assert_eq!(symbol("weak").binding, Binding::Import);
}
