//! Compiles IR and module-level assembly into an object file, in memory.
//!
//! In order: a context with a handler that collects what LLVM says; the IR is parsed and verified, the
//! assembly added; the target's machine emits an object into a buffer, whose bytes are copied out. All of
//! LLVM's objects are freed again before the call returns.
//!
//! Where LLVM ends the process itself (`report_fatal_error`: an intrinsic that the features do not allow),
//! the handler of [`on_fatal_error`] says what was being compiled.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_uint};
use std::io::Write as _;
use std::ptr;

use super::description;
use super::library::{Library, LlvmError, Pointer, library, set_up_target};
use super::verify;

/// What an object is made for. The texts are LLVM's own names, as rustc passes them to its LLVM backend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TargetDescription {
    /// `llvm_target` of the target's specification.
    pub triple: String,
    pub cpu: String,
    /// `+sse4.2,-avx`; functions may have further ones as attributes.
    pub features: String,
    pub relocation: RelocationModel,
}

/// How code refers to symbols (`LLVMRelocMode` of `llvm-c/TargetMachine.h`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelocationModel {
    Static = 1,
    PositionIndependent = 2,
}

/// `LLVMCodeGenLevelNone`: the code is a call's worth of instructions, and the verifier of compile time
/// counts.
const OPTIMIZATION_NONE: c_uint = 0;
/// `LLVMCodeModelDefault`
const CODE_MODEL_DEFAULT: c_uint = 0;
/// `LLVMObjectFile`
const OBJECT_FILE: c_uint = 1;

/// How bad a [`Diagnostic`] is (`LLVMDiagnosticSeverity` of `llvm-c/Core.h`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// Where in a text LLVM's assembler found something; both numbers are counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InputPlace {
    pub input: Input,
    pub line: usize,
    /// In bytes.
    pub column: usize,
}

/// Which text a [`InputPlace`] is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Input {
    /// The module-level assembly, or the template of one function's assembly with its operands.
    Assembly,
    /// What a macro or a repetition became, or an included file.
    Other,
}

/// Something that LLVM says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub severity: Severity,
    /// The message alone, without place and source line.
    pub message: String,
    /// Where in the assembly, for diagnostics of the assembler.
    pub place: Option<InputPlace>,
    /// The line of assembly that it is about, with blanks instead of tabs.
    pub source_line: Option<String>,
    /// The marks that LLVM prints below that line: see [`Diagnostic::marked_ranges`].
    pub marks: Option<String>,
}

/// What became of a module.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The bytes of the object file; `None` after errors.
    pub object: Option<Vec<u8>>,
    /// In the order in which LLVM said them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Emitted {
    fn failed(message: String) -> Emitted {
        let diagnostic =
            Diagnostic { severity: Severity::Error, message, place: None, source_line: None, marks: None };
        Emitted { object: None, diagnostics: vec![diagnostic] }
    }
}

/// Compiles `ir` together with the module-level `assembly`; either may be empty. `cgu` names the CGU in
/// messages.
///
/// # Errors
///
/// The compiler has no LLVM for this target. Mistakes in the texts are not errors of this function, but
/// [`Emitted::diagnostics`].
pub fn emit_object(
    target: &TargetDescription,
    cgu: &str,
    ir: &str,
    assembly: &str,
) -> Result<Emitted, LlvmError> {
    let library = library()?;
    set_up_target(&target.triple)?;
    CURRENT_UNIT.with_borrow_mut(|current| cgu.clone_into(current));
    // SAFETY: LLVM's functions get what their headers ask for; everything that they hand out is freed exactly
    // once, by the owners below, in the order in which they are dropped.
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
        // The handler's diagnostics explain a failure better than the status that follows them.
        if diagnostics.iter().any(|diagnostic: &Diagnostic| diagnostic.severity == Severity::Error) {
            emitted = Emitted::default();
        }
        diagnostics.append(&mut emitted.diagnostics);
        Ok(Emitted { object: emitted.object, diagnostics })
    }
}

/// # Safety
///
/// `context` is a context of LLVM that no other thread uses.
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

/// The module of `ir`, or what is wrong with it.
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
    // SAFETY: see `emit_object`; the parser takes the buffer over.
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
    let unknown = |reason: String| LlvmError::Target { triple: target.triple.clone(), reason };
    // SAFETY: see `emit_object`.
    unsafe {
        let (mut found, mut message) = (ptr::null_mut(), ptr::null_mut());
        if (library.get_target_from_triple)(triple.as_ptr(), &mut found, &mut message) != 0 {
            return Err(unknown(take_message(library, message)));
        }
        let machine = (library.create_target_machine)(
            found,
            triple.as_ptr(),
            cpu.as_ptr(),
            features.as_ptr(),
            OPTIMIZATION_NONE,
            target.relocation as c_uint,
            CODE_MODEL_DEFAULT,
        );
        if machine.is_null() {
            return Err(unknown("it has no code generator".to_owned()));
        }
        Ok(Owned::new(machine, library.dispose_target_machine))
    }
}

/// An object of LLVM's that is freed when this is dropped.
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
        // SAFETY: `pointer` came from LLVM, belongs to this value alone, and `dispose` is its counterpart.
        unsafe { (self.dispose)(self.pointer) }
    }
}

fn c_string(text: &str, what: &'static str) -> Result<CString, LlvmError> {
    CString::new(text).map_err(|_| LlvmError::ZeroByte(what))
}

/// Copies and frees a message of LLVM's; empty for a null pointer.
///
/// # Safety
///
/// `message` is null, or a string that LLVM hands over.
pub(super) unsafe fn take_message(library: &Library, message: *mut c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: it ends in a zero byte, and is not used after it was freed.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().trim_end().to_owned();
        (library.dispose_message)(message);
        text
    }
}

/// Collects a diagnostic of the context in the vector that `user` points to.
extern "C" fn on_diagnostic(info: Pointer, user: Pointer) {
    let Ok(library) = library() else { return };
    // SAFETY: LLVM calls this from within `emit_in`, whose caller gave the address of the vector and does not
    // touch it meanwhile.
    unsafe {
        let diagnostics = &mut *user.cast::<Vec<Diagnostic>>();
        let severity = match (library.get_diag_info_severity)(info) {
            0 => Severity::Error,
            1 => Severity::Warning,
            // Remarks are not asked for.
            2 => return,
            _ => Severity::Note,
        };
        let text = take_message(library, (library.get_diag_info_description)(info));
        diagnostics.push(description::read(severity, &text));
    }
}

thread_local! {
    /// The CGU that this thread has LLVM compile, for the message of [`on_fatal_error`].
    static CURRENT_UNIT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Ends the process with a message: LLVM's own handler would abort it with a list of addresses.
extern "C" fn on_fatal_error(reason: *const c_char) {
    // SAFETY: LLVM gives a string that ends in a zero byte.
    let reason = unsafe { CStr::from_ptr(reason) }.to_string_lossy();
    let cgu = CURRENT_UNIT.with_borrow(String::clone);
    // Nothing is left to do when standard error is closed.
    let _ = writeln!(
        std::io::stderr(),
        "error: LLVM cannot compile the assembly or vendor intrinsics of the CGU `{cgu}`: {reason}"
    );
    // SAFETY: the other threads go on until the process is gone; no destructor runs that they could meet.
    unsafe { libc::_exit(1) }
}
