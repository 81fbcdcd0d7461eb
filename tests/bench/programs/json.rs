//! JSON: a document is built, printed, parsed again and searched; strings, enums, boxes and maps.

use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    fn print(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => write!(out, "{value}").unwrap(),
            Json::Number(value) => write!(out, "{value}").unwrap(),
            Json::Text(text) => print_text(text, out),
            Json::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.print(out);
                }
                out.push(']');
            }
            Json::Object(fields) => {
                out.push('{');
                for (index, (key, value)) in fields.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    print_text(key, out);
                    out.push(':');
                    value.print(out);
                }
                out.push('}');
            }
        }
    }

    fn sum(&self) -> f64 {
        match self {
            Json::Number(value) => *value,
            Json::List(items) => items.iter().map(Json::sum).sum(),
            Json::Object(fields) => fields.values().map(Json::sum).sum(),
            Json::Text(text) => text.len() as f64,
            Json::Null | Json::Bool(_) => 0.0,
        }
    }
}

fn print_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Parser<'t> {
    text: &'t [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&mut self) -> Result<u8, String> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied().ok_or_else(|| "the text ends".to_owned())
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.peek()? != byte {
            return Err(format!("no {:?} at {}", byte as char, self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, String> {
        if !self.text[self.at..].starts_with(word.as_bytes()) {
            return Err(format!("no {word} at {}", self.at));
        }
        self.at += word.len();
        Ok(value)
    }

    fn value(&mut self) -> Result<Json, String> {
        match self.peek()? {
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.text().map(Json::Text),
            b'[' => self.list(),
            b'{' => self.object(),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e')) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).map_err(|error| error.to_string())?;
        text.parse().map(Json::Number).map_err(|error| format!("{error} at {start}"))
    }

    fn text(&mut self) -> Result<String, String> {
        self.expect(b'"')?;
        let mut bytes = Vec::new();
        loop {
            let byte = *self.text.get(self.at).ok_or("an open string")?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(bytes).map_err(|error| error.to_string()),
                b'\\' => {
                    let escaped = self.text[self.at];
                    self.at += 1;
                    bytes.push(if escaped == b'n' { b'\n' } else { escaped });
                }
                other => bytes.push(other),
            }
        }
    }

    fn list(&mut self) -> Result<Json, String> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        while self.peek()? != b']' {
            if !items.is_empty() {
                self.expect(b',')?;
            }
            items.push(self.value()?);
        }
        self.expect(b']')?;
        Ok(Json::List(items))
    }

    fn object(&mut self) -> Result<Json, String> {
        self.expect(b'{')?;
        let mut fields = BTreeMap::new();
        while self.peek()? != b'}' {
            if !fields.is_empty() {
                self.expect(b',')?;
            }
            self.peek()?;
            let key = self.text()?;
            self.expect(b':')?;
            fields.insert(key, self.value()?);
        }
        self.expect(b'}')?;
        Ok(Json::Object(fields))
    }
}

fn document(size: u32) -> Json {
    let entry = |index: u32| {
        let fields = [
            ("id", Json::Number(f64::from(index))),
            ("name", Json::Text(format!("entry \"{index}\"\nof {size} \u{e4}"))),
            ("active", Json::Bool(index.is_multiple_of(3))),
            ("parent", Json::Null),
            ("scores", Json::List((0..10).map(|n| Json::Number(f64::from(index * n) / 8.0)).collect())),
        ];
        Json::Object(fields.map(|(key, value)| (key.to_owned(), value)).into_iter().collect())
    };
    Json::List((0..size).map(entry).collect())
}

fn main() {
    let document = document(14_000);
    let mut text = String::new();
    document.print(&mut text);
    println!("{} bytes", text.len());
    let mut parser = Parser { text: text.as_bytes(), at: 0 };
    let parsed = parser.value().unwrap();
    println!("same: {}", parsed == document);
    println!("sum: {}", parsed.sum());
    println!("broken: {:?}", Parser { text: b"[1, 2", at: 0 }.value());
}
