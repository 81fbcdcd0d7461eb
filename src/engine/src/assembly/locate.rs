//! Finds out which template LLVM talks about.
//!
//! The C interface of LLVM gives a diagnostic as text, with a line of the assembler's input, but does not
//! tell which input it was. This module is for modules of which LLVM has said something, and has LLVM compile
//! parts of them:
//!
//! 1. LLVM compiles the functions of a module one by one. So the block of a diagnostic is the first one up to
//!    which it has to compile to say it; what it says of no block at all is about module-level assembly
//!    ([`OwnerSearch::owner`]).
//! 2. Operands have the same texts in each run. With a template that makes the assembler tell them, the input
//!    of the block is put together ([`OwnerSearch::input`]).

use std::collections::HashMap;

use super::diagnostic::{AssemblyDiagnostic, AssemblySource};
use crate::llvm::{
    Block, Diagnostic, Input, InputPlace, LlvmError, Module, OPERAND_SEPARATOR, Origin, Syntax,
};

/// Compiles a module's IR and assembly, and gives what LLVM says about it.
pub type Compile<'c> = dyn Fn(&str, &str) -> Result<Vec<Diagnostic>, LlvmError> + 'c;

/// What LLVM's `diagnostics` of `module` mean for the source.
///
/// # Errors
///
/// Those of `compile`.
pub fn locate(
    module: &Module,
    diagnostics: Vec<Diagnostic>,
    compile: &Compile<'_>,
) -> Result<Vec<AssemblyDiagnostic>, LlvmError> {
    let mut search = OwnerSearch { module, compile, said: HashMap::new(), inputs: HashMap::new() };
    search.said.insert(module.blocks.len(), diagnostics.clone());
    let mut located = Vec::with_capacity(diagnostics.len());
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        let earlier = diagnostics[..index].iter().filter(|earlier| *earlier == diagnostic).count();
        let owner = search.owner(diagnostic, earlier + 1)?;
        let (origin, source) = match owner {
            Owner::Assembly => search.in_assembly(diagnostic),
            Owner::Block(block) => search.in_block(diagnostic, block)?,
        };
        let Diagnostic { severity, message, .. } = diagnostic.clone();
        located.push(AssemblyDiagnostic { severity, message, origin, source });
    }
    Ok(located)
}

/// What a diagnostic is about.
enum Owner {
    /// Module-level assembly, or nothing that is known.
    Assembly,
    /// An index of the module's blocks.
    Block(usize),
}

struct OwnerSearch<'m> {
    module: &'m Module,
    compile: &'m Compile<'m>,
    /// What LLVM says about the first so many blocks and everything that is not a block.
    said: HashMap<usize, Vec<Diagnostic>>,
    /// The assembler's inputs of blocks.
    inputs: HashMap<usize, String>,
}

impl OwnerSearch<'_> {
    /// What the diagnostic `wanted` is about when it is said for the time `number`, counted from 1.
    fn owner(&mut self, wanted: &Diagnostic, number: usize) -> Result<Owner, LlvmError> {
        // The fewest blocks with which it is said are more than `without`, and at most `with`.
        let (mut without, mut with) = (0, self.module.blocks.len());
        if self.count(0, wanted)? >= number {
            return Ok(Owner::Assembly);
        }
        while with - without > 1 {
            let middle = without.midpoint(with);
            if self.count(middle, wanted)? >= number { with = middle } else { without = middle }
        }
        Ok(Owner::Block(with - 1))
    }

    /// How often LLVM says `wanted` about the first `blocks` blocks.
    fn count(&mut self, blocks: usize, wanted: &Diagnostic) -> Result<usize, LlvmError> {
        if !self.said.contains_key(&blocks) {
            let ir = self.module.ir_with(self.module.blocks[..blocks].iter().map(Block::definition));
            let diagnostics = (self.compile)(&ir, self.module.assembly.text())?;
            self.said.insert(blocks, diagnostics);
        }
        Ok(self.said[&blocks].iter().filter(|diagnostic| *diagnostic == wanted).count())
    }

    fn in_assembly(&self, diagnostic: &Diagnostic) -> (Option<Origin>, Option<AssemblySource>) {
        let assembly = &self.module.assembly;
        let Some(place) = diagnostic.place else { return (None, None) };
        match place.input {
            Input::Assembly => {
                (assembly.origin(place.line), Some(source(assembly.text(), diagnostic, place)))
            }
            Input::Other => (None, Some(source("", diagnostic, place))),
        }
    }

    fn in_block(
        &mut self,
        diagnostic: &Diagnostic,
        index: usize,
    ) -> Result<(Option<Origin>, Option<AssemblySource>), LlvmError> {
        let block = &self.module.blocks[index];
        Ok(match diagnostic.place {
            // About the operands.
            None => (block.origins.first().copied().flatten(), None),
            Some(place) if place.input == Input::Assembly => {
                let text = self.input(index)?;
                (block.origin_of_input_line(place.line), Some(source(&text, diagnostic, place)))
            }
            Some(place) => (None, Some(source("", diagnostic, place))),
        })
    }

    /// What the assembler gets to see of a block.
    fn input(&mut self, index: usize) -> Result<String, LlvmError> {
        if let Some(text) = self.inputs.get(&index) {
            return Ok(text.clone());
        }
        let blocks = &self.module.blocks;
        // With the blocks before it, since labels are numbered in the whole module.
        let before = blocks[..index].iter().map(Block::definition);
        let ir = self.module.ir_with(before.chain(std::iter::once(blocks[index].telling_definition())));
        let diagnostics = (self.compile)(&ir, self.module.assembly.text())?;
        let text = blocks[index].input(diagnostics.last().map_or("", |told| &told.message));
        self.inputs.insert(index, text.clone());
        Ok(text)
    }
}

impl Block {
    /// The assembler's input, when the operands of [`Block::operands_used`] are written as in `told`.
    fn input(&self, told: &str) -> String {
        let used = self.operands_used();
        let texts: Vec<&str> = told.split(OPERAND_SEPARATOR).collect();
        let template = self.template(|index, modifier| {
            let position = used.iter().position(|&operand| operand == (index, modifier));
            position.and_then(|position| texts.get(position)).copied().unwrap_or_default().to_owned()
        });
        // As `AsmPrinterInlineAsm.cpp` writes it.
        match self.syntax {
            Syntax::Intel => format!("\t.intel_syntax\n\t{template}\n\t.att_syntax\n"),
            Syntax::Att | Syntax::Only => format!("\t{template}\n"),
        }
    }

    /// Where line `number` of the input, counted from 1, is from.
    fn origin_of_input_line(&self, number: usize) -> Option<Origin> {
        let before = if self.syntax == Syntax::Intel { 2 } else { 1 };
        let line = number.checked_sub(before).and_then(|line| self.origins.get(line));
        line.or(self.origins.first()).copied().flatten()
    }
}

/// The assembler's input `text` with the place of a diagnostic.
fn source(text: &str, diagnostic: &Diagnostic, place: InputPlace) -> AssemblySource {
    let before = |line: &str| line.len() + 1;
    let start: usize = text.split('\n').take(place.line - 1).map(before).sum();
    let line = text.split('\n').nth(place.line - 1);
    match line.filter(|line| diagnostic.is_about(line)) {
        Some(line) => {
            AssemblySource { text: text.to_owned(), ranges: ranges(line, start, diagnostic, place) }
        }
        // What a macro became. Only the line is known; so it is in the right line, but not at LLVM's offset
        // in bytes.
        None => {
            let line = diagnostic.source_line.as_deref().unwrap_or_default();
            let start = place.line - 1;
            let text = format!("{}{line}\n", "\n".repeat(start));
            AssemblySource { text, ranges: ranges(line, start, diagnostic, place) }
        }
    }
}

/// The place, and what LLVM marks.
fn ranges(
    line: &str,
    start: usize,
    diagnostic: &Diagnostic,
    place: InputPlace,
) -> Vec<std::ops::Range<usize>> {
    let at = start + (place.column.saturating_sub(1)).min(line.len());
    let marked =
        diagnostic.marked_ranges(line).into_iter().map(|range| start + range.start..start + range.end);
    std::iter::once(at..at).chain(marked).collect()
}
