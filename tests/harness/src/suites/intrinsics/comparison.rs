//! Compares what functions of two libraries do, one compiled by LLVM and one by the backend.
//!
//! 1. [`Library::compile`] compiles and loads a library.
//! 2. [`compare`] executes a function of both with the same arguments and compares the results.
//! 3. Code with an instruction that the decoder does not know is compared as bytes.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use build_system::files;
use iced_x86::{Decoder, DecoderOptions, Mnemonic, Register};
use object::{Object, ObjectSegment, ObjectSymbol};

use super::machine::{Image, Machine};
use super::program::{Function, Passed, Returned};
use super::values::{Byte, Value, address, named, show};
use crate::commands::succeed;

/// The registers for integer arguments.
const INTEGERS: [Register; 6] =
    [Register::RDI, Register::RSI, Register::RDX, Register::RCX, Register::R8, Register::R9];
/// A compiled library.
pub struct Library {
    image: Image,
    symbols: HashMap<String, u64>,
}

impl Library {
    /// Compiles a source file with features of the CPU, and loads the result.
    pub fn compile(mut compiler: Command, source: &Path, features: &str, output: &Path) -> Result<Library> {
        files::remove(output)?;
        compiler.args(["--edition=2024", "-Copt-level=2", "-Cpanic=abort", "-Clink-arg=-nostartfiles"]);
        compiler.arg(format!("-Ctarget-feature={features}")).env("RUSTC_BOOTSTRAP", "1");
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
        self.symbols.get(symbol).copied().with_context(|| format!("the library has no symbol {symbol}"))
    }
}

/// The effects of a function, as text.
struct Traced {
    /// The text. `None` if the decoder does not know one of the instructions.
    text: Option<String>,
    called: Option<u64>,
    evex: bool,
}

/// The encodings that our code may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// Any.
    Any,
    /// All but those that need AVX-512.
    Vex,
}

/// Compares a function of both libraries.
pub fn compare(function: &Function, reference: &Library, ours: &Library, forms: Forms) -> Result<()> {
    let trace = |library: &Library, whose: &str| {
        trace(function, library).with_context(|| format!("{}, {whose}", function.title))
    };
    let (expected, found) = (trace(reference, "LLVM's code")?, trace(ours, "ours")?);
    ensure!(forms == Forms::Any || !found.evex, "{}: ours needs AVX-512", function.title);
    match (expected.text, found.text) {
        (Some(expected), Some(found)) => {
            ensure!(expected == found, "{}\n    LLVM: {expected}\n    ours: {found}", function.title);
        }
        _ => {
            let reference = reference.image.bytes(reference.address(&function.symbol)?).unwrap_or_default();
            let stub = found.called.context("the function does not call the instruction")?;
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
            // After six, arguments are on the stack, above the return address.
            None => machine.pass_on_stack(
                place - (INTEGERS.len() - usize::from(function.result == Returned::Stored)),
                value,
            ),
        }
    }
    if !machine.run(library.address(&function.symbol)?)? {
        return Ok(Traced { text: None, called: machine.called, evex: machine.evex });
    }
    let result = match function.result {
        Returned::Nothing => vec![],
        Returned::Stored => machine.load(&("result".to_owned(), 0), 144),
        Returned::Integer(size) => machine.get(Register::RAX)[..size].to_vec(),
    };
    let effects = machine.effects.join("; ");
    Ok(Traced {
        text: Some(format!("{effects} -> {}", result_text(&result))),
        called: machine.called,
        evex: machine.evex,
    })
}

/// Returns the result without memory that was not written.
fn result_text(result: &[Byte]) -> String {
    let untouched = |byte: &Byte| matches!(byte, Byte::Of(name, _) if &**name == "*result");
    let end = result.iter().rposition(|byte| !untouched(byte)).map_or(0, |last| last + 1);
    show(&result[..end])
}

/// Whether two pieces of code begin with the same instruction that the decoder does not know, followed by
/// known ones.
fn same_unknown_instruction(left: &[u8], right: &[u8]) -> bool {
    const SHORTEST: usize = 4;
    let common = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    (SHORTEST..=common).any(|length| ends_well(&left[length..]) && ends_well(&right[length..]))
}

/// Whether the decoder knows all instructions until the return.
fn ends_well(code: &[u8]) -> bool {
    let mut decoder = Decoder::new(64, code, DecoderOptions::NONE);
    for instruction in decoder.iter().take(16) {
        match instruction.mnemonic() {
            _ if instruction.is_invalid() => return false,
            Mnemonic::Ret => return true,
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
        // `tdpbf8ps tmm1, tmm2, tmm3`, which the decoder does not know, and `ret`; then `tdphf8ps`; then
        // other ends.
        let one = [0xc4, 0xe5, 0x60, 0xfd, 0xca, 0xc3];
        let other = [0xc4, 0xe5, 0x61, 0xfd, 0xca, 0xc3];
        let with_end = [0xc4, 0xe5, 0x60, 0xfd, 0xca, 0xc5, 0xf8, 0x77, 0xc3];
        assert!(same_unknown_instruction(&one, &one));
        assert!(same_unknown_instruction(&one, &with_end));
        assert!(!same_unknown_instruction(&one, &other));
    }
}
