//! Two blocks of global assembly define the same symbol.
// lines: 6
use std::arch::global_asm;

global_asm!("twice_defined: nop");
global_asm!("twice_defined: nop");
