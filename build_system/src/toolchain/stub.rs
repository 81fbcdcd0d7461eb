//! Makes the stub of `librustc_driver`, which the linker and rustc see instead of the real library.
//!
//! The stub has the real library's SONAME and defines all its dynamic symbols, under our crate ids. The
//! metadata of our `rustc_driver` is in its section `.rustc`. It contains no code and is never loaded.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use object::read::elf::{ElfFile64, FileHeader as _};
use object::write::{Object, SectionId, StandardSection, Symbol, SymbolSection};
use object::{Object as _, ObjectSymbol, SectionFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope};

use super::crate_ids::{self, IdTable};
use crate::files::{self, Mode};
use crate::process;

/// The bytes that rustc expects before a dylib's metadata.
const METADATA_HEADER: &[u8] = b"rust\0\0\0\x0a";

/// A symbol that the real library defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedSymbol {
    /// Its name.
    pub name: String,
    /// Function, data or thread-local data.
    pub kind: SymbolKind,
    /// Its size, at least one byte.
    pub size: u64,
}

/// Returns all symbols that a shared library exports.
pub fn defined_symbols(library: &[u8]) -> Result<Vec<DefinedSymbol>> {
    let file = ElfFile64::<object::Endianness>::parse(library).context("not a 64-bit ELF library")?;
    let mut symbols = Vec::new();
    for symbol in file.dynamic_symbols().filter(|symbol| !symbol.is_undefined() && symbol.is_global()) {
        let name = symbol.name().context("a symbol name is damaged")?.to_owned();
        let kind = match symbol.elf_symbol().st_type() {
            object::elf::STT_OBJECT => SymbolKind::Data,
            object::elf::STT_TLS => SymbolKind::Tls,
            _ => SymbolKind::Text,
        };
        symbols.push(DefinedSymbol { name, kind, size: symbol.size().max(1) });
    }
    Ok(symbols)
}

/// Reads the SONAME of a shared library.
fn soname(library: &[u8]) -> Result<String> {
    let header =
        object::elf::FileHeader64::<object::Endianness>::parse(library).context("not an ELF library")?;
    let endian = header.endian().context("not an ELF library")?;
    let sections = header.sections(endian, library).context("damaged sections")?;
    let (entries, strings) = sections
        .dynamic(endian, library)
        .context("the dynamic section is damaged")?
        .context("not a shared library")?;
    let strings = sections.strings(endian, library, strings).context("the dynamic strings are damaged")?;
    for entry in entries {
        use object::read::elf::Dyn as _;
        if entry.tag(endian) == object::elf::DT_SONAME {
            let name = entry.string(endian, strings).context("the SONAME is damaged")?;
            return String::from_utf8(name.to_vec()).context("the SONAME is not UTF-8");
        }
    }
    bail!("the library has no SONAME")
}

/// The most names that one symbol can get because crates exist in several versions.
const MOST_NAMES: usize = 16;

/// Returns the names that a symbol of the real library can have with our ids.
///
/// If a crate exists in several versions, all our ids of the right length are used. A stub that defines too
/// much does no harm, because renaming checks every name later.
fn under_our_ids(symbol: &str, ours: &IdTable) -> Vec<String> {
    let mut names = vec![symbol.to_owned()];
    let mut seen = Vec::new();
    let mentions = crate_ids::mentions(symbol);
    for mention in &mentions {
        let candidates: Vec<&str> =
            ours.ids(mention.name).into_iter().filter(|id| id.len() == mention.id.len()).collect();
        if candidates.is_empty() || seen.contains(&(mention.name, mention.id)) {
            continue;
        }
        seen.push((mention.name, mention.id));
        let places: Vec<usize> = mentions
            .iter()
            .filter(|other| (other.name, other.id) == (mention.name, mention.id))
            .map(|other| other.position)
            .collect();
        let replaced = |name: &String, id: &str| {
            let mut name = name.clone();
            places.iter().for_each(|place| name.replace_range(*place..place + id.len(), id));
            name
        };
        names = names.iter().flat_map(|name| candidates.iter().map(|id| replaced(name, id))).collect();
        names.truncate(MOST_NAMES);
    }
    names
}

/// Makes the stub of the library `real` in `output`. `scratch` is for the object file.
pub fn make(
    real: &Path,
    driver_metadata: &Path,
    ours: &IdTable,
    scratch: &Path,
    output: &Path,
) -> Result<()> {
    let context = || format!("cannot make a stub of {}", real.display());
    let library = files::read_file(real)?;
    let mut symbols = Vec::new();
    let mut names = HashSet::new();
    for symbol in defined_symbols(&library).with_context(context)? {
        for name in under_our_ids(&symbol.name, ours) {
            if names.insert(name.clone()) {
                symbols.push(DefinedSymbol { name, ..symbol });
            }
        }
    }
    let soname = soname(&library).with_context(context)?;
    let architecture =
        ElfFile64::<object::Endianness>::parse(&library[..]).with_context(context)?.architecture();
    let object =
        object_file(architecture, &symbols, &files::read_file(driver_metadata)?).with_context(context)?;
    let object_path = scratch.join("stub.o");
    files::write_file(&object_path, &object, Mode::Plain)?;
    link(&object_path, &soname, output)
}

/// Links the stub.
fn link(object: &Path, soname: &str, output: &Path) -> Result<()> {
    let partial: PathBuf = object.with_file_name("stub.so");
    let mut command = Command::new("cc");
    command.args(["-shared", "-nostdlib", &format!("-Wl,-soname,{soname}"), "-o"]).arg(&partial).arg(object);
    process::output(&mut command).context("cannot link the stub of librustc_driver")?;
    std::fs::rename(&partial, output).with_context(|| format!("cannot create {}", output.display()))
}

/// Writes the object file with all symbols and the metadata.
fn object_file(
    architecture: object::Architecture,
    symbols: &[DefinedSymbol],
    metadata: &[u8],
) -> Result<Vec<u8>> {
    let mut file = Object::new(object::BinaryFormat::Elf, architecture, object::Endianness::Little);
    let code = file.section_id(StandardSection::Text);
    file.append_section_data(code, &[0; 16], 16);
    let data = file.section_id(StandardSection::UninitializedData);
    let thread_local = file.section_id(StandardSection::UninitializedTls);
    for symbol in symbols {
        let (section, value) = match symbol.kind {
            SymbolKind::Data => (data, file.append_section_bss(data, symbol.size, 16)),
            SymbolKind::Tls => (thread_local, file.append_section_bss(thread_local, symbol.size, 16)),
            _ => (code, 0),
        };
        add_symbol(&mut file, symbol, section, value);
    }
    let section = file.add_section(Vec::new(), b".rustc".to_vec(), SectionKind::Other);
    file.section_mut(section).flags = SectionFlags::Elf { sh_flags: 0 };
    let mut content = METADATA_HEADER.to_vec();
    content.extend_from_slice(&(metadata.len() as u64).to_le_bytes());
    content.extend_from_slice(metadata);
    file.append_section_data(section, &content, 1);
    file.write().context("cannot make an object file")
}

/// Adds a definition of a global symbol.
fn add_symbol(file: &mut Object<'_>, symbol: &DefinedSymbol, section: SectionId, value: u64) {
    file.add_symbol(Symbol {
        name: symbol.name.as_bytes().to_vec(),
        value,
        size: symbol.size,
        kind: symbol.kind,
        scope: SymbolScope::Dynamic,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::ObjectSection;

    #[test]
    fn ids_become_ours_in_all_versions_that_fit() {
        let ours = IdTable::from_text("one aaaa 1\ntwo bbbb 1\ntwo cccc 1\nlong ddddd 1\n").unwrap();
        let names = under_our_ids("_RNvCsAAAA_3oneCsDDDD_4longCsAAAA_5other", &ours);
        assert_eq!(names, ["_RNvCsaaaa_3oneCsDDDD_4longCsAAAA_5other"]);
        let names = under_our_ids("_RCsXXXX_3twoCsAAAA_3oneCsXXXX_3two", &ours);
        assert_eq!(names, ["_RCsbbbb_3twoCsaaaa_3oneCsbbbb_3two", "_RCscccc_3twoCsaaaa_3oneCscccc_3two"]);
        assert_eq!(under_our_ids("puts", &ours), ["puts"]);
    }

    #[test]
    fn a_stub_has_the_symbols_metadata_and_soname() {
        let folder = tempfile::tempdir().unwrap();
        let symbols = [
            ("function", SymbolKind::Text, 1),
            ("data", SymbolKind::Data, 24),
            ("local", SymbolKind::Tls, 8),
        ]
        .map(|(name, kind, size)| DefinedSymbol { name: name.to_owned(), kind, size });
        let object = object_file(object::Architecture::X86_64, &symbols, b"metadata").unwrap();
        let path = folder.path().join("stub object.o");
        std::fs::write(&path, object).unwrap();
        let output = folder.path().join("libstub.so");
        link(&path, "libreal-1.so", &output).unwrap();
        let library = std::fs::read(&output).unwrap();
        assert_eq!(soname(&library).unwrap(), "libreal-1.so");
        let mut found = defined_symbols(&library).unwrap();
        found.retain(|symbol| symbols.iter().any(|wanted| wanted.name == symbol.name));
        found.sort_by_key(|symbol| symbols.iter().position(|wanted| wanted.name == symbol.name));
        assert_eq!(found, symbols);
        let file = object::File::parse(&library[..]).unwrap();
        let content = file.section_by_name(".rustc").unwrap().data().unwrap();
        assert_eq!(content, b"rust\0\0\0\x0a\x08\0\0\0\0\0\0\0metadata");
    }
}
