//! Finds the source of LLVM's diagnostics about assembly.
//!
//! LLVM's C interface returns a diagnostic as text, with a line of the assembler's input, but not which input
//! that was: the module-level assembly, or the template of one of the `asm!` blocks. To find out, this file
//! has LLVM compile parts of the module again:
//!
//! 1. LLVM compiles the functions of a module in order. A diagnostic belongs to the first block that must be
//!    included for LLVM to report it. If LLVM reports it without any block, it is about the module-level
//!    assembly ([`OwnerSearch::owner`]).
//! 2. The assembler's input of a block is its template with the operands filled in. LLVM chooses the
//!    operands, and chooses the same in each run. So the block is compiled with another template, which makes
//!    the assembler report the operands in a warning ([`OwnerSearch::input`]).
//!
//! This is slow, so it only happens after LLVM reported something.

use std::collections::HashMap;

use super::diagnostic::{AssemblyDiagnostic, AssemblySource};
use crate::llvm::{
    Block, Diagnostic, Input, InputPlace, LlvmError, Module, OPERAND_SEPARATOR, Origin, Syntax,
};

/// Compiles a module's IR and assembly, and returns LLVM's diagnostics.
pub type Compile<'c> = dyn Fn(&str, &str) -> Result<Vec<Diagnostic>, LlvmError> + 'c;

/// Finds the source of each of LLVM's `diagnostics` about `module`.
///
/// # Errors
///
/// Those of `compile`.
pub fn locate(
    module: &Module,
    diagnostics: Vec<Diagnostic>,
    compile: &Compile<'_>,
) -> Result<Vec<AssemblyDiagnostic>, LlvmError> {
    let mut search = OwnerSearch { module, compile, reported: HashMap::new(), inputs: HashMap::new() };
    search.reported.insert(module.blocks.len(), diagnostics.clone());
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

/// The part of a module that a diagnostic is about.
enum Owner {
    /// The module-level assembly, or an unknown part.
    Assembly,
    /// The block with this index.
    Block(usize),
}

struct OwnerSearch<'m> {
    module: &'m Module,
    compile: &'m Compile<'m>,
    /// LLVM's diagnostics about the first N blocks together with everything that is not a block, by N.
    reported: HashMap<usize, Vec<Diagnostic>>,
    /// The assembler's input of each block that was needed, by the block's index.
    inputs: HashMap<usize, String>,
}

impl OwnerSearch<'_> {
    /// Finds the part that the diagnostic `wanted` is about. LLVM may report equal diagnostics; this is about
    /// the one with this `number`, counted from 1.
    fn owner(&mut self, wanted: &Diagnostic, number: usize) -> Result<Owner, LlvmError> {
        // LLVM reports it with the first `with` blocks, but not with the first `without`.
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

    /// Counts how often LLVM reports `wanted` for the first `blocks` blocks.
    fn count(&mut self, blocks: usize, wanted: &Diagnostic) -> Result<usize, LlvmError> {
        if !self.reported.contains_key(&blocks) {
            let ir = self.module.ir_with(self.module.blocks[..blocks].iter().map(Block::definition));
            let diagnostics = (self.compile)(&ir, self.module.assembly.text())?;
            self.reported.insert(blocks, diagnostics);
        }
        Ok(self.reported[&blocks].iter().filter(|diagnostic| *diagnostic == wanted).count())
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
            // The operands are wrong.
            None => (block.origins.first().copied().flatten(), None),
            Some(place) if place.input == Input::Assembly => {
                let text = self.input(index)?;
                (block.origin_of_input_line(place.line), Some(source(&text, diagnostic, place)))
            }
            Some(place) => (None, Some(source("", diagnostic, place))),
        })
    }

    /// Returns the assembler's input for a block.
    fn input(&mut self, index: usize) -> Result<String, LlvmError> {
        if let Some(text) = self.inputs.get(&index) {
            return Ok(text.clone());
        }
        let blocks = &self.module.blocks;
        // The blocks before it are needed, since labels are numbered across the whole module.
        let before = blocks[..index].iter().map(Block::definition);
        let ir = self.module.ir_with(before.chain(std::iter::once(blocks[index].telling_definition())));
        let diagnostics = (self.compile)(&ir, self.module.assembly.text())?;
        let text = blocks[index].input(diagnostics.last().map_or("", |warning| &warning.message));
        self.inputs.insert(index, text.clone());
        Ok(text)
    }
}

impl Block {
    /// Returns the assembler's input. `operands` is the warning of [`Block::telling_definition`].
    fn input(&self, operands: &str) -> String {
        let used = self.operands_used();
        let texts: Vec<&str> = operands.split(OPERAND_SEPARATOR).collect();
        let template = self.template(|index, modifier| {
            let position = used.iter().position(|&operand| operand == (index, modifier));
            position.and_then(|position| texts.get(position)).copied().unwrap_or_default().to_owned()
        });
        // The same text as in `AsmPrinterInlineAsm.cpp`.
        match self.syntax {
            Syntax::Intel => format!("\t.intel_syntax\n\t{template}\n\t.att_syntax\n"),
            Syntax::Att | Syntax::Only => format!("\t{template}\n"),
        }
    }

    /// Returns the origin of line `number` of the assembler's input, counted from 1.
    fn origin_of_input_line(&self, number: usize) -> Option<Origin> {
        let before = if self.syntax == Syntax::Intel { 2 } else { 1 };
        let line = number.checked_sub(before).and_then(|line| self.origins.get(line));
        line.or(self.origins.first()).copied().flatten()
    }
}

/// Returns the assembler's input `text` with the position of a diagnostic.
fn source(text: &str, diagnostic: &Diagnostic, place: InputPlace) -> AssemblySource {
    let before = |line: &str| line.len() + 1;
    let start: usize = text.split('\n').take(place.line - 1).map(before).sum();
    let line = text.split('\n').nth(place.line - 1);
    match line.filter(|line| diagnostic.is_about(line)) {
        Some(line) => {
            AssemblySource { text: text.to_owned(), ranges: ranges(line, start, diagnostic, place) }
        }
        // The expansion of a macro: only this line is known. It is placed on the right line, but not at
        // LLVM's byte offset.
        None => {
            let line = diagnostic.source_line.as_deref().unwrap_or_default();
            let start = place.line - 1;
            let text = format!("{}{line}\n", "\n".repeat(start));
            AssemblySource { text, ranges: ranges(line, start, diagnostic, place) }
        }
    }
}

/// Returns the position as an empty range, then the ranges that LLVM marks.
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
