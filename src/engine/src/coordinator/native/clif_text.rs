//! Writes the functions of a CGU as CLIF text, for `--emit=llvm-ir`.
//!
//! Functions are sorted by symbol. Cranelift prints the symbol `n` as `u0:n`; here it becomes `%name`. The
//! text is for people: names with characters other than letters, digits, `_`, `.` and `$` are quoted, which
//! Cranelift's parser does not accept.

use cranelift_codegen::ir;

use crate::artifacts::ArtifactKind;
use crate::cgu::{SYMBOL_NAMESPACE, SealedCgu, SymbolId};

/// Cranelift's text for the symbol of a global value, followed by an index into the function's table of
/// names.
const LOCAL_NAME: &str = "userextname";

/// Returns the text of one function, with every symbol as `u0:n`.
pub(super) fn function_text(function: &ir::Function) -> String {
    let text = function.display().to_string();
    let names = function.params.user_named_funcs();
    let mut result = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(LOCAL_NAME) {
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        result.push_str(before);
        let name = after[..length].parse().ok().map(ir::UserExternalNameRef::from_u32);
        match name.and_then(|name| names.get(name)) {
            Some(name) => result.push_str(&format!("u{}:{}", name.namespace, name.index)),
            None => result.push_str(&rest[before.len()..before.len() + LOCAL_NAME.len() + length]),
        }
        rest = &after[length..];
    }
    result.push_str(rest);
    result
}

/// Returns the text of a whole CGU. `functions` may be in any order.
pub(super) fn cgu_text(cgu: &SealedCgu, mut functions: Vec<(SymbolId, String)>) -> String {
    functions.sort_by_key(|&(symbol, _)| symbol);
    let [mut text, last] = ArtifactKind::Clif.first_and_last_line(&cgu.name).unwrap_or_default();
    for (_, function) in &functions {
        text.push('\n');
        push_named(&mut text, function, &|number| symbol_name(cgu, number));
    }
    text.push('\n');
    text.push_str(&last);
    text
}

fn symbol_name(cgu: &SealedCgu, number: u32) -> Option<&str> {
    ((number as usize) < cgu.symbols.len()).then(|| &*cgu.symbols.get(SymbolId::from_u32(number)).name)
}

/// Appends `function` with every `u0:n` replaced by its name.
fn push_named<'name>(text: &mut String, function: &str, name: &dyn Fn(u32) -> Option<&'name str>) {
    let prefix = format!("u{SYMBOL_NAMESPACE}:");
    let mut rest = function;
    while let Some(start) = rest.find(&prefix) {
        let after = &rest[start + prefix.len()..];
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        let follows_word = rest[..start].ends_with(|character: char| character.is_alphanumeric());
        let found = after[..length].parse().ok().filter(|_| !follows_word).and_then(name);
        text.push_str(&rest[..start]);
        match found {
            Some(name) => push_name(text, name),
            None => text.push_str(&rest[start..start + prefix.len() + length]),
        }
        rest = &after[length..];
    }
    text.push_str(rest);
}

fn push_name(text: &mut String, name: &str) {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_.$".contains(character);
    text.push('%');
    if name.chars().all(plain) {
        text.push_str(name);
    } else {
        text.push_str(&format!("{name:?}"));
    }
}

#[cfg(test)]
mod tests {
    use cranelift_codegen::ir;

    use super::{function_text, push_named};

    #[test]
    fn global_values_have_the_numbers_of_their_symbols() {
        let mut function = ir::Function::new();
        let name = ir::UserExternalName { namespace: 0, index: 42 };
        let name = ir::ExternalName::user(function.declare_imported_user_function(name));
        let offset = ir::immediates::Imm64::new(0);
        function.create_global_value(ir::GlobalValueData::Symbol {
            name,
            offset,
            colocated: true,
            tls: false,
        });
        let text = function_text(&function);
        assert!(text.contains("gv0 = symbol colocated u0:42\n"), "{text}");
    }

    #[test]
    fn numbers_become_names() {
        let names = ["main", "core::fmt"];
        let mut text = String::new();
        let function = "function u0:0() {\n  fn0 = colocated u0:1 sig0\n  x = u0:7 su0:1\n}";
        push_named(&mut text, function, &|number| names.get(number as usize).copied());
        assert_eq!(text, "function %main() {\n  fn0 = colocated %\"core::fmt\" sig0\n  x = u0:7 su0:1\n}");
    }
}
