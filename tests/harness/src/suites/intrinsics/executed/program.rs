//! Makes the source of the calls: one function for each public function of the library and choice of
//! constants, in a module for each of its files.
//!
//! Each reads its arguments at fixed distances and stores the result, so that its caller needs no types.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::functions::{Function, Generic};
use super::machines::Machine;

/// The distance of two arguments in memory, in bytes: the largest has four vectors of 16.
const DISTANCE: usize = 64;

/// Returns the attribute with the library features that the calls need, for the beginning of the program.
pub fn gates(functions: &[Function], machine: &Machine) -> String {
    let needed = functions.iter().flat_map(|one| &one.gates).map(String::as_str);
    let gates: BTreeSet<&str> = needed.chain([machine.gate]).collect();
    format!("#![feature({})]\n", gates.into_iter().collect::<Vec<_>>().join(", "))
}

/// Returns the text of the module with the calls. It ends with their table.
pub fn calls(functions: &[Function], machine: &Machine) -> String {
    let mut text = format!("use super::{{Call, Place}};\n{}", machine.prelude);
    let mut table = String::new();
    for (number, file) in functions.chunk_by(|one, other| one.file == other.file).enumerate() {
        let _ = writeln!(text, "pub mod file_{number} {{ use super::*;");
        for function in file {
            for (variant, generics) in choices(function, machine).into_iter().enumerate() {
                let symbol = format!("call_{}_{variant}", function.name);
                text += &call(function, &generics, &symbol, machine);
                table += &row(function, &generics, &format!("file_{number}::{symbol}"), machine);
            }
        }
        text += "}\n";
    }
    text + "pub static CALLS: &[Call] = &[\n" + &table + "];\n"
}

/// Returns a row of the table of calls.
fn row(function: &Function, generics: &str, path: &str, machine: &Machine) -> String {
    let (file, title) = (&function.file, format!("{}{generics}", function.name));
    let is_called = !machine.uncalled.iter().any(|(prefix, _)| function.name.starts_with(prefix));
    let size = |ty: &String| format!("size_of::<{}>()", with_types(ty, machine));
    let sizes = function.parameters.iter().map(size).collect::<Vec<_>>().join(", ");
    let float = function.result.as_ref().map_or(0, |ty| float_size(ty));
    format!(
        "    Call {{ file: {file:?}, name: {title:?}, is_called: {is_called}, sizes: &[{sizes}], float: {float}, \
         function: {path} }},\n"
    )
}

/// Returns the size of the floats in a type such as `float16x4x2_t` or `f64`, in bytes, or 0 for others.
fn float_size(ty: &str) -> usize {
    let digits = ty.strip_prefix("float").or_else(|| ty.strip_prefix('f')).unwrap_or_default();
    let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse::<usize>().unwrap_or(0) / 8
}

/// Returns the lists of generic arguments to call a function with: the smallest constants, and the largest.
fn choices(function: &Function, machine: &Machine) -> Vec<String> {
    if function.generics.is_empty() {
        return vec![String::new()];
    }
    let limit =
        machine.limits.iter().find(|(name, _)| *name == function.name).map_or(i64::MAX, |limit| limit.1);
    let argument = |generic: &Generic, is_largest: bool| match generic {
        Generic::Constant(smallest, largest) => {
            (if is_largest { limit.min(*largest) } else { *smallest }).to_string()
        }
        Generic::Type(name) => with_types(name, machine),
    };
    let list = |is_largest| {
        let arguments: Vec<String> = function.generics.iter().map(|one| argument(one, is_largest)).collect();
        format!("::<{}>", arguments.join(", "))
    };
    let mut lists = vec![list(false), list(true)];
    lists.dedup();
    lists
}

/// Replaces type parameters in a type.
fn with_types(ty: &str, machine: &Machine) -> String {
    let (before, name) = ty.rsplit_once(' ').map_or(("", ty), |(before, name)| (before, name));
    let replaced = machine.types.iter().find(|(parameter, _)| *parameter == name);
    replaced.map_or(ty.to_owned(), |(_, with)| format!("{before} {with}").trim().to_owned())
}

fn call(function: &Function, generics: &str, symbol: &str, machine: &Machine) -> String {
    let internal = |name: &String| machine.features.iter().find(|(feature, _)| feature == name);
    let features: Vec<&str> = function
        .features
        .iter()
        .map(|name| internal(name).map_or(name.as_str(), |(_, enabled)| enabled))
        .collect();
    let attribute = match &features[..] {
        [] => String::new(),
        names => format!("#[target_feature(enable = \"{}\")] ", names.join(",")),
    };
    let argument = |(place, ty): (usize, &String)| match ty.split_once(' ') {
        Some(("*const", _)) => "place.memory.cast()".to_owned(),
        Some(("*mut", _)) => "place.written.cast()".to_owned(),
        _ => {
            let ty = with_types(ty, machine);
            format!("place.arguments.add({}).cast::<{ty}>().read_unaligned()", place * DISTANCE)
        }
    };
    let arguments: Vec<String> = function.parameters.iter().enumerate().map(argument).collect();
    let value = format!("{}{generics}({})", function.name, arguments.join(", "));
    let statement = match &function.result {
        None => value,
        Some(ty) => format!("place.result.cast::<{}>().write_unaligned({value})", with_types(ty, machine)),
    };
    format!(
        "{attribute}#[inline(never)] pub unsafe fn {symbol}(place: &Place) {{ unsafe {{ {statement} }} }}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suites::intrinsics::executed::machines::MACHINES;

    #[test]
    fn each_choice_of_constants_is_a_call() {
        let function = Function {
            file: "neon".into(),
            name: "f".into(),
            features: vec!["neon".into()],
            gates: vec![],
            generics: vec![Generic::Constant(1, 8), Generic::Type("T".into())],
            parameters: vec!["*const T".into(), "int8x8_t".into()],
            result: Some("*const T".into()),
        };
        assert_eq!(choices(&function, &MACHINES[0]), ["::<1, u8>", "::<8, u8>"]);
        let text = calls(&[function], &MACHINES[0]);
        let expected = "place.result.cast::<*const u8>().write_unaligned(f::<8, u8>(place.memory.cast(), \
                        place.arguments.add(64).cast::<int8x8_t>().read_unaligned()))";
        assert!(text.contains(expected), "{text}");
        let row = "name: \"f::<1, u8>\", is_called: true, sizes: &[size_of::<*const u8>(), size_of::<int8x8_t>()], \
                   float: 0, function: file_0::call_f_0";
        assert!(text.contains(row), "{text}");
        assert_eq!(["float16x4x2_t", "f64", "int8x8_t", "*const f32"].map(float_size), [2, 8, 0, 0]);
    }
}
