//! Evaluates `cfg(...)` of cargo's configuration, which names runners for many targets at once.

use std::iter::Peekable;
use std::str::Chars;

/// Whether `cfg(...)` holds for a target. `None` if the text is not such an expression.
///
/// `lines` are what `rustc --print=cfg` prints, as `name` or `name="value"`.
pub fn holds(text: &str, lines: &[&str]) -> Option<bool> {
    let mut parser = Parser { rest: text.chars().peekable(), lines };
    let result = parser.predicate()?;
    let is_cfg = text.starts_with("cfg(") && parser.next().is_none();
    is_cfg.then_some(result)
}

/// Reads an expression from left to right.
struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    lines: &'a [&'a str],
}

impl Parser<'_> {
    /// Skips white space, and returns the next character without taking it.
    fn next(&mut self) -> Option<char> {
        while self.rest.next_if(|letter| letter.is_whitespace()).is_some() {}
        self.rest.peek().copied()
    }

    fn takes(&mut self, wanted: char) -> bool {
        self.next() == Some(wanted) && self.rest.next().is_some()
    }

    fn word(&mut self) -> String {
        self.next();
        let mut word = String::new();
        while let Some(letter) = self.rest.next_if(|letter| letter.is_alphanumeric() || *letter == '_') {
            word.push(letter);
        }
        word
    }

    /// Reads `name`, `name = "value"`, or an operator with its operands. `cfg` is one with one operand.
    fn predicate(&mut self) -> Option<bool> {
        let name = self.word();
        if self.takes('(') {
            let operands = self.operands()?;
            return match (name.as_str(), operands.as_slice()) {
                ("all", all) => Some(all.iter().all(|holds| *holds)),
                ("any", any) => Some(any.iter().any(|holds| *holds)),
                ("not", [holds]) => Some(!holds),
                ("cfg", [holds]) => Some(*holds),
                _ => None,
            };
        }
        match (name.as_str(), self.takes('=')) {
            ("", _) => None,
            ("true", false) => Some(true),
            ("false", false) => Some(false),
            (_, false) => Some(self.lines.contains(&name.as_str())),
            (_, true) => {
                let line = format!("{name}={}", self.value()?);
                Some(self.lines.contains(&line.as_str()))
            }
        }
    }

    /// Reads the operands of an operator and the bracket after them.
    fn operands(&mut self) -> Option<Vec<bool>> {
        let mut operands = Vec::new();
        while !self.takes(')') {
            operands.push(self.predicate()?);
            if !self.takes(',') && self.next() != Some(')') {
                return None;
            }
        }
        Some(operands)
    }

    /// Reads a value, and returns it with its quotes.
    fn value(&mut self) -> Option<String> {
        if !self.takes('"') {
            return None;
        }
        let value: String = std::iter::from_fn(|| self.rest.next_if(|letter| *letter != '"')).collect();
        self.takes('"').then(|| format!("\"{value}\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 3] = ["unix", "target_arch=\"aarch64\"", "target_os=\"linux\""];

    #[test]
    fn expressions_are_evaluated_as_cargo_does() {
        for (text, expected) in [
            ("cfg(unix)", true),
            ("cfg( windows )", false),
            ("cfg(target_arch = \"aarch64\")", true),
            ("cfg(target_arch=\"riscv64\")", false),
            ("cfg(all(unix, target_os = \"linux\",))", true),
            ("cfg(all())", true),
            ("cfg(any())", false),
            ("cfg(any(windows, not(all(unix, windows))))", true),
            ("cfg(not(unix))", false),
            ("cfg(true)", true),
        ] {
            assert_eq!(holds(text, &LINES), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_expressions() {
        for text in [
            "aarch64-unknown-linux-gnu",
            "unix",
            "cfg()",
            "cfg(unix) x",
            "cfg(unix windows)",
            "cfg(a=b)",
            "cfg(not(a, b))",
            "cfg(all(unix",
            "cfg(a = \"b)",
        ] {
            assert_eq!(holds(text, &LINES), None, "{text}");
        }
    }
}
