//! Every function keeps the source positions that its own CGU gave it.

use std::sync::Arc;

use super::support::{Part, combined};
use crate::cgu::{
    Binding, DebugEmission, PositionResolver, SourceFile, SourceFiles, SourceLocation, SplitDwarf,
    SplitPlace, UnitDebugInfo,
};
use crate::description::{CodeLocation, ScopeId, UnitDescription};
use crate::object::tests::support::TARGETS;

/// Position n is line n of the file with this name.
struct FileOf(&'static str);

impl PositionResolver for FileOf {
    fn resolve(&self, position: u32, files: &mut SourceFiles) -> Option<SourceLocation> {
        let file = SourceFile { directory: "".into(), name: self.0.into(), md5: None, text: None };
        Some(SourceLocation { file: files.intern(file), line: position, column: 1 })
    }
}

fn part(name: &'static str, positions: &[u32]) -> Part {
    let mut part = Part::new(TARGETS[0], name);
    part.cgu.cgu.positions = Some(Arc::new(FileOf(name)));
    part.cgu.cgu.debug_info = Some(UnitDebugInfo {
        producer: "test".into(),
        name: format!("lib.rs/@/{name}").into(),
        compilation_directory: "/build".into(),
        address_ranges: true,
        version: 4,
        emission: DebugEmission::Full,
        split: Some(SplitDwarf { place: SplitPlace::File, name: format!("{name}.dwo").into() }),
        compression: None,
        description: UnitDescription::default(),
    });
    part.sum(name, Binding::Global, &[], &[]);
    let location = |&position| CodeLocation { position, scope: ScopeId::FUNCTION };
    part.functions[0].locations = positions.iter().map(location).collect();
    part.functions[0].description.as_mut().expect("a description").subprogram.declaration = Some(3);
    part
}

#[test]
fn the_same_position_means_another_line_in_another_cgu() {
    let mut without = part("without", &[1]);
    without.cgu.cgu.positions = None;
    let parts = vec![part("a.rs", &[7, 3]), part("b.rs", &[3, 8]), without];
    let cgu = combined(parts, &["a.rs", "b.rs", "without"]);
    let resolver = cgu.sealed.positions.expect("a resolver");
    let mut files = SourceFiles::default();
    let mut found = Vec::new();
    for function in &cgu.functions {
        let description = function.description.as_ref().expect("a description");
        let positions = function.locations.iter().map(|location| location.position);
        for position in positions.chain(description.subprogram.declaration) {
            // The declaration in the CGU without a resolver is nowhere.
            let Some(location) = resolver.resolve(position, &mut files) else { continue };
            let (_, file) = files.iter().find(|&(id, _)| id == location.file).expect("a file");
            found.push((file.name.to_string(), location.line));
        }
    }
    let expected = [("a.rs", 7), ("a.rs", 3), ("a.rs", 3), ("b.rs", 3), ("b.rs", 8), ("b.rs", 3)];
    assert_eq!(found, expected.map(|(name, line)| (name.to_owned(), line)));
    assert!(resolver.resolve(1000, &mut files).is_none());
    let debug_info = cgu.sealed.debug_info.expect("debug information");
    assert_eq!(&*debug_info.name, "lib.rs/@/all");
    assert_eq!(&*debug_info.split.expect("a split unit").name, "all.dwo");
}
