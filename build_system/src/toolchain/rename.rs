//! Renames undefined symbols of a linked file in place: our crate ids become those of the real compiler.
//!
//! A dynamic symbol is renamed if it is undefined and no known library defines it. The mentions of our crates
//! in its name are replaced by Debian's until the name exists in the real library. For crates with several
//! versions, all candidates are tried.
//!
//! Ids have equal lengths, so string offsets and v0 back references stay valid. Defined symbols are never
//! changed, because the hash table is made from their names. A Rust symbol that cannot be resolved is an
//! error: the file would not load or, worse, would call the wrong function.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use object::elf::{DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_SONAME, FileHeader64};
use object::read::elf::{Dyn as _, FileHeader as _, SectionHeader as _, Sym as _};
use object::{Endianness, elf};

use super::crate_ids::{self, IdTable};

/// How many combinations of candidates are tried for one name.
const MOST_COMBINATIONS: usize = 4096;
/// How many unresolved symbols an error lists.
const SHOWN_SYMBOLS: usize = 8;

/// The symbols of the libraries that a file is linked against.
pub struct Universe {
    /// All symbols that the libraries define.
    names: HashSet<String>,
    /// For each crate of ours, by name and id: the ids of the same length that it can have in the real
    /// library.
    candidates: HashMap<(String, String), Vec<String>>,
}

impl Universe {
    /// Creates a universe of `names`, all symbols of the real compiler, and `ours`, the ids of our metadata.
    pub fn new(names: HashSet<String>, ours: &IdTable) -> Universe {
        let theirs = IdTable::of_symbols(names.iter().map(String::as_str));
        let mut candidates = HashMap::new();
        for name in ours.names() {
            for our in ours.ids(name) {
                let of_that_length = theirs.ids(name).into_iter().filter(|their| their.len() == our.len());
                let of_that_length: Vec<String> = of_that_length.map(str::to_owned).collect();
                candidates.insert((name.to_owned(), our.to_owned()), of_that_length);
            }
        }
        Universe { names, candidates }
    }

    /// Adds the symbols of another library of ours.
    pub fn add_names(&mut self, names: impl IntoIterator<Item = String>) {
        self.names.extend(names);
    }

    /// Finds the name of `symbol` in the real library.
    fn real_name(&self, symbol: &str) -> Option<String> {
        let mentions = crate_ids::mentions(symbol);
        let mut crates: Vec<(&str, &str)> = Vec::new();
        for mention in &mentions {
            let key = (mention.name.to_owned(), mention.id.to_owned());
            if self.candidates.contains_key(&key) && !crates.contains(&(mention.name, mention.id)) {
                crates.push((mention.name, mention.id));
            }
        }
        let choices: Vec<Vec<&str>> = crates
            .iter()
            .map(|(name, id)| {
                let key = ((*name).to_owned(), (*id).to_owned());
                let theirs = self.candidates.get(&key).into_iter().flatten().map(String::as_str);
                theirs.chain([*id]).collect()
            })
            .collect();
        let combinations = choices.iter().map(Vec::len).product::<usize>().min(MOST_COMBINATIONS);
        (0..combinations).find_map(|number| {
            let mut rest = number;
            let mut renamed = symbol.to_owned();
            for ((name, id), ids) in crates.iter().zip(&choices) {
                let choice = ids[rest % ids.len()];
                rest /= ids.len();
                for mention in mentions.iter().filter(|mention| mention.name == *name && mention.id == *id) {
                    renamed.replace_range(mention.position..mention.position + id.len(), choice);
                }
            }
            self.names.contains(&renamed).then_some(renamed)
        })
    }
}

/// Whether a symbol is mangled by Rust, in the v0 or the legacy scheme.
fn is_rust(symbol: &str) -> bool {
    let legacy =
        symbol.starts_with("_ZN") && symbol.len() > 20 && symbol[..symbol.len() - 17].ends_with("17h");
    symbol.starts_with("_R") || legacy
}

/// A dynamic string and its position in the file.
struct NameInFile {
    /// The name.
    name: String,
    /// Its bytes in the file, without the closing zero.
    range: Range<usize>,
}

/// The strings that the dynamic symbols and the dynamic section refer to.
struct DynamicNames {
    /// Names of undefined symbols.
    undefined: Vec<NameInFile>,
    /// File offsets of all other strings: defined symbols, libraries, run paths.
    others: Vec<usize>,
}

/// Renames the symbols of `file`. Returns how many were renamed.
pub fn rename(file: &mut [u8], universe: &Universe) -> Result<usize> {
    let names = dynamic_names(file)?;
    let mut left = Vec::new();
    let mut renamed = 0;
    for symbol in &names.undefined {
        if universe.names.contains(&symbol.name) || !is_rust(&symbol.name) {
            continue;
        }
        let Some(real) = universe.real_name(&symbol.name) else {
            left.push(symbol.name.as_str());
            continue;
        };
        if real.len() != symbol.range.len() {
            bail!("the real name of {} has a different length: {real}", symbol.name);
        }
        // Linkers merge a string that is the end of another one. Renaming would change both.
        if names.others.iter().any(|other| symbol.range.contains(other)) {
            bail!("the string of {} is shared with another name, which must not change", symbol.name);
        }
        file[symbol.range.clone()].copy_from_slice(real.as_bytes());
        renamed += 1;
    }
    if !left.is_empty() {
        let shown = left.iter().take(SHOWN_SYMBOLS).map(|name| format!("\n    {name}")).collect::<String>();
        bail!(
            "{} symbols are defined neither in the compiler nor in our libraries, so the file would not load:{shown}",
            left.len()
        );
    }
    Ok(renamed)
}

/// Reads the names of the dynamic symbols, and the other strings in their table.
fn dynamic_names(file: &[u8]) -> Result<DynamicNames> {
    let header = FileHeader64::<Endianness>::parse(file).context("not a 64-bit ELF file")?;
    let endian = header.endian().context("the ELF file has an unknown byte order")?;
    let sections = header.sections(endian, file).context("the section headers are damaged")?;
    let symbols =
        sections.symbols(endian, file, elf::SHT_DYNSYM).context("the dynamic symbol table is damaged")?;
    let string_section =
        sections.section(symbols.string_section()).context("there is no dynamic string table")?;
    let (start, size) = string_section.file_range(endian).context("the dynamic string table is empty")?;
    let table = usize::try_from(start)?..usize::try_from(start.saturating_add(size))?;
    if table.end > file.len() {
        bail!("the dynamic string table reaches beyond the end of the file");
    }
    let mut names = DynamicNames { undefined: Vec::new(), others: Vec::new() };
    for symbol in symbols.iter() {
        let offset = symbol.st_name(endian) as usize;
        if offset == 0 {
            continue;
        }
        let range = string_at(file, &table, offset)?;
        if !symbol.is_undefined(endian) {
            names.others.push(range.start);
            continue;
        }
        let name =
            std::str::from_utf8(&file[range.clone()]).context("a symbol name is not UTF-8")?.to_owned();
        names.undefined.push(NameInFile { name, range });
    }
    if let Some((entries, _)) = sections.dynamic(endian, file).context("the dynamic section is damaged")? {
        for entry in entries {
            if [DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH].contains(&entry.tag(endian)) {
                let offset = usize::try_from(entry.d_val(endian))?;
                names.others.push(string_at(file, &table, offset)?.start);
            }
        }
    }
    Ok(names)
}

/// Returns the bytes of the string at `offset` in the string table.
fn string_at(file: &[u8], table: &Range<usize>, offset: usize) -> Result<Range<usize>> {
    let start = table.start.checked_add(offset).filter(|start| *start < table.end);
    let start = start.context("a name is outside the string table")?;
    let length = file[start..table.end].iter().position(|byte| *byte == 0).context("a name has no end")?;
    Ok(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::process::Command;

    fn universe(names: &[&str], ours: &str) -> Universe {
        Universe::new(
            names.iter().map(|name| (*name).to_owned()).collect(),
            &IdTable::from_text(ours).unwrap(),
        )
    }

    /// Links a library that defines and refers to some symbols.
    fn library(folder: &Path, defined: &[&str], undefined: &[&str]) -> Vec<u8> {
        let mut source = String::new();
        for name in undefined {
            source += &format!("extern int {name}(void);\n");
        }
        let calls: Vec<String> = undefined.iter().map(|name| format!("{name}()")).collect();
        source += &format!("int all(void) {{ return 0 + {}; }}\n", calls.join(" + "));
        for name in defined {
            source += &format!("int {name}(void) {{ return 1; }}\n");
        }
        let (path, output) = (folder.join("a.c"), folder.join("liba.so"));
        std::fs::write(&path, source).unwrap();
        let status =
            Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&output).arg(&path).status().unwrap();
        assert!(status.success());
        std::fs::read(output).unwrap()
    }

    #[test]
    fn undefined_names_change_and_defined_ones_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = library(
            folder.path(),
            &["_RNvCsours_3oneDefined"],
            &["_RNvCsours_3oneCsours_3oneA", "puts", "_RNvCskeep_4corep"],
        );
        let universe = universe(&["_RNvCsreal_3oneCsreal_3oneA", "_RNvCskeep_4corep"], "one ours 1\n");
        assert_eq!(rename(&mut file, &universe).unwrap(), 1);
        let names = dynamic_names(&file).unwrap();
        let undefined: Vec<&str> = names.undefined.iter().map(|symbol| symbol.name.as_str()).collect();
        assert!(
            undefined.contains(&"_RNvCsreal_3oneCsreal_3oneA") && undefined.contains(&"puts"),
            "{undefined:?}"
        );
        assert!(
            file.windows(21).any(|window| window == b"_RNvCsours_3oneDefine"),
            "the definition was renamed"
        );
        assert_eq!(rename(&mut file, &universe).unwrap(), 0);
    }

    #[test]
    fn a_symbol_left_over_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = library(folder.path(), &[], &["_RNvCsours_3oneA"]);
        let error =
            rename(&mut file, &universe(&["_RNvCsreal_3oneB"], "one ours 1\n")).unwrap_err().to_string();
        assert!(error.contains("_RNvCsours_3oneA"), "{error}");
    }

    #[test]
    fn versions_are_tried_until_the_name_exists() {
        let names = ["_RNvCsv1v1_4hashCsv2v2_4hashCsv1v1_4hash", "_RCsv3v3v3_4hash"];
        let universe = universe(&names, "hash aaaa 1\nhash bbbb 1\n");
        let real = universe.real_name("_RNvCsaaaa_4hashCsbbbb_4hashCsaaaa_4hash").unwrap();
        assert_eq!(real, names[0]);
        assert_eq!(universe.real_name("_RNvCsaaaa_4hash"), None);
    }

    /// Makes the symbol `name` share the end of another string, as linkers do. `end` is its new name.
    fn share_end(file: &mut [u8], name: &str, of: &NameInFile, end: &str) {
        let endian = Endianness::Little;
        let header = FileHeader64::<Endianness>::parse(&*file).unwrap();
        let sections = header.sections(endian, &*file).unwrap();
        let symbols = sections.symbols(endian, &*file, elf::SHT_DYNSYM).unwrap();
        let strings = sections.section(symbols.string_section()).unwrap().file_range(endian).unwrap().0;
        let table = sections.section_by_name(endian, b".dynsym").unwrap().1.file_range(endian).unwrap().0;
        let is_named =
            |symbol: &elf::Sym64<Endianness>| symbols.symbol_name(endian, symbol) == Ok(name.as_bytes());
        let index = symbols.iter().position(is_named).unwrap();
        let place = table as usize + index * size_of::<elf::Sym64<Endianness>>();
        let offset = of.range.end - end.len() - strings as usize;
        assert!(of.name.ends_with(end));
        // The offset of the name is a symbol's first field.
        file[place..place + 4].copy_from_slice(&u32::try_from(offset).unwrap().to_le_bytes());
    }

    #[test]
    fn a_string_that_ends_a_renamed_one_is_not_broken() {
        let folder = tempfile::tempdir().unwrap();
        let apart = library(folder.path(), &["other"], &["_RNvCsours_3oneA"]);
        let universe = universe(&["_RNvCsreal_3oneA"], "one ours 1\n");
        let names = dynamic_names(&apart).unwrap();
        let undefined = names.undefined.iter().find(|symbol| symbol.name == "_RNvCsours_3oneA").unwrap();
        // `eA` would not be renamed; a longer end would be. Both are rejected.
        for end in ["eA", "ours_3oneA"] {
            let mut shared = apart.clone();
            share_end(&mut shared, "other", undefined, end);
            let before = shared.clone();
            let error = rename(&mut shared, &universe).unwrap_err().to_string();
            assert!(error.contains("_RNvCsours_3oneA is shared"), "{error}");
            assert_eq!(shared, before);
        }
        assert_eq!(rename(&mut apart.clone(), &universe).unwrap(), 1);
    }

    #[test]
    fn damaged_files_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let file = library(folder.path(), &["x"], &["_RNvCsours_3oneA"]);
        let universe = universe(&[], "one ours 1\n");
        assert!(rename(&mut b"not ELF".to_vec(), &universe).is_err());
        for length in (0..file.len()).step_by(97) {
            assert!(rename(&mut file[..length].to_vec(), &universe).is_err(), "cut at {length}");
        }
        let mut wild = file.clone();
        let header = FileHeader64::<Endianness>::parse(&file[..]).unwrap();
        let sections = header.sections(Endianness::Little, &file[..]).unwrap();
        let (_, section) = sections.section_by_name(Endianness::Little, b".dynsym").unwrap();
        let start = section.file_range(Endianness::Little).unwrap().0 as usize;
        wild[start + 24..start + 28].copy_from_slice(&[0xff; 4]);
        assert!(rename(&mut wild, &universe).is_err());
    }

    #[test]
    fn rust_names_are_recognised() {
        assert!(is_rust("_RNvCsx_1a") && is_rust("_ZN4core3fmt17h0123456789abcdefE"));
        assert!(!is_rust("_ZNSt6vectorIiE4sizeEv") && !is_rust("puts"));
    }
}
