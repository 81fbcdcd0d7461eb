//! Writes functions: declarations of methods, abstract instances of inlined functions, and compiled functions
//! with their parameters, variables, blocks and inlined calls (DWARF 5 chapter 3).

use gimli::write::Result;

use super::blocks::Blocks;
use super::entries::{Attributes, Children, Label, Value};
use super::locations::Known;
use super::scopes::CodeRange;
use super::unit::UnitWriter;
use super::{DescribedFunction, SymbolIndex};
use crate::cgu::DebugEmission;
use crate::description::{
    FunctionDescription, InlinedFunctionId, ScopeId, ScopeKind, Subprogram, Variable, VariableKind,
};

impl<'a> UnitWriter<'a> {
    /// Writes the declaration of a method inside its type.
    pub(super) fn write_method(&mut self, index: usize) -> Result<()> {
        let (subprogram, label) = (self.tree.methods[index].subprogram, self.tree.methods[index].label);
        let mut attributes = Attributes::new();
        self.push_identity(&mut attributes, subprogram)?;
        attributes.push((gimli::DW_AT_declaration, Value::Present));
        let children =
            Children::if_any(!subprogram.type_parameters.is_empty() || !subprogram.parameters.is_empty());
        self.entries.open_labelled(label, gimli::DW_TAG_subprogram, children, &attributes)?;
        self.write_type_parameters(&subprogram.type_parameters)?;
        self.write_parameter_types(&subprogram.parameters)?;
        self.close_if(children)
    }

    /// Writes the abstract instance of an inlined function, to which its copies refer.
    pub(super) fn write_inlined(&mut self, id: InlinedFunctionId) -> Result<()> {
        let Some(inlined) = self.tree.inlined[id].take() else { return Ok(()) };
        let subprogram = &self.unit.description.inlined[id];
        let mut attributes = Attributes::new();
        self.push_identity_or_method(&mut attributes, subprogram, inlined.method)?;
        attributes.push((gimli::DW_AT_inline, Value::Unsigned(u64::from(gimli::DW_INL_inlined.0))));
        let children =
            Children::if_any(!subprogram.type_parameters.is_empty() || !inlined.parameters.is_empty());
        self.entries.open_labelled(inlined.label, gimli::DW_TAG_subprogram, children, &attributes)?;
        for parameter in &inlined.parameters {
            let mut attributes = Attributes::new();
            self.push_variable(&mut attributes, parameter.variable)?;
            let tag = gimli::DW_TAG_formal_parameter;
            self.entries.open_labelled(parameter.label, tag, Children::No, &attributes)?;
        }
        self.write_type_parameters(&subprogram.type_parameters)?;
        self.close_if(children)?;
        // The copies still need the labels.
        self.tree.inlined[id] = Some(inlined);
        Ok(())
    }

    pub(super) fn write_function(&mut self, index: usize) -> Result<()> {
        let function = self.code.functions[index];
        let FunctionDescription { subprogram, scopes, variables, .. } = function.description;
        let method = self.tree.functions[index].method;
        let frame_base = function.frame_base.expression();
        let mut attributes = vec![
            (gimli::DW_AT_low_pc, self.address(function.symbol, 0)),
            (
                gimli::DW_AT_high_pc,
                self.code_end(function.symbol, CodeRange { start: 0, end: function.size }),
            ),
        ];
        if self.unit.emission == DebugEmission::Full {
            attributes.push((gimli::DW_AT_frame_base, Value::Expression(&frame_base)));
        }
        self.push_identity_or_method(&mut attributes, subprogram, method)?;
        let blocks = Blocks::of(scopes, variables, &self.tree.functions[index].ranges);
        let children = Children::if_any(
            blocks.has_children(ScopeId::FUNCTION) || !subprogram.type_parameters.is_empty(),
        );
        self.entries.open(gimli::DW_TAG_subprogram, children, &attributes)?;
        self.write_blocks(index, &function, &blocks)?;
        self.write_type_parameters(&subprogram.type_parameters)?;
        self.close_if(children)
    }

    /// Writes the function's variables, blocks and inlined calls. Blocks may be nested deeply, so this does
    /// not recurse.
    fn write_blocks(
        &mut self,
        index: usize,
        function: &DescribedFunction<'a>,
        blocks: &Blocks,
    ) -> Result<()> {
        self.write_variables(index, function, blocks, ScopeId::FUNCTION)?;
        let mut open = vec![blocks.children(ScopeId::FUNCTION).iter()];
        while let Some(children) = open.last_mut() {
            let Some(&scope) = children.next() else {
                open.pop();
                if !open.is_empty() {
                    self.entries.close()?;
                }
                continue;
            };
            if self.open_block(index, function, scope, blocks)? == Children::Yes {
                self.write_variables(index, function, blocks, scope)?;
                open.push(blocks.children(scope).iter());
            }
        }
        Ok(())
    }

    /// Opens a lexical block or an inlined call.
    fn open_block(
        &mut self,
        index: usize,
        function: &DescribedFunction<'a>,
        scope: ScopeId,
        blocks: &Blocks,
    ) -> Result<Children> {
        let mut attributes = Attributes::new();
        let mut tag = gimli::DW_TAG_lexical_block;
        if let ScopeKind::Inlined { function, .. } = function.description.scopes[scope].kind {
            tag = gimli::DW_TAG_inlined_subroutine;
            let origin = self.tree.inlined[function].as_ref().expect("inlined code has an origin");
            attributes.push((gimli::DW_AT_abstract_origin, Value::Reference(origin.label)));
        }
        self.push_ranges(&mut attributes, index, function.symbol, scope)?;
        if let ScopeKind::Inlined { call, .. } = function.description.scopes[scope].kind
            && let Some(location) = self.resolve(call)
        {
            attributes.push((gimli::DW_AT_call_file, self.file(location.file)));
            attributes.push((gimli::DW_AT_call_line, Value::Unsigned(u64::from(location.line))));
            attributes.push((gimli::DW_AT_call_column, Value::Unsigned(u64::from(location.column))));
        }
        let children = Children::if_any(blocks.has_children(scope));
        self.entries.open(tag, children, &attributes)?;
        Ok(children)
    }

    /// Returns `DW_AT_high_pc` of code in `symbol`: its length. Before DWARF 4, it is the end address.
    fn code_end(&mut self, symbol: SymbolIndex, range: CodeRange) -> Value<'static> {
        match self.unit.version {
            4.. => Value::Unsigned(u64::from(range.end - range.start)),
            _ => self.address(symbol, i64::from(range.end)),
        }
    }

    /// Adds the code ranges of a scope.
    fn push_ranges(
        &mut self,
        attributes: &mut Attributes<'_>,
        index: usize,
        symbol: SymbolIndex,
        scope: ScopeId,
    ) -> Result<()> {
        match self.tree.functions[index].ranges.get(scope) {
            // In DWARF 5, a list needs no relocation, but an address that is not the function's own needs
            // one.
            &[CodeRange { start, end }] if self.unit.version < 5 || start == 0 => {
                attributes.push((gimli::DW_AT_low_pc, self.address(symbol, i64::from(start))));
                attributes.push((gimli::DW_AT_high_pc, self.code_end(symbol, CodeRange { start, end })));
            }
            ranges => {
                let list = self.range_lists.pieces(
                    symbol,
                    ranges,
                    &mut self.addresses,
                    self.dialect.list_offsets(),
                )?;
                attributes.push((gimli::DW_AT_ranges, list));
            }
        }
        Ok(())
    }

    fn write_variables(
        &mut self,
        index: usize,
        function: &DescribedFunction<'a>,
        blocks: &Blocks,
        scope: ScopeId,
    ) -> Result<()> {
        let of_scope = blocks.variables(scope);
        let variables = &function.description.variables;
        let number = |&index: &u32| match variables[index as usize].kind {
            VariableKind::Argument(number) => Some(number),
            VariableKind::Local => None,
        };
        // Debuggers take the order of parameters from the order of entries, but unnamed parameters are
        // described last.
        let mut parameters: Vec<u32> =
            of_scope.iter().copied().filter(|index| number(index).is_some()).collect();
        parameters.sort_by_key(number);
        for &variable in parameters.iter().chain(of_scope.iter().filter(|index| number(index).is_none())) {
            self.write_variable(index, function, &variables[variable as usize])?;
        }
        Ok(())
    }

    fn write_variable(
        &mut self,
        index: usize,
        function: &DescribedFunction<'a>,
        variable: &'a Variable,
    ) -> Result<()> {
        let mut location = std::mem::take(&mut self.location);
        let mut attributes = Attributes::new();
        let ranges = &self.tree.functions[index].ranges;
        let scope = (variable.scope != ScopeId::FUNCTION).then(|| ranges.get(variable.scope));
        match location.find(variable, function, scope) {
            Known::Nothing => {}
            Known::Everywhere => {
                attributes.push((gimli::DW_AT_location, Value::Expression(location.expression())));
            }
            Known::Ranges => {
                let (lists, addresses) = (&mut self.location_lists, &mut self.addresses);
                let list = lists.add(function.symbol, location.expressions(), addresses)?;
                attributes.push((gimli::DW_AT_location, list));
            }
        }
        match self.origin_of(function.description, variable) {
            Some(label) => attributes.push((gimli::DW_AT_abstract_origin, Value::Reference(label))),
            None => self.push_variable(&mut attributes, variable)?,
        }
        let tag = match variable.kind {
            VariableKind::Argument(_) => gimli::DW_TAG_formal_parameter,
            VariableKind::Local => gimli::DW_TAG_variable,
        };
        let result = self.entries.open(tag, Children::No, &attributes);
        self.location = location;
        result
    }

    /// Returns the parameter in the abstract instance that `variable` is a copy of.
    fn origin_of(&self, function: &FunctionDescription, variable: &Variable) -> Option<Label> {
        let ScopeKind::Inlined { function, .. } = function.scopes[variable.scope].kind else { return None };
        let parameters = &self.tree.inlined[function].as_ref()?.parameters;
        let is_same = |origin: &Variable| {
            origin.kind == variable.kind && origin.ty == variable.ty && origin.name == variable.name
        };
        let origin = parameters.iter().find(|parameter| is_same(parameter.variable))?;
        Some(origin.label)
    }

    /// Adds the attributes of a variable except its location.
    fn push_variable<'v>(&mut self, attributes: &mut Attributes<'v>, variable: &Variable) -> Result<()> {
        self.push_name(attributes, &variable.name)?;
        self.push_declaration(attributes, variable.declaration);
        attributes.push((gimli::DW_AT_type, self.type_reference(variable.ty)));
        Ok(())
    }

    fn push_identity_or_method(
        &mut self,
        attributes: &mut Attributes<'_>,
        subprogram: &Subprogram,
        method: Option<usize>,
    ) -> Result<()> {
        match method {
            Some(method) => {
                let declaration = self.tree.methods[method].label;
                attributes.push((gimli::DW_AT_specification, Value::Reference(declaration)));
                Ok(())
            }
            None => self.push_identity(attributes, subprogram),
        }
    }

    /// Adds a function's names, declaration, return type and flags.
    fn push_identity(&mut self, attributes: &mut Attributes<'_>, subprogram: &Subprogram) -> Result<()> {
        let is_full = self.unit.emission == DebugEmission::Full;
        if let Some(name) =
            subprogram.linkage_name.as_ref().filter(|name| is_full && **name != subprogram.name)
        {
            attributes.push((self.linkage_name(), self.string(name)?));
        }
        self.push_name(attributes, &subprogram.name)?;
        if !is_full {
            return Ok(());
        }
        self.push_declaration(attributes, subprogram.declaration);
        if let Some(ty) = subprogram.return_type {
            attributes.push((gimli::DW_AT_type, self.type_reference(ty)));
        }
        let flags = [
            (gimli::DW_AT_external, subprogram.is_external),
            (gimli::DW_AT_noreturn, subprogram.is_noreturn),
            (gimli::DW_AT_main_subprogram, subprogram.is_main),
        ];
        attributes
            .extend(flags.iter().filter(|(_, is_set)| *is_set).map(|&(name, _)| (name, Value::Present)));
        Ok(())
    }

    pub(super) fn close_if(&mut self, children: Children) -> Result<()> {
        match children {
            Children::Yes => self.entries.close(),
            Children::No => Ok(()),
        }
    }
}
