//! The list of things to do, in this order: every kind of output goes to its place (or a warning says why
//! not); temporary files are removed; artifacts are announced.
//!
//! With one CGU, its numbered file (`crate.cgu.rcgu.o`) is copied to the final name. With several, there is
//! no final name: the numbered files stay, and a name that the user chose is ignored with a warning.

use super::{
    ArtifactKind, ArtifactWarning, CguArtifacts, Destination, Linking, NameSource, Notifications, Refusal,
    Request, StandardOutput, Step, Temporaries, WantedArtifact,
};

/// What to do about `cgus`, which are in the order of opening. Depends on nothing else; touches no file.
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

/// The only CGU's file goes to its final place.
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
    // Whether objects are still needed is decided for all CGUs together.
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

/// The linker needs them, or they are what the user asked for. As in rustc, the session's number of CGUs
/// decides, not how many there are.
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
    // rustc's order of announcing differs from its order of copying.
    for cgu in cgus {
        for kind in [ArtifactKind::Object, ArtifactKind::Clif, ArtifactKind::Assembly] {
            let wanted = request.artifacts.iter().find(|wanted| wanted.kind == kind);
            let (Some(wanted), Some(numbered)) = (wanted, kind.of_cgu(&cgu.files)) else { continue };
            let path = if cgus.len() == 1 { wanted.destination.as_path() } else { numbered };
            steps.push(Step::Announce { path: path.to_owned(), kind });
        }
    }
}
