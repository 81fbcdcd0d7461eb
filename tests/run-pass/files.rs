//! File system: a temporary folder with files written, read, appended, listed, renamed, removed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A folder that is removed at the end, also when a check in between panics.
struct TempFolder(PathBuf);

impl TempFolder {
    fn new() -> io::Result<TempFolder> {
        let path = std::env::temp_dir().join(format!("run-pass-files-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(TempFolder(path))
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
        println!("removed {}", !self.0.exists());
    }
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = if entry.file_type()?.is_dir() { "/" } else { "" };
        names.push(format!("{}{kind}", entry.file_name().to_string_lossy()));
    }
    names.sort();
    Ok(names)
}

fn main() -> io::Result<()> {
    let folder = TempFolder::new()?;
    let path = folder.0.join("numbers.txt");
    {
        let mut writer = BufWriter::with_capacity(64, File::create(&path)?);
        for i in 1..=200 {
            writeln!(writer, "{i} {}", i * i)?;
        }
        writer.flush()?;
    }
    println!("{}", fs::metadata(&path)?.len());
    let mut total = 0;
    for line in BufReader::with_capacity(50, File::open(&path)?).lines() {
        let line = line?;
        let (number, square) = line.split_once(' ').unwrap();
        total += square.parse::<u64>().unwrap() - number.parse::<u64>().unwrap();
    }
    println!("{total}");

    let mut file = OpenOptions::new().read(true).append(true).open(&path)?;
    file.write_all("größer\n".as_bytes())?;
    println!("{}", file.seek(SeekFrom::End(-9))?);
    let mut text = String::new();
    println!("{} {text:?}", file.read_to_string(&mut text)?);
    file.rewind()?;
    let mut bytes = [0; 10];
    file.read_exact(&mut bytes)?;
    println!("{:?} {}", bytes, file.stream_position()?);
    file.set_len(20)?;
    println!("{:?}", fs::read_to_string(&path)?);

    fs::create_dir_all(folder.0.join("a/b/c"))?;
    fs::write(folder.0.join("a/b/data.bin"), (0..=255).collect::<Vec<u8>>())?;
    println!("{}", fs::copy(folder.0.join("a/b/data.bin"), folder.0.join("copy.bin"))?);
    fs::rename(folder.0.join("copy.bin"), folder.0.join("a/moved.bin"))?;
    println!("{:?} {:?} {:?}", names(&folder.0)?, names(&folder.0.join("a"))?, names(&folder.0.join("a/b"))?);
    println!("{}", fs::read(folder.0.join("a/moved.bin"))?.iter().map(|b| u32::from(*b)).sum::<u32>());
    fs::remove_file(folder.0.join("a/moved.bin"))?;

    let missing = fs::read(folder.0.join("missing")).unwrap_err();
    println!("{:?} {missing}", missing.kind());
    let exclusive = OpenOptions::new().write(true).create_new(true).open(&path).unwrap_err();
    println!("{:?} {:?}", exclusive.kind(), exclusive.raw_os_error());
    println!("{:?}", fs::remove_dir(folder.0.join("a")).unwrap_err().kind());

    let path = Path::new("/usr/./lib/../share/archive.tar.gz");
    println!("{:?} {:?} {:?}", path.file_name(), path.file_stem(), path.extension());
    println!("{:?}", path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>());
    println!("{:?} {:?}", path.with_extension("zip"), path.parent().map(|p| p.join("x").join("/abs")));
    println!("{:?} {}", path.strip_prefix("/usr"), path.starts_with("/us"));

    let mut cursor = io::Cursor::new(vec![1_u8, 2, 3]);
    cursor.set_position(2);
    cursor.write_all(&[7, 8])?;
    println!("{:?}", cursor.into_inner());
    let mut chained = (&b"one\ntw"[..]).chain(&b"o\nthree"[..]);
    let mut lines = String::new();
    println!("{} {}", chained.read_line(&mut lines)?, chained.read_line(&mut lines)?);
    println!("{lines:?} {}", chained.take(3).bytes().count());
    Ok(())
}
