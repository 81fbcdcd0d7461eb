//! A folder with one JSON file per note.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Note;

/// The folder is made by `create` and removed with everything in it when the store is dropped.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
}

#[derive(Debug)]
pub enum StoreError {
    Io { file: PathBuf, cause: io::Error },
    Format { file: PathBuf, cause: serde_json::Error },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, cause): (_, &dyn fmt::Display) = match self {
            StoreError::Io { file, cause } => (file, cause),
            StoreError::Format { file, cause } => (file, cause),
        };
        write!(f, "{}: {cause}", file.file_name().unwrap_or_default().to_string_lossy())
    }
}

impl std::error::Error for StoreError {}

impl Store {
    pub fn create(folder: &Path) -> Result<Store, StoreError> {
        fs::create_dir_all(folder).map_err(|cause| StoreError::Io { file: folder.into(), cause })?;
        Ok(Store { folder: folder.into() })
    }

    /// Writes the note to a temporary file first, so that a reader never sees half of it. Gives its size.
    pub fn save(&self, note: &Note) -> Result<usize, StoreError> {
        let file = self.file(note.id);
        let json = serde_json::to_string_pretty(note)
            .map_err(|cause| StoreError::Format { file: file.clone(), cause })?;
        let temporary = file.with_extension("new");
        fs::write(&temporary, &json)
            .and_then(|()| fs::rename(&temporary, &file))
            .map_err(|cause| StoreError::Io { file, cause })?;
        Ok(json.len())
    }

    pub fn load(&self, id: u32) -> Result<Note, StoreError> {
        let file = self.file(id);
        match fs::read_to_string(&file) {
            Ok(json) => serde_json::from_str(&json).map_err(|cause| StoreError::Format { file, cause }),
            Err(cause) => Err(StoreError::Io { file, cause }),
        }
    }

    /// The notes in the order of their numbers, and the errors of the files that are none.
    pub fn load_all(&self) -> Result<(Vec<Note>, Vec<StoreError>), StoreError> {
        let fail = |cause| StoreError::Io { file: self.folder.clone(), cause };
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name();
            let name = name.to_string_lossy();
            let id =
                name.strip_prefix("note-").and_then(|rest| rest.strip_suffix(".json")?.parse::<u32>().ok());
            ids.extend(id);
        }
        ids.sort_unstable();
        let (mut notes, mut errors) = (Vec::new(), Vec::new());
        for id in ids {
            match self.load(id) {
                Ok(note) => notes.push(note),
                Err(error) => errors.push(error),
            }
        }
        Ok((notes, errors))
    }

    pub fn file(&self, id: u32) -> PathBuf {
        self.folder.join(format!("note-{id:03}.json"))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_notes;

    fn store(name: &str) -> Store {
        let folder = std::env::temp_dir().join(format!("notes-test-{name}-{}", std::process::id()));
        Store::create(&folder).unwrap()
    }

    #[test]
    fn gives_back_what_was_saved() {
        let store = store("round-trip");
        let notes = parse_notes("# Ä \"quoted\"\n@x\nbody\n# Second\ndue: 4").unwrap();
        for note in notes.iter().rev() {
            store.save(note).unwrap();
        }
        let (loaded, errors) = store.load_all().unwrap();
        assert_eq!(loaded, notes);
        assert!(errors.is_empty());
    }

    #[test]
    fn reports_a_damaged_and_a_missing_file() {
        let store = store("damaged");
        fs::write(store.file(7), "{\"id\": 7").unwrap();
        assert!(store.load(7).unwrap_err().to_string().starts_with("note-007.json: EOF while parsing"));
        assert!(matches!(store.load(8), Err(StoreError::Io { .. })));
        assert_eq!(store.load_all().unwrap().1.len(), 1);
    }

    #[test]
    fn removes_its_folder() {
        let store = store("removed");
        let folder = store.folder.clone();
        drop(store);
        assert!(!folder.exists());
    }
}
