//! Looks up the functions of LLVM's C interface in the running process.
//!
//! They are looked up by name instead of linked. A compiler without LLVM can therefore load the backend, and
//! reports an error at the first crate that needs LLVM.
//!
//! To call another function, add a row to the table of `functions!`, with the signature in `llvm-c/*.h`.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::machines::MACHINES;

/// A pointer to an LLVM object. In the C interface, the kinds of pointers differ only in name.
pub(super) type Pointer = *mut c_void;
/// `LLVMDiagnosticHandler`: called with the diagnostic and the pointer that was registered with the handler.
pub(super) type DiagnosticHandler = extern "C" fn(Pointer, Pointer);
/// `LLVMFatalErrorHandler`: called with the reason. Must not return.
pub(super) type FatalErrorHandler = extern "C" fn(*const c_char);
/// `LLVMBool`: 0 is false. Functions that can fail return 0 for success.
pub(super) type Bool = c_int;

/// Why LLVM cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LlvmError {
    /// The compiler was built without LLVM, or with one that lacks a function.
    #[error(
        "this compiler has no LLVM (the function `{function}` is missing), which inline assembly and vendor intrinsics \
         need; use rustc 1.96.0 of rustup or of Debian"
    )]
    Missing { function: &'static str },
    /// LLVM was built without this target.
    #[error("the LLVM of this compiler does not know the target `{triple}`: {reason}")]
    Target { triple: String, reason: String },
    /// A text contains a zero byte, which C strings cannot.
    #[error("a zero byte in {0}")]
    ZeroByte(&'static str),
}

macro_rules! functions {
    ($($field:ident: $name:literal, fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions, by their names without the prefix `LLVM`.
        pub(super) struct Library {
            $(pub(super) $field: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Library {
            fn find() -> Result<Library, LlvmError> {
                Ok(Library {
                    $(
                        // SAFETY: the type is the one that LLVM's C headers declare for this name.
                        $field: unsafe {
                            std::mem::transmute::<Pointer, unsafe extern "C" fn($($argument),*) $(-> $result)?>(
                                symbol($name)?
                            )
                        },
                    )*
                })
            }
        }
    };
}

functions! {
    // llvm-c/Core.h
    context_create: c"LLVMContextCreate", fn() -> Pointer;
    context_dispose: c"LLVMContextDispose", fn(Pointer);
    context_set_diagnostic_handler: c"LLVMContextSetDiagnosticHandler", fn(Pointer, DiagnosticHandler, Pointer);
    get_diag_info_description: c"LLVMGetDiagInfoDescription", fn(Pointer) -> *mut c_char;
    get_diag_info_severity: c"LLVMGetDiagInfoSeverity", fn(Pointer) -> c_uint;
    module_create: c"LLVMModuleCreateWithNameInContext", fn(*const c_char, Pointer) -> Pointer;
    dispose_module: c"LLVMDisposeModule", fn(Pointer);
    set_module_inline_asm: c"LLVMSetModuleInlineAsm2", fn(Pointer, *const c_char, usize);
    set_target: c"LLVMSetTarget", fn(Pointer, *const c_char);
    dispose_message: c"LLVMDisposeMessage", fn(*mut c_char);
    get_first_function: c"LLVMGetFirstFunction", fn(Pointer) -> Pointer;
    get_next_function: c"LLVMGetNextFunction", fn(Pointer) -> Pointer;
    get_value_name: c"LLVMGetValueName2", fn(Pointer, *mut usize) -> *const c_char;
    get_intrinsic_id: c"LLVMGetIntrinsicID", fn(Pointer) -> c_uint;
    memory_buffer: c"LLVMCreateMemoryBufferWithMemoryRangeCopy", fn(*const c_char, usize, *const c_char) -> Pointer;
    get_buffer_start: c"LLVMGetBufferStart", fn(Pointer) -> *const c_char;
    get_buffer_size: c"LLVMGetBufferSize", fn(Pointer) -> usize;
    dispose_memory_buffer: c"LLVMDisposeMemoryBuffer", fn(Pointer);
    // llvm-c/IRReader.h; takes ownership of the buffer
    parse_ir: c"LLVMParseIRInContext", fn(Pointer, Pointer, *mut Pointer, *mut *mut c_char) -> Bool;
    // llvm-c/Analysis.h
    verify_module: c"LLVMVerifyModule", fn(Pointer, c_uint, *mut *mut c_char) -> Bool;
    // llvm-c/ErrorHandling.h
    install_fatal_error_handler: c"LLVMInstallFatalErrorHandler", fn(FatalErrorHandler);
    // llvm-c/TargetMachine.h, llvm-c/Target.h
    get_target_from_triple: c"LLVMGetTargetFromTriple", fn(*const c_char, *mut Pointer, *mut *mut c_char) -> Bool;
    create_machine_options: c"LLVMCreateTargetMachineOptions", fn() -> Pointer;
    dispose_machine_options: c"LLVMDisposeTargetMachineOptions", fn(Pointer);
    set_machine_cpu: c"LLVMTargetMachineOptionsSetCPU", fn(Pointer, *const c_char);
    set_machine_features: c"LLVMTargetMachineOptionsSetFeatures", fn(Pointer, *const c_char);
    set_machine_abi: c"LLVMTargetMachineOptionsSetABI", fn(Pointer, *const c_char);
    set_machine_level: c"LLVMTargetMachineOptionsSetCodeGenOptLevel", fn(Pointer, c_uint);
    set_machine_relocation: c"LLVMTargetMachineOptionsSetRelocMode", fn(Pointer, c_uint);
    set_machine_code_model: c"LLVMTargetMachineOptionsSetCodeModel", fn(Pointer, c_uint);
    create_target_machine: c"LLVMCreateTargetMachineWithOptions", fn(Pointer, *const c_char, Pointer) -> Pointer;
    dispose_target_machine: c"LLVMDisposeTargetMachine", fn(Pointer);
    create_target_data_layout: c"LLVMCreateTargetDataLayout", fn(Pointer) -> Pointer;
    set_module_data_layout: c"LLVMSetModuleDataLayout", fn(Pointer, Pointer);
    dispose_target_data: c"LLVMDisposeTargetData", fn(Pointer);
    emit_to_memory_buffer: c"LLVMTargetMachineEmitToMemoryBuffer",
        fn(Pointer, Pointer, c_uint, *mut *mut c_char, *mut Pointer) -> Bool;
}

/// Returns the address of the function `name` in the process.
pub(super) fn symbol(name: &'static CStr) -> Result<Pointer, LlvmError> {
    // SAFETY: `name` ends with a zero byte. The call searches the loaded libraries and runs no code.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    if address.is_null() {
        return Err(LlvmError::Missing { function: name.to_str().unwrap_or_default() });
    }
    Ok(address)
}

/// Returns LLVM's functions. The first call looks them up.
pub(super) fn library() -> Result<&'static Library, LlvmError> {
    static LIBRARY: OnceLock<Result<Library, LlvmError>> = OnceLock::new();
    LIBRARY.get_or_init(Library::find).as_ref().map_err(Clone::clone)
}

/// The parts of a target that have an initialization function (`llvm-c/Target.h`).
const PARTS: [&str; 5] = ["TargetInfo", "Target", "TargetMC", "AsmPrinter", "AsmParser"];

/// Initializes the target of `triple`, once per process. It does no harm if rustc has already done so.
pub(super) fn set_up_target(triple: &str) -> Result<(), LlvmError> {
    static DONE: Mutex<[bool; MACHINES.len()]> = Mutex::new([false; MACHINES.len()]);
    let unknown = || LlvmError::Target {
        triple: triple.to_owned(),
        reason: "the backend does not support it".to_owned(),
    };
    let found = MACHINES.iter().position(|machine| triple.starts_with(machine.name));
    let index = found.ok_or_else(unknown)?;
    // LLVM's target registry is not thread-safe, so the lock is held while it changes.
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    if done[index] {
        return Ok(());
    }
    for part in PARTS {
        let name = format!("LLVMInitialize{}{part}", MACHINES[index].llvm_name);
        let missing = || LlvmError::Target {
            triple: triple.to_owned(),
            reason: format!("the function `{name}` is missing"),
        };
        let text = CString::new(name.as_str()).map_err(|_| missing())?;
        // SAFETY: as in `symbol`.
        let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, text.as_ptr()) };
        if address.is_null() {
            return Err(missing());
        }
        // SAFETY: these functions have no parameters and no result (`llvm-c/Target.h`).
        unsafe { std::mem::transmute::<Pointer, unsafe extern "C" fn()>(address)() }
    }
    done[index] = true;
    Ok(())
}
