//! Prints a page about a few notes: stores them as JSON, reads them back, indexes and searches them.

mod page;
mod stop_words {
    include!(concat!(env!("OUT_DIR"), "/stop_words.rs"));
}

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use notes::{Describe, Index, Note, Priority, Store, parse_notes};
use page::{Align, Page};
use stop_words::STOP_WORDS;

const THREADS: usize = 3;

fn main() -> ExitCode {
    match make_page() {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("notebook: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make_page() -> Result<Page, Box<dyn Error>> {
    let mut page = Page::new("Notebook");
    let written = parse_notes(include_str!("../notes.txt"))?;
    page.text(&Note::description());
    page.text(&Priority::description());

    let store = Store::create(&std::env::temp_dir().join(format!("notebook-{}", std::process::id())))?;
    let notes = store_section(&mut page, &store, &written)?;
    notes_section(&mut page, &notes);
    search_section(&mut page, &notes);
    errors_section(&mut page, &store)?;
    Ok(page)
}

fn store_section(page: &mut Page, store: &Store, written: &[Note]) -> Result<Vec<Note>, Box<dyn Error>> {
    page.heading("Store");
    let mut bytes = 0;
    for note in written {
        bytes += store.save(note)?;
    }
    let (notes, errors) = store.load_all()?;
    page.text(&format!("{} notes saved in {bytes} bytes of JSON", written.len()));
    page.text(&format!("{} read back, {} errors, equal: {}", notes.len(), errors.len(), notes == written));
    Ok(notes)
}

fn notes_section(page: &mut Page, notes: &[Note]) {
    page.heading("Notes by priority and date");
    let mut sorted: Vec<&Note> = notes.iter().collect();
    sorted.sort_by_key(|note| (std::cmp::Reverse(note.priority), note.due_in_days.unwrap_or(i16::MAX)));
    let due = |note: &Note| match note.due_in_days {
        None => "-".to_string(),
        Some(0) => "today".to_string(),
        Some(days @ ..0) => format!("{} days late", -days),
        Some(days) => format!("in {days} days"),
    };
    let rows = sorted.iter().map(|note| {
        let tags: Vec<&str> = note.tags.iter().map(String::as_str).collect();
        [note.id.to_string(), note.title.clone(), note.priority.to_string(), due(note), tags.join(" ")]
    });
    page.table(
        ["id", "title", "priority", "due", "tags"],
        [Align::Right, Align::Left, Align::Left, Align::Right, Align::Left],
        rows,
    );
}

fn search_section(page: &mut Page, notes: &[Note]) {
    page.heading("Search");
    let index = Index::build(notes, THREADS, |word| STOP_WORDS.binary_search(&word).is_ok());
    let top: Vec<String> = index.top_words(6).iter().map(|(word, count)| format!("{word} {count}")).collect();
    page.text(&format!(
        "{} words without {} stop words; most frequent: {}",
        index.len(),
        STOP_WORDS.len(),
        top.join(", ")
    ));
    let rows = ["compiler", "debug build", "flour", "größenstraße LINIE", "the"].iter().flat_map(|query| {
        let hits = index.search(query);
        let mut rows: Vec<[String; 3]> = hits
            .iter()
            .take(3)
            .map(|hit| {
                let title = notes.iter().find(|note| note.id == hit.id).map_or("?", |note| &note.title);
                [query.to_string(), format!("{:.2}", hit.score), title.to_string()]
            })
            .collect();
        if rows.is_empty() {
            rows.push([query.to_string(), "-".to_string(), "nothing found".to_string()]);
        }
        rows
    });
    page.table(["query", "score", "note"], [Align::Left, Align::Right, Align::Left], rows);
}

/// Damages files on purpose and shows what the store says about them.
fn errors_section(page: &mut Page, store: &Store) -> Result<(), Box<dyn Error>> {
    page.heading("Errors, made on purpose");
    fs::write(store.file(2), "{\"id\": 2, \"title\": 5}")?;
    fs::write(store.file(4), "[1, 2")?;
    fs::remove_file(store.file(6))?;
    let (notes, errors) = store.load_all()?;
    page.text(&format!("{} notes are left", notes.len()));
    for error in errors.iter().chain(store.load(6).as_ref().err()) {
        page.text(&format!("- {error}"));
    }
    if let Err(error) = parse_notes("# Title\n!urgent") {
        page.text(&format!("- {error}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
        assert!(STOP_WORDS.binary_search(&"the").is_ok());
    }

    #[test]
    fn the_page_is_always_the_same() {
        let first = make_page().unwrap().to_string();
        assert!(first.contains("6 read back, 0 errors, equal: true"));
        assert_eq!(make_page().unwrap().to_string(), first);
    }
}
