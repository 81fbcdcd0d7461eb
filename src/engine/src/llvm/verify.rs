//! Whether LLVM accepts a module: its verifier's opinion, and intrinsics that it does not know.
//!
//! A call of an unknown intrinsic passes the verifier. It would become a call of a function with that name,
//! which only the linker misses.

use std::ffi::{CStr, c_char};
use std::ptr;

use super::emit::{Owned, parse, take_message};
use super::library::{Library, LlvmError, Pointer, library};

/// `LLVMReturnStatusAction`
const RETURN_STATUS: std::ffi::c_uint = 2;
/// What names of intrinsics begin with.
const INTRINSIC_PREFIX: &[u8] = b"llvm.";

/// What LLVM has against the module `ir`, without compiling it.
pub(super) fn check_ir(ir: &str) -> Result<Option<String>, LlvmError> {
    let library = library()?;
    // SAFETY: LLVM's functions get what their headers ask for; the module is freed before its context, by
    // their owners.
    unsafe {
        let context = Owned::new((library.context_create)(), library.context_dispose);
        // Without a handler, LLVM would print what it has to say.
        (library.context_set_diagnostic_handler)(context.pointer, ignore, ptr::null_mut());
        Ok(match parse(library, context.pointer, ir)? {
            Ok(module) => error(library, module.pointer),
            Err(message) => Some(message),
        })
    }
}

extern "C" fn ignore(_diagnostic: Pointer, _user: Pointer) {}

/// What is wrong with a module.
///
/// # Safety
///
/// `module` is a module of LLVM whose context no other thread uses.
pub(super) unsafe fn error(library: &Library, module: Pointer) -> Option<String> {
    // SAFETY: as the caller promises; LLVM hands the message over.
    unsafe {
        let mut message = ptr::null_mut();
        let is_invalid = (library.verify_module)(module, RETURN_STATUS, &mut message) != 0;
        let message = take_message(library, message);
        if is_invalid { Some(message) } else { unknown_intrinsic(library, module) }
    }
}

/// # Safety
///
/// As for [`error`].
unsafe fn unknown_intrinsic(library: &Library, module: Pointer) -> Option<String> {
    // SAFETY: functions belong to the module, and names to functions; none of them changes meanwhile.
    unsafe {
        let mut function = (library.get_first_function)(module);
        while !function.is_null() {
            let mut length = 0;
            let start: *const c_char = (library.get_value_name)(function, &mut length);
            let name = CStr::from_ptr(start).to_bytes();
            if name.starts_with(INTRINSIC_PREFIX) && (library.get_intrinsic_id)(function) == 0 {
                // The words of LLVM's parser for those that are not declared.
                return Some(format!("unknown intrinsic '{}'", String::from_utf8_lossy(name)));
            }
            function = (library.get_next_function)(function);
        }
        None
    }
}
