//! Where parameters go: registers and stack in LLVM's order, and CLIF's parameters in an order that makes
//! Cranelift come to the same result.
//!
//! System V: first what goes to registers, then fillers for registers that are left over although something
//! goes to the stack, then the stack in order, with padding for alignment.

use cranelift_codegen::ir;

use super::variadic::{self, SavedPiece};

/// Number of integer registers for arguments (System V AMD64, figure 3.4).
pub const INTEGER_REGISTERS: usize = 6;
/// Number of vector registers for arguments.
pub const FLOAT_REGISTERS: usize = 8;
/// Size of a stack argument slot in bytes.
pub const STACK_SLOT: u64 = 8;

/// A CLIF parameter before the final order is known: its index among those in registers, or on the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placed {
    Register(usize),
    Stack(usize),
}

/// The CLIF parameters that hold one scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlacedPiece {
    Whole(Placed),
    /// An `i128` in two parameters of 64 bits.
    Halves {
        low: Placed,
        high: Placed,
    },
}

/// An aggregate that the caller copies; sizes and alignments are in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByValue {
    /// To the stack arguments.
    Stack { size: u64, alignment: u64 },
    /// To anywhere, passing the address (Microsoft's convention).
    Address { size: u64, alignment: u64 },
}

/// Which rules hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    SystemV,
    /// Microsoft's. Each parameter has a register or stack slot by its position, as Cranelift gives it:
    /// nothing is ordered here. What is larger than a register comes as an address; of vectors, Cranelift
    /// makes it one.
    Windows,
}

/// Assigns registers and stack as LLVM does.
pub struct Assigner {
    convention: Convention,
    /// Integer registers so far.
    pub integers: usize,
    /// Vector registers so far.
    pub floats: usize,
    /// Bytes of stack arguments so far.
    pub stack_bytes: u64,
    /// Parameters in registers.
    pub registers: Vec<ir::AbiParam>,
    /// Parameters on the stack, padding included.
    pub stack: Vec<ir::AbiParam>,
    /// Whether a plain integer goes to the stack, so that left-over registers have to be filled.
    pub needs_fillers: bool,
}

impl Assigner {
    /// Nothing is assigned yet.
    pub fn new(convention: Convention) -> Self {
        Assigner {
            convention,
            integers: 0,
            floats: 0,
            stack_bytes: 0,
            registers: vec![],
            stack: vec![],
            needs_fillers: false,
        }
    }

    /// The hidden first parameter.
    pub fn result_pointer(&mut self, parameter: ir::AbiParam) -> PlacedPiece {
        self.integers += 1;
        PlacedPiece::Whole(self.register(parameter))
    }

    fn register(&mut self, parameter: ir::AbiParam) -> Placed {
        self.registers.push(parameter);
        Placed::Register(self.registers.len() - 1)
    }

    /// A parameter of `bytes` bytes on the stack.
    pub fn stack_slot(&mut self, parameter: ir::AbiParam, bytes: u64, alignment: u64) -> Placed {
        let padding = self.stack_bytes.next_multiple_of(alignment) - self.stack_bytes;
        if padding > 0 {
            self.needs_fillers = true;
            self.stack.push(match padding {
                STACK_SLOT => ir::AbiParam::new(ir::types::I64),
                _ => struct_argument(padding),
            });
            self.stack_bytes += padding;
        }
        self.stack.push(parameter);
        self.stack_bytes += bytes.next_multiple_of(STACK_SLOT);
        Placed::Stack(self.stack.len() - 1)
    }

    /// A scalar or a vector that has a register; `extension` is for integers.
    pub fn scalar(&mut self, clif: ir::Type, extension: ir::ArgumentExtension) -> PlacedPiece {
        let parameter = ir::AbiParam { extension, ..ir::AbiParam::new(clif) };
        if self.convention == Convention::Windows && clif == ir::types::I128 {
            // As LLVM: each half by itself, perhaps one in a register and one on the stack.
            let half = ir::AbiParam::new(ir::types::I64);
            return PlacedPiece::Halves { low: self.register(half), high: self.register(half) };
        }
        if self.convention == Convention::Windows {
            return PlacedPiece::Whole(self.register(parameter));
        }
        if clif == ir::types::I128 {
            return self.wide_integer();
        }
        let is_integer = clif.is_int();
        let (used, available) = if is_integer {
            (&mut self.integers, INTEGER_REGISTERS)
        } else {
            (&mut self.floats, FLOAT_REGISTERS)
        };
        if *used < available {
            *used += 1;
            return PlacedPiece::Whole(self.register(parameter));
        }
        self.needs_fillers |= is_integer;
        let bytes = u64::from(clif.bytes());
        PlacedPiece::Whole(self.stack_slot(parameter, bytes, bytes.max(STACK_SLOT)))
    }

    fn wide_integer(&mut self) -> PlacedPiece {
        let half = ir::AbiParam::new(ir::types::I64);
        if self.integers + 2 <= INTEGER_REGISTERS {
            self.integers += 2;
            return PlacedPiece::Halves { low: self.register(half), high: self.register(half) };
        }
        self.needs_fillers = true;
        let low = self.stack_slot(half, STACK_SLOT, 16);
        let high = self.stack_slot(half, STACK_SLOT, STACK_SLOT);
        PlacedPiece::Halves { low, high }
    }

    /// A copy of an aggregate of `size` bytes.
    pub fn by_value(&mut self, size: u64, alignment: u64) -> (PlacedPiece, ByValue) {
        if self.convention == Convention::Windows {
            let address = self.register(ir::AbiParam::new(ir::types::I64));
            return (PlacedPiece::Whole(address), ByValue::Address { size, alignment });
        }
        let rounded = size.next_multiple_of(STACK_SLOT);
        let placed = self.stack_slot(struct_argument(rounded), rounded, alignment.max(STACK_SLOT));
        (PlacedPiece::Whole(placed), ByValue::Stack { size, alignment })
    }

    /// The parameters in Cranelift's order and the index at which the stack begins.
    pub fn finish(mut self) -> (Vec<ir::AbiParam>, usize) {
        if self.needs_fillers {
            for _ in self.integers..INTEGER_REGISTERS {
                self.registers.push(ir::AbiParam::new(ir::types::I64));
            }
        }
        let stack_start = self.registers.len();
        self.registers.extend(self.stack);
        (self.registers, stack_start)
    }
}

/// So many bytes on the stack. Signatures with more than CLIF can count go through shims.
fn struct_argument(bytes: u64) -> ir::AbiParam {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    ir::AbiParam::special(ir::types::I64, ir::ArgumentPurpose::StructArgument(bytes))
}

/// Where the register with this index lies among those that a C-variadic function has saved.
pub fn saved_register(registers: &[ir::AbiParam], index: usize) -> SavedPiece {
    let is_integer = registers[index].value_type.is_int();
    let rank = registers[..index].iter().filter(|p| p.value_type.is_int() == is_integer).count();
    SavedPiece::Register { offset: variadic::saved_offset(is_integer, rank) }
}

/// Where the stack argument with this index lies, in bytes.
pub fn stack_offset(stack: &[ir::AbiParam], index: usize) -> u64 {
    let bytes = |parameter: &ir::AbiParam| match parameter.purpose {
        ir::ArgumentPurpose::StructArgument(size) => u64::from(size),
        _ => u64::from(parameter.value_type.bytes()).next_multiple_of(STACK_SLOT),
    };
    stack[..index].iter().map(bytes).sum()
}

impl Placed {
    /// The index in the whole list of CLIF parameters, in which the stack begins at `stack_start`.
    pub fn index(self, stack_start: usize) -> usize {
        match self {
            Placed::Register(index) => index,
            Placed::Stack(index) => stack_start + index,
        }
    }
}
