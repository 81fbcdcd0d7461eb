//! Writes the language-specific data area (LSDA) of a function, which tells the personality routine what to
//! do at each call.
//!
//! The format is gcc's, which the Itanium C++ ABI's exception handling describes and `rust_eh_personality`
//! reads (`library/std/src/sys/personality/dwarf/eh.rs`). It consists of a header, the call-site table, the
//! action table, the type table, and the exception specifications. Landing pads are relative to the start of
//! the function, so there are no relocations.
//!
//! The call-site table is searched by return address - 1. A call outside the table ends the process, so the
//! table covers every call. Adjacent calls with the same landing pad (or none) share an entry.

use gimli::write::{EndianVec, Writer};
use gimli::{
    DW_EH_PE_indirect, DW_EH_PE_omit, DW_EH_PE_pcrel, DW_EH_PE_sdata4, DW_EH_PE_uleb128, LittleEndian,
};

use crate::compile::{CallSite, LandingAction, LandingPad};

/// Alignment of an LSDA and of its type table, in bytes.
pub(super) const ALIGNMENT: usize = 4;

/// Size of an entry of the type table in bytes (`DW_EH_PE_sdata4`).
const TYPE_SIZE: usize = 4;

/// Appends the LSDA of a function to `section` and returns its offset. `call_sites` are sorted by return
/// address, and at least one has a landing pad.
pub(super) fn append(
    section: &mut EndianVec<LittleEndian>,
    call_sites: &[CallSite],
) -> gimli::write::Result<usize> {
    pad(section, ALIGNMENT)?;
    let start = section.len();
    let actions = Actions::needed(call_sites);
    let call_site_table = call_site_table(call_sites, &actions)?;

    // Landing pads are relative to the function's start.
    section.write_u8(DW_EH_PE_omit.0)?;
    if actions.records.is_empty() {
        section.write_u8(DW_EH_PE_omit.0)?;
    } else {
        let rest = 1 + uleb_size(call_site_table.len()) + call_site_table.len() + actions.records.len();
        write_type_table_offset(section, actions.type_table_size(), rest)?;
    }
    section.write_u8(DW_EH_PE_uleb128.0)?;
    section.write_uleb128(call_site_table.len() as u64)?;
    section.write(call_site_table.slice())?;
    if !actions.records.is_empty() {
        section.write(&actions.records)?;
        pad(section, ALIGNMENT)?;
        // A null type matches any exception, as in LLVM and gcc. It is not relocated.
        section.write(&[0; TYPE_SIZE][..actions.type_table_size()])?;
        // The specification with index -1: an empty list of types, so no exception may pass.
        section.write(&[0][..usize::from(actions.terminate.is_some())])?;
    }
    debug_assert_eq!(start % ALIGNMENT, 0);
    Ok(start)
}

/// Writes the header's offset to the end of the type table, which begins aligned after `rest` more bytes. The
/// size of the offset depends on its value; this takes the smallest size that holds the resulting value.
fn write_type_table_offset(
    section: &mut EndianVec<LittleEndian>,
    table_size: usize,
    rest: usize,
) -> gimli::write::Result<()> {
    section.write_u8((DW_EH_PE_indirect | DW_EH_PE_pcrel | DW_EH_PE_sdata4).0)?;
    let end_for = |offset_size: usize| {
        let table = (section.len() + offset_size + rest).next_multiple_of(ALIGNMENT);
        table + table_size - (section.len() + offset_size)
    };
    let mut size = 1;
    while uleb_size(end_for(size)) > size {
        size += 1;
    }
    let mut value = end_for(size);
    // Pad to exactly `size` bytes. Fewer may be enough if the alignment makes the offset smaller.
    for index in 0..size {
        let more = if index + 1 < size { 0x80 } else { 0 };
        section.write_u8((value & 0x7f) as u8 | more)?;
        value >>= 7;
    }
    Ok(())
}

/// The action table, with a record for each action that is not a cleanup.
#[derive(Default)]
struct Actions {
    records: Vec<u8>,
    /// Offsets of the records plus one, as call sites contain them.
    catch: Option<u64>,
    terminate: Option<u64>,
}

impl Actions {
    fn needed(call_sites: &[CallSite]) -> Actions {
        let mut actions = Actions::default();
        let has =
            |action| call_sites.iter().any(|site| site.landing_pad.is_some_and(|pad| pad.action == action));
        // A record: SLEB128 type filter (positive: a type; negative: a specification), SLEB128 offset of the
        // next record (0: none).
        if has(LandingAction::Catch) {
            actions.catch = Some(actions.records.len() as u64 + 1);
            actions.records.extend([1, 0]);
        }
        if has(LandingAction::Terminate) {
            actions.terminate = Some(actions.records.len() as u64 + 1);
            actions.records.extend([0x7f, 0]);
        }
        actions
    }

    fn type_table_size(&self) -> usize {
        if self.catch.is_some() { TYPE_SIZE } else { 0 }
    }

    /// Returns the action of a call site; 0 is a cleanup.
    fn of(&self, pad: LandingPad) -> u64 {
        match pad.action {
            LandingAction::Cleanup => 0,
            LandingAction::Catch => self.catch.unwrap_or_default(),
            LandingAction::Terminate => self.terminate.unwrap_or_default(),
        }
    }
}

fn call_site_table(
    call_sites: &[CallSite],
    actions: &Actions,
) -> gimli::write::Result<EndianVec<LittleEndian>> {
    let mut table = EndianVec::new(LittleEndian);
    for group in call_sites.chunk_by(|one, other| one.landing_pad == other.landing_pad) {
        let start = u64::from(group[0].return_address) - 1;
        let end = u64::from(group[group.len() - 1].return_address);
        table.write_uleb128(start)?;
        table.write_uleb128(end - start)?;
        match group[0].landing_pad {
            None => table.write(&[0, 0])?,
            Some(pad) => {
                table.write_uleb128(u64::from(pad.offset))?;
                table.write_uleb128(actions.of(pad))?;
            }
        }
    }
    Ok(table)
}

fn uleb_size(value: usize) -> usize {
    (usize::BITS - value.leading_zeros()).div_ceil(7).max(1) as usize
}

fn pad(section: &mut EndianVec<LittleEndian>, alignment: usize) -> gimli::write::Result<()> {
    while !section.len().is_multiple_of(alignment) {
        section.write_u8(0)?;
    }
    Ok(())
}
