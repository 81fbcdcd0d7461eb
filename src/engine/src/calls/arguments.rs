//! Places parameters in registers and on the stack.
//!
//! The order of CLIF's parameters makes Cranelift use the same registers and stack slots as LLVM: first the
//! parameters in registers, then fillers for registers that are left over although a parameter is on the
//! stack, then the parameters on the stack, with padding for alignment.

use cranelift_codegen::ir;

use super::{CallRules, Convention};

/// A CLIF parameter before the final order is known: its index among those in registers, or on the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placed {
    Register(usize),
    Stack(usize),
}

impl Placed {
    /// Returns the index in the whole list of CLIF parameters, in which the stack begins at `stack_start`.
    pub fn index(self, stack_start: usize) -> usize {
        match self {
            Placed::Register(index) => index,
            Placed::Stack(index) => stack_start + index,
        }
    }
}

/// The CLIF parameters that hold one scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlacedPiece {
    Whole(Placed),
    /// An `i128`, or an `f128` in registers for integers, in two parameters of 64 bits.
    Halves {
        low: Placed,
        high: Placed,
    },
    /// The bits of a float in an integer parameter of the same size.
    Bits(Placed),
}

/// An aggregate that the caller copies; sizes and alignments are in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByValue {
    /// To the stack arguments.
    Stack { size: u64, alignment: u64 },
    /// To anywhere, passing the address (Microsoft's convention).
    Address { size: u64, alignment: u64 },
}

/// Whether the scalars of an argument are passed together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Members {
    /// Each has the next register, or is on the stack.
    Separate,
    /// All are in registers, or all are on the stack without padding between them. rustc requires this where
    /// the convention passes an array as one argument (AAPCS64: homogeneous aggregates). Conventions that
    /// know no such arguments treat them as separate.
    Together,
}

/// Assigns registers and stack slots as LLVM does.
pub struct Assigner {
    rules: &'static CallRules,
    /// The convention whose rules apply.
    pub convention: Convention,
    /// Integer registers so far.
    pub integers: usize,
    /// Float and vector registers so far.
    pub floats: usize,
    /// Bytes of stack arguments so far.
    pub stack_bytes: u64,
    /// Parameters in registers.
    registers: Vec<ir::AbiParam>,
    /// Parameters on the stack, padding included.
    stack: Vec<ir::AbiParam>,
    /// Whether a plain integer is on the stack, so that left-over registers have to be filled.
    pub needs_fillers: bool,
    /// Whether the following arguments are variable ones of a C-variadic call.
    pub(crate) are_variable: bool,
    /// Whether an argument is passed in a way that CLIF cannot express.
    pub needs_shim: bool,
}

impl Assigner {
    /// Returns an assigner without parameters.
    pub fn new(rules: &'static CallRules, convention: Convention) -> Self {
        Assigner {
            rules,
            convention,
            integers: 0,
            floats: 0,
            stack_bytes: 0,
            registers: vec![],
            stack: vec![],
            needs_fillers: false,
            are_variable: false,
            needs_shim: false,
        }
    }

    /// Begins the variable arguments of a C-variadic call.
    pub fn begin_variable_arguments(&mut self) {
        self.are_variable = true;
    }

    /// Places the hidden first parameter, the address of an indirect result.
    pub fn result_pointer(&mut self) -> PlacedPiece {
        (self.rules.result_pointer)(self);
        let purpose = ir::ArgumentPurpose::StructReturn;
        PlacedPiece::Whole(self.register(ir::AbiParam::special(ir::types::I64, purpose)))
    }

    /// Places a scalar or a vector of 128 bits that is an argument by itself.
    pub fn scalar(&mut self, parameter: ir::AbiParam) -> PlacedPiece {
        self.scalars(&[parameter], Members::Separate)[0]
    }

    /// Places the scalars of one argument. The result has a piece for each.
    pub fn scalars(&mut self, parameters: &[ir::AbiParam], members: Members) -> Vec<PlacedPiece> {
        (self.rules.scalars)(self, parameters, members)
    }

    /// Places a float of 128 bits on a target whose code does not use registers for floats.
    pub fn soft_quad(&mut self) -> PlacedPiece {
        (self.rules.soft_quad)(self)
    }

    /// Places it like an integer of 128 bits.
    pub(crate) fn soft_quad_as_integer(&mut self) -> PlacedPiece {
        self.scalar(ir::AbiParam::new(ir::types::I128))
    }

    /// Places a copy of an aggregate of `size` bytes.
    pub fn by_value(&mut self, size: u64, alignment: u64) -> (PlacedPiece, ByValue) {
        (self.rules.by_value)(self, size, alignment)
    }

    /// Appends a parameter to those in registers. The caller counts the register.
    pub(crate) fn register(&mut self, parameter: ir::AbiParam) -> Placed {
        self.registers.push(parameter);
        Placed::Register(self.registers.len() - 1)
    }

    /// Appends a parameter of `bytes` bytes to those on the stack.
    pub fn stack_slot(&mut self, parameter: ir::AbiParam, bytes: u64, alignment: u64) -> Placed {
        let padding = self.stack_bytes.next_multiple_of(alignment) - self.stack_bytes;
        if padding > 0 {
            self.needs_fillers = true;
            self.stack.push(match padding {
                _ if padding == self.rules.stack_slot => ir::AbiParam::new(ir::types::I64),
                _ => struct_argument(padding),
            });
            self.stack_bytes += padding;
        }
        self.stack.push(parameter);
        self.stack_bytes += bytes.next_multiple_of(self.rules.stack_slot);
        Placed::Stack(self.stack.len() - 1)
    }

    /// Returns the parameters in Cranelift's order and the index at which the stack begins.
    pub fn finish(mut self) -> (Vec<ir::AbiParam>, usize) {
        if self.needs_fillers {
            for _ in self.integers..self.rules.integer_registers {
                self.registers.push(ir::AbiParam::new(ir::types::I64));
            }
        }
        let stack_start = self.registers.len();
        self.registers.extend(self.stack);
        (self.registers, stack_start)
    }

    /// Returns whether the hidden first parameter is the address of an indirect result.
    pub fn has_result_pointer(&self) -> bool {
        self.registers.first().is_some_and(|first| first.purpose == ir::ArgumentPurpose::StructReturn)
    }
}

/// Returns a parameter of so many bytes on the stack. Signatures with more than CLIF can count go through
/// shims.
pub(crate) fn struct_argument(bytes: u64) -> ir::AbiParam {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    ir::AbiParam::special(ir::types::I64, ir::ArgumentPurpose::StructArgument(bytes))
}
