//! Resolves LLVM's aliases of processors.
//!
//! LLVM's list of processors (`--print target-cpus`) has no aliases, although `-Ctarget-cpu` accepts them:
//! the machine's part of LLVM replaces them before it looks a name up. A function of its C++ interface does
//! that, which [`resolve_alias`] looks up and calls; the C interface has none.

use std::ffi::CStr;

use super::library::{Pointer, symbol};

/// `llvm::StringRef` (`llvm/ADT/StringRef.h`): two words, which every calling convention here passes and
/// returns in two registers.
#[repr(C)]
#[derive(Clone, Copy)]
struct StringRef {
    start: *const u8,
    /// In bytes.
    length: usize,
}

/// Returns LLVM's own name for the processor `name`: another name for an alias, otherwise the same one.
///
/// `function` is the name of the machine's function `resolveCPUAlias` in LLVM's library. An LLVM without it
/// resolves nothing.
pub fn resolve_alias<'n>(function: &'static CStr, name: &'n str) -> &'n str {
    let Ok(address) = symbol(function) else { return name };
    // SAFETY: the type is the one that LLVM's C++ header declares (`StringRef resolveCPUAlias(StringRef)` in
    // `llvm/TargetParser/<machine>TargetParser.h`). The function compares the name with its table and returns
    // one of the table's strings, which live as long as the process, or `name`.
    unsafe {
        let resolve = std::mem::transmute::<Pointer, unsafe extern "C" fn(StringRef) -> StringRef>(address);
        let found = resolve(StringRef { start: name.as_ptr(), length: name.len() });
        std::str::from_utf8(std::slice::from_raw_parts(found.start, found.length)).unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::llvm_is_loaded;
    use super::*;
    use crate::machines::MACHINES;

    #[test]
    fn an_alias_has_another_name() {
        if !llvm_is_loaded() {
            return;
        }
        let function = MACHINES.iter().find_map(|machine| machine.features.resolve_processor);
        let function = function.expect("one machine has aliases");
        assert_ne!(resolve_alias(function, "apple-m1"), "apple-m1");
        for name in ["cortex-a53", "nosuchcpu", ""] {
            assert_eq!(resolve_alias(function, name), name);
        }
    }

    #[test]
    fn a_missing_function_resolves_nothing() {
        assert_eq!(resolve_alias(c"LLVMWhatNoLibraryHas", "apple-m1"), "apple-m1");
    }
}
