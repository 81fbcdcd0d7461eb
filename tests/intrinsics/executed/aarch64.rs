//! Illegal instructions of aarch64 Linux.

/// Whether [`skip`] computes the result of the instruction.
pub const COMPUTES: bool = false;
/// The program counter in the signal's context, in bytes.
const COUNTER: usize = 440;
/// The bits of an instruction that are not numbers of registers (`Rd`, `Rn`, `Rm`).
const OPERATION: u32 = 0xffe0_fc00;

pub fn start() {}

/// Skips the instruction that the context is at. Returns what it is.
pub unsafe fn skip(context: *mut u8, _sizes: &[usize]) -> u64 {
    unsafe {
        let counter = context.add(COUNTER).cast::<usize>();
        let word = (*counter as *const u32).read();
        *counter += 4;
        u64::from(word & OPERATION)
    }
}
