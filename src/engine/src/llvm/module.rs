//! One CGU's part for LLVM: functions in LLVM's IR, `asm!` blocks, and module-level assembly.
//!
//! All parts are text, so LTO combines the modules of several CGUs by concatenation. Beside the text are the
//! origins of its lines, which lead from LLVM's diagnostics back to the source.

use super::block::{Block, DECLARATIONS};
use super::module_assembly::{CguAssembly, Origin};

/// One CGU's part for LLVM, in the order of lowering.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Module {
    /// Stubs and shims. Their names are unique.
    pub functions: Vec<IrFunction>,
    /// `asm!` blocks, which are also functions.
    pub blocks: Vec<Block>,
    /// `global_asm!` and naked functions.
    pub assembly: CguAssembly,
}

/// A function in LLVM's IR: a stub that calls an intrinsic, or a shim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrFunction {
    /// The symbol that it defines. The definition decides the symbol's binding.
    pub name: String,
    /// The whole definition, from `define` to the closing brace, with its attributes written out.
    pub definition: String,
    /// Lines that the definition needs, such as `declare`. A line that several functions need is written
    /// once.
    pub declarations: Vec<String>,
    /// The name for LLVM's errors about it: the intrinsic that it calls, or the function that it is a shim
    /// of.
    pub callee: String,
    /// The first call in the source, if there is one.
    pub origin: Option<Origin>,
}

impl Module {
    /// Creates a module that only has functions.
    pub fn of_functions(functions: &[IrFunction]) -> Module {
        Module { functions: functions.to_vec(), ..Module::default() }
    }

    /// Whether LLVM has nothing to do.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.blocks.is_empty() && self.assembly.is_empty()
    }

    /// Returns the functions and blocks as the text of one IR module. Declarations come first, each once, in
    /// the order of their first use.
    pub fn ir(&self) -> String {
        self.ir_with(self.blocks.iter().map(Block::definition))
    }

    /// Like [`Module::ir`], but with these definitions of blocks.
    pub fn ir_with(&self, blocks: impl Iterator<Item = String>) -> String {
        let mut text = String::new();
        let mut written = hashbrown::HashSet::new();
        let of_functions = self.functions.iter().flat_map(|function| &function.declarations);
        let of_blocks = DECLARATIONS.iter().filter(|_| !self.blocks.is_empty());
        for declaration in of_functions.map(String::as_str).chain(of_blocks.copied()) {
            if written.insert(declared(declaration)) {
                text.push_str(declaration);
                text.push('\n');
            }
        }
        for function in &self.functions {
            text.push_str(&function.definition);
            text.push('\n');
        }
        for definition in blocks {
            text.push_str(&definition);
            text.push('\n');
        }
        text
    }
}

/// Returns a declaration without its attributes: `declare void @llvm.trap(`. LLVM accepts only one
/// declaration of a function. If two have different types, both are written, so that LLVM reports the error.
fn declared(declaration: &str) -> String {
    let end = declaration.find(')').unwrap_or(declaration.len());
    declaration[..end].replace('"', "")
}
