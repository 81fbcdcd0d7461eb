//! Writes types, each as one entry with its members (DWARF 5 chapter 5).

use gimli::write::Result;

use super::entries::{Attributes, Children, Label, Value};
use super::unit::UnitWriter;
use crate::description::{
    Accessibility, Composite, CompositeKind, Enumeration, Member, Type, TypeId, TypeParameter, Variant,
    VariantPart, VariantValues,
};

/// LLVM's name for the type of array bounds.
const BOUND_TYPE_NAME: &str = "__ARRAY_SIZE_TYPE__";

/// Size of a pointer on all targets, in bytes. Pointer types of another size have a size attribute.
const POINTER_SIZE: u64 = 8;

impl<'a> UnitWriter<'a> {
    /// Returns a reference to a type, which has to be in the tree.
    pub(super) fn type_reference(&self, ty: TypeId) -> Value<'static> {
        Value::Reference(self.tree.types[ty].expect("every type that is mentioned is in the tree"))
    }

    pub(super) fn write_type(&mut self, id: TypeId) -> Result<()> {
        let Value::Reference(label) = self.type_reference(id) else { return Ok(()) };
        match self.tree.description(id) {
            Type::Base { name, encoding, size } => {
                let attributes = [
                    (gimli::DW_AT_name, self.string(name)?),
                    (gimli::DW_AT_encoding, Value::Unsigned(u64::from(encoding.0))),
                    (gimli::DW_AT_byte_size, Value::Unsigned(*size)),
                ];
                self.entries.open_labelled(label, gimli::DW_TAG_base_type, Children::No, &attributes)
            }
            Type::Pointer { name, pointee, size } => {
                self.write_pointer(label, name.as_deref(), *pointee, *size)
            }
            ty @ Type::Array { .. } => self.write_array(label, ty),
            Type::Function { return_type, parameters } => {
                self.write_function_type(label, *return_type, parameters)
            }
            Type::Composite(composite) => self.write_composite(label, id, composite),
            Type::Enumeration(enumeration) => self.write_enumeration(label, id, enumeration),
            Type::Unspecified { name } => self.write_unspecified(label, name),
            Type::Reserved => {
                debug_assert!(false, "{id} was never defined");
                self.write_unspecified(label, "?")
            }
        }
    }

    /// Writes the type of array bounds.
    pub(super) fn write_bound_type(&mut self) -> Result<()> {
        let Some(label) = self.tree.bound_type else { return Ok(()) };
        let attributes = [
            (gimli::DW_AT_name, self.string(BOUND_TYPE_NAME)?),
            (gimli::DW_AT_byte_size, Value::Unsigned(8)),
            (gimli::DW_AT_encoding, Value::Unsigned(u64::from(gimli::DW_ATE_unsigned.0))),
        ];
        self.entries.open_labelled(label, gimli::DW_TAG_base_type, Children::No, &attributes)
    }

    fn write_unspecified(&mut self, label: Label, name: &str) -> Result<()> {
        let attributes = [(gimli::DW_AT_name, self.string(name)?)];
        self.entries.open_labelled(label, gimli::DW_TAG_unspecified_type, Children::No, &attributes)
    }

    fn write_pointer(
        &mut self,
        label: Label,
        name: Option<&str>,
        pointee: Option<TypeId>,
        size: u64,
    ) -> Result<()> {
        let mut attributes = Attributes::new();
        if let Some(pointee) = pointee {
            attributes.push((gimli::DW_AT_type, self.type_reference(pointee)));
        }
        self.push_name(&mut attributes, name.unwrap_or_default())?;
        if size != POINTER_SIZE {
            attributes.push((gimli::DW_AT_byte_size, Value::Unsigned(size)));
        }
        self.entries.open_labelled(label, gimli::DW_TAG_pointer_type, Children::No, &attributes)
    }

    fn write_array(&mut self, label: Label, ty: &Type) -> Result<()> {
        let &Type::Array { element, count, size, alignment, is_vector } = ty else { return Ok(()) };
        let mut attributes = vec![(gimli::DW_AT_type, self.type_reference(element))];
        if is_vector {
            attributes.push((gimli::DW_AT_GNU_vector, Value::Present));
            attributes.push((gimli::DW_AT_byte_size, Value::Unsigned(size)));
            push_alignment(&mut attributes, alignment);
        }
        self.entries.open_labelled(label, gimli::DW_TAG_array_type, Children::Yes, &attributes)?;
        let bound = self.tree.bound_type.expect("there are arrays");
        let mut attributes = vec![(gimli::DW_AT_type, Value::Reference(bound))];
        // Before DWARF 5, Rust is not one of the languages with a default lower bound.
        if self.unit.version < 5 {
            attributes.push((gimli::DW_AT_lower_bound, Value::Signed(0)));
        }
        if let Some(count) = count {
            attributes.push((gimli::DW_AT_count, Value::Unsigned(count)));
        }
        self.entries.open(gimli::DW_TAG_subrange_type, Children::No, &attributes)?;
        self.entries.close()
    }

    fn write_function_type(
        &mut self,
        label: Label,
        return_type: Option<TypeId>,
        parameters: &[TypeId],
    ) -> Result<()> {
        let mut attributes = Attributes::new();
        if let Some(ty) = return_type {
            attributes.push((gimli::DW_AT_type, self.type_reference(ty)));
        }
        let children = Children::if_any(!parameters.is_empty());
        self.entries.open_labelled(label, gimli::DW_TAG_subroutine_type, children, &attributes)?;
        self.write_parameter_types(parameters)?;
        if children == Children::Yes { self.entries.close() } else { Ok(()) }
    }

    /// Writes parameters of which only the types are known.
    pub(super) fn write_parameter_types(&mut self, parameters: &[TypeId]) -> Result<()> {
        for &parameter in parameters {
            let attributes = [(gimli::DW_AT_type, self.type_reference(parameter))];
            self.entries.open(gimli::DW_TAG_formal_parameter, Children::No, &attributes)?;
        }
        Ok(())
    }

    pub(super) fn write_type_parameters(&mut self, parameters: &[TypeParameter]) -> Result<()> {
        for TypeParameter { name, ty } in parameters {
            let attributes =
                [(gimli::DW_AT_type, self.type_reference(*ty)), (gimli::DW_AT_name, self.string(name)?)];
            self.entries.open(gimli::DW_TAG_template_type_parameter, Children::No, &attributes)?;
        }
        Ok(())
    }

    fn write_composite(&mut self, label: Label, id: TypeId, composite: &Composite) -> Result<()> {
        let tag = match composite.kind {
            CompositeKind::Structure => gimli::DW_TAG_structure_type,
            CompositeKind::Union => gimli::DW_TAG_union_type,
        };
        let mut attributes = Attributes::new();
        if let Some(ty) = composite.containing_type {
            attributes.push((gimli::DW_AT_containing_type, self.type_reference(ty)));
        }
        self.push_name(&mut attributes, &composite.name)?;
        attributes.push((gimli::DW_AT_byte_size, Value::Unsigned(composite.size)));
        push_alignment(&mut attributes, composite.alignment);
        push_accessibility(&mut attributes, composite.accessibility);
        if composite.is_artificial {
            attributes.push((gimli::DW_AT_artificial, Value::Present));
        }
        self.push_declaration(&mut attributes, composite.declaration);
        let inner = std::mem::take(&mut self.tree.of_type[id]);
        let children = Children::if_any(
            !composite.members.is_empty()
                || composite.variants.is_some()
                || !composite.type_parameters.is_empty()
                || !inner.is_empty(),
        );
        self.entries.open_labelled(label, tag, children, &attributes)?;
        if children == Children::No {
            return Ok(());
        }
        for member in &composite.members {
            self.write_member(member, None)?;
        }
        if let Some(part) = &composite.variants {
            self.write_variant_part(part)?;
        }
        self.write_type_parameters(&composite.type_parameters)?;
        self.write_all(&inner)?;
        self.entries.close()
    }

    fn write_member(&mut self, member: &Member, label: Option<Label>) -> Result<()> {
        let mut attributes = Attributes::new();
        self.push_name(&mut attributes, &member.name)?;
        attributes.push((gimli::DW_AT_type, self.type_reference(member.ty)));
        push_alignment(&mut attributes, member.alignment);
        // In DWARF 2, this is an expression that adds the offset to the structure's address.
        let mut addition = vec![gimli::DW_OP_plus_uconst.0];
        push_unsigned(&mut addition, u128::from(member.offset));
        let offset = match self.unit.version {
            3.. => Value::Unsigned(member.offset),
            _ => Value::Expression(&addition),
        };
        attributes.push((gimli::DW_AT_data_member_location, offset));
        push_accessibility(&mut attributes, member.accessibility);
        if member.is_artificial {
            attributes.push((gimli::DW_AT_artificial, Value::Present));
        }
        self.push_declaration(&mut attributes, member.declaration);
        match label {
            Some(label) => self.entries.open_labelled(label, gimli::DW_TAG_member, Children::No, &attributes),
            None => self.entries.open(gimli::DW_TAG_member, Children::No, &attributes),
        }
    }

    fn write_variant_part(&mut self, part: &VariantPart) -> Result<()> {
        let discriminant = part.discriminant.as_ref().map(|member| (member, self.entries.label()));
        let mut attributes = Attributes::new();
        if let Some((_, label)) = discriminant {
            attributes.push((gimli::DW_AT_discr, Value::Reference(label)));
        }
        let children = Children::if_any(discriminant.is_some() || !part.variants.is_empty());
        self.entries.open(gimli::DW_TAG_variant_part, children, &attributes)?;
        if let Some((member, label)) = discriminant {
            self.write_member(member, Some(label))?;
        }
        let size = part.discriminant.as_ref().map_or(0, |member| self.size_of_constants(member.ty));
        for variant in &part.variants {
            self.write_variant(variant, size)?;
        }
        self.close_if(children)
    }

    /// Returns the size of an integer type in bytes, which decides the form of its constants.
    fn size_of_constants(&self, ty: TypeId) -> u64 {
        match self.tree.description(ty) {
            Type::Base { size, .. } => *size,
            Type::Enumeration(enumeration) => enumeration.size,
            _ => 0,
        }
    }

    /// Writes a variant. `size` is that of the discriminant.
    fn write_variant(&mut self, variant: &Variant, size: u64) -> Result<()> {
        let mut list = Vec::new();
        let mut attributes = Attributes::new();
        match variant.values {
            VariantValues::Default => {}
            VariantValues::One(value) => {
                attributes.push((gimli::DW_AT_discr_value, unsigned_constant(value, size)));
            }
            VariantValues::Range(low, high) => {
                // DWARF 5 section 7.19.
                list.push(gimli::DW_DSC_range.0);
                push_unsigned(&mut list, low);
                push_unsigned(&mut list, high);
                attributes.push((gimli::DW_AT_discr_list, Value::Block(&list)));
            }
        }
        self.entries.open(gimli::DW_TAG_variant, Children::Yes, &attributes)?;
        self.write_member(&variant.member, None)?;
        self.entries.close()
    }

    fn write_enumeration(&mut self, label: Label, id: TypeId, enumeration: &Enumeration) -> Result<()> {
        let mut attributes = vec![(gimli::DW_AT_type, self.type_reference(enumeration.underlying))];
        if enumeration.is_class && self.unit.version >= 4 {
            attributes.push((gimli::DW_AT_enum_class, Value::Present));
        }
        self.push_name(&mut attributes, &enumeration.name)?;
        attributes.push((gimli::DW_AT_byte_size, Value::Unsigned(enumeration.size)));
        push_alignment(&mut attributes, enumeration.alignment);
        self.push_declaration(&mut attributes, enumeration.declaration);
        let inner = std::mem::take(&mut self.tree.of_type[id]);
        let children = Children::if_any(!enumeration.enumerators.is_empty() || !inner.is_empty());
        self.entries.open_labelled(label, gimli::DW_TAG_enumeration_type, children, &attributes)?;
        if children == Children::No {
            return Ok(());
        }
        let constant = if enumeration.is_signed { signed_constant } else { unsigned_constant };
        for (name, value) in &enumeration.enumerators {
            let value = constant(*value, enumeration.size);
            let attributes = [(gimli::DW_AT_name, self.string(name)?), (gimli::DW_AT_const_value, value)];
            self.entries.open(gimli::DW_TAG_enumerator, Children::No, &attributes)?;
        }
        self.write_all(&inner)?;
        self.entries.close()
    }
}

pub(super) fn push_alignment(attributes: &mut Attributes<'_>, alignment: u64) {
    if alignment != 0 {
        attributes.push((gimli::DW_AT_alignment, Value::Unsigned(alignment)));
    }
}

fn push_accessibility(attributes: &mut Attributes<'_>, accessibility: Option<Accessibility>) {
    let Some(accessibility) = accessibility else { return };
    let value = match accessibility {
        Accessibility::Public => gimli::DW_ACCESS_public,
        Accessibility::Protected => gimli::DW_ACCESS_protected,
        Accessibility::Private => gimli::DW_ACCESS_private,
    };
    attributes.push((gimli::DW_AT_accessibility, Value::Unsigned(u64::from(value.0))));
}

/// Returns the low `size` bytes of `value` as an unsigned constant. A 128-bit constant is a block, however
/// small it is, because rustc's lldb scripts rely on this form of LLVM's (`Option<NonZero<i128>>`).
fn unsigned_constant(value: u128, size: u64) -> Value<'static> {
    match size {
        9.. => Value::Data16(value),
        _ => Value::Unsigned((value << unused_bits(size) >> unused_bits(size)) as u64),
    }
}

/// Returns the low `size` bytes of `value` as a signed constant. One of 128 bits equals an unsigned one.
fn signed_constant(value: u128, size: u64) -> Value<'static> {
    match size {
        9.. => Value::Data16(value),
        _ => Value::Signed(((value << unused_bits(size)) as i128 >> unused_bits(size)) as i64),
    }
}

/// Returns how many bits of 128 are not in `size` bytes.
fn unused_bits(size: u64) -> u32 {
    128 - 8 * size.clamp(1, 16) as u32
}

/// Writes LEB128 of up to 128 bits; `gimli` only writes 64.
fn push_unsigned(bytes: &mut Vec<u8>, mut value: u128) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}
