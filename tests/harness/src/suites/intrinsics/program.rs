//! Makes a library with one function for each intrinsic and choice of constants. The function stores or
//! returns the intrinsic's result.
//!
//! Vectors and floats are passed by address, so that values are in the same places at the beginning and end
//! of both compilers' functions.

use std::fmt::Write as _;

use super::declarations::Declaration;

/// A function of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its symbol.
    pub symbol: String,
    /// The intrinsic's name, with the constants.
    pub title: String,
    /// The parameters, after the address of the result if that is in memory.
    pub parameters: Vec<Passed>,
    /// How the result is returned.
    pub result: Returned,
}

/// How a parameter is passed. Sizes are in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// An address.
    Address,
    /// An integer.
    Integer(usize),
}

/// How a result is returned. Sizes are in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// There is no result.
    Nothing,
    /// The result is stored at the address in the first argument.
    Stored,
    /// An integer.
    Integer(usize),
}

/// Returns the library's source and its functions.
pub fn program(declarations: &[Declaration], structures: &[String]) -> (String, Vec<Function>) {
    let mut source = String::from(
        "#![crate_type = \"cdylib\"]\n#![no_std]\n#![allow(warnings)]\n\
         #![feature(link_llvm_intrinsics, abi_unadjusted, simd_ffi, repr_simd, f16, stdarch_x86_avx512_f16, \
         stdarch_x86_avx512_bf16)]\nuse core::arch::x86_64::*;\ntype bf16 = u16;\n\
         #[panic_handler] fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }\n",
    );
    for vector in vector_types(declarations) {
        let (element, lanes) = vector.split_once('x').unwrap_or((vector, "1"));
        let _ = writeln!(
            source,
            "#[repr(simd)] #[derive(Clone, Copy)] pub struct {vector}([{element}; {lanes}]);"
        );
    }
    for structure in structures {
        let _ = writeln!(source, "#[repr(C, packed)] pub {structure};");
    }
    let mut functions = vec![];
    for (index, declaration) in declarations.iter().enumerate() {
        source.push_str(&foreign_function(index, declaration));
        for (variant, constants) in choices(declaration).iter().enumerate() {
            let symbol = format!("call_{index}_{variant}");
            let (text, function) = wrapper(index, declaration, constants, symbol);
            source.push_str(&text);
            functions.push(function);
        }
    }
    (source, functions)
}

/// Returns the vector types that are private to `core_arch`.
fn vector_types(declarations: &[Declaration]) -> Vec<&str> {
    let types = declarations
        .iter()
        .flat_map(|d| d.parameters.iter().map(|(_, ty)| ty).chain(&d.result))
        .map(String::as_str);
    let mut found: Vec<&str> = types.filter(|ty| is_private_vector(ty)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a type is such as `i32x4`.
fn is_private_vector(ty: &str) -> bool {
    ty.starts_with(['i', 'u', 'f']) && ty.contains('x') && ty[1..].starts_with(|c: char| c.is_ascii_digit())
}

fn foreign_function(index: usize, declaration: &Declaration) -> String {
    let parameters: Vec<String> =
        declaration.parameters.iter().enumerate().map(|(place, (_, ty))| format!("p{place}: {ty}")).collect();
    let result = declaration.result.as_ref().map(|ty| format!(" -> {ty}")).unwrap_or_default();
    format!(
        "unsafe extern \"unadjusted\" {{ #[link_name = \"{}\"] fn intrinsic_{index}({}){result}; }}\n",
        declaration.name,
        parameters.join(", "),
    )
}

/// Returns the size of an integer type.
fn integer_size(ty: &str) -> Option<usize> {
    Some(match ty {
        "i8" | "u8" | "__mmask8" => 1,
        "i16" | "u16" | "__mmask16" => 2,
        "i32" | "u32" | "__mmask32" => 4,
        "i64" | "u64" | "__mmask64" | "usize" => 8,
        _ => return None,
    })
}

/// Returns a function that calls an intrinsic with some constants.
fn wrapper(
    index: usize,
    declaration: &Declaration,
    constants: &[Option<i64>],
    symbol: String,
) -> (String, Function) {
    let mut parameters = vec![];
    let mut arguments = vec![];
    let mut passed = vec![];
    for (place, ((_, ty), constant)) in declaration.parameters.iter().zip(constants).enumerate() {
        if let Some(constant) = constant {
            arguments.push(format!("{constant}"));
        } else if let Some(size) = integer_size(ty) {
            parameters.push(format!("p{place}: {ty}"));
            arguments.push(format!("p{place}"));
            passed.push(Passed::Integer(size));
        } else if ty.starts_with('*') {
            parameters.push(format!("p{place}: {ty}"));
            arguments.push(format!("p{place}"));
            passed.push(Passed::Address);
        } else {
            parameters.push(format!("p{place}: *const {ty}"));
            arguments.push(format!("*p{place}"));
            passed.push(Passed::Address);
        }
    }
    let call = format!("intrinsic_{index}({})", arguments.join(", "));
    let (returned, arrow, call) = match &declaration.result {
        None => (Returned::Nothing, String::new(), call),
        Some(ty) => match integer_size(ty) {
            Some(size) => (Returned::Integer(size), format!(" -> {ty}"), call),
            None => {
                parameters.insert(0, format!("result: *mut {ty}"));
                (Returned::Stored, String::new(), format!("*result = {call}"))
            }
        },
    };
    let text = format!(
        "#[unsafe(no_mangle)] pub unsafe extern \"C\" fn {symbol}({}){arrow} {{ unsafe {{ {call} }} }}\n",
        parameters.join(", "),
    );
    let shown: Vec<String> = constants.iter().flatten().map(i64::to_string).collect();
    let title = format!("{}({})", declaration.name, shown.join(", "));
    (text, Function { symbol, title, parameters: passed, result: returned })
}

/// Returns at most two lists of constants for the parameters that must be constant.
fn choices(declaration: &Declaration) -> Vec<Vec<Option<i64>>> {
    [0, 1]
        .into_iter()
        .filter_map(|variant| {
            let mut differs = variant == 0;
            let constants = declaration
                .parameters
                .iter()
                .enumerate()
                .map(|(place, (name, ty))| {
                    let [first, second] = constants_of(declaration, place, name, ty)?;
                    differs |= first != second;
                    Some(if variant == 0 { first } else { second })
                })
                .collect();
            differs.then_some(constants)
        })
        .collect()
}

/// Returns two values for a parameter that must be constant.
fn constants_of(declaration: &Declaration, place: usize, name: &str, ty: &str) -> Option<[i64; 2]> {
    let intrinsic = declaration.name.strip_prefix("llvm.x86.").unwrap_or(&declaration.name);
    integer_size(ty)?;
    Some(match name {
        // Only operations on 512-bit vectors and scalars have their own rounding mode.
        "rounding" if intrinsic.contains("itofp.round") && !is_wide(declaration) => [4, 4],
        "rounding" | "sae" if intrinsic.contains("cvtt") || name == "sae" => [4, 8],
        "rounding" => [4, 9],
        "scale" => [4, 8],
        "op" => [5, 13],
        "imm8" if intrinsic.contains(".cmp.") => [5, 13],
        // Copies lane 0 to lane 1, and clears lane 2.
        "imm8" if intrinsic == "sse41.insertps" => [20, 20],
        "imm8" | "mantissas" => [5, 5],
        "rw" => [0, 0],
        "loc" => [3, 3],
        "b" if intrinsic.contains(".round.") => [5, 5],
        "len" | "idx" if intrinsic.starts_with("sse4a") => [5, 6],
        "c" if intrinsic == "sha1rnds4" => [3, 3],
        "d" if intrinsic == "vsm3rnds2" => [5, 5],
        "control" if intrinsic.starts_with("tbm") => [0x503, 0x503],
        "ty" => [1, 1],
        "row" if intrinsic.ends_with('i') => [5, 5],
        "dst" | "a" | "b" | "tile" if declaration.file == "amx" => [place as i64 + 1, place as i64 + 1],
        _ => return None,
    })
}

fn is_wide(declaration: &Declaration) -> bool {
    let types = declaration.parameters.iter().map(|(_, ty)| ty).chain(&declaration.result);
    let wide =
        ["__m512", "f64x8", "f32x16", "f16x32", "i64x8", "u64x8", "i32x16", "u32x16", "i16x32", "u16x32"];
    types.into_iter().any(|ty| wide.iter().any(|name| ty.starts_with(name)))
}
