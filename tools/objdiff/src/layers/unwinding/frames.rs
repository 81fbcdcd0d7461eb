//! `.eh_frame`: the frame rules of functions. gimli parses the entries; those of relocatable objects are read
//! at the addresses of the [layout](crate::layout).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write as _;
use std::sync::Arc;

use gimli::{
    BaseAddresses, CfaRule, CieOrFde, CommonInformationEntry, EhFrame, EndianSlice, FrameDescriptionEntry,
    LittleEndian, Pointer, RegisterRule, UnwindContext, UnwindSection as _,
};
use object::SectionIndex;

use super::lsda::{self, Site};
use crate::error::Error;
use crate::view::{Definition, Machine, View};

type Bytes<'b> = EndianSlice<'b, LittleEndian>;
type Cie<'b> = CommonInformationEntry<Bytes<'b>>;
type Fde<'b> = FrameDescriptionEntry<Bytes<'b>>;

/// What happens when the functions of an object unwind.
#[derive(Default)]
pub struct Unwinding {
    /// The entries of functions, by section and offset.
    frames: Vec<Frame>,
    /// The texts of frame rules.
    rules: Vec<String>,
}

/// The entry of a function (FDE).
pub struct Frame {
    section: SectionIndex,
    /// From the start of the section.
    offset: u64,
    pub size: u64,
    pub common: Arc<Common>,
    /// The table of call sites, if the function has one.
    pub sites: Option<Arc<Vec<Site>>>,
    /// The frame rules, by place.
    pub rows: Vec<Row>,
}

/// What several functions share (CIE).
pub struct Common {
    pub personality: Option<String>,
    pub table_encoding: Option<u8>,
    pub return_register: u16,
    /// The letters, sorted.
    pub augmentation: String,
    pub is_signal_frame: bool,
}

/// The frame rule of a range.
#[derive(Clone, Copy)]
pub struct Row {
    /// From the start of the function.
    pub start: u64,
    pub end: u64,
    /// The number of the rule's text.
    pub rule: u32,
}

impl Frame {
    /// Returns the rules in order, without the ranges in which they apply.
    pub fn rules(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().map(|row| row.rule)
    }

    /// Returns what happens if the instruction at an offset unwinds.
    pub fn action(&self, offset: u64) -> &str {
        let Some(sites) = &self.sites else { return lsda::UNWINDS };
        let site = sites.iter().find(|site| (site.start..site.end).contains(&offset));
        site.map_or(lsda::TERMINATE, |site| &site.action)
    }
}

impl Unwinding {
    /// Returns the entry of a function.
    pub fn frame(&self, definition: &Definition) -> Option<&Frame> {
        let key = (definition.section.0, definition.offset);
        let found = self.frames.binary_search_by_key(&key, |frame| (frame.section.0, frame.offset));
        found.ok().and_then(|index| self.frames.get(index))
    }

    /// Returns the text of a rule.
    pub fn text(&self, rule: u32) -> &str {
        self.rules.get(rule as usize).map_or("", String::as_str)
    }

    /// Reads all entries.
    ///
    /// # Errors
    ///
    /// Fails if they are damaged.
    pub fn read(view: &View<'_>) -> Result<Self, Error> {
        let mut parser = Parser {
            view,
            unwinding: Unwinding::default(),
            numbers: HashMap::new(),
            tables: lsda::Tables::new(view),
            budget: view.elf.data().len().saturating_mul(16).saturating_add(1 << 20),
        };
        for (index, section) in view.sections.iter().enumerate() {
            // With `SHT_NOBITS`, as in a separate file of debug information, there are no contents.
            if section.name == ".eh_frame" && !section.data.is_empty() {
                parser.section(SectionIndex(index))?;
            }
        }
        parser.unwinding.frames.sort_by_key(|frame| (frame.section.0, frame.offset));
        Ok(parser.unwinding)
    }
}

/// The state of reading.
struct Parser<'v, 'd> {
    view: &'v View<'d>,
    unwinding: Unwinding,
    /// The number of each rule.
    numbers: HashMap<String, u32>,
    tables: lsda::Tables<'v, 'd>,
    /// How many bytes of text may still be stored. Few bytes of a hostile file can make much text.
    budget: usize,
}

impl Parser<'_, '_> {
    fn section(&mut self, index: SectionIndex) -> Result<(), Error> {
        let (view, layout) = (self.view, self.view.layout());
        let section = view.section(index);
        let address = layout.address(index);
        let mut contents = section.data.to_vec();
        layout.relocate(view, address, &section.relocations, &mut contents);
        let mut eh_frame = EhFrame::new(&contents, LittleEndian);
        eh_frame.set_address_size(8);
        if view.machine == Machine::Aarch64 {
            eh_frame.set_vendor(gimli::Vendor::AArch64);
        }
        let at = |error| view.damaged(section.name, error);
        let bases = BaseAddresses::default().set_eh_frame(address);
        let mut commons: HashMap<usize, (Cie<'_>, Arc<Common>)> = HashMap::new();
        let mut context = UnwindContext::new();
        let mut entries = eh_frame.entries(&bases);
        while let Some(entry) = entries.next().map_err(at)? {
            let CieOrFde::Fde(partial) = entry else { continue };
            let offset = gimli::UnwindOffset::into(partial.cie_offset());
            let (cie, common) = match commons.entry(offset) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(open) => {
                    let cie = eh_frame.cie_from_offset(&bases, partial.cie_offset()).map_err(at)?;
                    let common = Arc::new(self.common(&cie));
                    open.insert((cie, common))
                }
            };
            let cie = cie.clone();
            let common = Arc::clone(common);
            let fde = partial.parse(|_, _, _| Ok(cie.clone())).map_err(at)?;
            let Some((code, offset)) = layout.place(fde.initial_address()) else { continue };
            let rows = self.rows(&eh_frame, &bases, &fde, &mut context)?;
            // A null pointer is encoded as a zero, even if it is relative.
            let table = fde.lsda().map(Pointer::pointer).filter(|table| {
                *table != 0 && layout.place(*table).is_some_and(|(section, _)| section != index)
            });
            let is_rust = common.personality.as_deref() == Some("rust_eh_personality");
            let sites = table.map(|table| self.tables.read(table, fde.initial_address(), is_rust));
            self.unwinding.frames.push(Frame {
                section: code,
                offset,
                size: fde.len(),
                common,
                sites: sites.transpose()?,
                rows,
            });
        }
        Ok(())
    }

    fn common(&self, cie: &Cie<'_>) -> Common {
        let augmentation = cie.augmentation();
        let letters = [
            ('L', cie.lsda_encoding().is_some()),
            ('P', cie.personality().is_some()),
            ('R', cie.fde_address_encoding().is_some()),
            ('S', cie.is_signal_trampoline()),
        ];
        let letters: String =
            letters.iter().filter(|(_, is_set)| *is_set).map(|(letter, _)| letter).collect();
        Common {
            personality: cie.personality().map(|pointer| self.personality(pointer)),
            table_encoding: cie.lsda_encoding().map(|encoding| encoding.0),
            return_register: cie.return_address_register().0,
            augmentation: if augmentation.is_some() { format!("z{letters}") } else { "none".into() },
            is_signal_frame: cie.is_signal_trampoline(),
        }
    }

    /// Names the function that a personality pointer refers to, mostly through the constant `DW.ref.NAME`.
    fn personality(&self, pointer: Pointer) -> String {
        let layout = self.view.layout();
        let name = layout.name(self.view, pointer.pointer());
        let name = name.map(|name| name.strip_prefix("DW.ref.").unwrap_or(name));
        name.unwrap_or("unknown").to_owned()
    }

    /// Returns the frame rules of a function. Those that do not change anything are joined.
    fn rows<'b>(
        &mut self,
        eh_frame: &EhFrame<Bytes<'b>>,
        bases: &BaseAddresses,
        fde: &Fde<'b>,
        context: &mut UnwindContext<usize>,
    ) -> Result<Vec<Row>, Error> {
        let place = || format!(".eh_frame+{:#x}", fde.offset());
        let mut rows: Vec<Row> = Vec::new();
        let mut table =
            fde.rows(eh_frame, bases, context).map_err(|error| self.view.damaged(place(), error))?;
        while let Some(row) = table.next_row().map_err(|error| self.view.damaged(place(), error))? {
            let mut text = cfa(self.view.machine, row.cfa());
            let mut registers: Vec<_> = row.registers().collect();
            registers.sort_by_key(|(register, _)| register.0);
            for (register, rule) in registers {
                let name = register_name(self.view.machine, register.0);
                // Writing to a string cannot fail.
                let _ = write!(text, ", {name} {}", saved(self.view.machine, rule));
            }
            let rule = match self.numbers.get(&text) {
                Some(number) => *number,
                None => self.add_rule(text, place)?,
            };
            let start = row.start_address().wrapping_sub(fde.initial_address());
            let end = row.end_address().wrapping_sub(fde.initial_address());
            match rows.last_mut() {
                Some(last) if last.rule == rule && last.end == start => last.end = end,
                _ => rows.push(Row { start, end, rule }),
            }
        }
        Ok(rows)
    }

    fn add_rule(&mut self, text: String, place: impl Fn() -> String) -> Result<u32, Error> {
        let left = self.budget.checked_sub(2 * text.len());
        self.budget = left.ok_or_else(|| self.view.damaged(place(), "too many frame rules"))?;
        let number = u32::try_from(self.unwinding.rules.len()).unwrap_or(u32::MAX);
        self.unwinding.rules.push(text.clone());
        self.numbers.insert(text, number);
        Ok(number)
    }
}

/// Shows how the canonical frame address is computed.
fn cfa(machine: Machine, rule: &CfaRule<usize>) -> String {
    match rule {
        CfaRule::RegisterAndOffset { register, offset } => {
            format!("frame {}{offset:+}", register_name(machine, register.0))
        }
        CfaRule::Expression(expression) => format!("frame expression of {} bytes", expression.length),
    }
}

/// Shows where a register of the caller is.
fn saved(machine: Machine, rule: &RegisterRule<usize>) -> String {
    match rule {
        RegisterRule::Undefined => "undefined".into(),
        RegisterRule::SameValue => "same".into(),
        RegisterRule::Offset(offset) => format!("at {offset:+}"),
        RegisterRule::ValOffset(offset) => format!("is {offset:+}"),
        RegisterRule::Register(register) => format!("in {}", register_name(machine, register.0)),
        RegisterRule::Expression(expression) => format!("at an expression of {} bytes", expression.length),
        RegisterRule::ValExpression(expression) => format!("expression of {} bytes", expression.length),
        RegisterRule::Constant(value) => format!("is {value}"),
        _ => "unknown".into(),
    }
}

/// Names a register of DWARF.
fn register_name(machine: Machine, number: u16) -> String {
    let register = gimli::Register(number);
    let name = match machine {
        Machine::X86_64 => gimli::X86_64::register_name(register),
        Machine::Aarch64 => gimli::AArch64::register_name(register),
        Machine::Riscv64 => gimli::RiscV::register_name(register),
    };
    name.map_or_else(|| format!("r{number}"), str::to_lowercase)
}
