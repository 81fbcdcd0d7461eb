//! `./y.sh clean`: removes what was built, and with `--cache` the toolchains.

use anyhow::Result;

use crate::console::Console;
use crate::files;
use crate::layout::Layout;
use crate::toolchain::targets;

/// The part of the build folder that contains this program.
const OWN_FOLDER: &str = "y";

/// Removes `dist/`, the build folder except this program, and with `cache` all toolchains with the standard
/// libraries of other targets.
pub fn clean(layout: &Layout, cache: bool, console: Console) -> Result<()> {
    files::remove(&layout.dist)?;
    if layout.build.is_dir() {
        for path in files::entries(&layout.build)? {
            if files::name_of(&path) != OWN_FOLDER {
                files::remove(&path)?;
            }
        }
    }
    console.say(format!("Removed {} and {}", layout.dist.display(), layout.build.display()));
    if cache && layout.cache.is_dir() {
        let _lock = files::lock(&layout.cache.join("lock"), "the toolchain cache", console)?;
        for path in files::entries(&layout.cache)? {
            let name = files::name_of(&path);
            if ["toolchain-", targets::PREFIX].iter().any(|prefix| name.starts_with(prefix)) {
                files::remove(&path)?;
            }
        }
        console.say(format!("Removed the toolchains in {}", layout.cache.display()));
    }
    Ok(())
}
