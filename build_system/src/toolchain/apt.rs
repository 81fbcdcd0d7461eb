//! Runs apt without root: for this machine's packages, or for those of another architecture. The system's own
//! settings and lists are never changed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::files::{self, Mode};
use crate::process;

/// Where packages are, if the system's own settings do not name a server of Debian.
const SERVERS: [&str; 2] = ["http://deb.debian.org/debian/", "http://deb.debian.org/debian-security/"];
/// The keys that sign Debian's lists.
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
/// The release after the one that the compiler's packages were first tested with. It has architectures that
/// older ones lack.
const NEXT_RELEASE: &str = "trixie";

/// apt, with the machine's lists or private ones.
pub struct Apt<'a> {
    /// The folder for downloads and private lists.
    downloads: &'a Path,
    /// Options for all commands.
    options: Vec<OsString>,
}

impl<'a> Apt<'a> {
    /// apt for this machine's packages, with the machine's lists.
    pub fn of_this_machine(downloads: &'a Path) -> Result<Apt<'a>> {
        files::create_folder(downloads)?;
        Ok(Apt { downloads, options: Vec::new() })
    }

    /// apt for the packages of an architecture, which the machine's own settings need not know.
    ///
    /// The servers are the machine's; the releases are its own and the next one.
    pub fn of_architecture(architecture: &str, downloads: &'a Path) -> Result<Apt<'a>> {
        let mut apt = Apt::of_this_machine(downloads)?;
        let sources = sources(architecture, &entries_of_this_machine(), &os_release());
        let (list, status) = (apt.file("sources.list"), apt.file("status"));
        files::write_file(&list, sources.as_bytes(), Mode::Plain)?;
        files::write_file(&status, b"", Mode::Plain)?;
        apt.use_private_lists()?;
        apt.set("Dir::Etc::sourcelist", &list);
        apt.set("Dir::Etc::sourceparts", Path::new("-"));
        apt.set("Dir::State::Status", &status);
        apt.set("APT::Architecture", Path::new(architecture));
        apt.set("APT::Architectures", Path::new(architecture));
        Ok(apt)
    }

    /// Uses lists in a private folder from now on, which [`Apt::update`] fills.
    pub fn use_private_lists(&mut self) -> Result<()> {
        for folder in ["lists/partial", "cache/archives/partial"] {
            files::create_folder(&self.file(folder))?;
        }
        let (lists, cache) = (self.file("lists"), self.file("cache"));
        self.set("Dir::State::Lists", &lists);
        self.set("Dir::Cache", &cache);
        Ok(())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.downloads.join(name)
    }

    fn set(&mut self, option: &str, value: &Path) {
        let mut setting = OsString::from(format!("{option}="));
        setting.push(value);
        self.options.extend(["-o".into(), setting]);
    }

    /// Returns an apt command that asks no questions, has short time limits, and uses the right lists.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.downloads).env("LC_ALL", "C");
        command.args(["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30"]).args(&self.options);
        command
    }

    /// Fetches fresh lists into the private folder.
    pub fn update(&self) -> Result<()> {
        process::output(self.command("apt-get").args(["update", "--error-on=any"]))?;
        Ok(())
    }

    /// Downloads packages, each given as `name` or `name=version`.
    pub fn download(&self, packages: &[String]) -> Result<()> {
        process::output(self.command("apt-get").arg("download").args(packages))?;
        Ok(())
    }

    /// Returns the first version of a package in the lists that begins with `prefix`.
    pub fn version_with(&self, package: &str, prefix: &str) -> Result<String> {
        let table = process::output(self.command("apt-cache").args(["madison", package]))?;
        let versions: Vec<&str> =
            table.lines().filter_map(|row| Some(row.split('|').nth(1)?.trim())).collect();
        match versions.iter().find(|version| version.starts_with(prefix)) {
            Some(version) => Ok((*version).to_owned()),
            None => bail!(
                "the package {package} in version {prefix}* is needed, but apt has {}",
                if versions.is_empty() { "none".to_owned() } else { versions.join(", ") }
            ),
        }
    }
}

/// Returns what the machine's settings name: in each line a server and a release. Empty if apt does not run;
/// a later command reports that.
fn entries_of_this_machine() -> String {
    let mut command = Command::new("apt-get");
    command.args(["indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"]);
    process::output(&mut command).unwrap_or_default()
}

/// Returns the description of this system, or nothing.
fn os_release() -> String {
    files::read_text(Path::new("/etc/os-release")).unwrap_or_default()
}

/// Writes the list of sources for an architecture. `entries` are those of this machine.
fn sources(architecture: &str, entries: &str, os_release: &str) -> String {
    let own = os_release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let releases: BTreeSet<&str> = own.into_iter().chain([NEXT_RELEASE]).collect();
    let named = entries.lines().filter_map(|line| line.split(' ').next());
    let mut servers: BTreeSet<&str> = named.filter(|server| server.contains("debian")).collect();
    if servers.is_empty() {
        servers.extend(SERVERS);
    }
    let keys = if Path::new(KEYS).exists() { format!(" signed-by={KEYS}") } else { String::new() };
    let mut text = String::new();
    for server in servers {
        let suffix = if server.contains("security") { "-security" } else { "" };
        for release in &releases {
            text += &format!(
                "deb [arch={architecture} lang=none target=Packages{keys}] {server} {release}{suffix} main\n"
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRIES: &str = "http://m.example/debian/ bookworm\nhttp://m.example/debian/ bookworm-updates\n\
                           http://m.example/debian-security/ bookworm-security\nhttps://other.example/apt/ x\n";

    fn places(entries: &str, os_release: &str) -> Vec<String> {
        let place = |line: &str| line.split_once("] ").map(|(_, place)| place.to_owned());
        sources("arm64", entries, os_release).lines().filter_map(place).collect()
    }

    #[test]
    fn other_architectures_come_from_the_machines_servers() {
        let own = "NAME=Debian\nVERSION_CODENAME=bookworm\n";
        let expected = [
            "http://m.example/debian-security/ bookworm-security main",
            "http://m.example/debian-security/ trixie-security main",
            "http://m.example/debian/ bookworm main",
            "http://m.example/debian/ trixie main",
        ];
        assert_eq!(places(ENTRIES, own), expected);
        assert!(sources("arm64", ENTRIES, own).starts_with("deb [arch=arm64 "));
    }

    #[test]
    fn a_machine_of_the_next_release_has_one_release() {
        assert_eq!(places("", "VERSION_CODENAME=trixie").len(), SERVERS.len());
    }
}
