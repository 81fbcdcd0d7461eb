//! A note, and the text format notes are written in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Describe;

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, Describe,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
pub struct Note {
    pub id: u32,
    pub title: String,
    #[serde(default)]
    pub priority: Priority,
    pub tags: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_in_days: Option<i16>,
    pub body: String,
}

/// Why a text is not a list of notes, and in which line.
#[derive(Debug, Clone, PartialEq)]
pub struct ParseError {
    pub line: usize,
    pub problem: Problem,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    NoTitle,
    UnknownPriority(String),
    BadNumber(std::num::ParseIntError),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.problem {
            Problem::NoTitle => f.write_str("a note starts with \"# \" and its title"),
            Problem::UnknownPriority(word) => write!(f, "{word:?} is no priority"),
            Problem::BadNumber(error) => write!(f, "the number of days is wrong: {error}"),
        }
    }
}

impl std::error::Error for ParseError {}

impl FromStr for Priority {
    type Err = Problem;

    fn from_str(word: &str) -> Result<Self, Problem> {
        match word {
            "low" => Ok(Priority::Low),
            "normal" => Ok(Priority::Normal),
            "high" => Ok(Priority::High),
            other => Err(Problem::UnknownPriority(other.to_string())),
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
        })
    }
}

/// Reads notes: `# title`, then lines like `@tag`, `!priority`, `due: days`, and the body's lines.
pub fn parse_notes(text: &str) -> Result<Vec<Note>, ParseError> {
    let mut notes: Vec<Note> = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        let error = |problem| ParseError { line: number, problem };
        if let Some(title) = line.strip_prefix("# ") {
            notes.push(Note {
                id: notes.len() as u32 + 1,
                title: title.to_string(),
                priority: Priority::default(),
                tags: BTreeSet::new(),
                due_in_days: None,
                body: String::new(),
            });
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let note = notes.last_mut().ok_or_else(|| error(Problem::NoTitle))?;
        if let Some(tags) = line.strip_prefix('@') {
            note.tags.extend(tags.split(" @").map(str::to_string));
        } else if let Some(word) = line.strip_prefix('!') {
            note.priority = word.parse().map_err(error)?;
        } else if let Some(days) = line.strip_prefix("due:") {
            note.due_in_days = Some(days.trim().parse().map_err(|cause| error(Problem::BadNumber(cause)))?);
        } else {
            if !note.body.is_empty() {
                note.body.push(' ');
            }
            note.body.push_str(line);
        }
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_line() {
        let notes = parse_notes("# One\n@a @b\n!high\ndue: -3\nfirst\n\nsecond\n# Two").unwrap();
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[0].tags, BTreeSet::from(["a".to_string(), "b".to_string()]));
        assert_eq!((notes[0].priority, notes[0].due_in_days), (Priority::High, Some(-3)));
        assert_eq!(notes[0].body, "first second");
        assert_eq!((notes[1].id, notes[1].priority), (2, Priority::Normal));
    }

    #[test]
    fn names_the_line_of_an_error() {
        let message = |text| parse_notes(text).unwrap_err().to_string();
        assert_eq!(message("text first"), "line 1: a note starts with \"# \" and its title");
        assert_eq!(message("# a\n!urgent"), "line 2: \"urgent\" is no priority");
        assert!(message("# a\n\ndue: soon").starts_with("line 3: the number of days is wrong"));
    }

    #[test]
    fn describes_itself() {
        assert_eq!(Priority::description(), "enum Priority of Low, Normal, High");
        assert_eq!(Note::MEMBERS.len(), 6);
    }
}
