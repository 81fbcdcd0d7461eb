//! Registers for the operands of one block.
//!
//! Fixed registers are taken first, then the classes, the smallest first. A register is taken at entry (inputs), at
//! exit (late outputs) or at both (outputs that the template may write before it has read all inputs). An input may
//! share its register with a late output, but does so only when no register is free throughout.

use std::collections::HashSet;

use super::registers::{Class, Register};
use super::wrapper::{Failure, Operand, Output, RegisterChoice};

/// When a register is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Use {
    at_entry: bool,
    at_exit: bool,
}

impl Use {
    fn of(input: Option<u32>, output: Option<Output>) -> Use {
        let late = output.is_some_and(|output| output.late);
        Use { at_entry: input.is_some() || (output.is_some() && !late), at_exit: output.is_some() }
    }
}

#[derive(Default)]
struct Taken {
    at_entry: HashSet<Register>,
    at_exit: HashSet<Register>,
}

impl Taken {
    fn take(&mut self, register: Register, usage: Use) {
        if usage.at_entry {
            self.at_entry.insert(register);
        }
        if usage.at_exit {
            self.at_exit.insert(register);
        }
    }

    fn is_free(&self, register: Register, usage: Use) -> bool {
        !(usage.at_entry && self.at_entry.contains(&register)
            || usage.at_exit && self.at_exit.contains(&register))
    }

    fn choose(&self, class: Class, usage: Use) -> Option<Register> {
        let throughout = Use { at_entry: true, at_exit: true };
        let registers = class.registers();
        let find = |usage| registers.iter().copied().find(|&register| self.is_free(register, usage));
        find(throughout).or_else(|| find(usage))
    }
}

/// The register of every operand that has one, by index.
pub fn allocate(operands: &[Operand]) -> Result<Vec<Option<Register>>, Failure> {
    let mut taken = Taken::default();
    let mut result = vec![None; operands.len()];
    let mut classes = Vec::new();
    for (index, operand) in operands.iter().enumerate() {
        let Operand::Register { choice, input, output, .. } = operand else { continue };
        let usage = Use::of(*input, *output);
        match *choice {
            RegisterChoice::Fixed(register) => {
                taken.take(register, usage);
                result[index] = Some(register);
            }
            RegisterChoice::Any => classes.push((index, operand, usage)),
        }
    }
    // Few registers to choose from, and those that are taken twice, come first.
    classes.sort_by_key(|(index, operand, usage)| {
        let few = matches!(operand, Operand::Register { class: Class::Abcd, .. });
        (!few, !(usage.at_entry && usage.at_exit), *index)
    });
    for (index, operand, usage) in classes {
        let Operand::Register { class, .. } = operand else { continue };
        let register = taken.choose(*class, usage).ok_or(Failure::NoRegister { operand: index })?;
        taken.take(register, usage);
        result[index] = Some(register);
    }
    Ok(result)
}
