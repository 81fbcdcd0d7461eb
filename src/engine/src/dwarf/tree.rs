//! Selects the entries of a unit, and finds the parent of each.
//!
//! In `.debug_info`, children follow their parent, so the contents of a namespace or a type have to be known
//! before it is written. [`Tree::plant`] visits functions and statics once and collects everything that they
//! mention, directly or indirectly. Unneeded descriptions are omitted.

use cranelift_codegen::entity::SecondaryMap;

use super::entries::{EntryWriter, Label};
use super::scopes::ScopeRanges;
use super::{DescribedFunction, FastMap, PlacedStatic, UnitCode};
use crate::cgu::DebugEmission;
use crate::description::{
    Composite, FunctionDescription, InlinedFunctionId, NamespaceId, Parent, ScopeId, ScopeKind, Subprogram,
    Type, TypeId, UnitDescription, Variable, VariableKind,
};

/// An entry, by the location of its description.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    Namespace(NamespaceId),
    Type(TypeId),
    /// The declaration of a method inside its type: an index into [`Tree::methods`].
    Method(usize),
    /// The abstract instance of an inlined function.
    Inlined(InlinedFunctionId),
    /// A compiled function: an index into [`UnitCode::functions`].
    Function(usize),
    /// A static: an index into [`UnitCode::statics`].
    Static(usize),
}

/// A method with code in the unit.
pub struct Method<'a> {
    pub subprogram: &'a Subprogram,
    pub label: Label,
}

/// The abstract instance of an inlined function.
#[derive(Clone)]
pub struct Abstract<'a> {
    pub label: Label,
    /// An index into [`Tree::methods`], if a type declares it.
    pub method: Option<usize>,
    pub parameters: Vec<AbstractParameter<'a>>,
}

/// A parameter of an inlined function, as its first copy describes it.
#[derive(Clone)]
pub struct AbstractParameter<'a> {
    pub variable: &'a Variable,
    pub label: Label,
}

/// The properties of a compiled function that its entries need.
pub struct FunctionPlan {
    /// The code ranges of its scopes.
    pub ranges: ScopeRanges,
    /// An index into [`Tree::methods`], if a type declares it.
    pub method: Option<usize>,
}

/// The entries of a unit, by parent.
pub struct Tree<'a> {
    unit: &'a UnitDescription,
    pub of_unit: Vec<Entry>,
    pub of_namespace: SecondaryMap<NamespaceId, Vec<Entry>>,
    pub of_type: SecondaryMap<TypeId, Vec<Entry>>,
    /// The labels of the types that are needed.
    pub types: SecondaryMap<TypeId, Option<Label>>,
    /// The inlined functions that are needed.
    pub inlined: SecondaryMap<InlinedFunctionId, Option<Abstract<'a>>>,
    pub methods: Vec<Method<'a>>,
    /// By index into [`UnitCode::functions`].
    pub functions: Vec<FunctionPlan>,
    /// The label of the type of array bounds, if there are arrays.
    pub bound_type: Option<Label>,
    needed_namespaces: SecondaryMap<NamespaceId, bool>,
    /// Indexes into `methods`, by type and linkage name (or name, if that is the same).
    method_indexes: FastMap<(TypeId, &'a str), usize>,
    /// Needed types that have not been visited yet.
    unvisited: Vec<TypeId>,
}

impl<'a> Tree<'a> {
    /// Builds the tree of a unit, with labels from `entries`.
    pub fn plant(
        unit: &'a UnitDescription,
        code: &UnitCode<'a>,
        emission: DebugEmission,
        entries: &mut EntryWriter,
    ) -> Self {
        let mut tree = Tree {
            unit,
            of_unit: Vec::new(),
            of_namespace: SecondaryMap::new(),
            of_type: SecondaryMap::new(),
            types: SecondaryMap::new(),
            inlined: SecondaryMap::new(),
            methods: Vec::new(),
            functions: Vec::with_capacity(code.functions.len()),
            bound_type: None,
            needed_namespaces: SecondaryMap::new(),
            method_indexes: FastMap::default(),
            unvisited: Vec::new(),
        };
        for (index, function) in code.functions.iter().enumerate() {
            tree.add_function(index, function, emission, entries);
        }
        for (index, PlacedStatic { description, .. }) in code.statics.iter().enumerate() {
            tree.need_type(description.ty, entries);
            tree.enter(description.parent, Entry::Static(index), entries);
        }
        while let Some(ty) = tree.unvisited.pop() {
            tree.visit_type(ty, entries);
        }
        tree
    }

    /// Returns the description of a type.
    pub fn description(&self, ty: TypeId) -> &'a Type {
        &self.unit.types[ty]
    }

    fn add_function(
        &mut self,
        index: usize,
        function: &DescribedFunction<'a>,
        emission: DebugEmission,
        entries: &mut EntryWriter,
    ) {
        let FunctionDescription { subprogram, scopes, variables, is_named_by_lines } = function.description;
        let ranges = ScopeRanges::of(scopes, function.source_ranges);
        let mut has_inlined = false;
        for (scope, description) in scopes {
            if let ScopeKind::Inlined { function, .. } = description.kind
                && !ranges.get(scope).is_empty()
            {
                has_inlined = true;
                self.need_inlined(function, entries);
            }
        }
        for variable in variables {
            if variable.scope == ScopeId::FUNCTION || !ranges.get(variable.scope).is_empty() {
                self.need_type(variable.ty, entries);
                self.note_parameter(function.description, variable, entries);
            }
        }
        let method = self.need_subprogram(subprogram, entries);
        self.functions.push(FunctionPlan { ranges, method });
        // As in LLVM: the line table is enough for functions into which nothing was inlined.
        if emission == DebugEmission::Full || has_inlined || *is_named_by_lines {
            self.enter_subprogram(subprogram, Entry::Function(index), entries);
        }
    }

    /// Adds a parameter of an inlined function to the abstract instance, once.
    fn note_parameter(
        &mut self,
        function: &FunctionDescription,
        variable: &'a Variable,
        entries: &mut EntryWriter,
    ) {
        let (ScopeKind::Inlined { function, .. }, VariableKind::Argument(_)) =
            (&function.scopes[variable.scope].kind, variable.kind)
        else {
            return;
        };
        let Some(inlined) = &mut self.inlined[*function] else { return };
        if inlined.parameters.iter().all(|parameter| parameter.variable.kind != variable.kind) {
            inlined.parameters.push(AbstractParameter { variable, label: entries.label() });
        }
    }

    fn need_inlined(&mut self, id: InlinedFunctionId, entries: &mut EntryWriter) {
        if self.inlined[id].is_some() {
            return;
        }
        let subprogram = &self.unit.inlined[id];
        let method = self.need_subprogram(subprogram, entries);
        self.inlined[id] = Some(Abstract { label: entries.label(), method, parameters: Vec::new() });
        self.enter_subprogram(subprogram, Entry::Inlined(id), entries);
    }

    /// Adds a function or an abstract instance. A method is declared in its type, but defined at the top
    /// level.
    fn enter_subprogram(&mut self, subprogram: &Subprogram, entry: Entry, entries: &mut EntryWriter) {
        let parent = match self.holder(subprogram.parent) {
            Parent::Type(_) => Parent::Unit,
            parent => parent,
        };
        self.enter(parent, entry, entries);
    }

    /// Marks the types of `subprogram` as needed. For a method, also adds its declaration and returns its
    /// index.
    fn need_subprogram(&mut self, subprogram: &'a Subprogram, entries: &mut EntryWriter) -> Option<usize> {
        let of_parameters = subprogram.type_parameters.iter().map(|parameter| parameter.ty);
        for ty in subprogram.return_type.into_iter().chain(of_parameters) {
            self.need_type(ty, entries);
        }
        let Parent::Type(ty) = self.holder(subprogram.parent) else { return None };
        let name = subprogram.linkage_name.as_ref().unwrap_or(&subprogram.name);
        if let Some(&index) = self.method_indexes.get(&(ty, &**name)) {
            return Some(index);
        }
        let index = self.methods.len();
        self.method_indexes.insert((ty, name), index);
        self.methods.push(Method { subprogram, label: entries.label() });
        for &parameter in &subprogram.parameters {
            self.need_type(parameter, entries);
        }
        self.enter(Parent::Type(ty), Entry::Method(index), entries);
        Some(index)
    }

    /// Marks `ty` as needed, and gives it a label.
    fn need_type(&mut self, ty: TypeId, entries: &mut EntryWriter) {
        if self.types[ty].is_none() {
            self.types[ty] = Some(entries.label());
            self.unvisited.push(ty);
        }
    }

    /// Marks the types that a needed type refers to, and adds its entry.
    fn visit_type(&mut self, id: TypeId, entries: &mut EntryWriter) {
        let mut parent = Parent::Unit;
        match self.description(id) {
            Type::Base { .. } | Type::Unspecified { .. } | Type::Reserved => {}
            Type::Pointer { pointee, .. } => pointee.iter().for_each(|&ty| self.need_type(ty, entries)),
            Type::Array { element, .. } => {
                self.bound_type.get_or_insert_with(|| entries.label());
                self.need_type(*element, entries);
            }
            Type::Function { return_type, parameters } => {
                return_type.iter().chain(parameters).for_each(|&ty| self.need_type(ty, entries));
            }
            Type::Composite(composite) => {
                parent = composite.parent;
                self.visit_composite(composite, entries);
            }
            Type::Enumeration(enumeration) => {
                parent = enumeration.parent;
                self.need_type(enumeration.underlying, entries);
            }
        }
        self.enter(parent, Entry::Type(id), entries);
    }

    fn visit_composite(&mut self, composite: &Composite, entries: &mut EntryWriter) {
        composite.members.iter().for_each(|member| self.need_type(member.ty, entries));
        if let Some(part) = &composite.variants {
            let of_variants = part.variants.iter().map(|variant| &variant.member);
            part.discriminant.iter().chain(of_variants).for_each(|member| self.need_type(member.ty, entries));
        }
        composite.type_parameters.iter().for_each(|parameter| self.need_type(parameter.ty, entries));
        composite.containing_type.iter().for_each(|&ty| self.need_type(ty, entries));
    }

    /// Returns the entry that contains the children of `parent`. Only nominal types have children.
    fn holder(&self, parent: Parent) -> Parent {
        match parent {
            Parent::Type(ty)
                if !matches!(self.description(ty), Type::Composite(_) | Type::Enumeration(_)) =>
            {
                Parent::Unit
            }
            parent => parent,
        }
    }

    /// Adds `entry` to its parent.
    fn enter(&mut self, parent: Parent, entry: Entry, entries: &mut EntryWriter) {
        match self.holder(parent) {
            Parent::Unit => self.of_unit.push(entry),
            Parent::Namespace(namespace) => {
                self.need_namespace(namespace);
                self.of_namespace[namespace].push(entry);
            }
            Parent::Type(ty) => {
                self.need_type(ty, entries);
                self.of_type[ty].push(entry);
            }
        }
    }

    fn need_namespace(&mut self, mut namespace: NamespaceId) {
        while !std::mem::replace(&mut self.needed_namespaces[namespace], true) {
            let entry = Entry::Namespace(namespace);
            match self.unit.namespaces[namespace].parent {
                Some(parent) => {
                    self.of_namespace[parent].push(entry);
                    namespace = parent;
                }
                None => self.of_unit.push(entry),
            }
        }
    }
}
