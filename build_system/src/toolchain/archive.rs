//! Writes `ar` archives with one member. cargo and rustc need no more of an `.rlib` that contains only
//! metadata.

/// Returns an archive with one member. Its name must fit the 15 characters of the header.
pub fn with_one_member(name: &str, content: &[u8]) -> Vec<u8> {
    debug_assert!(name.len() < 16);
    let name = format!("{name}/");
    let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8o}{:<10}`\n", 0, 0, 0, 0o644, content.len());
    let mut archive = b"!<arch>\n".to_vec();
    archive.extend_from_slice(header.as_bytes());
    archive.extend_from_slice(content);
    if content.len() % 2 == 1 {
        archive.push(b'\n');
    }
    archive
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::read::archive::ArchiveFile;

    #[test]
    fn the_member_is_read_back() {
        for content in [&b"even"[..], b"odd", b""] {
            let bytes = with_one_member("lib.rmeta", content);
            assert_eq!(bytes.len() % 2, 0);
            let archive = ArchiveFile::parse(&bytes[..]).unwrap();
            let members: Vec<_> = archive.members().map(Result::unwrap).collect();
            assert_eq!(members.len(), 1);
            assert_eq!(members[0].name(), b"lib.rmeta");
            assert_eq!(members[0].data(&bytes[..]).unwrap(), content);
        }
    }
}
