//! What debug info says of the source, without compiler types: scopes and variables of a function, types and
//! statics of a unit. Lowering fills these structures; [`crate::dwarf`] writes them.
//!
//! In the order in which they come into being:
//! 1. types, namespaces and inlined functions are entered in the unit's [`UnitDescription`] when they are
//!    first mentioned; their ids are what everything else refers to. A recursive type is reserved, then
//!    defined;
//! 2. each function leaves with its own [`FunctionDescription`]: scopes, variables, where they are;
//! 3. statics are entered when they are defined; the whole [`UnitDescription`] leaves with the sealed unit.
//!
//! All sizes, offsets and alignments are in bytes unless a field says otherwise. Ids are meaningless outside
//! their unit. Names are what debuggers show; rustc's LLVM backend decides them
//! (`rustc_codegen_llvm/src/debuginfo`).

use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use gimli::DwAte;

use crate::cgu::SymbolId;

mod ids;

pub use ids::Renumber;

/// A type of one unit; indexes [`UnitDescription::types`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(u32);
entity_impl!(TypeId, "type");

/// A namespace (crate, module) of one unit; indexes [`UnitDescription::namespaces`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NamespaceId(u32);
entity_impl!(NamespaceId, "namespace");

/// A function that was inlined somewhere in the unit; indexes [`UnitDescription::inlined`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InlinedFunctionId(u32);
entity_impl!(InlinedFunctionId, "inlined");

/// A scope of one function; indexes [`FunctionDescription::scopes`]. Scope 0 is the function itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(u32);
entity_impl!(ScopeId, "scope");

impl ScopeId {
    /// The function itself, outside of every block.
    pub const FUNCTION: ScopeId = ScopeId(0);
}

/// What a `SourceLoc` of a function's CLIF stands for: a position in the source, and the scope of its
/// variables.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CodeLocation {
    /// Opaque; the unit's `PositionResolver` knows it.
    pub position: u32,
    pub scope: ScopeId,
}

/// Where a name is declared: a debugger shows `parent::name`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Parent {
    Unit,
    Namespace(NamespaceId),
    /// Inside a type: the variants of an enum, methods.
    Type(TypeId),
}

/// `DW_TAG_namespace`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Namespace {
    pub name: Box<str>,
    pub parent: Option<NamespaceId>,
}

/// `DW_TAG_template_type_parameter`: `T = ty`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeParameter {
    pub name: Box<str>,
    pub ty: TypeId,
}

/// What a function is called and where it is declared; what an inlined copy and a definition have in common.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subprogram {
    /// `DW_AT_name`, with generic arguments as rustc writes them (`push<i32>`).
    pub name: Box<str>,
    /// `DW_AT_linkage_name`: the symbol. Absent when there is none (or for closures that have none of their
    /// own).
    pub linkage_name: Option<Box<str>>,
    pub parent: Parent,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
    /// Absent for `()` and `!`.
    pub return_type: Option<TypeId>,
    /// Of the arguments; only used where arguments have no variables of their own (declarations).
    pub parameters: Vec<TypeId>,
    pub type_parameters: Vec<TypeParameter>,
    /// Other units may call it (`DW_AT_external`).
    pub is_external: bool,
    /// `DW_AT_noreturn`.
    pub is_noreturn: bool,
    /// The crate's `main`, to which debuggers run at `start` (`DW_AT_main_subprogram`).
    pub is_main: bool,
}

/// A function as debug info describes it.
#[derive(Clone, Debug)]
pub struct FunctionDescription {
    pub subprogram: Subprogram,
    /// By id; the first is the function itself ([`ScopeId::FUNCTION`]); a parent comes before its children.
    /// With less than full debug info there may be only inlined scopes, and no variables.
    pub scopes: PrimaryMap<ScopeId, Scope>,
    /// In order of declaration; arguments in order of their number.
    pub variables: Vec<Variable>,
    /// Whether line tables alone name the function, although nothing was inlined into it. They name what LLVM
    /// inlines something into; at every opt-level, that is what is `#[inline(always)]`.
    pub is_named_by_lines: bool,
}

/// A lexical block or an inlined call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// Absent for the function itself only.
    pub parent: Option<ScopeId>,
    pub kind: ScopeKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Function,
    /// `DW_TAG_lexical_block`. Left out by the writer when it declares nothing.
    Block,
    /// `DW_TAG_inlined_subroutine`, called at the opaque position `call`.
    Inlined {
        function: InlinedFunctionId,
        call: u32,
    },
}

/// `DW_TAG_formal_parameter` or `DW_TAG_variable` of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    pub name: Box<str>,
    pub ty: TypeId,
    pub scope: ScopeId,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
    pub kind: VariableKind,
    /// Where its value is, in the whole scope; several pieces make up one value (`DW_OP_piece`). Empty: not
    /// known (the debugger says "optimized out").
    pub pieces: Vec<VariablePiece>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VariableKind {
    /// Number of the argument, from 1.
    Argument(u32),
    Local,
}

/// Bytes of a variable and where they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariablePiece {
    /// Offset and size of the bytes in the variable; `None`: all of them.
    pub fragment: Option<(u64, u64)>,
    pub place: VariablePlace,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VariablePlace {
    Frame {
        /// The stack slot from which the address is computed: the key that lowering gave it (`StackSlotKey`
        /// bits, unique in the function).
        slot: u64,
        /// Added to the slot's address.
        offset: u64,
        /// Each step loads a pointer from the address so far, then adds the number.
        indirections: Vec<u64>,
    },
    /// Where one SSA value is, in registers and spill slots. Where that value has no place (any more),
    /// nothing is known.
    Value {
        /// The value's `ValueLabel` in the CLIF, which no other value has.
        label: u32,
        /// Empty: the bytes are the lowest of the value. Otherwise the value is an address, to which the
        /// first number is added; each further step loads a pointer from the address so far, then adds the
        /// number.
        indirections: Vec<u64>,
    },
    /// Nowhere: the bytes are the address that this place has, which is in memory.
    AddressOf(Box<VariablePlace>),
    /// Nowhere: the bytes are always these, in memory order.
    Constant(Box<[u8]>),
}

/// A type. Structure follows DWARF; what rustc's types become is decided by lowering.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// `DW_TAG_base_type`.
    Base { name: Box<str>, encoding: DwAte, size: u64 },
    /// `DW_TAG_pointer_type`; without a pointee, to nothing (`void *`).
    Pointer { name: Option<Box<str>>, pointee: Option<TypeId>, size: u64 },
    /// `DW_TAG_array_type` with one subrange; without a count, the bound is not known.
    Array { element: TypeId, count: Option<u64>, size: u64, alignment: u64, is_vector: bool },
    /// `DW_TAG_subroutine_type`.
    Function { return_type: Option<TypeId>, parameters: Vec<TypeId> },
    /// `DW_TAG_structure_type` or `DW_TAG_union_type`.
    Composite(Composite),
    /// `DW_TAG_enumeration_type`.
    Enumeration(Enumeration),
    /// `DW_TAG_typedef` without a target and the like: a name with nothing known (`DW_TAG_unspecified_type`).
    Unspecified { name: Box<str> },
    /// Reserved, not yet defined.
    Reserved,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompositeKind {
    Structure,
    Union,
}

/// A type with members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Composite {
    pub kind: CompositeKind,
    pub name: Box<str>,
    pub parent: Parent,
    pub size: u64,
    pub alignment: u64,
    pub members: Vec<Member>,
    /// The variants of an enum that carries data, a coroutine.
    pub variants: Option<VariantPart>,
    pub type_parameters: Vec<TypeParameter>,
    /// `DW_AT_containing_type`: of a vtable, the type that it is for.
    pub containing_type: Option<TypeId>,
    pub accessibility: Option<Accessibility>,
    /// Made by the compiler (`DW_AT_artificial`).
    pub is_artificial: bool,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
}

/// `DW_TAG_member`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    pub name: Box<str>,
    pub ty: TypeId,
    pub offset: u64,
    pub alignment: u64,
    pub accessibility: Option<Accessibility>,
    pub is_artificial: bool,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
}

/// `DW_AT_accessibility`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accessibility {
    Public,
    Protected,
    Private,
}

/// `DW_TAG_variant_part`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariantPart {
    /// The tag; absent when there is only one variant.
    pub discriminant: Option<Member>,
    pub variants: Vec<Variant>,
}

/// `DW_TAG_variant`: one member whose type is the variant's structure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variant {
    pub values: VariantValues,
    pub member: Member,
}

/// Which values of the discriminant select a variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VariantValues {
    /// All that no other variant has (the dataful variant of a niche).
    Default,
    /// `DW_AT_discr_value`, in the size of the discriminant.
    One(u128),
    /// `DW_AT_discr_list` with one range, both ends included.
    Range(u128, u128),
}

/// An enum without data, or the values of a discriminant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enumeration {
    pub name: Box<str>,
    pub parent: Parent,
    pub underlying: TypeId,
    pub size: u64,
    pub alignment: u64,
    /// Enum classes scope their enumerators (`DW_AT_enum_class`).
    pub is_class: bool,
    /// Whether values are signed.
    pub is_signed: bool,
    /// Names and values; of a value, the low bits count.
    pub enumerators: Vec<(Box<str>, u128)>,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
}

/// A static or a vtable: `DW_TAG_variable` of the unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaticVariable {
    pub name: Box<str>,
    /// The symbol's name, unless it is the same.
    pub linkage_name: Option<Box<str>>,
    pub symbol: SymbolId,
    pub parent: Parent,
    pub ty: TypeId,
    pub alignment: u64,
    pub is_external: bool,
    pub is_thread_local: bool,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
}

/// What a unit's functions and statics refer to, and its statics.
#[derive(Clone, Default, Debug)]
pub struct UnitDescription {
    pub types: PrimaryMap<TypeId, Type>,
    pub namespaces: PrimaryMap<NamespaceId, Namespace>,
    pub inlined: PrimaryMap<InlinedFunctionId, Subprogram>,
    pub statics: Vec<StaticVariable>,
}

impl UnitDescription {
    /// An id for a type that is defined later; types may refer to it at once.
    pub fn reserve_type(&mut self) -> TypeId {
        self.types.push(Type::Reserved)
    }

    /// Says what the reserved type `id` is.
    pub fn define_type(&mut self, id: TypeId, ty: Type) {
        debug_assert_eq!(self.types[id], Type::Reserved, "{id} is defined twice");
        self.types[id] = ty;
    }

    /// Whether all reserved types were defined.
    pub fn is_complete(&self) -> bool {
        self.types.values().all(|ty| *ty != Type::Reserved)
    }
}
