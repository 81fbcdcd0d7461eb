//! Compiles IR and module-level assembly to an object file in memory.
//!
//! 1. A new context gets a handler that collects LLVM's diagnostics.
//! 2. LLVM parses the IR. The assembly is added, and the module is verified.
//! 3. The target machine emits the object into a buffer, and its bytes are copied.
//!
//! All of LLVM's objects are freed before the call returns.
//!
//! Some errors end the process (`report_fatal_error`: an intrinsic that the target features do not allow).
//! [`on_fatal_error`] then reports which CGU was being compiled.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_uint};
use std::io::Write as _;
use std::ptr;

use super::description;
use super::library::{Library, LlvmError, Pointer, library, set_up_target};
use super::verify;

/// The target of an object. The texts are LLVM's names, as rustc passes them to its LLVM backend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TargetDescription {
    /// `llvm_target` of the target's specification.
    pub triple: String,
    pub cpu: String,
    /// `+sse4.2,-avx`, for example. Functions may have more features as attributes.
    pub features: String,
    /// `llvm_abiname` of the target's specification, `lp64d` for example. Without it, LLVM derives the ABI
    /// from the features, and ends the process if those of a function contradict each other.
    pub abi: String,
    pub relocation: RelocationModel,
    pub code_model: CodeModel,
}

/// How code refers to symbols (`LLVMRelocMode` of `llvm-c/TargetMachine.h`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelocationModel {
    Static = 1,
    PositionIndependent = 2,
}

/// Where in memory code and data may be (`LLVMCodeModel` of `llvm-c/Target.h`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeModel {
    /// LLVM's choice for the target, which is the small one.
    Default = 0,
    Kernel = 4,
    Medium = 5,
}

/// `LLVMCodeGenLevelNone`: each function has only a few instructions, so compile time matters more.
const OPTIMIZATION_NONE: c_uint = 0;
/// `LLVMObjectFile`
const OBJECT_FILE: c_uint = 1;

/// The severity of a [`Diagnostic`] (`LLVMDiagnosticSeverity` of `llvm-c/Core.h`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// A position in a text that LLVM's assembler read. Lines and columns count from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InputPlace {
    pub input: Input,
    pub line: usize,
    /// In bytes.
    pub column: usize,
}

/// The text that an [`InputPlace`] is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Input {
    /// The module-level assembly, or the template of one `asm!` block with its operands filled in.
    Assembly,
    /// The expansion of a macro or repetition, or an included file.
    Other,
}

/// A diagnostic of LLVM.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub severity: Severity,
    /// The message, without position and source line.
    pub message: String,
    /// The position in the assembly, if the assembler reported one.
    pub place: Option<InputPlace>,
    /// The line of assembly, with blanks instead of tabs.
    pub source_line: Option<String>,
    /// The marks that LLVM prints below that line ([`Diagnostic::marked_ranges`]).
    pub marks: Option<String>,
}

/// The result of compiling a module.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The bytes of the object file; `None` after errors.
    pub object: Option<Vec<u8>>,
    /// In the order in which LLVM reported them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Emitted {
    fn failed(message: String) -> Emitted {
        let diagnostic =
            Diagnostic { severity: Severity::Error, message, place: None, source_line: None, marks: None };
        Emitted { object: None, diagnostics: vec![diagnostic] }
    }
}

/// Compiles `ir` together with the module-level `assembly`. Either may be empty. Messages name the CGU `cgu`.
///
/// # Errors
///
/// If the compiler has no LLVM for this target, or a text of `target` contains a zero byte. Mistakes in `ir`
/// and `assembly` are not errors of this function but [`Emitted::diagnostics`].
pub fn emit_object(
    target: &TargetDescription,
    cgu: &str,
    ir: &str,
    assembly: &str,
) -> Result<Emitted, LlvmError> {
    let library = library()?;
    set_up_target(&target.triple)?;
    CURRENT_CGU.with_borrow_mut(|current| cgu.clone_into(current));
    // SAFETY: LLVM's functions get the arguments that their headers require. Each object that they return is
    // freed exactly once, by the owners below, in the order in which these are dropped.
    unsafe {
        (library.install_fatal_error_handler)(on_fatal_error);
        let mut diagnostics = Vec::new();
        let context = Owned::new((library.context_create)(), library.context_dispose);
        (library.context_set_diagnostic_handler)(
            context.pointer,
            on_diagnostic,
            ptr::from_mut(&mut diagnostics).cast(),
        );
        let mut emitted = emit_in(library, context.pointer, target, ir, assembly)?;
        // The handler's diagnostics explain a failure better than the returned status.
        if diagnostics.iter().any(|diagnostic: &Diagnostic| diagnostic.severity == Severity::Error) {
            emitted = Emitted::default();
        }
        diagnostics.append(&mut emitted.diagnostics);
        Ok(Emitted { object: emitted.object, diagnostics })
    }
}

/// Compiles in an existing context.
///
/// # Safety
///
/// `context` must be an LLVM context that no other thread uses.
unsafe fn emit_in(
    library: &'static Library,
    context: Pointer,
    target: &TargetDescription,
    ir: &str,
    assembly: &str,
) -> Result<Emitted, LlvmError> {
    // SAFETY: see `emit_object`.
    unsafe {
        let module = match parse(library, context, ir)? {
            Ok(module) => module,
            Err(message) => return Ok(Emitted::failed(message)),
        };
        (library.set_module_inline_asm)(module.pointer, assembly.as_ptr().cast(), assembly.len());
        let machine = machine(library, target)?;
        let triple = c_string(&target.triple, "the target")?;
        (library.set_target)(module.pointer, triple.as_ptr());
        let layout =
            Owned::new((library.create_target_data_layout)(machine.pointer), library.dispose_target_data);
        (library.set_module_data_layout)(module.pointer, layout.pointer);
        if let Some(message) = verify::error(library, module.pointer) {
            return Ok(Emitted::failed(message));
        }
        let mut message = ptr::null_mut();
        let mut buffer = ptr::null_mut();
        let failed = (library.emit_to_memory_buffer)(
            machine.pointer,
            module.pointer,
            OBJECT_FILE,
            &mut message,
            &mut buffer,
        ) != 0;
        if failed {
            return Ok(Emitted::failed(take_message(library, message)));
        }
        let buffer = Owned::new(buffer, library.dispose_memory_buffer);
        let start: *const u8 = (library.get_buffer_start)(buffer.pointer).cast();
        let bytes = std::slice::from_raw_parts(start, (library.get_buffer_size)(buffer.pointer));
        Ok(Emitted { object: Some(bytes.to_vec()), diagnostics: Vec::new() })
    }
}

/// Parses `ir`. The inner error is the parser's message.
///
/// # Safety
///
/// As for [`emit_in`].
pub(super) unsafe fn parse(
    library: &'static Library,
    context: Pointer,
    ir: &str,
) -> Result<Result<Owned, String>, LlvmError> {
    let name = c"cgu";
    // SAFETY: see `emit_object`; the parser takes ownership of the buffer.
    unsafe {
        if ir.is_empty() {
            let module = (library.module_create)(name.as_ptr(), context);
            return Ok(Ok(Owned::new(module, library.dispose_module)));
        }
        let buffer = (library.memory_buffer)(ir.as_ptr().cast(), ir.len(), name.as_ptr());
        let (mut module, mut message) = (ptr::null_mut(), ptr::null_mut());
        if (library.parse_ir)(context, buffer, &mut module, &mut message) != 0 {
            return Ok(Err(take_message(library, message)));
        }
        Ok(Ok(Owned::new(module, library.dispose_module)))
    }
}

fn machine(library: &'static Library, target: &TargetDescription) -> Result<Owned, LlvmError> {
    let triple = c_string(&target.triple, "the target")?;
    let cpu = c_string(&target.cpu, "the name of the CPU")?;
    let features = c_string(&target.features, "the target features")?;
    let abi = c_string(&target.abi, "the name of the ABI")?;
    let unknown = |reason: String| LlvmError::Target { triple: target.triple.clone(), reason };
    // SAFETY: see `emit_object`.
    unsafe {
        let (mut found, mut message) = (ptr::null_mut(), ptr::null_mut());
        if (library.get_target_from_triple)(triple.as_ptr(), &mut found, &mut message) != 0 {
            return Err(unknown(take_message(library, message)));
        }
        let options = Owned::new((library.create_machine_options)(), library.dispose_machine_options);
        (library.set_machine_cpu)(options.pointer, cpu.as_ptr());
        (library.set_machine_features)(options.pointer, features.as_ptr());
        (library.set_machine_abi)(options.pointer, abi.as_ptr());
        (library.set_machine_level)(options.pointer, OPTIMIZATION_NONE);
        (library.set_machine_relocation)(options.pointer, target.relocation as c_uint);
        (library.set_machine_code_model)(options.pointer, target.code_model as c_uint);
        let machine = (library.create_target_machine)(found, triple.as_ptr(), options.pointer);
        if machine.is_null() {
            return Err(unknown("it cannot make a target machine".to_owned()));
        }
        Ok(Owned::new(machine, library.dispose_target_machine))
    }
}

/// An LLVM object that is freed when this is dropped.
pub(super) struct Owned {
    pub(super) pointer: Pointer,
    dispose: unsafe extern "C" fn(Pointer),
}

impl Owned {
    pub(super) fn new(pointer: Pointer, dispose: unsafe extern "C" fn(Pointer)) -> Owned {
        Owned { pointer, dispose }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: `pointer` is from LLVM and belongs only to this value, and `dispose` frees its kind of
        // object.
        unsafe { (self.dispose)(self.pointer) }
    }
}

fn c_string(text: &str, what: &'static str) -> Result<CString, LlvmError> {
    CString::new(text).map_err(|_| LlvmError::ZeroByte(what))
}

/// Copies a message of LLVM, and frees it. A null pointer is an empty message.
///
/// # Safety
///
/// `message` must be null, or a string of LLVM that the caller owns.
pub(super) unsafe fn take_message(library: &Library, message: *mut c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: it ends with a zero byte, and is not used after it is freed.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().trim_end().to_owned();
        (library.dispose_message)(message);
        text
    }
}

/// Adds a diagnostic of the context to the vector that `user` points to.
extern "C" fn on_diagnostic(info: Pointer, user: Pointer) {
    let Ok(library) = library() else { return };
    // SAFETY: LLVM calls this within `emit_in`. Its caller passed the address of the vector, and does not
    // access the vector during that call.
    unsafe {
        let diagnostics = &mut *user.cast::<Vec<Diagnostic>>();
        let severity = match (library.get_diag_info_severity)(info) {
            0 => Severity::Error,
            1 => Severity::Warning,
            // Remarks are not enabled.
            2 => return,
            _ => Severity::Note,
        };
        let text = take_message(library, (library.get_diag_info_description)(info));
        diagnostics.push(description::read(severity, &text));
    }
}

thread_local! {
    /// The CGU that LLVM compiles on this thread, for the message of [`on_fatal_error`].
    static CURRENT_CGU: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Ends the process with a message. LLVM's own handler would abort it and print a list of addresses.
extern "C" fn on_fatal_error(reason: *const c_char) {
    // SAFETY: LLVM passes a string that ends with a zero byte.
    let reason = unsafe { CStr::from_ptr(reason) }.to_string_lossy();
    let cgu = CURRENT_CGU.with_borrow(String::clone);
    // If standard error is closed, nothing can be reported.
    let _ = writeln!(
        std::io::stderr(),
        "error: LLVM cannot compile the assembly or vendor intrinsics of the CGU `{cgu}`: {reason}"
    );
    // SAFETY: other threads run until the process ends. No destructor runs that could disturb them.
    unsafe { libc::_exit(1) }
}
