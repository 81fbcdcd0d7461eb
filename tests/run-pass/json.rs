//! A JSON parser over a recursive enum: escapes, numbers, nesting, errors with positions.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Parsed<T> = Result<T, (usize, &'static str)>;

impl Reader<'_> {
    fn skip(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\t')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, text: &str, value: Json) -> Parsed<Json> {
        if self.bytes[self.at..].starts_with(text.as_bytes()) {
            self.at += text.len();
            return Ok(value);
        }
        Err((self.at, "unknown word"))
    }

    fn value(&mut self) -> Parsed<Json> {
        match self.skip().ok_or((self.at, "unexpected end"))? {
            b'n' => self.expect("null", Json::Null),
            b't' => self.expect("true", Json::Bool(true)),
            b'f' => self.expect("false", Json::Bool(false)),
            b'"' => self.text().map(Json::Text),
            b'[' => {
                let mut list = Vec::new();
                self.members(b']', |reader| reader.value().map(|value| list.push(value)))?;
                Ok(Json::List(list))
            }
            b'{' => {
                let mut object = BTreeMap::new();
                self.members(b'}', |reader| {
                    reader.skip();
                    let key = reader.text()?;
                    if reader.skip() != Some(b':') {
                        return Err((reader.at, "expected a colon"));
                    }
                    reader.at += 1;
                    object.insert(key, reader.value()?);
                    Ok(())
                })?;
                Ok(Json::Object(object))
            }
            b'-' | b'0'..=b'9' => {
                let start = self.at;
                while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
                {
                    self.at += 1;
                }
                let text = str::from_utf8(&self.bytes[start..self.at]).unwrap();
                text.parse().map(Json::Number).map_err(|_| (start, "bad number"))
            }
            _ => Err((self.at, "unexpected character")),
        }
    }

    fn members(&mut self, end: u8, mut member: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.at += 1;
        if self.skip() == Some(end) {
            self.at += 1;
            return Ok(());
        }
        loop {
            member(self)?;
            let next = self.skip();
            self.at += 1;
            match next {
                Some(b',') => {}
                Some(byte) if byte == end => return Ok(()),
                _ => return Err((self.at - 1, "expected a comma or the end")),
            }
        }
    }

    fn text(&mut self) -> Parsed<String> {
        let mut out = Vec::new();
        loop {
            self.at += 1;
            match self.bytes.get(self.at) {
                None => return Err((self.at, "unclosed string")),
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at += 1;
                    match self.bytes.get(self.at) {
                        Some(b'n') => out.push(b'\n'),
                        Some(b'u') => {
                            let digits =
                                self.bytes.get(self.at + 1..self.at + 5).ok_or((self.at, "short escape"))?;
                            let digits = str::from_utf8(digits).map_err(|_| (self.at, "bad escape"))?;
                            let code =
                                u32::from_str_radix(digits, 16).map_err(|_| (self.at, "bad escape"))?;
                            let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
                            self.at += 4;
                        }
                        other => out.extend(other),
                    }
                }
                Some(byte) => out.push(*byte),
            }
        }
        self.at += 1;
        String::from_utf8(out).map_err(|_| (self.at, "not UTF-8"))
    }
}

fn main() {
    let texts = [
        r#" {"name": "café \u00e9\n", "list": [1, -2.5e3, true, null, []], "deep": {"a": {"b": {}}}} "#,
        r#"[[[["x"]]], 0.1, 1e400, "\"\\"]"#,
        "[1 2]",
        r#"{"a" 1}"#,
        r#"["open"#,
        "nul",
        "-",
        "",
    ];
    for text in texts {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        match reader.value() {
            Ok(value) => println!("{value:?}\n{value:#?}\n{}", value == value.clone()),
            Err((at, why)) => println!("{text:?}: {why} at {at}"),
        }
    }
}
