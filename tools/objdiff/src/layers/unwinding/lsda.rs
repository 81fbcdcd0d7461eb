//! Tables of call sites (LSDA, language-specific data area): what the personality does when a call unwinds.
//!
//! The format is the one of GCC's `unwind-c.c` and the Itanium C++ ABI, level 2. What the actions mean to
//! `rust_eh_personality` is in std's module `sys::personality::dwarf::eh`.

use std::collections::HashMap;
use std::sync::Arc;

use gimli::{DwEhPe, EndianSlice, LittleEndian, Reader as _};
use object::SectionIndex;

use crate::error::Error;
use crate::view::View;

/// The call unwinds through the function.
pub const UNWINDS: &str = "unwinds";
/// The function runs code, then unwinding continues.
const CLEANUP: &str = "cleanup";
/// The call may not unwind.
pub const TERMINATE: &str = "terminate";

/// A call in a cleanup may not unwind.
pub const FILTER: &str = "terminate (filter)";

/// The most actions of one call site that are followed. The chain may be a circle.
const MOST_ACTIONS: usize = 16;

type Bytes<'b> = EndianSlice<'b, LittleEndian>;

/// What happens when one of a range of instructions unwinds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// From the start of the function.
    pub start: u64,
    pub end: u64,
    pub action: Arc<str>,
}

/// The tables of an object.
pub struct Tables<'v, 'd> {
    view: &'v View<'d>,
    /// The relocated contents of the sections with tables.
    contents: HashMap<SectionIndex, Vec<u8>>,
    /// The tables that were read already.
    known: HashMap<(u64, bool), Arc<Vec<Site>>>,
    /// How many call sites may still be stored: tables of a hostile file may overlap.
    budget: usize,
}

impl<'v, 'd> Tables<'v, 'd> {
    pub fn new(view: &'v View<'d>) -> Self {
        let budget = view.elf.data().len();
        Tables { view, contents: HashMap::new(), known: HashMap::new(), budget }
    }

    /// Reads the table at an address.
    pub fn read(&mut self, address: u64, function: u64, is_rust: bool) -> Result<Arc<Vec<Site>>, Error> {
        if let Some(known) = self.known.get(&(address, is_rust)) {
            return Ok(Arc::clone(known));
        }
        let (view, layout) = (self.view, self.view.layout());
        let damaged = |reason: String| view.damaged(format!("call sites of {function:#x}"), reason);
        let (index, offset) =
            layout.place(address).ok_or_else(|| damaged(format!("there is nothing at {address:#x}")))?;
        let section = view.section(index);
        let start = layout.address(index);
        let contents = self.contents.entry(index).or_insert_with(|| {
            let mut contents = section.data.to_vec();
            layout.relocate(view, start, &section.relocations, &mut contents);
            contents
        });
        let place = |reason: gimli::Error| view.damaged(format!("{}+{offset:#x}", section.name), reason);
        let bytes = Bytes::new(contents, LittleEndian);
        let table = Table { view, whole: bytes, address: start, is_rust };
        let sites = table.read(usize::try_from(offset).unwrap_or(usize::MAX)).map_err(place)?;
        let left = self.budget.checked_sub(sites.len());
        self.budget = left.ok_or_else(|| damaged("too many call sites".into()))?;
        let sites = Arc::new(sites);
        self.known.insert((address, is_rust), Arc::clone(&sites));
        Ok(sites)
    }
}

/// One table.
struct Table<'b, 'v, 'd> {
    view: &'v View<'d>,
    /// The section.
    whole: Bytes<'b>,
    /// The section's address.
    address: u64,
    is_rust: bool,
}

/// The types that a table refers to by number.
struct Types {
    encoding: DwEhPe,
    /// Where the types end that have positive numbers, in the section.
    end: u64,
}

impl<'b> Table<'b, '_, '_> {
    fn read(&self, offset: usize) -> gimli::Result<Vec<Site>> {
        let mut reader = self.at(offset as u64)?;
        let start_encoding = DwEhPe(reader.read_u8()?);
        if start_encoding != gimli::DW_EH_PE_omit {
            self.pointer(&mut reader, start_encoding)?;
        }
        let encoding = DwEhPe(reader.read_u8()?);
        let types = if encoding == gimli::DW_EH_PE_omit {
            None
        } else {
            let distance = reader.read_uleb128()?;
            Some(Types { encoding, end: self.position(&reader).wrapping_add(distance) })
        };
        let encoding = DwEhPe(reader.read_u8()?);
        let length = usize::try_from(reader.read_uleb128()?).unwrap_or(usize::MAX);
        let mut sites = reader.split(length)?;
        let actions = self.position(&reader);
        let mut found: Vec<Site> = Vec::new();
        let mut known: HashMap<u64, Arc<str>> = HashMap::new();
        while !sites.is_empty() {
            let start = number(&mut sites, encoding)?;
            let end = start.wrapping_add(number(&mut sites, encoding)?);
            let landing_pad = number(&mut sites, encoding)?;
            let first = sites.read_uleb128()?;
            let action = match (landing_pad, first) {
                (0, _) => UNWINDS.into(),
                (_, 0) => CLEANUP.into(),
                _ => match known.get(&first) {
                    Some(action) => Arc::clone(action),
                    None => {
                        let action: Arc<str> = self.action(actions, first, types.as_ref())?.into();
                        known.insert(first, Arc::clone(&action));
                        action
                    }
                },
            };
            found.push(Site { start, end, action });
        }
        Ok(found)
    }

    /// Returns the section's contents from an offset on.
    fn at(&self, offset: u64) -> gimli::Result<Bytes<'b>> {
        let mut reader = self.whole;
        reader.skip(usize::try_from(offset).unwrap_or(usize::MAX))?;
        Ok(reader)
    }

    /// Returns where a reader is in the section.
    fn position(&self, reader: &Bytes<'b>) -> u64 {
        (self.whole.len() - reader.len().min(self.whole.len())) as u64
    }

    /// Follows the chain of actions from number `first` on.
    fn action(&self, actions: u64, first: u64, types: Option<&Types>) -> gimli::Result<String> {
        let mut position = actions.wrapping_add(first).wrapping_sub(1);
        let mut all: Vec<String> = Vec::new();
        for _ in 0..MOST_ACTIONS {
            let mut reader = self.at(position)?;
            let filter = reader.read_sleb128()?;
            let next_position = self.position(&reader);
            let next = reader.read_sleb128()?;
            all.push(match filter {
                0 => CLEANUP.into(),
                1.. => self.catch(filter.unsigned_abs(), types)?,
                _ if self.is_rust => FILTER.into(),
                _ => format!("filter {filter}"),
            });
            // The first action is the only one that `rust_eh_personality` looks at.
            if next == 0 || self.is_rust {
                break;
            }
            position = next_position.wrapping_add_signed(next);
        }
        Ok(all.join(", "))
    }

    /// Shows a type that is caught. Rust catches all.
    fn catch(&self, number: u64, types: Option<&Types>) -> gimli::Result<String> {
        let Some(types) = types else { return Ok("catch".into()) };
        let size = match DwEhPe(types.encoding.0 & 0x0f) {
            gimli::DW_EH_PE_udata2 | gimli::DW_EH_PE_sdata2 => 2,
            gimli::DW_EH_PE_udata4 | gimli::DW_EH_PE_sdata4 => 4,
            _ => 8,
        };
        let offset = types.end.wrapping_sub(number.wrapping_mul(size));
        let mut reader = self.at(offset)?;
        let pointer = self.pointer(&mut reader, types.encoding)?;
        if pointer == 0 {
            return Ok("catch all".into());
        }
        let name = self.view.layout().name(self.view, pointer).unwrap_or("unknown");
        Ok(format!("catch {}", name.strip_prefix("DW.ref.").unwrap_or(name)))
    }

    /// Reads a pointer. Indirection is not followed.
    fn pointer(&self, reader: &mut Bytes<'b>, encoding: DwEhPe) -> gimli::Result<u64> {
        let place = self.address.wrapping_add(self.position(reader));
        if encoding == gimli::DW_EH_PE_aligned {
            let past = place % 8;
            reader.skip(if past == 0 { 0 } else { 8 - past as usize })?;
            return reader.read_u64();
        }
        let value = number(reader, DwEhPe(encoding.0 & 0x0f))?;
        let is_relative = encoding.0 & 0x70 == gimli::DW_EH_PE_pcrel.0;
        Ok(if value != 0 && is_relative { place.wrapping_add(value) } else { value })
    }
}

/// Reads a number.
fn number(reader: &mut Bytes<'_>, encoding: DwEhPe) -> gimli::Result<u64> {
    match encoding {
        gimli::DW_EH_PE_absptr | gimli::DW_EH_PE_udata8 => reader.read_u64(),
        gimli::DW_EH_PE_uleb128 => reader.read_uleb128(),
        gimli::DW_EH_PE_udata2 => reader.read_u16().map(u64::from),
        gimli::DW_EH_PE_udata4 => reader.read_u32().map(u64::from),
        gimli::DW_EH_PE_sleb128 => reader.read_sleb128().map(i64::cast_unsigned),
        gimli::DW_EH_PE_sdata2 => reader.read_i16().map(|number| i64::from(number).cast_unsigned()),
        gimli::DW_EH_PE_sdata4 => reader.read_i32().map(|number| i64::from(number).cast_unsigned()),
        gimli::DW_EH_PE_sdata8 => reader.read_i64().map(i64::cast_unsigned),
        other => Err(gimli::Error::UnknownPointerEncoding(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_encoding() {
        let read = |bytes: &[u8], encoding| number(&mut Bytes::new(bytes, LittleEndian), encoding).ok();
        assert_eq!(read(&[0xc8, 0x01], gimli::DW_EH_PE_uleb128), Some(200));
        assert_eq!(read(&[0x7f], gimli::DW_EH_PE_sleb128), Some(u64::MAX));
        assert_eq!(read(&[1, 2], gimli::DW_EH_PE_udata2), Some(0x201));
        assert_eq!(read(&[0xfe, 0xff, 0xff, 0xff], gimli::DW_EH_PE_sdata4), Some(u64::MAX - 1));
        assert_eq!(read(&[1, 2], gimli::DW_EH_PE_udata4), None);
    }
}
