//! Unwinding: what happens when a call unwinds, and how to find the caller's frame.
//!
//! 1. [`frames`] reads `.eh_frame`: which functions have an entry, with which personality, and the frame rule
//!    of each place.
//! 2. [`lsda`] reads the tables of call sites, and the action at each of them.
//! 3. [`calls`] finds the calls in the code, by their relocations.
//!
//! Code of one machine and backend is compared instruction by instruction: [`attributes`] is what unwinding
//! knows about each. For all other objects, what happens when a callee unwinds is a fact of the caller.

mod calls;
mod frames;
mod lsda;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::error::Error;
use crate::layers::Reader;
use crate::model::{Entity, Fact, Layer, Property};
use crate::names;
use crate::view::{Definition, View};

pub use frames::{Frame, Unwinding};
pub use lsda::{FILTER, Site};

/// Whether the function has an entry in `.eh_frame`.
pub const ENTRY: Property = Property::new(Layer::Unwinding, "entry");
pub const PERSONALITY: Property = Property::new(Layer::Unwinding, "personality");
/// The personality of a function without a table of call sites, for which it does nothing.
pub const IDLE_PERSONALITY: Property = Property::new(Layer::Unwinding, "idle-personality");
/// Whether the function has a table of call sites (LSDA).
pub const TABLE: Property = Property::new(Layer::Unwinding, "call-site-table");
/// How pointers to the table are encoded.
pub const TABLE_ENCODING: Property = Property::new(Layer::Unwinding, "table-encoding");
pub const RETURN_REGISTER: Property = Property::new(Layer::Unwinding, "return-register");
/// The letters of the CIE's augmentation, sorted.
pub const AUGMENTATION: Property = Property::new(Layer::Unwinding, "augmentation");
pub const SIGNAL_FRAME: Property = Property::new(Layer::Unwinding, "signal-frame");
/// How many bytes of the function have no frame rule.
pub const UNCOVERED: Property = Property::new(Layer::Unwinding, "uncovered");
/// All actions at the calls of one function.
pub const CALLS: Property = Property::new(Layer::Unwinding, "calls");
/// The same for callees that never unwind.
pub const CALLS_WITHOUT_UNWINDING: Property = Property::new(Layer::Unwinding, "calls-without-unwinding");
/// How many entries of the table there are for each action, in files without relocations.
pub const SITES: Property = Property::new(Layer::Unwinding, "call-sites");
/// The frame rules of a function, without their places.
pub const RULES: Property = Property::new(Layer::Unwinding, "frame-rules");

/// The action of one instruction, if it is a call.
pub const ACTION: Property = Property::new(Layer::Unwinding, "action");
/// The frame rule at one instruction.
pub const FRAME: Property = Property::new(Layer::Unwinding, "frame");

/// Functions of the standard library that end the program (`#[rustc_nounwind]`). So do all functions with the
/// name `precondition_check`.
const NEVER_UNWIND: [&str; 7] = [
    "core::panicking::panic_cannot_unwind",
    "core::panicking::panic_in_cleanup",
    "core::panicking::panic_invalid_enum_construction",
    "core::panicking::panic_misaligned_pointer_dereference",
    "core::panicking::panic_nounwind",
    "core::panicking::panic_nounwind_fmt",
    "core::panicking::panic_null_pointer_dereference",
];

/// Adds the facts of all functions.
///
/// # Errors
///
/// Fails if the tables are damaged.
pub fn read(reader: &mut Reader<'_, '_>) -> Result<(), Error> {
    let view = reader.view;
    let unwinding = view.unwinding()?;
    let mut callees = Callees::of(view);
    for (index, definition) in view.definitions.iter().enumerate() {
        let Some(frame) = unwinding.frame(definition) else { continue };
        let entity = reader.entity(index);
        add_entry(entity, frame, definition);
        for rule in frame.rules() {
            entity.add(RULES, unwinding.text(rule));
        }
        add_calls(entity, view, frame, definition, &mut callees);
    }
    Ok(())
}

fn add_entry(entity: &mut Entity, frame: &Frame, definition: &Definition) {
    let common = &frame.common;
    entity.add(ENTRY, "present");
    if let Some(personality) = &common.personality {
        let property = if frame.sites.is_some() { PERSONALITY } else { IDLE_PERSONALITY };
        entity.add(property, personality.as_str());
    }
    if frame.sites.is_some() {
        entity.add(TABLE, "present");
    }
    if let Some(encoding) = common.table_encoding {
        entity.add(TABLE_ENCODING, format!("{encoding:#04x}"));
    }
    entity.add(RETURN_REGISTER, common.return_register.to_string());
    entity.add(AUGMENTATION, common.augmentation.as_str());
    if common.is_signal_frame {
        entity.add(SIGNAL_FRAME, "yes");
    }
    let uncovered = definition.size.saturating_sub(frame.size);
    if uncovered != 0 {
        entity.add(UNCOVERED, format!("{uncovered} bytes"));
    }
}

/// The names of callees.
struct Callees<'d> {
    /// Those of the object that never unwind.
    ending: HashSet<&'d str>,
    /// The name of each symbol, and whether it never unwinds.
    names: HashMap<&'d str, (String, bool)>,
}

impl<'d> Callees<'d> {
    fn of(view: &View<'d>) -> Self {
        Callees { ending: never_unwinding(view), names: HashMap::new() }
    }

    fn name(&mut self, symbol: &'d str) -> &(String, bool) {
        let Callees { ending, names } = self;
        names.entry(symbol).or_insert_with(|| {
            let name = names::symbol(symbol);
            let never_unwinds = ending.contains(symbol)
                || NEVER_UNWIND.contains(&&*name)
                || name.ends_with("::precondition_check");
            (name, never_unwinds)
        })
    }
}

fn add_calls<'d>(
    entity: &mut Entity,
    view: &View<'d>,
    frame: &Frame,
    definition: &Definition,
    callees: &mut Callees<'d>,
) {
    let calls = calls::calls(view, definition);
    let mut actions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for call in &calls {
        let action = frame.action(call.return_offset.saturating_sub(1));
        actions.entry(call.callee).or_default().insert(action);
    }
    for (callee, actions) in actions {
        let (name, never_unwinds) = callees.name(callee);
        let property = if *never_unwinds { CALLS_WITHOUT_UNWINDING } else { CALLS };
        let actions: Vec<&str> = actions.into_iter().collect();
        entity.add_of(property, name.as_str(), actions.join(", "));
    }
    if calls.is_empty() {
        for site in frame.sites.iter().flat_map(|sites| sites.iter()) {
            entity.add(SITES, &*site.action);
        }
    }
}

/// Returns the functions of an object that cannot unwind. A backend that knows it need not say what happens
/// if they do. Such functions end the program if what they call unwinds, and have no cleanup that continues.
fn never_unwinding<'d>(view: &View<'d>) -> HashSet<&'d str> {
    let ends = |definition: &&Definition| {
        let calls = calls::calls(view, definition);
        let calls = |part: &str| calls.iter().any(|call| call.callee.contains(part));
        calls("panic_cannot_unwind") && !calls("_Unwind_Resume")
    };
    let ending = view.definitions.iter().filter(ends);
    ending.filter_map(|definition| Some(view.symbols.get(definition.symbol.0)?.name)).collect()
}

/// A range of a function, and what unwinding knows about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// The first byte, and the first one after it, from the start of the function.
    pub start: u64,
    pub end: u64,
    pub fact: Fact,
}

/// Returns what unwinding knows about the instructions of a function, by range. An instruction that calls
/// has the [`ACTION`] of its last byte, since the unwinder looks for the return address minus one; without
/// one it ends the program. All instructions have the [`FRAME`] of their first byte.
///
/// # Errors
///
/// Fails if the tables are damaged.
pub fn attributes(view: &View<'_>, definition: &Definition) -> Result<Vec<Attribute>, Error> {
    let unwinding = view.unwinding()?;
    let Some(frame) = unwinding.frame(definition) else { return Ok(Vec::new()) };
    let attribute = |start, end, property, value: &str| {
        let fact = Fact { property, of: String::new(), value: value.to_owned() };
        Attribute { start, end, fact }
    };
    let mut found = Vec::new();
    if let Some(sites) = &frame.sites {
        found.extend(sites.iter().map(|site| attribute(site.start, site.end, ACTION, &site.action)));
    }
    let rows = frame.rows.iter().map(|row| attribute(row.start, row.end, FRAME, unwinding.text(row.rule)));
    found.extend(rows);
    Ok(found)
}
