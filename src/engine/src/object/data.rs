//! Writes data objects: statics, constants and vtables.
//!
//! [`place`] gives a definition a section and an offset. [`relocate`] writes its relocations after all
//! definitions are placed.

use std::borrow::Cow;

use object::write::{Object, Relocation, SectionId};
use object::{RelocationFlags, elf};

use super::ObjectError;
use super::sections::{Fill, Holds, SectionHeader, Sections};
use super::symbols::{Place, Symbols};
use crate::cgu::{Binding, Contents, DataDefinition, Placement, SectionLayout, SymbolKind};
use crate::machine::{Form, Machine};

/// Private constants up to this size in bytes share one section. What the linker could save by dropping some
/// of them is less than the cost of a section header, a section symbol and the linker's time for each.
const SHARED_CONSTANT_LIMIT: u64 = 4096;

/// Size of an address in data, in bytes.
const ADDRESS_SIZE: u64 = 8;

/// The section that a definition is placed in.
enum Choice<'a> {
    /// Its own section, named after it.
    Own(SectionHeader<'a>),
    Shared(SectionHeader<'a>),
}

/// Places `definition`.
///
/// # Errors
///
/// Fails if the definition is malformed, its symbol is an import or already defined, or a tentative
/// definition has a value.
pub(super) fn place<'a>(
    object: &mut Object<'a>,
    sections: &mut Sections<'a>,
    symbols: &mut Symbols<'a>,
    definition: &'a DataDefinition,
    layout: SectionLayout,
) -> Result<(), ObjectError> {
    check(symbols, definition)?;
    let (size, alignment) = (definition.contents.size(), definition.alignment.max(1));
    if symbols.get(definition.symbol).binding == Binding::Common {
        if fill(definition) != Fill::Zeroes {
            return Err(ObjectError::CommonWithValue { symbol: symbols.name(definition.symbol).to_owned() });
        }
        return symbols.place(definition.symbol, Place::Common { alignment, size });
    }
    let (header, own) = match choose(symbols, definition) {
        // The linker has to keep this object, but not others in the same section.
        Choice::Own(header) => (header, layout.separates() || definition.retain),
        Choice::Shared(header) => (header, false),
    };
    let section = if own {
        Sections::of_symbol(object, &header, symbols.name(definition.symbol), layout)
    } else {
        sections.shared(object, header.clone())
    };
    let offset = if header.is_zeroed() {
        object.append_section_bss(section, size, alignment)
    } else if own {
        object.set_section_data(section, bytes(&definition.contents), alignment);
        0
    } else {
        object.append_section_data(section, &bytes(&definition.contents), alignment)
    };
    symbols.place(definition.symbol, Place::Section { section, offset, size })
}

/// Writes the relocations of `definition`, which is at `offset` of `section`.
///
/// # Errors
///
/// Fails if a relocation refers to an undefined symbol.
pub(super) fn relocate(
    object: &mut Object<'_>,
    symbols: &mut Symbols<'_>,
    machine: &'static Machine,
    definition: &DataDefinition,
    (section, offset): (SectionId, u64),
) -> Result<(), ObjectError> {
    for relocation in &definition.relocations {
        let reference = symbols.reference(object, relocation.target, Form::Address)?;
        object
            .add_relocation(
                section,
                Relocation {
                    offset: offset + relocation.offset,
                    symbol: reference.symbol,
                    addend: reference.addend.wrapping_add(relocation.addend),
                    flags: RelocationFlags::Elf { r_type: machine.data_relocations.address_64 },
                },
            )
            .map_err(|reason| ObjectError::Elf { cgu: symbols.name(definition.symbol).to_owned(), reason })?;
    }
    Ok(())
}

fn check(symbols: &Symbols<'_>, definition: &DataDefinition) -> Result<(), ObjectError> {
    let malformed =
        |problem| Err(ObjectError::Malformed { symbol: symbols.name(definition.symbol).to_owned(), problem });
    let size = definition.contents.size();
    if definition.alignment != 0 && !definition.alignment.is_power_of_two() {
        return malformed("its alignment is not a power of two");
    }
    let fits = |offset: u64| offset.checked_add(ADDRESS_SIZE).is_some_and(|end| end <= size);
    if !definition.relocations.iter().all(|relocation| fits(relocation.offset)) {
        return malformed("an address lies outside of it");
    }
    let is_thread_local = symbols.get(definition.symbol).kind == SymbolKind::ThreadLocal;
    if is_thread_local != (definition.placement == Placement::ThreadLocal)
        && !matches!(definition.placement, Placement::Section { .. })
    {
        return malformed("its symbol and its section disagree on whether it is thread-local");
    }
    Ok(())
}

fn choose<'a>(symbols: &Symbols<'_>, definition: &'a DataDefinition) -> Choice<'a> {
    let symbol = symbols.get(definition.symbol);
    let has_relocations = !definition.relocations.is_empty();
    let own = |header: SectionHeader<'a>| Choice::Own(header.retained(definition.retain));
    match &definition.placement {
        Placement::ReadOnly if has_relocations => own(SectionHeader::relocated_data()),
        Placement::ReadOnly
            if symbol.binding == Binding::Local
                && !definition.retain
                && definition.contents.size() <= SHARED_CONSTANT_LIMIT =>
        {
            Choice::Shared(SectionHeader::read_only_data())
        }
        Placement::ReadOnly => own(SectionHeader::read_only_data()),
        Placement::Writable => own(SectionHeader::writable(fill(definition))),
        Placement::ThreadLocal => own(SectionHeader::thread_local(fill(definition))),
        Placement::Code => own(SectionHeader::text()),
        Placement::Section { name, writable } => {
            let holds = match () {
                () if symbol.kind == SymbolKind::ThreadLocal => Holds::ThreadLocalData,
                // The dynamic linker writes the addresses when the program is loaded.
                () if *writable || has_relocations => Holds::WritableData,
                () => Holds::ReadOnlyData,
            };
            let header = SectionHeader::named(name, holds, fill(definition));
            Choice::Shared(header.retained(definition.retain))
        }
    }
}

fn fill(definition: &DataDefinition) -> Fill {
    let is_zero = match &definition.contents {
        Contents::Bytes(bytes) => bytes.iter().all(|&byte| byte == 0),
        Contents::Zeroed(_) => true,
    };
    if is_zero && definition.relocations.is_empty() { Fill::Zeroes } else { Fill::Bytes }
}

fn bytes(contents: &Contents) -> Cow<'_, [u8]> {
    match contents {
        Contents::Bytes(bytes) => Cow::Borrowed(bytes),
        Contents::Zeroed(size) => Cow::Owned(vec![0; *size as usize]),
    }
}

/// Returns `e_ident[EI_OSABI]`. GNU ld respects `SHF_GNU_RETAIN` only in objects that declare GNU's ABI.
pub(super) fn os_abi(data: &[DataDefinition]) -> u8 {
    if data.iter().any(|definition| definition.retain) { elf::ELFOSABI_GNU } else { elf::ELFOSABI_NONE }
}
