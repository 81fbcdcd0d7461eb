//! Visits every id and position in a description, so that combining CGUs can renumber them.

use super::{
    Composite, Enumeration, FunctionDescription, InlinedFunctionId, Member, Namespace, NamespaceId, Parent,
    Scope, ScopeKind, StaticVariable, Subprogram, Type, TypeId, TypeParameter, UnitDescription, VariantPart,
};
use crate::symbols::SymbolId;

/// Changes each kind of id in place.
pub trait Renumber {
    fn ty(&mut self, id: &mut TypeId);
    fn namespace(&mut self, id: &mut NamespaceId);
    fn inlined(&mut self, id: &mut InlinedFunctionId);
    fn symbol(&mut self, id: &mut SymbolId);
    /// An opaque position.
    fn position(&mut self, position: &mut u32);
}

impl UnitDescription {
    /// Renumbers everything that the CGU's types, namespaces, inlined functions and statics refer to.
    pub fn renumber(&mut self, renumber: &mut dyn Renumber) {
        for ty in self.types.values_mut() {
            ty.renumber(renumber);
        }
        for Namespace { name: _, parent } in self.namespaces.values_mut() {
            parent.iter_mut().for_each(|parent| renumber.namespace(parent));
        }
        for subprogram in self.inlined.values_mut() {
            subprogram.renumber(renumber);
        }
        for variable in &mut self.statics {
            variable.renumber(renumber);
        }
    }
}

impl FunctionDescription {
    /// Renumbers everything that the function refers to.
    pub fn renumber(&mut self, renumber: &mut dyn Renumber) {
        self.subprogram.renumber(renumber);
        for Scope { parent: _, kind } in self.scopes.values_mut() {
            if let ScopeKind::Inlined { function, call } = kind {
                renumber.inlined(function);
                renumber.position(call);
            }
        }
        for variable in &mut self.variables {
            renumber.ty(&mut variable.ty);
            declaration(&mut variable.declaration, renumber);
        }
    }
}

impl StaticVariable {
    fn renumber(&mut self, renumber: &mut dyn Renumber) {
        renumber.symbol(&mut self.symbol);
        self.parent.renumber(renumber);
        renumber.ty(&mut self.ty);
        declaration(&mut self.declaration, renumber);
    }
}

impl Subprogram {
    fn renumber(&mut self, renumber: &mut dyn Renumber) {
        self.parent.renumber(renumber);
        declaration(&mut self.declaration, renumber);
        self.return_type.iter_mut().chain(&mut self.parameters).for_each(|ty| renumber.ty(ty));
        type_parameters(&mut self.type_parameters, renumber);
    }
}

impl Type {
    fn renumber(&mut self, renumber: &mut dyn Renumber) {
        match self {
            Type::Base { .. } | Type::Unspecified { .. } | Type::Reserved => {}
            Type::Pointer { pointee, .. } => pointee.iter_mut().for_each(|ty| renumber.ty(ty)),
            Type::Array { element, .. } => renumber.ty(element),
            Type::Function { return_type, parameters } => {
                return_type.iter_mut().chain(parameters).for_each(|ty| renumber.ty(ty));
            }
            Type::Composite(composite) => composite.renumber(renumber),
            Type::Enumeration(enumeration) => enumeration.renumber(renumber),
        }
    }
}

impl Composite {
    fn renumber(&mut self, renumber: &mut dyn Renumber) {
        self.parent.renumber(renumber);
        for member in &mut self.members {
            member.renumber(renumber);
        }
        if let Some(VariantPart { discriminant, variants }) = &mut self.variants {
            let of_variants = variants.iter_mut().map(|variant| &mut variant.member);
            for member in discriminant.iter_mut().chain(of_variants) {
                member.renumber(renumber);
            }
        }
        type_parameters(&mut self.type_parameters, renumber);
        self.containing_type.iter_mut().for_each(|ty| renumber.ty(ty));
        declaration(&mut self.declaration, renumber);
    }
}

impl Enumeration {
    fn renumber(&mut self, renumber: &mut dyn Renumber) {
        self.parent.renumber(renumber);
        renumber.ty(&mut self.underlying);
        declaration(&mut self.declaration, renumber);
    }
}

impl Member {
    fn renumber(&mut self, renumber: &mut dyn Renumber) {
        renumber.ty(&mut self.ty);
        declaration(&mut self.declaration, renumber);
    }
}

impl Parent {
    fn renumber(&mut self, renumber: &mut dyn Renumber) {
        match self {
            Parent::Unit => {}
            Parent::Namespace(id) => renumber.namespace(id),
            Parent::Type(id) => renumber.ty(id),
        }
    }
}

fn declaration(position: &mut Option<u32>, renumber: &mut dyn Renumber) {
    position.iter_mut().for_each(|position| renumber.position(position));
}

fn type_parameters(parameters: &mut [TypeParameter], renumber: &mut dyn Renumber) {
    parameters.iter_mut().for_each(|parameter| renumber.ty(&mut parameter.ty));
}
