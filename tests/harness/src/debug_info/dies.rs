//! Reads the debug information of a file into plain tables: from the file itself, from the `.dwo` files that
//! skeleton units name, or from the `.dwp` file beside it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use build_system::files;
use gimli::{AttributeValue, DwAt, DwTag, LittleEndian, Reader as _, SectionId};
use object::{Object, ObjectSection};

use super::code::{Code, Lines, Position};

/// The bytes of a section.
pub type Bytes = gimli::EndianRcSlice<LittleEndian>;
/// The sections of a file.
pub type Dwarf = gimli::Dwarf<Bytes>;

/// An entry (DIE).
#[derive(Debug)]
pub struct Die {
    /// The tag.
    pub tag: DwTag,
    /// The parent.
    pub parent: Option<usize>,
    /// The children, in order.
    pub children: Vec<usize>,
    /// The attributes in [`READ`].
    pub attributes: HashMap<DwAt, Value>,
    /// The source positions of the code, for functions and for blocks whose code is one jump. Empty for
    /// others.
    pub positions: BTreeSet<Position>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number. Constants keep the sign that they were written with.
    Number(i128),
    /// A number written as a block of bytes.
    Block(i128),
    /// Another entry.
    Entry(usize),
    /// A location or an address, whose value is not compared.
    Present,
}

impl Die {
    /// Returns an attribute that is a text.
    pub fn text(&self, attribute: DwAt) -> Option<&str> {
        match self.attributes.get(&attribute) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns an attribute that is a number.
    pub fn number(&self, attribute: DwAt) -> Option<i128> {
        match self.attributes.get(&attribute) {
            Some(Value::Number(number) | Value::Block(number)) => Some(*number),
            _ => None,
        }
    }

    /// Returns the form of a constant, which decides how debuggers show it.
    pub fn form_of_number(&self, attribute: DwAt) -> &'static str {
        match self.attributes.get(&attribute) {
            Some(Value::Block(_)) => " (a block)",
            _ => "",
        }
    }

    /// Returns an attribute that refers to another entry.
    pub fn entry(&self, attribute: DwAt) -> Option<usize> {
        match self.attributes.get(&attribute) {
            Some(Value::Entry(entry)) => Some(*entry),
            _ => None,
        }
    }
}

/// All entries of a file, except those of std's units.
#[derive(Debug, Default)]
pub struct Dies {
    /// The entries.
    pub all: Vec<Die>,
    /// The indices of the units.
    pub units: Vec<usize>,
    /// The size in bytes of the units that are not std's.
    pub own_bytes: u64,
    /// The sizes in bytes of the sections with debug information, by name without `.dwo`.
    pub section_sizes: HashMap<String, u64>,
}

/// The attributes that are read. The others differ for good reasons (addresses) or are not compared.
const READ: [DwAt; 26] = [
    gimli::DW_AT_name,
    gimli::DW_AT_linkage_name,
    gimli::DW_AT_MIPS_linkage_name,
    gimli::DW_AT_byte_size,
    gimli::DW_AT_bit_size,
    gimli::DW_AT_alignment,
    gimli::DW_AT_data_member_location,
    gimli::DW_AT_type,
    gimli::DW_AT_specification,
    gimli::DW_AT_abstract_origin,
    gimli::DW_AT_discr,
    gimli::DW_AT_discr_value,
    gimli::DW_AT_const_value,
    gimli::DW_AT_decl_line,
    gimli::DW_AT_declaration,
    gimli::DW_AT_count,
    gimli::DW_AT_upper_bound,
    gimli::DW_AT_call_line,
    gimli::DW_AT_location,
    gimli::DW_AT_encoding,
    gimli::DW_AT_containing_type,
    gimli::DW_AT_GNU_vector,
    gimli::DW_AT_main_subprogram,
    gimli::DW_AT_low_pc,
    gimli::DW_AT_high_pc,
    gimli::DW_AT_ranges,
];

/// Reads a file.
pub fn read(path: &Path) -> Result<Dies> {
    let mut dies = Dies::default();
    let (main, code) = load(path, &mut dies.section_sizes)?;
    let package = package(path, &mut dies.section_sizes)?;
    let mut headers = main.units();
    while let Some(header) = headers.next()? {
        let unit = main.unit(header)?;
        // The table of a split unit is not split.
        let lines = Lines::of(&main, &unit)?;
        let Some(id) = unit.dwo_id else {
            add_unit(&mut dies, &main, &unit, (&code, &lines))?;
            continue;
        };
        let split = match &package {
            Some(package) => package.find_cu(id, &main)?,
            None => Some(dwo(path, &main, &unit, &mut dies.section_sizes)?),
        };
        let split =
            split.with_context(|| format!("the package of {} does not contain a unit", path.display()))?;
        let mut headers = split.units();
        while let Some(header) = headers.next()? {
            let mut inner = split.unit(header)?;
            inner.copy_relocated_attributes(&unit);
            add_unit(&mut dies, &split, &inner, (&code, &lines))?;
        }
    }
    Ok(dies)
}

/// Returns the sizes in bytes of an object's debug sections.
pub fn section_sizes(path: &Path) -> Result<HashMap<String, u64>> {
    let mut sizes = HashMap::new();
    let data = files::read_file(path)?;
    count_sizes(&object::File::parse(&*data)?, &mut sizes);
    Ok(sizes)
}

/// Loads the debug sections of a file. Those that it lacks are empty.
pub fn dwarf_of(file: &object::File<'_>) -> Result<Dwarf> {
    Dwarf::load(|id| section(file, id.name()))
}

/// Loads the debug sections and the code of a file, and adds up the sizes of the former.
fn load(path: &Path, sizes: &mut HashMap<String, u64>) -> Result<(Dwarf, Code)> {
    let data = files::read_file(path)?;
    let file = object::File::parse(&*data).with_context(|| format!("{} is not an object", path.display()))?;
    count_sizes(&file, sizes);
    let code = Code::of(&file)?;
    if file.section_by_name(".debug_info.dwo").is_some() {
        return Ok((Dwarf::load(|id| section(&file, id.dwo_name().unwrap_or_default()))?, code));
    }
    Ok((dwarf_of(&file)?, code))
}

/// Adds the sizes of the debug sections of a file.
fn count_sizes(file: &object::File<'_>, sizes: &mut HashMap<String, u64>) {
    for section in file.sections() {
        let Ok(name) = section.name() else { continue };
        if name.starts_with(".debug_") {
            let name = name.strip_suffix(".dwo").unwrap_or(name);
            *sizes.entry(name.to_owned()).or_default() += section.size();
        }
    }
}

/// Returns the contents of a section. Empty if there is no such section.
fn section(file: &object::File<'_>, name: &str) -> Result<Bytes> {
    let data = match file.section_by_name(name) {
        Some(section) => section.uncompressed_data()?,
        None => Default::default(),
    };
    Ok(Bytes::new(Rc::from(&*data), LittleEndian))
}

/// Loads the package beside a file, if there is one.
fn package(path: &Path, sizes: &mut HashMap<String, u64>) -> Result<Option<gimli::DwarfPackage<Bytes>>> {
    let mut name = path.as_os_str().to_owned();
    name.push(".dwp");
    let path = PathBuf::from(name);
    if !path.exists() {
        return Ok(None);
    }
    let data = files::read_file(&path)?;
    let file = object::File::parse(&*data).with_context(|| format!("{} is not an object", path.display()))?;
    count_sizes(&file, sizes);
    let load = |id: SectionId| section(&file, id.dwo_name().unwrap_or_default());
    let empty = Bytes::new(Rc::from(&[][..]), LittleEndian);
    Ok(Some(gimli::DwarfPackage::load::<_, anyhow::Error>(load, empty)?))
}

/// Loads the `.dwo` file of a skeleton unit.
fn dwo(
    path: &Path,
    main: &Dwarf,
    unit: &gimli::Unit<Bytes>,
    sizes: &mut HashMap<String, u64>,
) -> Result<Dwarf> {
    let name = unit.dwo_name()?.context("a skeleton unit does not name its .dwo file")?;
    let name = main.attr_string(unit, name)?.to_string()?.into_owned();
    let folder = unit.comp_dir.as_ref().map(gimli::Reader::to_string).transpose()?;
    let candidates = [
        Path::new(folder.as_deref().unwrap_or_default()).join(&name),
        path.with_file_name(files::name_of(Path::new(&name))),
    ];
    let Some(found) = candidates.iter().find(|candidate| candidate.exists()) else {
        bail!("{name}, which {} refers to, does not exist", path.display());
    };
    let (mut dwarf, _) = load(found, sizes)?;
    dwarf.make_dwo(main);
    Ok(dwarf)
}

/// Whether a unit is part of std, which is the same in both programs.
fn is_of_std(dwarf: &Dwarf, unit: &gimli::Unit<Bytes>) -> Result<bool> {
    let mut entries = unit.entries();
    let Some(root) = entries.next_dfs()? else { return Ok(true) };
    let text = |name| -> Result<String> {
        let value = root.attr_value(name);
        let text = value.and_then(|value| dwarf.attr_string(unit, value).ok());
        Ok(text
            .map(|text| text.to_string().map(std::borrow::Cow::into_owned))
            .transpose()?
            .unwrap_or_default())
    };
    let is_folder_of_std = |text: &str| {
        text.contains("/rustc-1.") || text.starts_with("/rustc/") || text.starts_with("/rust/deps")
    };
    let is_rust = text(gimli::DW_AT_producer)?.contains("rustc");
    Ok(!is_rust
        || is_folder_of_std(&text(gimli::DW_AT_comp_dir)?)
        || is_folder_of_std(&text(gimli::DW_AT_name)?))
}

/// Adds the entries of a unit, unless it is std's.
fn add_unit(dies: &mut Dies, dwarf: &Dwarf, unit: &gimli::Unit<Bytes>, code: (&Code, &Lines)) -> Result<()> {
    if is_of_std(dwarf, unit)? {
        return Ok(());
    }
    dies.own_bytes += unit.header.length_including_self() as u64;
    let first = dies.all.len();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut references = Vec::new();
    let mut path: Vec<usize> = Vec::new();
    let mut entries = unit.entries();
    while let Some(entry) = entries.next_dfs()? {
        let index = dies.all.len();
        path.truncate(usize::try_from(entry.depth).unwrap_or_default());
        places.insert(entry.offset.0, index);
        let parent = path.last().copied();
        path.push(index);
        let mut attributes = HashMap::new();
        for attribute in entry.attrs.iter().filter(|attribute| READ.contains(&attribute.name())) {
            match attribute.value() {
                AttributeValue::UnitRef(offset) => references.push((index, attribute.name(), offset.0)),
                // In DWARF 2, the offset of a member is an expression that adds to an address.
                AttributeValue::Exprloc(expression)
                    if attribute.name() == gimli::DW_AT_data_member_location =>
                {
                    let mut operations = expression.operations(unit.encoding());
                    if let Some(gimli::Operation::PlusConstant { value }) = operations.next()? {
                        attributes.insert(attribute.name(), Value::Number(value.into()));
                    }
                }
                value => {
                    let name = match attribute.name() {
                        gimli::DW_AT_MIPS_linkage_name => gimli::DW_AT_linkage_name,
                        name => name,
                    };
                    if let Some(value) = plain(dwarf, unit, value)? {
                        attributes.insert(name, value);
                    }
                }
            }
        }
        let positions = positions(dwarf, unit, entry, code)?;
        dies.all.push(Die { tag: entry.tag, parent, children: Vec::new(), attributes, positions });
        match parent {
            Some(parent) => dies.all[parent].children.push(index),
            None => dies.units.push(first),
        }
    }
    for (index, name, offset) in references {
        let target = *places.get(&offset).with_context(|| format!("{name} does not refer to an entry"))?;
        dies.all[index].attributes.insert(name, Value::Entry(target));
    }
    Ok(())
}

/// Returns the positions of an entry's code: see [`Die::positions`].
fn positions(
    dwarf: &Dwarf,
    unit: &gimli::Unit<Bytes>,
    entry: &gimli::DebuggingInformationEntry<Bytes>,
    (code, lines): (&Code, &Lines),
) -> Result<BTreeSet<Position>> {
    let mut positions = BTreeSet::new();
    let is_function = entry.tag == gimli::DW_TAG_subprogram;
    if !is_function && entry.tag != gimli::DW_TAG_lexical_block {
        return Ok(positions);
    }
    let mut ranges = dwarf.die_ranges(unit, entry)?;
    while let Some(range) = ranges.next()? {
        if is_function || code.is_jump(range) {
            positions.append(&mut lines.within(range));
        } else {
            return Ok(BTreeSet::new());
        }
    }
    Ok(positions)
}

/// Returns the value of an attribute that is not a reference.
fn plain(dwarf: &Dwarf, unit: &gimli::Unit<Bytes>, value: AttributeValue<Bytes>) -> Result<Option<Value>> {
    let number = match &value {
        AttributeValue::Sdata(number) => Some(i128::from(*number)),
        AttributeValue::Flag(flag) => Some(i128::from(*flag)),
        AttributeValue::Encoding(encoding) => Some(i128::from(encoding.0)),
        AttributeValue::Block(block) => {
            return Ok(little_endian(&block.to_slice()?).map(Value::Block));
        }
        AttributeValue::Data16(number) => Some(*number as i128),
        other => other.udata_value().map(i128::from),
    };
    if let Some(number) = number {
        return Ok(Some(Value::Number(number)));
    }
    match dwarf.attr_string(unit, value) {
        Ok(text) => Ok(Some(Value::Text(text.to_string()?.into_owned()))),
        // A location or an address.
        Err(_) => Ok(Some(Value::Present)),
    }
}

/// Reads a number of up to 16 bytes.
fn little_endian(bytes: &[u8]) -> Option<i128> {
    let mut whole = [0; 16];
    whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(i128::from_le_bytes(whole))
}
