//! Describes the source for debug info, without compiler types: the scopes and variables of a function, the
//! types and statics of a CGU. Lowering fills these structures, [`crate::dwarf`] writes them.
//!
//! 1. Lowering enters types, namespaces and inlined functions in the CGU's [`UnitDescription`] when it first
//!    meets them. Everything else refers to them by id. A recursive type is reserved first and defined later.
//! 2. Each function is handed over with its own [`FunctionDescription`]: scopes, variables and their
//!    locations.
//! 3. Statics are entered when they are defined. The [`UnitDescription`] is handed over with the sealed CGU.
//!
//! All sizes, offsets and alignments are in bytes unless a field says otherwise. Ids are only valid in their
//! own CGU. Names are those that debuggers show; they follow rustc's LLVM backend
//! (`rustc_codegen_llvm/src/debuginfo`).
//!
//! A *position* is an opaque number of a place in the source. The CGU's
//! [`PositionResolver`](crate::cgu::PositionResolver) turns it into file, line and column.

use cranelift_codegen::entity::{PrimaryMap, entity_impl};
use gimli::DwAte;

use crate::symbols::SymbolId;

mod ids;

pub use ids::Renumber;

/// A type of one CGU; indexes [`UnitDescription::types`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(u32);
entity_impl!(TypeId, "type");

/// A namespace (crate, module) of one CGU; indexes [`UnitDescription::namespaces`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NamespaceId(u32);
entity_impl!(NamespaceId, "namespace");

/// A function that was inlined somewhere in the CGU; indexes [`UnitDescription::inlined`].
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

/// The meaning of a `SourceLoc` in a function's CLIF: a source position and a scope.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CodeLocation {
    /// Opaque position.
    pub position: u32,
    pub scope: ScopeId,
}

/// The entity that declares a name; a debugger shows `parent::name`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Parent {
    Unit,
    Namespace(NamespaceId),
    /// A type, which declares methods and the variants of an enum.
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

/// The name, declaration and types of a function, which its definition and its inlined copies share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subprogram {
    /// `DW_AT_name`, with generic arguments as rustc writes them (`push<i32>`).
    pub name: Box<str>,
    /// `DW_AT_linkage_name`: the symbol's name. Absent if it equals `name` or if there is no symbol.
    pub linkage_name: Option<Box<str>>,
    pub parent: Parent,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
    /// Absent for `()` and `!`.
    pub return_type: Option<TypeId>,
    /// Types of the arguments. Only used in declarations, where arguments have no variables.
    pub parameters: Vec<TypeId>,
    pub type_parameters: Vec<TypeParameter>,
    /// Whether other CGUs may call it (`DW_AT_external`).
    pub is_external: bool,
    /// `DW_AT_noreturn`.
    pub is_noreturn: bool,
    /// Whether it is the crate's `main`, where debuggers stop on `start` (`DW_AT_main_subprogram`).
    pub is_main: bool,
}

/// The description of one compiled function.
#[derive(Clone, Debug)]
pub struct FunctionDescription {
    pub subprogram: Subprogram,
    /// The first scope is the function itself ([`ScopeId::FUNCTION`]); a parent precedes its children. With
    /// less than full debug info, there may be only inlined scopes and no variables.
    pub scopes: PrimaryMap<ScopeId, Scope>,
    /// In order of declaration; arguments in order of their number.
    pub variables: Vec<Variable>,
    /// Whether the function is described when there are only line tables, although nothing was inlined into
    /// it. LLVM then describes every function into which it inlines something; at all opt-levels, it inlines
    /// `#[inline(always)]` functions.
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
    /// `DW_TAG_lexical_block`. [`crate::dwarf`] omits blocks that declare nothing.
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
    /// Where its value is, in the whole scope. Several pieces form one value (`DW_OP_piece`). Without pieces,
    /// the location is unknown (debuggers print "optimized out").
    pub pieces: Vec<VariablePiece>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VariableKind {
    /// Number of the argument, from 1.
    Argument(u32),
    Local,
}

/// A range of a variable's bytes and their location.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariablePiece {
    /// Offset and size of the bytes in the variable. `None` means all of them.
    pub fragment: Option<(u64, u64)>,
    pub location: VariableLocation,
}

/// The bit that marks the label of a value's extensions. The other bits are the label of the value.
pub const EXTENSION_LABEL: u32 = 1 << 31;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VariableLocation {
    Frame {
        /// The stack slot at which the address computation starts: the key that lowering gave it
        /// (`StackSlotKey` bits, unique in the function).
        slot: u64,
        /// Added to the slot's address.
        offset: u64,
        /// Each step loads a pointer from the current address, then adds the number.
        indirections: Vec<u64>,
    },
    /// The location of one SSA value, in registers and spill slots. Outside that value's ranges, the location
    /// is unknown.
    Value {
        /// The value's `ValueLabel` in the CLIF. No other value has the same label, but extensions of the
        /// value have it with [`EXTENSION_LABEL`].
        label: u32,
        /// If empty, the bytes are the lowest ones of the value. Otherwise, the value is an address: the
        /// first number is added to it, and each further step loads a pointer from the current address and
        /// adds the number.
        indirections: Vec<u64>,
    },
    /// The bytes are not stored. They are the address of this location, which is in memory.
    AddressOf(Box<VariableLocation>),
    /// The bytes are not stored. They are always these, in memory order.
    Constant(Box<[u8]>),
}

/// A type, structured as in DWARF. Lowering decides what rustc's types become.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// `DW_TAG_base_type`.
    Base { name: Box<str>, encoding: DwAte, size: u64 },
    /// `DW_TAG_pointer_type`; without a pointee, a `void *`.
    Pointer { name: Option<Box<str>>, pointee: Option<TypeId>, size: u64 },
    /// `DW_TAG_array_type` with one subrange; without a count, the bound is unknown.
    Array { element: TypeId, count: Option<u64>, size: u64, alignment: u64, is_vector: bool },
    /// `DW_TAG_subroutine_type`.
    Function { return_type: Option<TypeId>, parameters: Vec<TypeId> },
    /// `DW_TAG_structure_type` or `DW_TAG_union_type`.
    Composite(Composite),
    /// `DW_TAG_enumeration_type`.
    Enumeration(Enumeration),
    /// `DW_TAG_unspecified_type`: a name without further information.
    Unspecified { name: Box<str> },
    /// A type that is reserved, but not yet defined.
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
    /// The variants of an enum with data or of a coroutine.
    pub variants: Option<VariantPart>,
    pub type_parameters: Vec<TypeParameter>,
    /// `DW_AT_containing_type`: for a vtable, the type that implements the trait.
    pub containing_type: Option<TypeId>,
    pub accessibility: Option<Accessibility>,
    /// Whether the compiler generated it (`DW_AT_artificial`).
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
    /// The tag. Absent if there is only one variant.
    pub discriminant: Option<Member>,
    pub variants: Vec<Variant>,
}

/// `DW_TAG_variant`: one member whose type is the variant's structure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variant {
    pub values: VariantValues,
    pub member: Member,
}

/// The discriminant values that select a variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VariantValues {
    /// All values that no other variant has (the dataful variant of a niche).
    Default,
    /// `DW_AT_discr_value`, in the size of the discriminant.
    One(u128),
    /// `DW_AT_discr_list` with one range, both ends included.
    Range(u128, u128),
}

/// An enum without data, or the type of a discriminant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enumeration {
    pub name: Box<str>,
    pub parent: Parent,
    pub underlying: TypeId,
    pub size: u64,
    pub alignment: u64,
    /// Whether enumerators are scoped by the enum's name (`DW_AT_enum_class`).
    pub is_class: bool,
    /// Whether the values are signed.
    pub is_signed: bool,
    /// Names and values; only the low `size` bytes of a value count.
    pub enumerators: Vec<(Box<str>, u128)>,
    /// Opaque position of the declaration.
    pub declaration: Option<u32>,
}

/// A static or a vtable: a `DW_TAG_variable` of the DWARF unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaticVariable {
    pub name: Box<str>,
    /// The symbol's name, unless it equals `name`.
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

/// The statics of a CGU, and what its functions and statics refer to.
#[derive(Clone, Default, Debug)]
pub struct UnitDescription {
    pub types: PrimaryMap<TypeId, Type>,
    pub namespaces: PrimaryMap<NamespaceId, Namespace>,
    pub inlined: PrimaryMap<InlinedFunctionId, Subprogram>,
    pub statics: Vec<StaticVariable>,
}

impl UnitDescription {
    /// Returns an id for a type that [`UnitDescription::define_type`] defines later. Other types may refer to
    /// it at once.
    pub fn reserve_type(&mut self) -> TypeId {
        self.types.push(Type::Reserved)
    }

    /// Defines the reserved type `id`.
    pub fn define_type(&mut self, id: TypeId, ty: Type) {
        debug_assert_eq!(self.types[id], Type::Reserved, "{id} is defined twice");
        self.types[id] = ty;
    }

    /// Returns whether all reserved types are defined.
    pub fn is_complete(&self) -> bool {
        self.types.values().all(|ty| *ty != Type::Reserved)
    }
}
