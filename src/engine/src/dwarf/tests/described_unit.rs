//! A CGU with everything that can be described.

use std::sync::Arc;

use gimli::DwAte;

use super::{Lines, described};
use crate::cgu::{Binding, Placement, SymbolId, SymbolKind};
use crate::description::{
    Accessibility, CodeLocation, Composite, CompositeKind, Enumeration, InlinedFunctionId, Member, Namespace,
    NamespaceId, Parent, Scope, ScopeId, ScopeKind, StaticVariable, Subprogram, Type, TypeId, TypeParameter,
    UnitDescription, Variable, VariableKind, VariableLocation, VariablePiece, Variant, VariantPart,
    VariantValues,
};
use crate::object::tests::support::TestCgu;

/// Slots 1 (an argument), 2 (a fat pointer in two halves) and 3 (a pointer to the variable); values [`HELD`]
/// and [`PASSED_ON`]. [`locations`] returns the source locations.
const FUNCTION: &str = "function %f(i64) -> i64 system_v {
    ss0 = explicit_slot 8, key = 1
    ss1 = explicit_slot 16, key = 2
    ss2 = explicit_slot 8, key = 3
    fn0 = {@callee} (i64) -> i64 system_v
block0(v0: i64):
    v1 = stack_addr.i64 ss0
    v2 = stack_addr.i64 ss1
    v3 = stack_addr.i64 ss2
    store v0, v1
    @0000 v4 = call fn0(v1)
    @0001 v5 = call fn0(v2)
    @0002 v6 = call fn0(v3)
    @0003 v7 = call fn0(v6)
    @0001 v8 = call fn0(v7)
    @0002 v9 = call fn0(v8)
    @0000 v10 = iadd v9, v4
    @0000 return v10
}";

/// The label of a value that is used again after several calls.
pub(crate) const HELD: u32 = 4;
/// The label of a value whose last use is a call.
const PASSED_ON: u32 = 8;
/// A label that no value has.
const LOST: u32 = 99;

/// Returns scopes 1 (a block that declares something), 2 and 3 (inlined into 1 and 2), 4 (a block without
/// variables around 5), 5 (a block without code).
fn scopes() -> impl Iterator<Item = Scope> {
    let inlined = |number, call| ScopeKind::Inlined { function: InlinedFunctionId::from_u32(number), call };
    let scope = |parent: Option<u32>, kind| Scope { parent: parent.map(ScopeId::from_u32), kind };
    [
        scope(None, ScopeKind::Function),
        scope(Some(0), ScopeKind::Block),
        scope(Some(1), inlined(0, 104)),
        scope(Some(2), inlined(1, 105)),
        scope(Some(0), ScopeKind::Block),
        scope(Some(4), ScopeKind::Block),
    ]
    .into_iter()
}

fn locations() -> Vec<CodeLocation> {
    let location = |(position, scope)| CodeLocation { position, scope: ScopeId::from_u32(scope) };
    [(3, 0), (4, 1), (105, 2), (106, 3)].into_iter().map(location).collect()
}

/// The CGU's description under construction.
struct Describer {
    unit: UnitDescription,
}

impl Describer {
    fn base(&mut self, name: &str, encoding: DwAte, size: u64) -> TypeId {
        self.unit.types.push(Type::Base { name: name.into(), encoding, size })
    }

    fn pointer(&mut self, name: Option<&str>, pointee: Option<TypeId>) -> TypeId {
        self.unit.types.push(Type::Pointer { name: name.map(Into::into), pointee, size: 8 })
    }

    fn namespace(&mut self, name: &str, parent: Option<NamespaceId>) -> NamespaceId {
        self.unit.namespaces.push(Namespace { name: name.into(), parent })
    }
}

fn member(name: &str, ty: TypeId, offset: u64) -> Member {
    let name = name.into();
    Member { name, ty, offset, alignment: 8, accessibility: None, is_artificial: false, declaration: None }
}

fn structure(name: &str, parent: Parent, size: u64, members: Vec<Member>) -> Composite {
    Composite {
        kind: CompositeKind::Structure,
        name: name.into(),
        parent,
        size,
        alignment: 8,
        members,
        variants: None,
        type_parameters: Vec::new(),
        containing_type: None,
        accessibility: None,
        is_artificial: false,
        declaration: None,
    }
}

fn subprogram(name: &str, parent: Parent) -> Subprogram {
    Subprogram {
        name: name.into(),
        linkage_name: Some(format!("_R{name}").into()),
        parent,
        declaration: Some(2),
        return_type: None,
        parameters: Vec::new(),
        type_parameters: Vec::new(),
        is_external: false,
        is_noreturn: false,
        is_main: false,
    }
}

fn variable(name: &str, ty: TypeId, scope: u32, kind: VariableKind, pieces: Vec<VariablePiece>) -> Variable {
    let scope = ScopeId::from_u32(scope);
    Variable { name: name.into(), ty, scope, declaration: Some(4), kind, pieces }
}

fn piece(fragment: Option<(u64, u64)>, slot: u64, offset: u64, indirections: &[u64]) -> VariablePiece {
    VariablePiece {
        fragment,
        location: VariableLocation::Frame { slot, offset, indirections: indirections.into() },
    }
}

fn value(fragment: Option<(u64, u64)>, label: u32, indirections: &[u64]) -> VariablePiece {
    VariablePiece { fragment, location: VariableLocation::Value { label, indirections: indirections.into() } }
}

/// Returns a reference to the location of a piece.
fn reference(VariablePiece { fragment, location }: VariablePiece) -> VariablePiece {
    VariablePiece { fragment, location: VariableLocation::AddressOf(Box::new(location)) }
}

fn constant(fragment: Option<(u64, u64)>, bytes: &[u8]) -> VariablePiece {
    VariablePiece { fragment, location: VariableLocation::Constant(bytes.into()) }
}

/// The types of variables.
struct Types {
    i64: TypeId,
    /// A structure with a method, and a pointer to itself.
    node: TypeId,
    /// An enum with data.
    shape: TypeId,
    /// A slice of bytes.
    slice: TypeId,
    /// A union with a member of each other kind of type.
    rest: TypeId,
}

fn enter_types(describer: &mut Describer, module: NamespaceId) -> Types {
    let i64 = describer.base("i64", gimli::DW_ATE_signed, 8);
    let u8 = describer.base("u8", gimli::DW_ATE_unsigned, 1);
    let node = describer.unit.reserve_type();
    let next = describer.pointer(Some("&test::module::Node<i64>"), Some(node));
    let mut fields = vec![member("next", next, 0), member("value", i64, 8)];
    fields[1].accessibility = Some(Accessibility::Private);
    let mut definition = structure("Node<i64>", Parent::Namespace(module), 16, fields);
    definition.type_parameters.push(TypeParameter { name: "T".into(), ty: i64 });
    describer.unit.define_type(node, Type::Composite(definition));
    let bytes = describer.pointer(None, Some(u8));
    let slice =
        structure("&[u8]", Parent::Unit, 16, vec![member("data_ptr", bytes, 0), member("length", i64, 8)]);
    let slice = describer.unit.types.push(Type::Composite(slice));
    let shape = enter_shape(describer, module, i64, u8);
    let rest = enter_rest(describer, module, i64, u8);
    // Nothing refers to this one.
    let unused = structure("Unused", Parent::Namespace(module), 8, vec![member("inner", i64, 0)]);
    describer.unit.types.push(Type::Composite(unused));
    Types { i64, node, shape, slice, rest }
}

/// An enum with variants for one value, a range of values and all others.
fn enter_shape(describer: &mut Describer, module: NamespaceId, i64: TypeId, u8: TypeId) -> TypeId {
    let shape = describer.unit.reserve_type();
    let mut variants = Vec::new();
    let values = [VariantValues::One(0), VariantValues::Range(1, 200), VariantValues::Default];
    for (name, values) in ["Empty", "Wide", "Circle"].into_iter().zip(values) {
        let members = if name == "Empty" { vec![] } else { vec![member("__0", i64, 8)] };
        let variant = structure(name, Parent::Type(shape), 16, members);
        let ty = describer.unit.types.push(Type::Composite(variant));
        variants.push(Variant { values, member: member(name, ty, 0) });
    }
    let discriminant = Some(Member { is_artificial: true, ..member("", u8, 0) });
    let part = VariantPart { discriminant, variants };
    let definition = structure("Shape", Parent::Namespace(module), 16, vec![]);
    let definition =
        Composite { variants: Some(part), accessibility: Some(Accessibility::Public), ..definition };
    describer.unit.define_type(shape, Type::Composite(definition));
    shape
}

fn enter_rest(describer: &mut Describer, module: NamespaceId, i64: TypeId, u8: TypeId) -> TypeId {
    let types = &mut describer.unit.types;
    let array = Type::Array { element: i64, count: Some(6), size: 48, alignment: 8, is_vector: false };
    let array = types.push(array);
    let vector = Type::Array { element: u8, count: Some(16), size: 16, alignment: 16, is_vector: true };
    let vector = types.push(vector);
    let unsized_array = Type::Array { element: u8, count: None, size: 0, alignment: 1, is_vector: false };
    let unsized_array = types.push(unsized_array);
    let function = types.push(Type::Function { return_type: Some(i64), parameters: vec![u8, i64] });
    let callback = describer.pointer(Some("fn(u8, i64) -> i64"), Some(function));
    let raw = describer.pointer(Some("*const ()"), None);
    let never = describer.unit.types.push(Type::Unspecified { name: "!".into() });
    let signed = |name: &str, value: i128| (name.into(), value as u128);
    let ordering = describer.unit.types.push(Type::Enumeration(Enumeration {
        name: "Ordering".into(),
        parent: Parent::Namespace(module),
        underlying: u8,
        size: 1,
        alignment: 1,
        is_class: true,
        is_signed: true,
        enumerators: vec![signed("Less", -1), signed("Equal", 0), ("Greater".into(), 0xff01)],
        declaration: Some(9),
    }));
    let members = [array, vector, unsized_array, callback, raw, never, ordering];
    let members = members.into_iter().map(|ty| member("field", ty, 0)).collect();
    let union = structure("Rest", Parent::Unit, 48, members);
    describer.unit.types.push(Type::Composite(Composite { kind: CompositeKind::Union, ..union }))
}

/// Builds the CGU for a DWARF version.
pub(crate) fn unit(target: &str, version: u16) -> TestCgu {
    let mut unit = TestCgu::new(target);
    unit.with_debug_info(version);
    unit.cgu.positions = Some(Arc::new(Lines));
    unit.data("COUNTER", Binding::Global, Placement::Writable, &[1; 8]);
    unit.data("LOCAL", Binding::Local, Placement::ThreadLocal, &[1; 8]);
    let symbol = unit.symbol("function", SymbolKind::Function, Binding::Global);
    let mut lowered = unit.lower(symbol, FUNCTION);
    lowered.locations = locations();
    for number in [HELD, PASSED_ON] {
        lowered.label(number);
    }
    let mut describer = Describer { unit: UnitDescription::default() };
    let root = describer.namespace("test", None);
    let module = describer.namespace("module", Some(root));
    describer.namespace("unused", Some(root));
    let types = enter_types(&mut describer, module);
    let mut method = subprogram("method<i64>", Parent::Type(types.node));
    method.parameters = vec![types.i64];
    method.return_type = Some(types.i64);
    method.type_parameters = vec![TypeParameter { name: "T".into(), ty: types.i64 }];
    describer.unit.inlined.push(subprogram("helper", Parent::Namespace(module)));
    describer.unit.inlined.push(method.clone());
    describer.unit.inlined.push(subprogram("never_inlined", Parent::Unit));
    describer.unit.statics = statics(&unit, &types, root);
    let function = lowered.description.as_mut().expect("a description");
    function.subprogram = method;
    function.subprogram.linkage_name = Some("function".into());
    function.subprogram.is_external = true;
    function.scopes = scopes().collect();
    function.variables = variables(&types);
    unit.add(lowered);
    unit.function("plain", "function %f() system_v {\nblock0:\n    @0007 return\n}");
    let plain = &mut described(&mut unit.functions[1]).subprogram;
    *plain = subprogram("plain", Parent::Unit);
    plain.is_noreturn = true;
    plain.is_main = true;
    let debug_info = unit.cgu.debug_info.as_mut().expect("debug information");
    debug_info.description = describer.unit;
    unit
}

fn variables(types: &Types) -> Vec<Variable> {
    let halves = vec![piece(Some((0, 8)), 2, 0, &[]), piece(Some((8, 8)), 2, 8, &[])];
    let second_half = vec![piece(Some((8, 8)), 1, 0, &[])];
    vec![
        variable("self", types.i64, 0, VariableKind::Argument(1), vec![piece(None, 1, 0, &[])]),
        variable("slice", types.slice, 1, VariableKind::Local, halves),
        variable("value", types.i64, 2, VariableKind::Argument(1), vec![piece(None, 3, 0, &[0, 24])]),
        variable("half", types.slice, 2, VariableKind::Local, second_half),
        variable("this", types.shape, 3, VariableKind::Argument(1), vec![piece(None, 77, 0, &[])]),
        variable("seven", types.i64, 3, VariableKind::Local, vec![constant(None, &7u64.to_le_bytes())]),
        variable(
            "length",
            types.slice,
            3,
            VariableKind::Local,
            vec![constant(Some((8, 8)), &[9, 0, 0, 0, 0, 0, 0, 0])],
        ),
        variable("held", types.i64, 0, VariableKind::Local, vec![value(None, HELD, &[])]),
        variable("behind", types.shape, 0, VariableKind::Local, vec![value(None, HELD, &[16, 8])]),
        variable("passed_on", types.i64, 0, VariableKind::Local, vec![value(None, PASSED_ON, &[])]),
        variable(
            "half_held",
            types.slice,
            0,
            VariableKind::Local,
            vec![constant(Some((0, 8)), &[7; 8]), value(Some((8, 8)), HELD, &[])],
        ),
        variable("covered", types.i64, 3, VariableKind::Local, vec![value(None, HELD, &[])]),
        variable("lost", types.i64, 3, VariableKind::Local, vec![value(None, LOST, &[])]),
        variable("reference", types.i64, 3, VariableKind::Local, vec![reference(piece(None, 1, 4, &[]))]),
        variable(
            "held_reference",
            types.i64,
            0,
            VariableKind::Local,
            vec![reference(value(None, HELD, &[32]))],
        ),
        variable("rest", types.rest, 3, VariableKind::Local, vec![]),
        variable("gone", types.node, 5, VariableKind::Local, vec![piece(None, 1, 0, &[])]),
    ]
}

fn statics(unit: &TestCgu, types: &Types, root: NamespaceId) -> Vec<StaticVariable> {
    let of_name = |name: &str| -> SymbolId { unit.cgu.symbols.lookup(name).expect("a symbol") };
    let counter = StaticVariable {
        name: "COUNTER".into(),
        linkage_name: Some("_RCOUNTER".into()),
        symbol: of_name("COUNTER"),
        parent: Parent::Namespace(root),
        ty: types.i64,
        alignment: 8,
        is_external: true,
        is_thread_local: false,
        declaration: Some(1),
    };
    let local = StaticVariable {
        name: "LOCAL".into(),
        linkage_name: None,
        symbol: of_name("LOCAL"),
        is_external: false,
        is_thread_local: true,
        ..counter.clone()
    };
    vec![counter, local]
}
