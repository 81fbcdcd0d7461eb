//! What one CGU wants from LLVM: functions in LLVM's IR, `asm!` blocks, and module-level assembly.
//!
//! All of it are texts, so that the modules of several CGUs are combined by putting one after the other
//! (LTO). What LLVM says about a line of assembly is traced back to the source by the origins that are kept
//! beside the text.

use super::block::{Block, DECLARATIONS};
use super::module_assembly::{CguAssembly, Origin};

/// One CGU's part for LLVM, in the order in which lowering made it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Module {
    /// Stubs that lowering calls; each has a name of its own.
    pub functions: Vec<IrFunction>,
    /// `asm!` blocks, which are functions as well.
    pub blocks: Vec<Block>,
    /// `global_asm!` and naked functions.
    pub assembly: CguAssembly,
}

/// A function in LLVM's IR: a stub that the CGU calls, or one of its own functions that CLIF cannot express.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrFunction {
    /// The symbol that it defines; whether others see it is a matter of the definition.
    pub name: String,
    /// The whole definition, from `define` to the closing brace, with its attributes written out.
    pub definition: String,
    /// What the definition needs besides: `declare` lines and the like. The same line of several functions is
    /// written once.
    pub declarations: Vec<String>,
    /// What it calls, for what LLVM has against it: an intrinsic, or the function that it is a shim of.
    pub callee: String,
    /// The first call in the source, if there is one.
    pub origin: Option<Origin>,
}

impl Module {
    /// A module of functions alone.
    pub fn of_functions(functions: &[IrFunction]) -> Module {
        Module { functions: functions.to_vec(), ..Module::default() }
    }

    /// Whether LLVM has nothing to do.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.blocks.is_empty() && self.assembly.is_empty()
    }

    /// The functions and blocks as the text of one IR module: declarations first, each once, in the order of
    /// their first use.
    pub fn ir(&self) -> String {
        self.ir_with(self.blocks.iter().map(Block::definition))
    }

    /// All functions, with these definitions of blocks.
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

/// What a declaration declares, without attributes: `declare void @llvm.trap(`. Two declarations of one
/// function would be an error; with two types, it is one that LLVM has to find.
fn declared(declaration: &str) -> String {
    let end = declaration.find(')').unwrap_or(declaration.len());
    declaration[..end].replace('"', "")
}
