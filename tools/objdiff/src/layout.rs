//! Addresses in relocatable objects: each allocated section is put at an address of its own, and relocations
//! are applied. What refers to code by address, such as `.eh_frame` and debug information, is then read like
//! that of a linked file. Sections that are not allocated begin at 0, as offsets into them do.

use object::{SectionIndex, SymbolIndex, SymbolSection, elf};

use crate::view::{Machine, Relocation, Target, View};

/// The space between two sections, so that no address is the end of one and the start of another.
const GAP: u64 = 16;

/// The addresses of an object's sections.
pub struct Layout {
    /// The address of each section, by its index in the file.
    starts: Vec<u64>,
    /// The start, end and index of each allocated section, by address.
    by_address: Vec<(u64, u64, usize)>,
    /// Where undefined symbols begin.
    undefined: u64,
    /// The address and index of each symbol with a name, by address.
    symbols: Vec<(u64, usize)>,
}

impl Layout {
    /// Gives each section its address. Sections of linked files keep theirs.
    pub fn of(view: &View<'_>) -> Self {
        let is_linked = view.sections.iter().any(|section| section.is_allocated() && section.address != 0);
        let mut next = 0x10_0000_u64;
        let mut starts = Vec::with_capacity(view.sections.len());
        let mut by_address = Vec::new();
        for (index, section) in view.sections.iter().enumerate() {
            // Thread-local zeros take no addresses in linked files.
            let is_template = is_linked && section.kind == elf::SHT_NOBITS && section.is_thread_local();
            let start = match (section.is_allocated(), is_linked) {
                (false, _) => 0,
                (true, true) => section.address,
                (true, false) => {
                    let start = next.next_multiple_of(section.alignment.clamp(1, 1 << 16));
                    next = start.saturating_add(section.size.min(1 << 40)).saturating_add(GAP);
                    start
                }
            };
            if section.is_allocated() && !is_template {
                by_address.push((start, start.saturating_add(section.size), index));
            }
            starts.push(start);
        }
        by_address.sort_unstable();
        let undefined = next.min(1 << 62).next_multiple_of(1 << 16);
        let mut layout = Layout { starts, by_address, undefined, symbols: Vec::new() };
        layout.symbols = layout.named_symbols(view);
        layout
    }

    fn named_symbols(&self, view: &View<'_>) -> Vec<(u64, usize)> {
        let named = view.symbols.iter().enumerate().filter(|(_, symbol)| {
            let is_placed = matches!(symbol.section, SymbolSection::Section(_) | SymbolSection::Undefined);
            is_placed && !symbol.name.is_empty() && !symbol.name.starts_with(['.', '$'])
        });
        let mut symbols: Vec<_> =
            named.map(|(index, _)| (self.symbol(view, SymbolIndex(index)), index)).collect();
        symbols.sort_unstable();
        symbols
    }

    /// Returns the address of a section.
    pub fn address(&self, section: SectionIndex) -> u64 {
        self.starts.get(section.0).copied().unwrap_or(0)
    }

    /// Returns the section at an address, and the offset in it. The end of a section is part of it.
    pub fn place(&self, address: u64) -> Option<(SectionIndex, u64)> {
        let after = self.by_address.partition_point(|(start, ..)| *start <= address);
        let (start, end, index) = *self.by_address.get(after.checked_sub(1)?)?;
        (address <= end).then_some((SectionIndex(index), address - start))
    }

    /// Returns the name of the first symbol at an address.
    pub fn name<'d>(&self, view: &View<'d>, address: u64) -> Option<&'d str> {
        let first = self.symbols.partition_point(|(start, _)| *start < address);
        let (start, index) = *self.symbols.get(first)?;
        if start == address { view.symbols.get(index).map(|symbol| symbol.name) } else { None }
    }

    /// Returns the address of a symbol.
    pub fn symbol(&self, view: &View<'_>, index: SymbolIndex) -> u64 {
        let Some(symbol) = view.symbols.get(index.0) else { return 0 };
        match symbol.section {
            SymbolSection::Section(section) => self.address(section).wrapping_add(symbol.offset),
            SymbolSection::Undefined => self.undefined.wrapping_add(GAP.wrapping_mul(index.0 as u64)),
            _ => symbol.offset,
        }
    }

    /// Applies the relocations of a section to its contents, which begin at `address`. Those that cannot be
    /// in data are left out.
    pub fn relocate(&self, view: &View<'_>, address: u64, relocations: &[Relocation], contents: &mut [u8]) {
        for relocation in relocations {
            let Some(change) = change(view.machine, relocation.kind) else { continue };
            let value = match relocation.target {
                Target::Symbol(symbol) => self.symbol(view, symbol),
                Target::Nothing => 0,
            };
            let value = value.wrapping_add_signed(relocation.addend);
            let place = address.wrapping_add(relocation.offset);
            let start = usize::try_from(relocation.offset).unwrap_or(usize::MAX);
            if let Some(bytes) = contents.get_mut(start..) {
                change.apply(bytes, value, place);
            }
        }
    }
}

/// How a relocation changes contents.
#[derive(Clone, Copy)]
struct Change {
    width: Width,
    operation: Operation,
}

#[derive(Clone, Copy)]
enum Width {
    Bytes(usize),
    /// The low six bits of a byte.
    SixBits,
    Uleb128,
}

#[derive(Clone, Copy)]
enum Operation {
    Set,
    /// Sets the distance from the place.
    Relative,
    Add,
    Subtract,
}

/// Returns what a relocation does; `None` for those of instructions. Sources: the ELF supplements of x86-64,
/// AArch64 and RISC-V.
fn change(machine: Machine, kind: u32) -> Option<Change> {
    use Operation::{Add, Relative, Set, Subtract};
    let (bytes, operation) = match (machine, kind) {
        (Machine::X86_64, elf::R_X86_64_64 | elf::R_X86_64_DTPOFF64) => (8, Set),
        (Machine::X86_64, elf::R_X86_64_32 | elf::R_X86_64_32S | elf::R_X86_64_DTPOFF32) => (4, Set),
        (Machine::X86_64, elf::R_X86_64_16) => (2, Set),
        (Machine::X86_64, elf::R_X86_64_8) => (1, Set),
        (Machine::X86_64, elf::R_X86_64_PC64) => (8, Relative),
        (Machine::X86_64, elf::R_X86_64_PC32 | elf::R_X86_64_PLT32) => (4, Relative),
        (Machine::Aarch64, elf::R_AARCH64_ABS64 | elf::R_AARCH64_TLS_DTPREL) => (8, Set),
        (Machine::Aarch64, elf::R_AARCH64_ABS32) => (4, Set),
        (Machine::Aarch64, elf::R_AARCH64_ABS16) => (2, Set),
        (Machine::Aarch64, elf::R_AARCH64_PREL64) => (8, Relative),
        (Machine::Aarch64, elf::R_AARCH64_PREL32 | elf::R_AARCH64_PLT32) => (4, Relative),
        (Machine::Aarch64, elf::R_AARCH64_PREL16) => (2, Relative),
        (Machine::Riscv64, elf::R_RISCV_64 | elf::R_RISCV_TLS_DTPREL64) => (8, Set),
        (Machine::Riscv64, elf::R_RISCV_32 | elf::R_RISCV_SET32 | elf::R_RISCV_TLS_DTPREL32) => (4, Set),
        (Machine::Riscv64, elf::R_RISCV_SET16) => (2, Set),
        (Machine::Riscv64, elf::R_RISCV_SET8) => (1, Set),
        (Machine::Riscv64, elf::R_RISCV_32_PCREL) => (4, Relative),
        (Machine::Riscv64, elf::R_RISCV_ADD64) => (8, Add),
        (Machine::Riscv64, elf::R_RISCV_ADD32) => (4, Add),
        (Machine::Riscv64, elf::R_RISCV_ADD16) => (2, Add),
        (Machine::Riscv64, elf::R_RISCV_ADD8) => (1, Add),
        (Machine::Riscv64, elf::R_RISCV_SUB64) => (8, Subtract),
        (Machine::Riscv64, elf::R_RISCV_SUB32) => (4, Subtract),
        (Machine::Riscv64, elf::R_RISCV_SUB16) => (2, Subtract),
        (Machine::Riscv64, elf::R_RISCV_SUB8) => (1, Subtract),
        (Machine::Riscv64, elf::R_RISCV_SET6) => return Change::other(Width::SixBits, Set),
        (Machine::Riscv64, elf::R_RISCV_SUB6) => return Change::other(Width::SixBits, Subtract),
        (Machine::Riscv64, elf::R_RISCV_SET_ULEB128) => return Change::other(Width::Uleb128, Set),
        (Machine::Riscv64, elf::R_RISCV_SUB_ULEB128) => return Change::other(Width::Uleb128, Subtract),
        _ => return None,
    };
    Change::other(Width::Bytes(bytes), operation)
}

impl Change {
    fn other(width: Width, operation: Operation) -> Option<Self> {
        Some(Change { width, operation })
    }

    /// Changes the number at the start of `bytes`; nothing if it does not fit.
    fn apply(self, bytes: &mut [u8], value: u64, place: u64) {
        let Some(count) = self.width.bytes(bytes) else { return };
        let old = self.width.read(&bytes[..count]);
        let new = match self.operation {
            Operation::Set => value,
            Operation::Relative => value.wrapping_sub(place),
            Operation::Add => old.wrapping_add(value),
            Operation::Subtract => old.wrapping_sub(value),
        };
        self.width.write(&mut bytes[..count], new);
    }
}

impl Width {
    /// Returns how many bytes the number takes.
    fn bytes(self, bytes: &[u8]) -> Option<usize> {
        let count = match self {
            Width::Bytes(count) => count,
            Width::SixBits => 1,
            Width::Uleb128 => bytes.iter().position(|byte| byte & 0x80 == 0)? + 1,
        };
        (count <= bytes.len()).then_some(count)
    }

    fn read(self, bytes: &[u8]) -> u64 {
        let bits = |number: u64, (index, byte): (usize, &u8), each: u32| {
            let part = u64::from(byte & ((1_u16 << each) - 1) as u8);
            number | part.checked_shl(index as u32 * each).unwrap_or(0)
        };
        match self {
            Width::Bytes(_) => bytes.iter().enumerate().fold(0, |number, byte| bits(number, byte, 8)),
            Width::SixBits => bytes.iter().enumerate().fold(0, |number, byte| bits(number, byte, 6)),
            Width::Uleb128 => bytes.iter().enumerate().fold(0, |number, byte| bits(number, byte, 7)),
        }
    }

    fn write(self, bytes: &mut [u8], value: u64) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            let part = |each: u32| value.checked_shr(index as u32 * each).unwrap_or(0) as u8;
            *byte = match self {
                Width::Bytes(_) => part(8),
                Width::SixBits => *byte & 0xc0 | part(6) & 0x3f,
                Width::Uleb128 => *byte & 0x80 | part(7) & 0x7f,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(machine: Machine, kind: u32, bytes: &[u8], value: u64) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        change(machine, kind).unwrap().apply(&mut bytes, value, 0x10);
        bytes
    }

    #[test]
    fn relocations_change_numbers() {
        let riscv = |kind, bytes: &[u8], value| applied(Machine::Riscv64, kind, bytes, value);
        assert_eq!(riscv(elf::R_RISCV_ADD16, &[0xff, 0, 9], 2), [1, 1, 9]);
        assert_eq!(riscv(elf::R_RISCV_SUB6, &[0x45], 2), [0x43]);
        assert_eq!(riscv(elf::R_RISCV_SET_ULEB128, &[0x80, 0x00], 200), [0xc8, 0x01]);
        assert_eq!(riscv(elf::R_RISCV_SUB_ULEB128, &[0xc8, 0x01], 100), [0xe4, 0x00]);
        assert_eq!(applied(Machine::X86_64, elf::R_X86_64_PC32, &[0; 4], 0xc), [0xfc, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn numbers_that_do_not_fit_are_left() {
        assert_eq!(applied(Machine::X86_64, elf::R_X86_64_64, &[1, 2], 7), [1, 2]);
        assert_eq!(applied(Machine::Riscv64, elf::R_RISCV_SET_ULEB128, &[0x80], 7), [0x80]);
    }
}
