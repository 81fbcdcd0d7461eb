//! The program from outside: options, exit statuses, and what is printed where.

use std::fs;
use std::process::Stdio;

use crate::objects::{command, run, two_objects, write_object};
use object::SymbolScope;

#[test]
fn the_exit_status_tells_whether_there_are_differences() {
    let folder = two_objects();
    let (status, output, errors) = run(folder.path(), &["left.o", "right.o"]);
    assert_eq!((status, &*errors), (1, ""));
    assert!(output.contains("symbols/visibility: default -> hidden"), "{output}");
    let (status, output, _) = run(folder.path(), &["left.o", "left.o"]);
    assert_eq!(status, 0);
    assert!(output.ends_with("no differences\n"), "{output}");
}

#[test]
fn errors_are_one_line_and_exit_status_2() {
    let folder = two_objects();
    fs::write(folder.path().join("text.o"), "this is not an object").unwrap();
    fs::write(folder.path().join("empty.o"), "").unwrap();
    for path in ["missing.o", "text.o", "empty.o", "."] {
        let (status, output, errors) = run(folder.path(), &["left.o", path]);
        assert_eq!((status, &*output), (2, ""), "{path}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.starts_with("objdiff: ") && errors.contains(path), "{errors}");
    }
    assert_eq!(run(folder.path(), &["left.o"]).0, 2);
    assert_eq!(run(folder.path(), &["left.o", "right.o", "--layer", "none"]).0, 2);
    assert_eq!(run(folder.path(), &["left.o", "right.o", "--json", "no/such/folder"]).0, 2);
}

#[test]
fn a_file_on_one_side_is_one_difference() {
    let folder = two_objects();
    for side in ["left", "right"] {
        fs::create_dir(folder.path().join(side)).unwrap();
        fs::copy(folder.path().join("left.o"), folder.path().join(side).join("both.o")).unwrap();
    }
    fs::copy(folder.path().join("right.o"), folder.path().join("right/new.o")).unwrap();
    let (status, output, _) = run(folder.path(), &["left", "right"]);
    assert_eq!(status, 1);
    assert!(output.starts_with("1 file compared, 1 on one side only"), "{output}");
    // Both objects have the same code, so everything is interesting.
    assert!(
        output.ends_with("\nnew.o\nfile new.o\n  interesting header/presence: nothing -> present\n"),
        "{output}"
    );
}

#[test]
fn filtered_differences_do_not_count() {
    let folder = two_objects();
    assert_eq!(run(folder.path(), &["left.o", "right.o", "--function", "same"]).0, 0);
    assert_eq!(run(folder.path(), &["left.o", "right.o", "--layer", "header"]).0, 0);
    assert_eq!(run(folder.path(), &["left.o", "right.o", "--verdict", "wrong"]).0, 0);
    assert_eq!(run(folder.path(), &["left.o", "right.o", "--verdict", "wrong,interesting"]).0, 1);
    let (_, _, errors) = run(folder.path(), &["left.o", "right.o", "--function", "nothing"]);
    assert_eq!(errors, "objdiff: no function matches `nothing`\n");
}

#[test]
fn functions_are_shown_side_by_side() {
    let folder = two_objects();
    let (status, output, _) = run(folder.path(), &["left.o", "right.o", "--function", "a*d"]);
    assert_eq!(status, 1);
    assert!(output.contains("function add\n") && output.contains("\nadd\n"), "{output}");
    assert!(!output.contains("subtract"), "{output}");
    let is_listed = output.lines().any(|line| line.contains(" | ") || line.contains(" > "));
    assert!(is_listed, "{output}");
}

#[test]
fn sizes_are_a_table() {
    let folder = two_objects();
    let (status, output, _) = run(folder.path(), &["left.o", "right.o", "--sizes"]);
    assert_eq!(status, 1);
    let rows: Vec<Vec<&str>> = output.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1], ["12", "19", "+7", "+58.3%", "all", "functions"]);
    assert_eq!(rows[4], ["-", "5", "+5", "subtract"]);
    assert_eq!(rows[5], ["4", "6", "+2", "+50.0%", "add"]);
}

#[test]
fn expectations_turn_differences_into_expected_ones() {
    let folder = two_objects();
    let path = folder.path().join("expect.toml");
    let all = "[[expect]]\nproperty = '*/*'\nsubject = '*'\nreason = 'known'\n";
    fs::write(&path, all).unwrap();
    let (status, _, errors) = run(folder.path(), &["left.o", "right.o", "--expect", "expect.toml"]);
    assert_eq!(status, 2);
    assert!(errors.contains("`expect.toml`, line 2: there is no layer `*`"), "{errors}");
    let of = |layer: &str| all.replace("*/*", &format!("{layer}/*"));
    fs::write(&path, of("symbols") + &of("header")).unwrap();
    let arguments = ["left.o", "right.o", "--expect", "expect.toml", "--layer", "symbols,header"];
    let (status, output, errors) = run(folder.path(), &arguments);
    assert_eq!(status, 0, "{output}");
    assert_eq!(errors, "objdiff: `expect.toml`, line 5: this expects what does not happen\n");
}

/// A pager that is left early closes the pipe. That is not an error.
#[test]
fn a_closed_pipe_is_not_an_error() {
    let folder = two_objects();
    let mut child = command(folder.path(), &["left.o", "right.o", "--json", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn colours_are_for_terminals() {
    let folder = two_objects();
    let arguments = ["left.o", "right.o"];
    let colours = |variable: Option<&str>| {
        let mut command = command(folder.path(), &arguments);
        if let Some(variable) = variable {
            command.env(variable, "1");
        }
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!colours(None));
    assert!(!colours(Some("NO_COLOR")));
    assert!(colours(Some("CLICOLOR_FORCE")));
}

#[test]
fn the_rules_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (status, output, _) = run(folder.path(), &["--rules"]);
    assert_eq!(status, 0);
    assert!(output.contains("header/machine"), "{output}");
}

/// The example of docs/objdiff.md is what the program writes.
#[test]
fn the_documented_json_is_real() {
    let folder = tempfile::tempdir().unwrap();
    write_object(&folder.path().join("left.o"), &[("add", SymbolScope::Dynamic, 4)]);
    write_object(&folder.path().join("right.o"), &[("add", SymbolScope::Linkage, 4)]);
    let arguments = ["left.o", "right.o", "--layer", "symbols", "--json", "-"];
    let (_, output, _) = run(folder.path(), &arguments);
    let document = include_str!("../../../../docs/objdiff.md");
    let example = document.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(example, Some(&*output));
}
