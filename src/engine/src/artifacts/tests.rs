//! Tests the plan as a table, and executes steps on real files.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

use ArtifactKind::{Assembly, Clif, Object};
use NameSource::{Default, EmitPath, OutputOption};

fn wanted(kind: ArtifactKind, name_source: NameSource) -> WantedArtifact {
    let name = match name_source {
        Default => format!("crate.{}", kind.extension()),
        EmitPath => "emit".to_owned(),
        OutputOption => "output".to_owned(),
    };
    WantedArtifact { kind, destination: Destination::File(name.into()), name_source }
}

fn request(artifacts: &[(ArtifactKind, NameSource)]) -> Request {
    Request {
        artifacts: artifacts.iter().map(|&(kind, name_source)| wanted(kind, name_source)).collect(),
        linking: Linking::No,
        temporaries: Temporaries::Remove,
        standard_output: StandardOutput::Other,
        notifications: Notifications::No,
        codegen_units: 1,
    }
}

/// CGUs with all files.
fn cgus(count: usize) -> Vec<CguArtifacts> {
    let cgu = |number: usize| {
        let path = |extension: &str| Some(PathBuf::from(format!("{number}.{extension}")));
        let files =
            CguFiles { object: path("o"), dwarf_object: path("dwo"), clif: path("ll"), assembly: path("s") };
        CguArtifacts { name: format!("cgu{number}").into(), files }
    };
    (0..count).map(cgu).collect()
}

/// Returns the plan in short: `0.o>crate.o` is a copy, `-0.o` a removal, `!` a warning or refusal, `*Object:`
/// an announcement.
fn short(request: &Request, cgus: &[CguArtifacts]) -> String {
    let step = |step: Step| match step {
        Step::Copy { from, to } => format!("{}>{}", from.display(), to.as_path().display()),
        Step::Remove(path) => format!("-{}", path.display()),
        Step::Warn(warning) => format!("!{warning:?}"),
        Step::Refuse(refusal) => format!("!{refusal:?}"),
        Step::Announce { path, kind } => format!("*{kind:?}:{}", path.display()),
    };
    plan(request, cgus).into_iter().map(step).collect::<Vec<_>>().join(" ")
}

#[test]
fn one_cgu() {
    for (artifacts, expected) in [
        (&[][..], "-0.o -0.dwo"),
        (&[(Object, Default)], "0.o>crate.o -0.o -0.dwo"),
        (&[(Object, OutputOption)], "0.o>output -0.o -0.dwo"),
        (&[(Assembly, EmitPath)], "0.s>emit -0.s -0.o -0.dwo"),
        (&[(Clif, Default)], "0.ll>crate.ll -0.ll -0.o -0.dwo"),
        (
            &[(Object, Default), (Clif, EmitPath), (Assembly, Default)],
            "0.s>crate.s -0.s 0.ll>emit -0.ll 0.o>crate.o -0.o -0.dwo",
        ),
    ] {
        assert_eq!(short(&request(artifacts), &cgus(1)), expected, "{artifacts:?}");
    }
}

#[test]
fn several_cgus() {
    for (artifacts, expected) in [
        (&[][..], "-0.o -0.dwo -1.o -1.dwo"),
        (&[(Object, Default)], ""),
        (&[(Object, OutputOption)], "!OutputOption(Object)"),
        (&[(Clif, Default)], "-0.o -0.dwo -1.o -1.dwo"),
        (&[(Assembly, EmitPath), (Object, Default)], "!EmitPath(Assembly)"),
    ] {
        let request = Request { codegen_units: 16, ..request(artifacts) };
        assert_eq!(short(&request, &cgus(2)), expected, "{artifacts:?}");
    }
}

#[test]
fn one_cgu_where_several_were_allowed_keeps_its_numbered_object() {
    let request = Request { codegen_units: 16, ..request(&[(Object, Default)]) };
    assert_eq!(short(&request, &cgus(1)), "0.o>crate.o");
}

#[test]
fn numbered_objects_stay_for_the_linker() {
    let request = Request { linking: Linking::Follows, ..request(&[(Object, Default), (Assembly, Default)]) };
    assert_eq!(short(&request, &cgus(1)), "0.s>crate.s -0.s 0.o>crate.o");
    assert_eq!(short(&request, &cgus(2)), "");
}

#[test]
fn nothing_is_removed_with_save_temps() {
    let request = Request { temporaries: Temporaries::Keep, ..request(&[(Clif, Default)]) };
    assert_eq!(short(&request, &cgus(1)), "0.ll>crate.ll");
    assert_eq!(short(&request, &cgus(2)), "");
}

#[test]
fn standard_output() {
    let to_stdout = |kind, standard_output| {
        let artifact = WantedArtifact { kind, destination: Destination::Stdout, name_source: EmitPath };
        let request = Request { standard_output, artifacts: vec![artifact], ..request(&[]) };
        short(&request, &cgus(1))
    };
    assert_eq!(to_stdout(Object, StandardOutput::Other), "0.o>stdout -0.o -0.dwo");
    assert_eq!(to_stdout(Object, StandardOutput::Terminal), "!BinaryToTerminal(Object) -0.o -0.dwo");
    assert_eq!(to_stdout(Assembly, StandardOutput::Terminal), "0.s>stdout -0.s -0.o -0.dwo");
}

#[test]
fn announcements_name_the_final_or_the_numbered_files() {
    let artifacts = request(&[(Assembly, Default), (Clif, EmitPath), (Object, Default)]);
    let mut request =
        Request { notifications: Notifications::Wanted, temporaries: Temporaries::Keep, ..artifacts };
    let copies = "0.s>crate.s 0.ll>emit 0.o>crate.o";
    assert_eq!(short(&request, &cgus(1)), format!("{copies} *Object:crate.o *Clif:emit *Assembly:crate.s"));
    request.artifacts.truncate(1);
    assert_eq!(short(&request, &cgus(2)), "*Assembly:0.s *Assembly:1.s");
}

#[test]
fn a_file_that_was_not_produced_is_an_error() {
    let mut cgus = cgus(1);
    cgus[0].files.assembly = None;
    let expected = "!NotProduced { kind: Assembly, cgu: \"cgu0\" } -0.o -0.dwo";
    assert_eq!(short(&request(&[(Assembly, Default)]), &cgus), expected);
}

#[test]
fn messages_are_those_of_rustc() {
    assert_eq!(
        ArtifactWarning::EmitPath(Clif).to_string(),
        "ignoring emit path because multiple .ll files were produced"
    );
    assert_eq!(
        ArtifactWarning::OutputOption(Object).to_string(),
        "ignoring -o because multiple .o files were produced"
    );
    assert_eq!(
        Refusal::BinaryToTerminal(Object).to_string(),
        "option `-o` or `--emit` is used to write binary output type `obj` to stdout, but stdout is a tty"
    );
}

fn carry_out_all(steps: Vec<Step>) -> Vec<String> {
    let mut texts = Vec::new();
    carry_out(steps, &mut |notice| {
        texts.push(match notice {
            Notice::Warning(warning) => warning.to_string(),
            Notice::Error(error) => error.to_string(),
            Notice::Artifact { path, kind } => format!("{kind:?} {}", path.display()),
        });
    });
    texts
}

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

#[test]
fn a_plan_is_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("0.o"), "object").unwrap();
    fs::write(path("crate.o"), "old").unwrap();
    let steps = vec![
        Step::Copy { from: path("0.o"), to: Destination::File(path("crate.o")) },
        Step::Remove(path("0.o")),
        Step::Remove(path("not there")),
        Step::Announce { path: path("crate.o"), kind: Object },
    ];
    assert_eq!(carry_out_all(steps), [format!("Object {}", path("crate.o").display())]);
    assert_eq!(names(folder.path()), ["crate.o"]);
    assert_eq!(fs::read(path("crate.o")).unwrap(), b"object");
}

#[test]
fn errors_do_not_keep_temporaries_from_being_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("0.o"), "object").unwrap();
    let to = path("missing/crate.o");
    let steps =
        vec![Step::Copy { from: path("0.o"), to: Destination::File(to.clone()) }, Step::Remove(path("0.o"))];
    let expected =
        format!("could not copy {:?} to {to:?}: No such file or directory (os error 2)", path("0.o"));
    assert_eq!(carry_out_all(steps), [expected]);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn devices_are_written_to_and_links_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    files::write(Path::new("/dev/null"), b"object").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let full = files::write(Path::new("/dev/full"), b"object").unwrap_err();
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    fs::write(path("real"), "old").unwrap();
    std::os::unix::fs::symlink("real", path("link")).unwrap();
    files::write(&path("link"), b"new").unwrap();
    assert_eq!(fs::read(path("real")).unwrap(), b"new");
    assert!(path("link").is_symlink());
    assert_eq!(names(folder.path()), ["link", "real"]);
}
