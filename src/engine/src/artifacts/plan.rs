//! Plans the steps that finalize the outputs.
//!
//! 1. Each requested kind of output is copied to its final name. With several CGUs there is no final name:
//!    the numbered files (`crate.cgu.rcgu.o`) stay, and a name that the user chose is ignored with a warning.
//! 2. Temporary files are removed.
//! 3. Artifacts are announced.

use super::{
    ArtifactKind, ArtifactWarning, CguArtifacts, Destination, Linking, NameSource, Notifications, Refusal,
    Request, StandardOutput, Step, Temporaries, WantedArtifact,
};

/// Returns the steps for `cgus`, which are in the order of opening. Accesses no file.
pub fn plan(request: &Request, cgus: &[CguArtifacts]) -> Vec<Step> {
    let mut wanted: Vec<&WantedArtifact> = request.artifacts.iter().collect();
    wanted.sort_by_key(|wanted| wanted.kind);
    let mut steps = Vec::new();
    for wanted in &wanted {
        match cgus {
            [cgu] => place(request, wanted, cgu, &mut steps),
            _ => steps.extend(ignored_name(wanted).map(Step::Warn)),
        }
    }
    if request.temporaries == Temporaries::Remove && !keeps_numbered_objects(request) {
        remove_objects(cgus, &mut steps);
    }
    if request.notifications == Notifications::Wanted {
        announce(request, cgus, &mut steps);
    }
    steps
}

/// Adds the steps for one kind of output of the only CGU.
fn place(request: &Request, wanted: &WantedArtifact, cgu: &CguArtifacts, steps: &mut Vec<Step>) {
    let kind = wanted.kind;
    let Some(from) = kind.of_cgu(&cgu.files) else {
        steps.push(Step::Refuse(Refusal::NotProduced { kind, cgu: cgu.name.clone() }));
        return;
    };
    let to_terminal =
        wanted.destination == Destination::Stdout && request.standard_output == StandardOutput::Terminal;
    if to_terminal && !kind.is_text() {
        steps.push(Step::Refuse(Refusal::BinaryToTerminal(kind)));
    } else {
        steps.push(Step::Copy { from: from.to_owned(), to: wanted.destination.clone() });
    }
    // Objects are removed later, for all CGUs together.
    if request.temporaries == Temporaries::Remove && kind != ArtifactKind::Object {
        steps.push(Step::Remove(from.to_owned()));
    }
}

fn ignored_name(wanted: &WantedArtifact) -> Option<ArtifactWarning> {
    match wanted.name_source {
        NameSource::EmitPath => Some(ArtifactWarning::EmitPath(wanted.kind)),
        NameSource::OutputOption => Some(ArtifactWarning::OutputOption(wanted.kind)),
        NameSource::Default => None,
    }
}

/// Whether the numbered objects stay, because the linker needs them or because they are the requested output.
/// As in rustc, the session's number of CGUs decides, not the actual one.
fn keeps_numbered_objects(request: &Request) -> bool {
    let wanted = request.artifacts.iter().any(|wanted| wanted.kind == ArtifactKind::Object);
    request.linking == Linking::Follows || (wanted && request.codegen_units > 1)
}

fn remove_objects(cgus: &[CguArtifacts], steps: &mut Vec<Step>) {
    for cgu in cgus {
        let files = [&cgu.files.object, &cgu.files.dwarf_object];
        steps.extend(files.into_iter().flatten().cloned().map(Step::Remove));
    }
}

fn announce(request: &Request, cgus: &[CguArtifacts], steps: &mut Vec<Step>) {
    // rustc announces in another order than it copies.
    for cgu in cgus {
        for kind in [ArtifactKind::Object, ArtifactKind::Clif, ArtifactKind::Assembly] {
            let wanted = request.artifacts.iter().find(|wanted| wanted.kind == kind);
            let (Some(wanted), Some(numbered)) = (wanted, kind.of_cgu(&cgu.files)) else { continue };
            let path = if cgus.len() == 1 { wanted.destination.as_path() } else { numbered };
            steps.push(Step::Announce { path: path.to_owned(), kind });
        }
    }
}
