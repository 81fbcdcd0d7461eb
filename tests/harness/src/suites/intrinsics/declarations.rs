//! Reads the functions that the library's `core_arch` declares with the names of LLVM's intrinsics.

use std::path::Path;

use anyhow::{Result, ensure};
use build_system::files;

/// A function: `#[link_name = "llvm.x86.…"] fn …(a: __m512d, rounding: i32) -> __m512d;`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// LLVM's name.
    pub name: String,
    /// The name of the file without its extension: an extension of the CPU.
    pub file: String,
    /// The names and types of the parameters.
    pub parameters: Vec<(String, String)>,
    /// The type of the result, if there is one.
    pub result: Option<String>,
}

/// Reads all declarations for x86_64, each name once, and the structures that they return.
pub fn read(library: &Path) -> Result<(Vec<Declaration>, Vec<String>)> {
    let folder = library.join("stdarch/crates/core_arch/src");
    let mut declarations: Vec<Declaration> = vec![];
    let mut structures = vec![];
    for name in ["x86", "x86_64"] {
        for path in files::entries(&folder.join(name))? {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = files::read_text(&path)?;
            let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            for declaration in declarations_of(&text, &file)? {
                if declarations.iter().all(|known| known.name != declaration.name) {
                    declarations.push(declaration);
                }
            }
            structures.extend(packed_structures(&text));
        }
    }
    ensure!(!declarations.is_empty(), "{} declares nothing", folder.display());
    Ok((declarations, structures))
}

fn declarations_of(text: &str, file: &str) -> Result<Vec<Declaration>> {
    let mut found = vec![];
    for rest in text.split("#[link_name").skip(1) {
        let parsed = rest.split_once(';').and_then(|(item, _)| declaration_of(item, file));
        let Some(declaration) = parsed else {
            anyhow::bail!("{file}.rs: cannot parse the declaration {}", rest.lines().next().unwrap_or(rest));
        };
        found.push(declaration);
    }
    Ok(found)
}

/// Parses ` = "NAME"] fn f(a: A, b: B) -> R`.
fn declaration_of(item: &str, file: &str) -> Option<Declaration> {
    let (_, rest) = item.split_once('"')?;
    let (name, rest) = rest.split_once('"')?;
    let (_, rest) = rest.split_once("fn ")?;
    let (_, rest) = rest.split_once('(')?;
    let (parameters, rest) = rest.split_once(')').map(|(parameters, rest)| (parameters, rest.trim()))?;
    let parameters = parameters.split(',').map(str::trim).filter(|parameter| !parameter.is_empty());
    let parameters = parameters
        .map(|parameter| {
            let (name, ty) = parameter.split_once(':')?;
            Some((name.trim().to_owned(), ty.trim().to_owned()))
        })
        .collect::<Option<_>>()?;
    let result = rest.strip_prefix("->").map(|ty| ty.trim().to_owned());
    Some(Declaration { name: name.to_owned(), file: file.to_owned(), parameters, result })
}

/// Finds structures such as `struct AesOutput(u8, __m128i);`.
fn packed_structures(text: &str) -> Vec<String> {
    let items = text.split("#[repr(C, packed)]").skip(1);
    let items = items.filter_map(|rest| rest.split_once(';')).map(|(item, _)| item.trim().to_owned());
    items.filter(|item| !item.contains('{')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read() {
        let text = "unsafe extern \"unadjusted\" {
            #[link_name = \"llvm.x86.one\"]
            fn one(a: i32x4,
                   mask: u8) -> i32x4;
            #[link_name = \"llvm.x86.two\"]
            fn two();
        }";
        let found = declarations_of(text, "avx").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name, "llvm.x86.one");
        assert_eq!(found[0].parameters, [("a".into(), "i32x4".into()), ("mask".into(), "u8".into())]);
        assert_eq!(found[0].result.as_deref(), Some("i32x4"));
        assert_eq!((found[1].parameters.len(), &found[1].result), (0, &None));
    }
}
