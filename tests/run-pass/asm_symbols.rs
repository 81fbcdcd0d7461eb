//! Assembly about symbols that Rust defines or imports: second names, weak references, indirect functions.
use std::arch::{asm, global_asm};
use std::hint::black_box;

// All in one module, so that definitions and assembly are in one codegen unit, as they have to be.
unsafe extern "C" {
    safe fn symbols_alias() -> u32;
    safe fn symbols_alias_of_private(value: u32) -> u32;
    safe fn symbols_from_block() -> u32;
    safe fn symbols_from_macro() -> u32;
    safe fn symbols_indirect() -> u32;
    safe fn symbols_private_weak() -> u32;
    static symbols_third: u32;
    static symbols_fourth: u32;
    safe fn symbols_get_constant() -> u32;
    static symbols_here: [u8; 4];
    static mut symbols_common: u64;
    static symbols_missing: u8;
    fn symbols_missing_function();
}

#[unsafe(no_mangle)]
extern "C" fn symbols_original() -> u32 {
    42
}

#[unsafe(no_mangle)]
static SYMBOLS_DATA: [u32; 4] = [1, 2, 3, 4];

#[unsafe(no_mangle)]
extern "C" fn symbols_hidden() -> u32 {
    7
}

extern "C" fn private(value: u32) -> u32 {
    value + 1
}

extern "C" fn private_weak() -> u32 {
    8
}

/// Chooses what calls of `symbols_indirect` reach.
#[unsafe(no_mangle)]
extern "C" fn symbols_chooser() -> extern "C" fn() -> u32 {
    chosen
}

extern "C" fn chosen() -> u32 {
    1234
}

global_asm!(
    ".globl symbols_alias",
    ".set symbols_alias, {}",
    ".globl symbols_third, symbols_fourth",
    ".set symbols_third, SYMBOLS_DATA + 8",
    "symbols_fourth = symbols_third + 4",
    ".equiv symbols_alias_of_private, {}",
    ".equ symbols_constant, 77",
    ".globl symbols_get_constant",
    ".hidden symbols_hidden",
    ".pushsection .rodata.symbols,\"a\"",
    ".byte 1, 2, 3, 4, 5, 6",
    ".globl symbols_here",
    ".set symbols_here, . - 4",
    ".popsection",
    ".comm symbols_common, 8, 8",
    sym symbols_original,
    sym private,
);
#[cfg(target_arch = "x86_64")]
global_asm!("symbols_get_constant: mov eax, offset symbols_constant", "ret");
#[cfg(target_arch = "aarch64")]
global_asm!("symbols_get_constant: mov w0, #symbols_constant", "ret");
#[cfg(target_arch = "riscv64")]
global_asm!("symbols_get_constant: li a0, symbols_constant", "ret");
global_asm!(".weak symbols_missing", ".weak symbols_missing_function");
global_asm!(
    ".type symbols_chooser, %gnu_indirect_function",
    ".globl symbols_indirect",
    ".set symbols_indirect, symbols_chooser",
    ".weak {0}",
    ".set symbols_private_weak, {0}",
    sym private_weak,
);
global_asm!(
    ".macro symbols_name alias, target",
    ".globl symbols_\\alias",
    ".set symbols_\\alias, symbols_\\target",
    ".endm",
    "symbols_name from_macro, original",
);

#[inline(never)]
fn name_in_block() {
    unsafe { asm!(".globl symbols_from_block", ".set symbols_from_block, {}", sym symbols_original) }
}

fn main() {
    name_in_block();
    println!("{} {}", symbols_alias(), symbols_alias_of_private(9));
    println!("{} {}", symbols_from_block(), symbols_from_macro());
    println!("{} {}", symbols_hidden(), symbols_private_weak());
    println!("{}", symbols_indirect());
    unsafe {
        println!("{symbols_third} {symbols_fourth} {:?}", symbols_here);
        println!("{}", symbols_get_constant());
        symbols_common += 3;
        println!("{}", { symbols_common });
    }
    // LLVM itself believes that statics are somewhere.
    let missing = black_box(&raw const symbols_missing);
    println!("{} {}", missing.is_null(), symbols_missing_function as *const () as usize);
    println!("{}", std::ptr::eq(&raw const symbols_third, &raw const SYMBOLS_DATA[2]));
}
