//! Writes statics and vtables: the variables of the unit.

use gimli::write::Result;

use super::PlacedStatic;
use super::entries::{ADDRESS_SIZE, Attributes, Children, Value};
use super::types::push_alignment;
use super::unit::UnitWriter;

/// Replaces an offset in the thread's storage by an address. DWARF 5 has a standard opcode for this, which
/// gdb knows as well, but older versions of lldb do not.
const PUSH_THREAD_LOCAL: u8 = gimli::DW_OP_GNU_push_tls_address.0;

impl<'a> UnitWriter<'a> {
    pub(super) fn write_static(&mut self, index: usize) -> Result<()> {
        let PlacedStatic { description, symbol } = self.code.statics[index];
        let mut attributes = Attributes::new();
        self.push_name(&mut attributes, &description.name)?;
        attributes.push((gimli::DW_AT_type, self.type_reference(description.ty)));
        self.push_declaration(&mut attributes, description.declaration);
        if description.is_external {
            attributes.push((gimli::DW_AT_external, Value::Present));
        }
        push_alignment(&mut attributes, description.alignment);
        let by_number;
        if let Some(symbol) = symbol {
            let is_thread_local = description.is_thread_local;
            let location = if self.dialect.has_address_table() && (self.dialect.is_split || !is_thread_local)
            {
                by_number = self.numbered_address(symbol.0, is_thread_local);
                Value::Expression(&by_number)
            } else if is_thread_local {
                const { assert!(ADDRESS_SIZE == 8) };
                let (before, after) = (&[gimli::DW_OP_const8u.0], &[PUSH_THREAD_LOCAL]);
                Value::AddressExpression(before, symbol, after)
            } else {
                Value::AddressExpression(&[gimli::DW_OP_addr.0], symbol, &[])
            };
            attributes.push((gimli::DW_AT_location, location));
        }
        if let Some(name) = &description.linkage_name {
            attributes.push((self.linkage_name(), self.string(name)?));
        }
        self.entries.open(gimli::DW_TAG_variable, Children::No, &attributes)
    }

    /// Returns an expression that refers to an address in `.debug_addr` by number.
    fn numbered_address(&mut self, symbol: usize, is_thread_local: bool) -> Vec<u8> {
        let number = self.addresses.number(super::SymbolIndex(symbol), 0);
        let opcode = match (is_thread_local, self.unit.version >= 5) {
            (false, true) => gimli::DW_OP_addrx,
            (false, false) => gimli::DW_OP_GNU_addr_index,
            // DWARF 5 has a standard opcode for this as well, but LLVM never writes it, and readers made for
            // LLVM's output do not know it.
            (true, _) => gimli::DW_OP_GNU_const_index,
        };
        let mut expression = vec![opcode.0];
        expression.extend_from_slice(gimli::leb128::write::Leb128::unsigned(u64::from(number)).bytes());
        if is_thread_local {
            expression.push(PUSH_THREAD_LOCAL);
        }
        expression
    }
}
