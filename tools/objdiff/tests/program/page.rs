//! The page in a real browser: it is opened, searched, clicked and read. Skipped without `chromium` and
//! `chromium-driver` (Debian's names).

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::browser::Browser;
use objdiff::layers::{sections, symbols};
use objdiff::model::{Backend, Difference, Kind, Property, Relation, Subject};
use objdiff::report::listing::{Listing, Row};
use objdiff::report::selection::Selection;
use objdiff::report::sizes::FunctionSize;
use objdiff::report::{Comparison, Finding, Report, html};
use objdiff::rules::Verdict;
use objdiff::view::Machine;

/// A name that would run a script, if it were not escaped.
const HOSTILE: &str = "</script><img src=x onerror='window.hostile=1'><!--<script>";
/// How many functions have a wrong and an expected difference. As many have an interesting one.
const FUNCTIONS: usize = 16_667;

fn finding(name: &str, property: Property, verdict: Verdict) -> Finding {
    let difference = Difference {
        subject: Subject { kind: Kind::Function, name: name.into() },
        property,
        of: "thing".into(),
        values: [Some("4".into()), None],
        units: ["left".into(), "right".into()],
        places: [None, None],
    };
    Finding { difference, verdict, reason: Some("a reason & another".into()) }
}

/// 50,000 findings, and a function with a hostile name.
fn report() -> Report {
    let mut findings = vec![finding(HOSTILE, symbols::SIZE, Verdict::Wrong)];
    for number in 0..FUNCTIONS {
        findings.push(finding(&format!("module::wrong_{number}"), symbols::SIZE, Verdict::Wrong));
        findings.push(finding(&format!("module::wrong_{number}"), symbols::TYPE, Verdict::Expected));
        findings.push(finding(&format!("module::other_{number}"), sections::FLAGS, Verdict::Interesting));
    }
    let line = |text: &str| Some(text.to_owned());
    let rows =
        vec![Row { left: line("push rbp"), right: line("push rbp") }, Row { left: line("ret"), right: None }];
    let comparison = Comparison {
        name: HOSTILE.into(),
        paths: [Some("left.o".into()), Some("right.o".into())],
        relation: Some(Relation {
            machines: [Machine::X86_64, Machine::X86_64],
            backends: [Backend::Llvm, Backend::Clif],
        }),
        findings,
        sizes: vec![FunctionSize { name: HOSTILE.into(), sizes: [Some(40), Some(80)] }],
        listings: vec![Listing { function: HOSTILE.into(), units: Default::default(), rows }],
    };
    Report { inputs: [HOSTILE.into(), "right.o".into()], comparisons: vec![comparison] }
}

#[test]
fn the_page_is_searched_and_filtered() {
    let browser = match Browser::start() {
        Ok(browser) => browser,
        Err(reason) => {
            // Not `eprintln!`, whose text is only shown if the test fails.
            let _ = writeln!(std::io::stderr(), "skipped: {reason}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, html::page(&report(), &Selection::default()).unwrap()).unwrap();
    open(&browser, &path);
    search(&browser);
    filter(&browser);
    scroll(&browser);
    show_code(&browser);
    nothing_hostile_ran(&browser);
}

/// Only what is looked at is rendered, so the page opens at once.
fn open(browser: &Browser, path: &Path) {
    let started = Instant::now();
    browser.open(path);
    browser.wait_for_text("#shown", "33,335 differences in 33,335 subjects");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    let rows = browser.count(".finding");
    assert!((20..500).contains(&rows), "{rows} rows");
    assert_eq!(browser.count("svg rect"), 2);
}

fn search(browser: &Browser) {
    browser.type_into("#search", "WRONG_1234 size");
    browser.wait_for_text("#shown", "11 differences in 11 subjects");
    assert_eq!(browser.count(".finding"), 11);
    browser.wait_for_text(".subject code", "module::wrong_1234");
    browser.type_into("#search", "no such text");
    browser.wait_for_text("#shown", "nothing to show");
    assert_eq!(browser.count(".finding"), 0);
}

fn filter(browser: &Browser) {
    browser.type_into("#search", "_777");
    // 777, and 7770 to 7779.
    browser.wait_for_text("#shown", "22 differences in 22 subjects");
    browser.click("[data-layer=symbols]");
    browser.wait_for_text("#shown", "11 differences in 11 subjects");
    browser.click("[data-verdict=expected]");
    browser.wait_for_text("#shown", "22 differences in 11 subjects");
    assert_eq!(browser.count(".finding"), 22);
    browser.click("[data-verdict=wrong]");
    browser.wait_for_text("#shown", "11 differences in 11 subjects");
    assert_eq!(browser.count(".finding .wrong"), 0);
    for pressed in ["[data-layer=symbols]", "[data-verdict=expected]", "[data-verdict=wrong]"] {
        browser.click(pressed);
    }
    browser.wait_for_text("#shown", "22 differences in 22 subjects");
}

fn scroll(browser: &Browser) {
    browser.type_into("#search", "module");
    browser.wait_for_text("#shown", "33,334 differences in 33,334 subjects");
    let before = browser.count(".finding");
    browser.script("scrollTo(0, document.body.scrollHeight)");
    browser.wait_for(
        &format!("return document.querySelectorAll('.finding').length > {before}"),
        &serde_json::Value::Bool(true),
    );
    browser.script("scrollTo(0, 0)");
}

fn show_code(browser: &Browser) {
    browser.type_into("#search", "onerror");
    // The file has this name, too, so all are found.
    browser.wait_for_text("#shown", "33,335 differences in 33,335 subjects");
    browser.wait_for_text(".subject code", HOSTILE);
    browser.click(".subject button");
    browser.wait_for_text(".listing .changed", "ret");
    assert_eq!((browser.count(".listing > span"), browser.count(".listing .gap")), (4, 1));
    browser.click(".subject button");
    assert_eq!(browser.count(".listing"), 0);
}

fn nothing_hostile_ran(browser: &Browser) {
    assert_eq!(browser.script("return typeof window.hostile"), "undefined");
    assert_eq!(browser.count("img"), 0);
    assert_eq!(browser.script("return document.querySelector('dd code').textContent"), HOSTILE);
}
