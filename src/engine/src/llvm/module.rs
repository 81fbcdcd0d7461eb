//! What one CGU wants from LLVM: functions in LLVM's IR, and module-level assembly.
//!
//! Functions are complete texts, so that the modules of several CGUs are combined by putting one after the other
//! (LTO). What LLVM says about a line of a function or of assembly is traced back to the source by the origins that are
//! kept beside the text.

use crate::assembly::UnitAssembly;

/// One CGU's part for LLVM, in the order in which lowering made it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Module {
    /// Stubs that lowering calls; each has a name of its own.
    pub functions: Vec<IrFunction>,
    /// `global_asm!` and naked functions.
    pub assembly: UnitAssembly,
}

/// A function in LLVM's IR that the CGU calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrFunction {
    /// The symbol that it defines, local to the object.
    pub name: String,
    /// The whole definition, from `define` to the closing brace, with its attributes written out.
    pub definition: String,
    /// What the definition needs besides: `declare` lines and the like. The same line of several functions is
    /// written once.
    pub declarations: Vec<String>,
}

impl Module {
    /// Whether LLVM has nothing to do.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.assembly.is_empty()
    }

    /// The functions as the text of one IR module: declarations first, each once, in the order of their first use.
    pub fn ir(&self) -> String {
        let mut text = String::new();
        let mut written = hashbrown::HashSet::new();
        for declaration in self.functions.iter().flat_map(|function| &function.declarations) {
            if written.insert(declaration.as_str()) {
                text.push_str(declaration);
                text.push('\n');
            }
        }
        for function in &self.functions {
            text.push_str(&function.definition);
            text.push('\n');
        }
        text
    }
}
