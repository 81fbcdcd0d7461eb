//! Checks whether LLVM accepts a module: runs its verifier, and looks for unknown intrinsics.
//!
//! The verifier accepts a call of an unknown intrinsic. LLVM would compile it to a call of a function with
//! that name, and only the linker would report that the function is missing.

use std::ffi::{CStr, c_char};
use std::ptr;

use super::emit::{Owned, parse, take_message};
use super::library::{Library, LlvmError, Pointer, library};

/// `LLVMReturnStatusAction`
const RETURN_STATUS: std::ffi::c_uint = 2;
/// The prefix of the names of intrinsics.
const INTRINSIC_PREFIX: &[u8] = b"llvm.";

/// Returns LLVM's error about the module `ir`, without compiling it.
pub(super) fn check_ir(ir: &str) -> Result<Option<String>, LlvmError> {
    let library = library()?;
    // SAFETY: LLVM's functions get the arguments that their headers require. The owners free the module
    // before its context.
    unsafe {
        let context = Owned::new((library.context_create)(), library.context_dispose);
        // Without a handler, LLVM would print its diagnostics.
        (library.context_set_diagnostic_handler)(context.pointer, ignore, ptr::null_mut());
        Ok(match parse(library, context.pointer, ir)? {
            Ok(module) => error(library, module.pointer),
            Err(message) => Some(message),
        })
    }
}

extern "C" fn ignore(_diagnostic: Pointer, _user: Pointer) {}

/// Returns LLVM's error about a module.
///
/// # Safety
///
/// `module` must be an LLVM module whose context no other thread uses.
pub(super) unsafe fn error(library: &Library, module: Pointer) -> Option<String> {
    // SAFETY: the caller guarantees the module, and LLVM passes ownership of the message.
    unsafe {
        let mut message = ptr::null_mut();
        let is_invalid = (library.verify_module)(module, RETURN_STATUS, &mut message) != 0;
        let message = take_message(library, message);
        if is_invalid { Some(message) } else { unknown_intrinsic(library, module) }
    }
}

/// Returns an error about the first intrinsic that LLVM does not know.
///
/// # Safety
///
/// As for [`error`].
unsafe fn unknown_intrinsic(library: &Library, module: Pointer) -> Option<String> {
    // SAFETY: functions belong to the module, and names to functions. None of them changes here.
    unsafe {
        let mut function = (library.get_first_function)(module);
        while !function.is_null() {
            let mut length = 0;
            let start: *const c_char = (library.get_value_name)(function, &mut length);
            let name = CStr::from_ptr(start).to_bytes();
            if name.starts_with(INTRINSIC_PREFIX) && (library.get_intrinsic_id)(function) == 0 {
                // The same message as the parser's for intrinsics that are not declared.
                return Some(format!("unknown intrinsic '{}'", String::from_utf8_lossy(name)));
            }
            function = (library.get_next_function)(function);
        }
        None
    }
}
