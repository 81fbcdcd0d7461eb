//! The case `core-simd`: checks that the backend handles each function of `core::intrinsics::simd`.

use std::path::Path;

use anyhow::{Result, ensure};
use build_system::files;

/// The name of the case.
pub const NAME: &str = "core-simd";

/// Looks for the library's declarations in the backend's sources.
pub fn check(library: &Path, backend: &Path) -> Result<()> {
    let declared = files::read_text(&library.join("core/src/intrinsics/simd/mod.rs"))?;
    let names = names_of(&declared);
    ensure!(!names.is_empty(), "core::intrinsics::simd declares no functions");
    let mut sources = String::new();
    let entries = files::entries(&backend.join("src/intrinsics/simd"))?;
    // The folders only contain checks.
    for path in entries.iter().filter(|path| path.is_file()) {
        sources.push_str(&files::read_text(path)?);
    }
    let missing: Vec<&str> = names.into_iter().filter(|name| !mentions(&sources, name)).collect();
    ensure!(missing.is_empty(), "the backend does not know {}", missing.join(", "));
    Ok(())
}

/// Returns `simd_add` for `pub const unsafe fn simd_add<T>(…)`, and so on.
fn names_of(text: &str) -> Vec<&str> {
    let starts = text.split("fn simd_").skip(1).map(|rest| rest.as_ptr() as usize - text.as_ptr() as usize);
    starts
        .map(|start| {
            let rest = &text[start..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            &text[start - "simd_".len()..start + end]
        })
        .collect()
}

/// Whether `sym::NAME` occurs as a whole name.
fn mentions(sources: &str, name: &str) -> bool {
    let symbol = format!("sym::{name}");
    let is_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    sources.split(&symbol).skip(1).any(|rest| !is_name(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole() {
        assert_eq!(names_of("unsafe fn simd_add<T>(x: T); fn simd_as(x: u8);"), ["simd_add", "simd_as"]);
        assert!(mentions("sym::simd_as => 1", "simd_as"));
        assert!(!mentions("sym::simd_assume => 1", "simd_as"));
    }
}
