//! The calls of a function by name: instructions that call, and whose operand has a relocation.

use object::elf;

use crate::view::{Definition, Machine, Relocation, Target, View};

/// How many bytes after a load from the GOT the call may end.
const FARTHEST: usize = 96;

/// A call of a function whose name is known.
pub struct Call<'d> {
    /// Where it returns to, from the start of the caller.
    pub return_offset: u64,
    /// The callee's symbol.
    pub callee: &'d str,
}

/// Returns the calls of a function, in order.
pub fn calls<'d>(view: &View<'d>, definition: &Definition) -> Vec<Call<'d>> {
    let code = view.contents(definition);
    let relocations = view.relocations(definition);
    let call = |relocation: &Relocation| {
        let offset = relocation.offset.checked_sub(definition.offset)?;
        let size = size_of_call(view.machine, relocation.kind, code, usize::try_from(offset).ok()?)?;
        let callee = callee(view, relocation).filter(|name| !name.is_empty())?;
        Some(Call { return_offset: offset.checked_add(size)?, callee })
    };
    relocations.iter().filter_map(call).collect()
}

/// Returns the distance from the operand at `offset` to the end of the call that it belongs to; `None` if the
/// instruction does not call.
fn size_of_call(machine: Machine, kind: u32, code: &[u8], offset: usize) -> Option<u64> {
    let before = |count: usize| offset.checked_sub(count).and_then(|start| code.get(start..offset));
    match (machine, kind) {
        // `call rel32`.
        (Machine::X86_64, elf::R_X86_64_PLT32 | elf::R_X86_64_PC32) => (before(1)? == [0xe8]).then_some(4),
        // `call *symbol@GOTPCREL(%rip)`.
        (Machine::X86_64, elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX) if before(2)? == [0xff, 0x15] => {
            Some(4)
        }
        (Machine::X86_64, elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX) => {
            size_of_loaded_call(code, offset)
        }
        // `bl`. Tail calls have another relocation.
        (Machine::Aarch64, elf::R_AARCH64_CALL26) => Some(4),
        // `auipc`, then `jalr` with `ra`. Tail calls do not write `ra`.
        (Machine::Riscv64, elf::R_RISCV_CALL | elf::R_RISCV_CALL_PLT) => {
            let second = code.get(offset.checked_add(4)?..)?.first_chunk::<4>()?;
            let register = (u32::from_le_bytes(*second) >> 7) & 0x1f;
            (register == 1).then_some(8)
        }
        _ => None,
    }
}

/// Returns the distance from the operand of `mov symbol@GOTPCREL(%rip), %register` to the end of the next
/// `call *%register`, if it is near. LLVM calls functions of other crates so.
fn size_of_loaded_call(code: &[u8], offset: usize) -> Option<u64> {
    let load = code.get(offset.checked_sub(3)?..offset)?;
    let &[prefix @ (0x48 | 0x4c), 0x8b, operands] = load else { return None };
    if operands & 0xc7 != 0x05 {
        return None;
    }
    let register = (operands >> 3) & 7;
    let start = offset.checked_add(4)?;
    let after = code.get(start..)?;
    let after = &after[..after.len().min(FARTHEST)];
    let call: &[u8] = match prefix {
        0x48 => &[0xff, 0xd0 | register],
        _ => &[0x41, 0xff, 0xd0 | register],
    };
    let position = after.windows(call.len()).position(|bytes| bytes == call)?;
    Some((4 + position + call.len()) as u64)
}

/// Returns the symbol that a call refers to. LLVM refers to functions of the same object by their section.
fn callee<'d>(view: &View<'d>, relocation: &Relocation) -> Option<&'d str> {
    let Target::Symbol(index) = relocation.target else { return None };
    let symbol = view.symbols.get(index.0)?;
    if symbol.kind != elf::STT_SECTION {
        return Some(symbol.name);
    }
    let object::SymbolSection::Section(section) = symbol.section else { return None };
    // x86_64's addends are from the end of the operand.
    let end = if view.machine == Machine::X86_64 { 4 } else { 0 };
    let offset = symbol.offset.wrapping_add_signed(relocation.addend).wrapping_add(end);
    let definition = &view.definitions[view.definition_at(section, offset)?];
    Some(view.symbols.get(definition.symbol.0)?.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_are_calls() {
        let x86 = |kind, code: &[u8], offset| size_of_call(Machine::X86_64, kind, code, offset);
        assert_eq!(x86(elf::R_X86_64_PLT32, &[0xe8, 0, 0, 0, 0], 1), Some(4));
        assert_eq!(x86(elf::R_X86_64_PLT32, &[0xe9, 0, 0, 0, 0], 1), None);
        assert_eq!(x86(elf::R_X86_64_GOTPCRELX, &[0xff, 0x15, 0, 0, 0, 0], 2), Some(4));
        assert_eq!(x86(elf::R_X86_64_GOTPCRELX, &[0xff, 0x25, 0, 0, 0, 0], 2), None);
        assert_eq!(x86(elf::R_X86_64_PLT32, &[], 0), None);
        let load = [0x48, 0x8b, 0x05, 0, 0, 0, 0, 0x31, 0xff, 0xff, 0xd0];
        assert_eq!(x86(elf::R_X86_64_REX_GOTPCRELX, &load, 3), Some(8));
        assert_eq!(x86(elf::R_X86_64_REX_GOTPCRELX, &load[..10], 3), None);
        let riscv = |second: u32| {
            let code: Vec<u8> = [0x97, second].iter().flat_map(|word| word.to_le_bytes()).collect();
            size_of_call(Machine::Riscv64, elf::R_RISCV_CALL_PLT, &code, 0)
        };
        // `jalr ra, ra` and `jr t1`.
        assert_eq!((riscv(0x0000_80e7), riscv(0x0003_0067)), (Some(8), None));
    }
}
