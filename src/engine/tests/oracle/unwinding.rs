//! Reads `.eh_frame`, by function.

use std::collections::BTreeMap;

use gimli::{BaseAddresses, CieOrFde, DwEhPe, EhFrame, LittleEndian, UnwindContext, UnwindSection as _};
use object::read::elf::ElfFile64;
use object::read::{Object as _, ObjectSection as _};

use crate::reading::{Place, UnwindFacts, UnwindRow, place_of_relocation, pointer};

/// Offset in an entry of its function's address: after the length and the offset of the CIE.
const ADDRESS: u64 = 8;

/// Returns the entries of all functions. `function_at` returns the name of the function at a place.
pub fn read(
    file: &ElfFile64<'_>,
    function_at: impl Fn(Place) -> Option<String>,
) -> BTreeMap<String, UnwindFacts> {
    let mut functions = BTreeMap::new();
    let Some(section) = file.section_by_name(".eh_frame") else { return functions };
    let table = EhFrame::new(section.data().expect("data"), LittleEndian);
    let bases = BaseAddresses::default().set_eh_frame(0);
    let mut entries = table.entries(&bases);
    while let Some(entry) = entries.next().expect("a valid table") {
        let CieOrFde::Fde(entry) = entry else { continue };
        let entry = entry.parse(EhFrame::cie_from_offset).expect("a valid entry");
        let address = entry.offset() as u64 + ADDRESS;
        let place = place_of_relocation(file, &section, address);
        let function = place.and_then(&function_at).expect("an entry is of a function");
        let start = entry.initial_address();
        let mut context = UnwindContext::new();
        let mut table_rows = entry.rows(&table, &bases, &mut context).expect("valid rows");
        let mut rows = Vec::new();
        while let Some(row) = table_rows.next_row().expect("a valid row") {
            let mut registers: Vec<_> = row.registers().map(|rule| format!("{rule:?}")).collect();
            registers.sort();
            rows.push(UnwindRow {
                start: row.start_address() - start,
                end: row.end_address() - start,
                rules: format!("{:?} {registers:?}", row.cfa()),
            });
        }
        let cie = entry.cie();
        let at =
            |offset, encoding: Option<DwEhPe>| pointer(file, &section, offset, encoding.map_or(0, |it| it.0));
        let facts = UnwindFacts {
            address: at(address, cie.fde_address_encoding()).expect("the relocation of the address").form,
            length: entry.len(),
            rows,
            // As `.eh_frame` has only zeroes there, a relative pointer has the value of its own offset.
            lsda: entry.lsda().and_then(|lsda| at(lsda.pointer(), cie.lsda_encoding())),
            personality: cie
                .personality_with_encoding()
                .and_then(|(encoding, personality)| at(personality.pointer(), Some(encoding))),
        };
        assert!(functions.insert(function, facts).is_none(), "a function has one entry");
    }
    functions
}
