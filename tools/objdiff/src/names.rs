//! Names without what depends on hashes: symbols, sections, members of archives.

use rustc_demangle::try_demangle;

/// Returns a symbol as a path, without hashes and disambiguators of crates: `core::fmt::Write::write_str`.
/// Symbols that are not mangled are returned as they are.
pub fn symbol(mangled: &str) -> String {
    // LLVM adds such a suffix to names that it had to make unique.
    let (mangled, suffix) = match mangled.find(".llvm.") {
        Some(position) => (&mangled[..position], ".llvm"),
        None => (mangled, ""),
    };
    match try_demangle(mangled) {
        // The order of marker traits depends on the hashes of crates.
        Ok(name) => format!("{name:#}{suffix}")
            .replace("core::marker::Sync+core::marker::Send", "core::marker::Send+core::marker::Sync"),
        Err(_) => format!("{}{suffix}", without_hashes(mangled)),
    }
}

/// Removes hexadecimal hashes from a name: digits between separators, at least 16 of them. Cargo and rustc
/// write them into the names of crates, CGUs and private constants.
pub fn without_hashes(name: &str) -> String {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(end) = rest.find(['.', '-', '$']) {
        parts.push(&rest[..=end]);
        rest = &rest[end + 1..];
    }
    parts.push(rest);
    let is_hash = |part: &&str| {
        let part = part.trim_end_matches(['.', '-', '$']);
        part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let kept: String = parts.into_iter().filter(|part| !is_hash(part)).collect();
    kept.trim_end_matches(['.', '-']).to_owned()
}

/// Returns the name of a member of an rlib, or of a `.dwo` file, without hashes and the extension of rustc's
/// objects.
pub fn unit(member: &str) -> String {
    let name = without_hashes(member);
    let name = name.strip_suffix(".o").unwrap_or(&name);
    let name = name.strip_suffix(".rcgu").unwrap_or(name);
    // In incremental builds, the name of a CGU is a hash in base 36, followed by the compiler's process. All
    // CGUs of a crate then have one name, and their contents tell them apart.
    let kept = name.rsplit_once('.').and_then(|(start, process)| {
        let (kept, hash) = start.rsplit_once(['.', '-'])?;
        let is_base_36 =
            |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        (hash.len() == 25 && process.len() == 7 && is_base_36(hash) && is_base_36(process)).then_some(kept)
    });
    kept.unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_become_paths() {
        assert_eq!(symbol("_ZN4main1f17h0123456789abcdefE"), "main::f");
        assert_eq!(symbol("_RNvC6_123foo3bar"), "123foo::bar");
        assert_eq!(symbol("_RNvNtCsfDBl8rBLEEc_4core9panicking9panic_fmt"), "core::panicking::panic_fmt");
        let drop = "_ZN4core3ptr70drop_in_place$LT$dyn$u20$core..marker..Sync$u2b$core..marker..Send$GT$17h0123456789abcdefE";
        assert_eq!(symbol(drop), "core::ptr::drop_in_place<dyn core::marker::Send+core::marker::Sync>");
        assert_eq!(symbol("main"), "main");
        assert_eq!(symbol("__rust_alloc"), "__rust_alloc");
    }

    #[test]
    fn hashes_are_left_out() {
        assert_eq!(without_hashes("anon.fad58de7366495db4650cfefac2fcd61.12"), "anon.12");
        assert_eq!(
            unit("regex_syntax-0123456789abcdef.regex_syntax.fedcba9876543210-cgu.07.rcgu.o"),
            "regex_syntax-regex_syntax.cgu.07"
        );
        assert_eq!(unit("engine-305a803048a6c156.0lq7n41obvaag6gmro4l2i02b.0izqq0e.rcgu.o"), "engine");
        assert_eq!(without_hashes("deadbeef"), "deadbeef");
    }
}
