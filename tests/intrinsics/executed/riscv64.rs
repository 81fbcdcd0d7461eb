//! Illegal instructions of riscv64 Linux. Their results are computed from everything that they read, so that
//! an operand in the wrong register changes what is printed.

/// Whether [`skip`] computes the result of the instruction.
pub const COMPUTES: bool = true;
/// The program counter in the signal's context, in bytes. The registers x1 to x31 follow.
const REGISTERS: usize = 176;

pub fn start() {}

/// Computes and skips the instruction that the context is at. Returns what it is.
pub unsafe fn skip(context: *mut u8, sizes: &[usize]) -> u64 {
    // The program counter is in the place of x0.
    let registers = unsafe { &mut *context.add(REGISTERS).cast::<[u64; 32]>() };
    let word = unsafe { (registers[0] as *const u32).read_unaligned() };
    registers[0] += 4;
    let [target, first, second] = [7, 15, 20].map(|place| (word >> place & 31) as usize);
    // Bits of a register above an operand's are undefined.
    let value = |register: usize, size: usize| {
        let bits = if register == 0 { 0 } else { without_address(registers[register]) };
        if size < 8 { bits & ((1 << (8 * size)) - 1) } else { bits }
    };
    let mut operation = word & !(31 << 7 | 31 << 15);
    let mut values = vec![];
    if let Some(&size) = sizes.first() {
        values.push(value(first, size));
    }
    // Without a second operand, the field is part of the operation; only the first one may be missing.
    if sizes.len() > 1 || sizes.len() == 1 && first == 0 {
        operation &= !(31 << 20);
        values.push(value(second, sizes[sizes.len() - 1]));
    }
    if sizes.len() > 2 {
        values.push(value(target, 8));
    }
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let result = crate::hash(&bytes, u64::from(operation));
    if target != 0 {
        registers[target] = result;
    }
    result
}

/// Addresses differ from program to program, but not their lowest bits.
fn without_address(value: u64) -> u64 {
    if value >> 32 != 0 && value >> 48 == 0 && is_stack(value) { 1 } else { value }
}

/// Whether an address is near the current frame.
fn is_stack(value: u64) -> bool {
    let here = &raw const value as u64;
    value.abs_diff(here) < 1 << 20
}
