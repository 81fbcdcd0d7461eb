//! Makes a random program: types, functions, and a `main` that calls each function several times and prints
//! the results, the order of drops, and the panics.

use std::fmt::Write as _;

use fastrand::Rng;

use super::types::{Declarations, Type, literal};

/// The beginning of every program.
const HEAD: &str = "#![feature(f16, f128)]
#![allow(warnings, arithmetic_overflow, unconditional_panic, overflowing_literals)]
use std::cell::Cell;
use std::fmt::Debug;
use std::hint::black_box;
thread_local! {
    static TRACE: Cell<u64> = const { Cell::new(0) };
    static STEPS: Cell<u32> = const { Cell::new(0) };
    static NEXT: Cell<u32> = const { Cell::new(0) };
}
fn trace(value: u64) {
    TRACE.set((TRACE.get() ^ value).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(21));
}
/// Ends what takes too long.
fn step() {
    STEPS.set(STEPS.get() + 1);
    assert!(STEPS.get() < 3000, \"too many steps\");
}
struct Text;
impl std::fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        text.bytes().for_each(|byte| trace(byte.into()));
        Ok(())
    }
}
fn note(value: &dyn Debug) {
    std::fmt::write(&mut Text, format_args!(\"{value:?}\")).unwrap();
}
struct Tracked(u32);
impl Tracked {
    fn new() -> Tracked {
        NEXT.set(NEXT.get() + 1);
        trace(1_000_000 + u64::from(NEXT.get()));
        Tracked(NEXT.get())
    }
}
impl Drop for Tracked {
    fn drop(&mut self) {
        trace(self.0.into());
    }
}
fn return_tracked(tracked: Tracked) -> Tracked {
    tracked
}
fn observe<T: Debug>(name: &str, f: impl FnOnce() -> T) {
    STEPS.set(0);
    TRACE.set(0);
    NEXT.set(0);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
    match result {
        Ok(value) => println!(\"{name} {value:?} {:016x}\", TRACE.get()),
        Err(_) => println!(\"{name} panicked {:016x}\", TRACE.get()),
    }
}
";
/// How often each function is called.
const CALLS: usize = 6;

/// Makes a program.
pub struct Generator {
    /// The source of all random choices.
    pub random: Rng,
    /// The program so far.
    text: String,
    /// The types of the program.
    pub declarations: Declarations,
    /// The parameters and results of the functions so far.
    pub functions: Vec<(Vec<Type>, Type)>,
    /// Variables that can be read. Those whose names begin with `v` can be written.
    pub variables: Vec<(String, Type)>,
    /// Variables that contain values of the type `Tracked` and have not been moved yet.
    pub tracked: Vec<String>,
    /// How many of those must not be moved here.
    pub fixed_tracked: usize,
    /// The result type of the current function.
    pub result: Type,
    /// The number for the next name.
    next: usize,
}

/// Makes the program of a seed, with the given number of functions.
pub fn program(seed: u64, functions: usize) -> String {
    let mut generator = Generator {
        random: Rng::with_seed(seed),
        text: HEAD.to_owned(),
        declarations: Declarations::default(),
        functions: Vec::new(),
        variables: Vec::new(),
        tracked: Vec::new(),
        fixed_tracked: 0,
        result: Type::Bool,
        next: 0,
    };
    generator.declare_types();
    for index in 0..functions {
        generator.function(index);
    }
    generator.main();
    generator.text
}

impl Generator {
    pub fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    pub fn fresh(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}{}", self.next)
    }

    pub fn any_type(&mut self, depth: u32) -> Type {
        Type::random(&mut self.random, &self.declarations, depth)
    }

    pub fn simple_type(&mut self) -> Type {
        self.any_type(0)
    }

    fn declare_types(&mut self) {
        for index in 0..4 {
            let count = 1 + self.random.usize(..5);
            let fields: Vec<Type> = (0..count).map(|_| self.any_type(1)).collect();
            let mut text = format!("#[derive(Debug, Clone, Copy, PartialEq)] struct S{index} {{ ");
            for (number, field) in fields.iter().enumerate() {
                let _ = write!(text, "f{number}: {}, ", field.name());
            }
            self.line(&(text + "}"));
            self.declarations.structs.push(fields);
            let count = 1 + self.random.usize(..4);
            let variants: Vec<Vec<Type>> = (0..count)
                .map(|_| {
                    let fields = self.random.usize(..3);
                    (0..fields).map(|_| self.any_type(1)).collect()
                })
                .collect();
            let mut text = format!("#[derive(Debug, Clone, Copy, PartialEq)] enum E{index} {{ ");
            for (number, fields) in variants.iter().enumerate() {
                let fields: Vec<String> = fields.iter().map(Type::name).collect();
                let _ = write!(text, "V{number}({}), ", fields.join(", "));
            }
            self.line(&(text + "}"));
            self.declarations.enums.push(variants);
        }
    }

    fn function(&mut self, index: usize) {
        let count = self.random.usize(..5);
        let parameters: Vec<Type> = (0..count).map(|_| self.any_type(2)).collect();
        self.result = self.any_type(2);
        self.variables =
            parameters.iter().enumerate().map(|(number, ty)| (format!("p{number}"), ty.clone())).collect();
        self.tracked.clear();
        let list: Vec<String> =
            self.variables.iter().map(|(name, ty)| format!("{name}: {}", ty.name())).collect();
        let inline = ["", "#[inline(never)] ", "#[inline(always)] "][self.random.usize(..3)];
        let result = self.result.clone();
        self.line(&format!("{inline}fn function_{index}({}) -> {} {{", list.join(", "), result.name()));
        self.line("step();");
        let count = 2 + self.random.usize(..8);
        self.statements(count, 3);
        let value = self.expression(&result, 4);
        self.line(&format!("{value}\n}}"));
        self.functions.push((parameters, result));
    }

    fn main(&mut self) {
        self.variables.clear();
        self.line("fn main() {");
        self.line("std::panic::set_hook(Box::new(|information| println!(\"{information}\")));");
        for index in 0..self.functions.len() {
            for _ in 0..CALLS {
                let parameters = self.functions[index].0.clone();
                let arguments: Vec<String> = parameters
                    .iter()
                    .map(|ty| match ty {
                        Type::Integer(_) | Type::Float(_) | Type::Bool | Type::Char => {
                            format!("black_box({})", literal(&mut self.random, ty))
                        }
                        composite => format!("black_box({})", self.expression(composite, 0)),
                    })
                    .collect();
                self.line(&format!(
                    "observe(\"function_{index}\", || function_{index}({}));",
                    arguments.join(", ")
                ));
            }
        }
        self.line("}");
    }
}
