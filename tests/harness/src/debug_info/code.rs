//! Reads what the code of a file shows about its debug information: which source positions have instructions,
//! and which blocks are only a jump.

use std::collections::BTreeSet;
use std::rc::Rc;

use anyhow::Result;
use build_system::files;
use gimli::{ColumnType, Range, Reader as _};
use object::{Architecture, Object, ObjectSection, SectionFlags};

use super::dies::{Bytes, Dwarf};

/// Size in bytes of the largest jump that [`is_jump`] knows.
const LARGEST_JUMP: u64 = 4;

/// A place in a source: the name of the file, the line, the column.
pub type Position = (Rc<str>, u64, u64);

/// The code of a linked file.
pub struct Code {
    /// The machine.
    machine: Architecture,
    /// The address and bytes of each section with code.
    sections: Vec<(u64, Vec<u8>)>,
}

impl Code {
    /// Loads the code of a file.
    pub fn of(file: &object::File<'_>) -> Result<Code> {
        let has_code = |section: &object::Section<'_, '_>| match section.flags() {
            SectionFlags::Elf { sh_flags } => sh_flags & u64::from(object::elf::SHF_EXECINSTR) != 0,
            _ => false,
        };
        let load = |section: object::Section<'_, '_>| Ok((section.address(), section.data()?.to_vec()));
        let sections = file.sections().filter(has_code).map(load).collect::<Result<_>>()?;
        Ok(Code { machine: file.architecture(), sections })
    }

    /// Whether the code in a range is one unconditional jump.
    pub fn is_jump(&self, range: Range) -> bool {
        let size = range.end.saturating_sub(range.begin);
        size <= LARGEST_JUMP && self.bytes(range.begin, size).is_some_and(|code| is_jump(self.machine, code))
    }

    /// Returns the bytes at an address.
    fn bytes(&self, address: u64, size: u64) -> Option<&[u8]> {
        self.sections.iter().find_map(|(start, bytes)| {
            let offset = usize::try_from(address.checked_sub(*start)?).ok()?;
            bytes.get(offset..offset.checked_add(usize::try_from(size).ok()?)?)
        })
    }
}

/// Whether code is one unconditional jump to a place in the same function, on a machine for which LLVM keeps
/// jumps to the next instruction. For x86_64, it leaves out blocks of which only such a jump remains.
fn is_jump(machine: Architecture, code: &[u8]) -> bool {
    match (machine, code) {
        // `b`
        (Architecture::Aarch64, &[_, _, _, last]) => last & 0xfc == 0x14,
        // `jal zero`
        (Architecture::Riscv64, &[first, second, _, _]) => first == 0x6f && second & 0xf == 0,
        // `c.j`
        (Architecture::Riscv64, &[first, second]) => first & 3 == 1 && second & 0xe0 == 0xa0,
        _ => false,
    }
}

/// The line table of a unit.
pub struct Lines {
    /// The first and last address of each row, sorted, and the row's position.
    rows: Vec<(Range, Position)>,
}

impl Lines {
    /// Reads the table of a unit, or of the skeleton of a split one.
    pub fn of(dwarf: &Dwarf, unit: &gimli::Unit<Bytes>) -> Result<Lines> {
        let mut lines = Lines { rows: Vec::new() };
        let Some(program) = unit.line_program.clone() else { return Ok(lines) };
        let mut names: Vec<Option<Rc<str>>> = Vec::new();
        let mut open: Option<(u64, Position)> = None;
        let mut rows = program.rows();
        while let Some((header, row)) = rows.next_row()? {
            if let Some((begin, position)) = open.take() {
                lines.rows.push((Range { begin, end: row.address() }, position));
            }
            if row.end_sequence() {
                continue;
            }
            let index = usize::try_from(row.file_index())?;
            names.resize(names.len().max(index + 1), None);
            let name = match (&names[index], row.file(header)) {
                (Some(name), _) => Rc::clone(name),
                (None, Some(file)) => {
                    let path = dwarf.attr_string(unit, file.path_name())?;
                    Rc::from(files::name_of(path.to_string()?.as_ref().as_ref()))
                }
                (None, None) => Rc::from(""),
            };
            names[index] = Some(Rc::clone(&name));
            let column = match row.column() {
                ColumnType::LeftEdge => 0,
                ColumnType::Column(column) => column.get(),
            };
            open = Some((row.address(), (name, row.line().map_or(0, std::num::NonZero::get), column)));
        }
        lines.rows.sort_by_key(|(range, _)| range.begin);
        Ok(lines)
    }

    /// Returns the positions of the code in a range.
    pub fn within(&self, range: Range) -> BTreeSet<Position> {
        let first = self.rows.partition_point(|(row, _)| row.end <= range.begin);
        let rows = self.rows[first..].iter().take_while(|(row, _)| row.begin < range.end);
        rows.map(|(_, position)| position.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_jumps_are_jumps() {
        let jumps: [(Architecture, &[u8]); 3] = [
            (Architecture::Aarch64, &0x1400_0001_u32.to_le_bytes()),
            (Architecture::Riscv64, &0x0040_006f_u32.to_le_bytes()),
            (Architecture::Riscv64, &0xa009_u16.to_le_bytes()),
        ];
        for (machine, code) in jumps {
            assert!(is_jump(machine, code), "{machine:?} {code:x?}");
        }
        let others: [(Architecture, &[u8]); 6] = [
            (Architecture::X86_64, &[0xeb, 0x00]),
            // `bl`, `mov w0, wzr`
            (Architecture::Aarch64, &0x9400_0001_u32.to_le_bytes()),
            (Architecture::Aarch64, &0x2a1f_03e0_u32.to_le_bytes()),
            // `jal ra`, `c.li a0, 0`
            (Architecture::Riscv64, &0x0040_00ef_u32.to_le_bytes()),
            (Architecture::Riscv64, &0x4501_u16.to_le_bytes()),
            (Architecture::Aarch64, &[]),
        ];
        for (machine, code) in others {
            assert!(!is_jump(machine, code), "{machine:?} {code:x?}");
        }
    }
}
