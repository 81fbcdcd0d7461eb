//! The facts of functions and statics: names, lines, parameters, variables, inlined functions.

use std::rc::Rc;

use gimli::{AttributeValue, Dwarf, Operation};

use super::entries::{Entries, Value};
use super::names::{Names, is_type};
use super::scratch::Scratch;
use super::sections::{Bytes, Unit};
use super::types::shown;
use super::{
    FILE, GENERIC, INLINED, INLINED_VARIABLE, LINE, LOCATION, PARAMETER, PATH, RETURN, TYPE, UNLOCATED,
    VARIABLE, VARIABLE_LINE, base_name,
};
use crate::names;
use crate::view::{Machine, View};

/// The size of the largest jump that [`is_jump`] knows.
const LARGEST_JUMP: u64 = 4;

/// What the facts of a unit's functions are read from.
pub struct Functions<'f, 'e, 'b, 'd> {
    pub view: &'f View<'d>,
    pub dwarf: &'f Dwarf<Bytes<'b>>,
    pub unit: &'f Unit<'b>,
    /// The unit with the line table: the skeleton, if the unit is split.
    pub line_unit: (&'f Dwarf<Bytes<'b>>, &'f Unit<'b>),
    pub entries: &'e Entries<'b>,
    pub names: &'f Names<'e, 'b>,
}

/// A function or block that the walk is in.
struct Scope {
    /// The first entry after it.
    end: u32,
    /// The inlined function that it belongs to.
    inlined: Option<Rc<str>>,
    /// Whether its variables are left out.
    is_jump: bool,
    /// In how many blocks it is.
    depth: usize,
}

impl Functions<'_, '_, '_, '_> {
    /// Returns the symbol, or the name if there is no symbol.
    pub fn symbol(&self, number: u32) -> Option<String> {
        let origins = self.entries.origins(number);
        let find = |attribute| origins.iter().find_map(|origin| self.entries.text(*origin, attribute));
        let symbol = find(gimli::DW_AT_linkage_name).or_else(|| find(gimli::DW_AT_MIPS_linkage_name));
        symbol.or_else(|| find(gimli::DW_AT_name)).map(Into::into)
    }

    /// Writes the facts of a function that has code.
    pub fn function(&self, number: u32, scratch: &mut Scratch) {
        let origins = self.entries.origins(number);
        let last = origins.last().copied().unwrap_or(number);
        let nothing = format_args!("");
        scratch.add(PATH, nothing, format_args!("{}", self.names.path(last)));
        self.declaration(&origins, scratch);
        let typed = origins.iter().find(|origin| self.entries.has(**origin, gimli::DW_AT_type));
        let returned = typed.map_or_else(|| "()".into(), |origin| self.names.type_of(*origin));
        scratch.add(RETURN, nothing, format_args!("{returned}"));
        for parameter in origins.iter().flat_map(|origin| self.entries.children(*origin)) {
            if self.entries.get(parameter).tag == gimli::DW_TAG_template_type_parameter {
                let (name, of) = (self.entries.name(parameter), self.names.type_of(parameter));
                scratch.add(GENERIC, format_args!("{name}"), format_args!("{of}"));
            }
        }
        self.contents(number, scratch);
    }

    /// Adds the file and the line of a function or static.
    fn declaration(&self, origins: &[u32], scratch: &mut Scratch) {
        let number = |attribute| origins.iter().find_map(|origin| self.entries.number(*origin, attribute));
        if let Some(file) = number(gimli::DW_AT_decl_file).and_then(|file| self.file(file)) {
            scratch.add(FILE, format_args!(""), format_args!("{}", base_name(&file)));
        }
        if let Some(line) = number(gimli::DW_AT_decl_line) {
            scratch.add(LINE, format_args!(""), format_args!("{line}"));
        }
    }

    /// Returns the path of a file of the line table.
    fn file(&self, number: i128) -> Option<String> {
        let (dwarf, unit) = self.line_unit;
        let header = unit.line_program.as_ref()?.header();
        let file = header.file(u64::try_from(number).ok()?)?;
        Some(dwarf.attr_string(unit, file.path_name()).ok()?.to_string_lossy().into_owned())
    }

    /// Adds the parameters, variables and inlined functions.
    fn contents(&self, function: u32, scratch: &mut Scratch) {
        let end = self.entries.get(function).end;
        let mut scopes = vec![Scope { end, inlined: None, is_jump: false, depth: 0 }];
        let mut parameters = 0;
        let mut number = function + 1;
        while number < end {
            while scopes.last().is_some_and(|scope| scope.end <= number) {
                scopes.pop();
            }
            let Some(scope) = scopes.last() else { break };
            let entry = self.entries.get(number);
            // LLVM also writes empty blocks and inlined functions, in which a debugger never stops.
            let is_empty = self.entries.number(number, gimli::DW_AT_high_pc) == Some(0);
            match entry.tag {
                gimli::DW_TAG_lexical_block if !is_empty => {
                    let (inlined, is_jump) = (scope.inlined.clone(), self.is_jump(number));
                    let depth = scope.depth + 1;
                    scopes.push(Scope { end: entry.end, inlined, is_jump, depth });
                }
                gimli::DW_TAG_inlined_subroutine if !is_empty => {
                    let callee = self.symbol(number).unwrap_or_default();
                    let callee: Rc<str> = names::symbol(&callee).into();
                    let line = shown(self.entries.number(number, gimli::DW_AT_call_line));
                    scratch.add(INLINED, format_args!("{callee}"), format_args!("line {line}"));
                    scopes.push(Scope { end: entry.end, inlined: Some(callee), is_jump: false, depth: 0 });
                }
                gimli::DW_TAG_formal_parameter | gimli::DW_TAG_variable => {
                    let is_parameter = entry.tag == gimli::DW_TAG_formal_parameter && scope.inlined.is_none();
                    if !scope.is_jump {
                        self.variable(number, is_parameter.then_some(parameters), scope, scratch);
                    }
                    parameters += usize::from(is_parameter);
                    number = entry.end;
                    continue;
                }
                tag if is_type(tag)
                    || tag == gimli::DW_TAG_subprogram
                    || tag == gimli::DW_TAG_lexical_block
                    || tag == gimli::DW_TAG_inlined_subroutine =>
                {
                    number = entry.end;
                    continue;
                }
                _ => {}
            }
            number += 1;
        }
    }

    /// Adds a parameter, with its position, or a variable.
    fn variable(&self, number: u32, position: Option<usize>, scope: &Scope, scratch: &mut Scratch) {
        let origins = self.entries.origins(number);
        let find = |attribute| origins.iter().find_map(|origin| self.entries.text(*origin, attribute));
        let name = find(gimli::DW_AT_name).unwrap_or("{unnamed}".into());
        let typed = origins.iter().find(|origin| self.entries.has(**origin, gimli::DW_AT_type));
        let of = typed.map_or_else(|| "()".into(), |origin| self.names.type_of(*origin));
        if let Some(callee) = &scope.inlined {
            scratch.add(INLINED_VARIABLE, format_args!("{callee}"), format_args!("{name}: {of}"));
            return;
        }
        let nothing = format_args!("");
        match position {
            Some(position) => {
                scratch.add(PARAMETER, format_args!("{position}"), format_args!("{name}: {of}"));
            }
            None => {
                scratch.add(VARIABLE, nothing, format_args!("{name}: {of}"));
            }
        }
        let line = |origin: &u32| self.entries.number(*origin, gimli::DW_AT_decl_line);
        let line = shown(origins.iter().find_map(line));
        scratch.add(VARIABLE_LINE, nothing, format_args!("{name}: line {line}, {} blocks deep", scope.depth));
        let location = self.location(number);
        scratch.add(LOCATION, nothing, format_args!("{name}: {location}"));
        if location == "none" {
            scratch.add(UNLOCATED, nothing, format_args!("{name}"));
        }
    }

    /// Says where a variable is.
    fn location(&self, number: u32) -> &'static str {
        if self.entries.has(number, gimli::DW_AT_const_value) {
            return "constant";
        }
        match self.entries.value(number, gimli::DW_AT_location) {
            Some(Value::Expression(expression)) => self.expression(expression),
            Some(Value::List(list)) => self.list(list),
            _ => "none",
        }
    }

    fn expression(&self, bytes: Bytes<'_>) -> &'static str {
        let mut operations = gimli::Expression(bytes).operations(self.unit.encoding());
        let Ok(Some(first)) = operations.next() else { return "none" };
        match first {
            Operation::Register { .. } => "register",
            Operation::RegisterOffset { .. } | Operation::FrameOffset { .. } | Operation::CallFrameCFA => {
                "frame"
            }
            Operation::Address { .. } | Operation::AddressIndex { .. } => "static",
            Operation::UnsignedConstant { .. }
            | Operation::SignedConstant { .. }
            | Operation::ImplicitValue { .. } => "constant",
            Operation::Piece { .. } => "none",
            _ => "expression",
        }
    }

    /// Says where a variable is whose place changes.
    fn list(&self, list: AttributeValue<Bytes<'_>>) -> &'static str {
        let offset = match list {
            AttributeValue::LocationListsRef(offset) => Some(offset),
            AttributeValue::DebugLocListsIndex(index) => self.dwarf.locations_offset(self.unit, index).ok(),
            _ => None,
        };
        let Some(Ok(mut entries)) = offset.map(|offset| self.dwarf.locations(self.unit, offset)) else {
            return "none";
        };
        let mut found = "none";
        while let Ok(Some(entry)) = entries.next() {
            let kind = self.expression(entry.data.0);
            if found != "none" && found != kind {
                return "several";
            }
            found = kind;
        }
        found
    }

    /// Writes the facts of a static.
    pub fn static_variable(&self, number: u32, scratch: &mut Scratch) {
        let nothing = format_args!("");
        let origins = self.entries.origins(number);
        let last = origins.last().copied().unwrap_or(number);
        scratch.add(PATH, nothing, format_args!("{}", self.names.path(last)));
        let typed = origins.iter().find(|origin| self.entries.has(**origin, gimli::DW_AT_type));
        let of = typed.map_or_else(|| "()".into(), |origin| self.names.type_of(*origin));
        scratch.add(TYPE, nothing, format_args!("{of}"));
        self.declaration(&origins, scratch);
        if let Some(alignment) = self.entries.number(last, gimli::DW_AT_alignment) {
            scratch.add(super::ALIGNMENT, nothing, format_args!("{alignment}"));
        }
        scratch.add(LOCATION, nothing, format_args!("{}", self.location(number)));
    }

    /// Returns the address of a static.
    pub fn static_address(&self, number: u32) -> Option<u64> {
        let Some(Value::Expression(bytes)) = self.entries.value(number, gimli::DW_AT_location) else {
            return None;
        };
        let mut operations = gimli::Expression(bytes).operations(self.unit.encoding());
        match operations.next().ok()?? {
            Operation::Address { address } => Some(address),
            Operation::AddressIndex { index } => self.dwarf.address(self.unit, index).ok(),
            _ => None,
        }
    }

    /// Whether the code of a block is one unconditional jump. On machines other than x86_64, LLVM keeps jumps
    /// to the next instruction, and so the block with its variables; Cranelift removes them.
    fn is_jump(&self, number: u32) -> bool {
        let low = self.entries.low_address(number);
        let size = self.entries.number(number, gimli::DW_AT_high_pc).map(u64::try_from);
        let (Some(low), Some(Ok(size @ 1..=LARGEST_JUMP))) = (low, size) else { return false };
        let Some((section, offset)) = self.view.layout().place(low) else { return false };
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let data = self.view.section(section).data;
        let code = offset.checked_add(size as usize).and_then(|end| data.get(offset..end));
        code.is_some_and(|code| is_jump(self.view.machine, code))
    }
}

/// Whether code is one unconditional jump in a function.
fn is_jump(machine: Machine, code: &[u8]) -> bool {
    match (machine, code) {
        // `b`
        (Machine::Aarch64, &[_, _, _, last]) => last & 0xfc == 0x14,
        // `jal zero`
        (Machine::Riscv64, &[first, second, _, _]) => first == 0x6f && second & 0xf == 0,
        // `c.j`
        (Machine::Riscv64, &[first, second]) => first & 3 == 1 && second & 0xe0 == 0xa0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_jumps_are_jumps() {
        assert!(is_jump(Machine::Aarch64, &0x1400_0001_u32.to_le_bytes()));
        assert!(is_jump(Machine::Riscv64, &0x0040_006f_u32.to_le_bytes()));
        assert!(is_jump(Machine::Riscv64, &0xa009_u16.to_le_bytes()));
        // `bl`; `jal ra`; `c.li a0, 0`; `jmp`.
        assert!(!is_jump(Machine::Aarch64, &0x9400_0001_u32.to_le_bytes()));
        assert!(!is_jump(Machine::Riscv64, &0x0040_00ef_u32.to_le_bytes()));
        assert!(!is_jump(Machine::Riscv64, &0x4501_u16.to_le_bytes()));
        assert!(!is_jump(Machine::X86_64, &[0xeb, 0]));
    }
}
