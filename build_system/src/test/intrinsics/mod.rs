//! The suite `intrinsics`: what `core::arch` declares with the names of LLVM's intrinsics, compared with LLVM's code.
//!
//! In order:
//! 1. [`declarations`]: the library's sources are read, so that no name is forgotten;
//! 2. [`program`]: a library that calls each of them is compiled by LLVM and by the backend. An intrinsic that the backend
//!    does not know is an error there, which only [`UNCOMPARED`] could excuse;
//! 3. [`machine`]: the code of both is executed symbolically, with [`values`] that say where they come from. Both must
//!    execute the same instruction on the same arguments, whatever CPU this is;
//! 4. instructions newer than the decoder are compared as bytes.
//!
//! A case is one of the library's files; [`portable`] is about `core::simd`.

mod declarations;
mod machine;
mod portable;
mod program;
mod values;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use iced_x86::{Decoder, DecoderOptions, Register};
use object::{Object, ObjectSegment, ObjectSymbol};

use super::commands::succeed;
use super::suite::{CaseResult, Context, Filter};
use crate::files::{self, Mode};
use declarations::Declaration;
use machine::{Image, Machine};
use program::{Function, Passed, Returned};
use values::{Byte, Value, address, named, show};

/// Intrinsics whose code is not compared, by the beginnings of their names, and why.
const UNCOMPARED: &[(&str, &str)] = &[
    ("llvm.prefetch", "a hint, for which there is no code"),
    ("llvm.x86.sse.comi", "CLIF's comparison; tests/run-pass/simd_sse2.rs"),
    ("llvm.x86.sse.ucomi", "CLIF's comparison"),
    ("llvm.x86.sse2.comi", "CLIF's comparison"),
    ("llvm.x86.sse2.ucomi", "CLIF's comparison"),
    ("llvm.x86.addcarry", "CLIF's addition"),
    ("llvm.x86.subborrow", "CLIF's subtraction"),
    ("llvm.x86.avx2.gather", "lane by lane in CLIF"),
    (
        "llvm.x86.rdrand",
        "LLVM reads the carry by a conditional move, whose other value is only known if one knows that",
    ),
    ("llvm.x86.rdseed", "the same"),
    ("llvm.x86.xbegin", "LLVM's has a branch"),
    ("llvm.x86.avx.vzero", "there is nothing in the registers between two functions"),
];
/// The integer arguments' registers.
const INTEGERS: [Register; 6] =
    [Register::RDI, Register::RSI, Register::RDX, Register::RCX, Register::R8, Register::R9];
/// All features of the CPU that some intrinsic needs.
const FEATURES: &str = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+avx512cd,+avx512ifma,+avx512vbmi,+avx512vbmi2,\
    +avx512vnni,+avx512bitalg,+avx512vpopcntdq,+avx512bf16,+avx512fp16,+avx512vp2intersect,+aes,+vaes,+pclmulqdq,\
    +vpclmulqdq,+gfni,+sha,+sha512,+sm3,+sm4,+bmi1,+bmi2,+f16c,+fma,+sse4a,+tbm,+rtm,+kl,+widekl,+fxsr,+xsave,\
    +xsaveopt,+xsavec,+xsaves,+rdrand,+rdseed,+avxvnniint8,+avxvnniint16,+avxneconvert,+movrs,+amx-tile,+amx-int8,\
    +amx-bf16,+amx-fp16,+amx-complex,+amx-fp8,+amx-tf32,+amx-movrs,+amx-avx512,+avx10.2";

/// The cases are known when the library has been read.
pub fn cases(context: &Context<'_>) -> Result<Option<Vec<String>>> {
    let (declarations, _) = declarations(context)?;
    let mut names = files_of(&declarations);
    names.push(portable::NAME.to_owned());
    Ok(Some(names))
}

/// Compiles everything once and compares what the selected files declare.
pub fn run(context: &Context<'_>, filter: &Filter<'_>) -> Result<Vec<CaseResult>> {
    let mut results = vec![];
    if filter.selects(portable::NAME) {
        let backend = context.layout.clone.join("src/backend");
        results.push(CaseResult::of(portable::NAME, portable::check(&library(context)?, &backend)));
    }
    let (declarations, structures) = declarations(context)?;
    let selected: Vec<String> =
        files_of(&declarations).into_iter().filter(|file| filter.selects(file)).collect();
    if selected.is_empty() {
        return Ok(results);
    }
    let (source, functions) = program::program(&declarations, &structures);
    let scratch = context.scratch("intrinsics");
    files::create_folder(&scratch)?;
    let path = scratch.join("intrinsics.rs");
    files::write_file(&path, source.as_bytes(), Mode::Plain)?;
    let compiler = &context.toolchain()?.compiler;
    let reference = Library::compile(compiler.command(), &path, &scratch.join("llvm.so"))?;
    let ours = Library::compile(Command::new(context.dist()?.rustc_clif()), &path, &scratch.join("clif.so"))?;
    for file in selected {
        let names: Vec<&str> =
            declarations.iter().filter(|d| d.file == file).map(|d| d.name.as_str()).collect();
        let of_file = functions.iter().filter(|function| {
            let name = function.title.split('(').next().unwrap_or_default();
            names.contains(&name) && UNCOMPARED.iter().all(|(prefix, _)| !name.starts_with(prefix))
        });
        let differences: Vec<String> = of_file
            .filter_map(|function| compare(function, &reference, &ours).err())
            .map(|e| format!("{e:#}"))
            .collect();
        let result =
            if differences.is_empty() { Ok(()) } else { Err(anyhow::anyhow!(differences.join("\n"))) };
        results.push(CaseResult::of(file, result));
    }
    Ok(results)
}

fn library(context: &Context<'_>) -> Result<PathBuf> {
    let library = context.toolchain()?.compiler.standard_library_sources();
    library.context("the toolchain has no sources of the standard library (rust-src)")
}

fn declarations(context: &Context<'_>) -> Result<(Vec<Declaration>, Vec<String>)> {
    declarations::read(&library(context)?)
}

fn files_of(declarations: &[Declaration]) -> Vec<String> {
    let mut files: Vec<String> = declarations.iter().map(|declaration| declaration.file.clone()).collect();
    files.sort();
    files.dedup();
    files
}

/// A compiled library.
struct Library {
    image: Image,
    symbols: std::collections::HashMap<String, u64>,
}

impl Library {
    fn compile(mut compiler: Command, source: &Path, output: &PathBuf) -> Result<Library> {
        files::remove(output)?;
        compiler.args(["--edition=2024", "-Copt-level=2", "-Cpanic=abort", "-Clink-arg=-nostartfiles"]);
        compiler.arg(format!("-Ctarget-feature={FEATURES}")).env("RUSTC_BOOTSTRAP", "1");
        compiler.arg(source).arg("-o").arg(output);
        succeed(&mut compiler)?;
        let bytes = files::read_file(output)?;
        let file = object::File::parse(bytes.as_slice())?;
        let segments = file
            .segments()
            .map(|segment| Ok((segment.address(), segment.data()?.to_vec())))
            .collect::<Result<_>>()?;
        let symbols = file
            .symbols()
            .chain(file.dynamic_symbols())
            .filter_map(|symbol| Some((symbol.name().ok()?.to_owned(), symbol.address())))
            .collect();
        Ok(Library { image: Image { segments }, symbols })
    }

    fn address(&self, symbol: &str) -> Result<u64> {
        self.symbols.get(symbol).copied().with_context(|| format!("there is no symbol {symbol}"))
    }
}

/// What a function does, as text.
struct Traced {
    text: Option<String>,
    called: Option<u64>,
}

fn compare(function: &Function, reference: &Library, ours: &Library) -> Result<()> {
    let trace = |library: &Library, whose: &str| {
        trace(function, library).with_context(|| format!("{}, {whose}", function.title))
    };
    let (expected, found) = (trace(reference, "LLVM's code")?, trace(ours, "ours")?);
    match (expected.text, found.text) {
        (Some(expected), Some(found)) => {
            ensure!(expected == found, "{}\n    LLVM: {expected}\n    ours: {found}", function.title)
        }
        _ => {
            let reference = reference.image.bytes(reference.address(&function.symbol)?).unwrap_or_default();
            let stub = found.called.context("no instruction is called")?;
            let stub = ours.image.bytes(stub).unwrap_or_default();
            if !same_unknown_instruction(reference, stub) {
                let shown = |bytes: &[u8]| {
                    bytes.iter().take(16).map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
                };
                bail!("{}\n    LLVM: {}\n    ours: {}", function.title, shown(reference), shown(stub));
            }
        }
    }
    Ok(())
}

fn trace(function: &Function, library: &Library) -> Result<Traced> {
    let mut machine = Machine::new(&library.image);
    let mut registers = INTEGERS.into_iter();
    if function.result == Returned::Stored {
        machine.set(registers.next().unwrap_or_default(), address("result", 0));
    }
    let mut values: Vec<Value> = vec![];
    for (place, passed) in function.parameters.iter().enumerate() {
        let mut value = match *passed {
            Passed::Address => address(&format!("p{place}"), 0),
            Passed::Integer(size) => named(&format!("p{place}"), size),
        };
        value.resize(8, Byte::Undefined);
        values.push(value);
    }
    for (place, value) in values.into_iter().enumerate() {
        match registers.next() {
            Some(register) => machine.set(register, value),
            // Beyond six they are on the stack, above the address to return to.
            None => machine.pass_on_stack(
                place - (INTEGERS.len() - usize::from(function.result == Returned::Stored)),
                value,
            ),
        }
    }
    if !machine.run(library.address(&function.symbol)?)? {
        return Ok(Traced { text: None, called: machine.called });
    }
    let result = match function.result {
        Returned::Nothing => vec![],
        Returned::Stored => machine.load(&("result".to_owned(), 0), 144),
        Returned::Integer(size) => machine.get(Register::RAX)[..size].to_vec(),
    };
    let effects = machine.effects.join("; ");
    Ok(Traced { text: Some(format!("{effects} -> {}", result_text(&result))), called: machine.called })
}

/// The result without the memory that nobody wrote.
fn result_text(result: &[Byte]) -> String {
    let untouched = |byte: &Byte| matches!(byte, Byte::Of(name, _) if &**name == "*result");
    let end = result.iter().rposition(|byte| !untouched(byte)).map_or(0, |last| last + 1);
    show(&result[..end])
}

/// Whether two pieces of code begin with the same instruction, unknown to the decoder, followed by known ones.
fn same_unknown_instruction(left: &[u8], right: &[u8]) -> bool {
    const SHORTEST: usize = 4;
    let common = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    (SHORTEST..=common).any(|length| ends_well(&left[length..]) && ends_well(&right[length..]))
}

/// Whether code is known to its return.
fn ends_well(code: &[u8]) -> bool {
    let mut decoder = Decoder::new(64, code, DecoderOptions::NONE);
    for instruction in decoder.iter().take(16) {
        match instruction.mnemonic() {
            _ if instruction.is_invalid() => return false,
            iced_x86::Mnemonic::Ret => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_instructions_must_be_the_same() {
        // `tdpbf8ps tmm1, tmm2, tmm3`, which the decoder does not know, and `ret`; then `tdphf8ps`; then other ends.
        let one = [0xc4, 0xe5, 0x60, 0xfd, 0xca, 0xc3];
        let other = [0xc4, 0xe5, 0x61, 0xfd, 0xca, 0xc3];
        let with_end = [0xc4, 0xe5, 0x60, 0xfd, 0xca, 0xc5, 0xf8, 0x77, 0xc3];
        assert!(same_unknown_instruction(&one, &one));
        assert!(same_unknown_instruction(&one, &with_end));
        assert!(!same_unknown_instruction(&one, &other));
    }
}
