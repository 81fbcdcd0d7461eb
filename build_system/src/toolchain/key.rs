//! Names a cached toolchain after a digest of everything that it is made from.

use sha2::{Digest, Sha256};

/// Changes whenever the steps make something different from the same packages.
pub const RECIPE: u32 = 1;

/// A package that the toolchain is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingredient {
    /// The package's name.
    pub name: String,
    /// Its full version, with epoch and Debian revision.
    pub version: String,
}

/// Returns the key of a toolchain made from `ingredients` (in any order) for `target`.
pub fn key(target: &str, ingredients: &[Ingredient]) -> String {
    let mut rows: Vec<String> = ingredients.iter().map(|i| format!("{}={}\n", i.name, i.version)).collect();
    rows.sort();
    let mut digest = Sha256::new();
    digest.update(format!("recipe {RECIPE}\ntarget {target}\n"));
    for row in rows {
        digest.update(row);
    }
    hexadecimal(&digest.finalize()[..8])
}

/// Returns the SHA-256 sum of some bytes, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Writes bytes in lower-case hexadecimal.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ingredients(rows: &[(&str, &str)]) -> Vec<Ingredient> {
        rows.iter().map(|row| Ingredient { name: row.0.into(), version: row.1.into() }).collect()
    }

    #[test]
    fn the_key_depends_on_everything_but_order() {
        let one = key("x", &ingredients(&[("a", "1"), ("b", "2")]));
        assert_eq!(one, key("x", &ingredients(&[("b", "2"), ("a", "1")])));
        assert_ne!(one, key("y", &ingredients(&[("a", "1"), ("b", "2")])));
        assert_ne!(one, key("x", &ingredients(&[("a", "1"), ("b", "3")])));
        assert_ne!(one, key("x", &ingredients(&[("a", "1")])));
        assert_eq!(one.len(), 16);
    }

    #[test]
    fn sums_are_those_of_sha256sum() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
