//! The `?` operator, error conversion, boxed errors with sources, Option/Result combinators.

use std::error::Error;
use std::fmt;
use std::num::{ParseFloatError, ParseIntError};
use std::ops::ControlFlow;

#[derive(Debug)]
enum ConfigError {
    Syntax { line: usize, text: String },
    Number(ParseIntError),
    Ratio(ParseFloatError),
    Missing(&'static str),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Syntax { line, text } => write!(f, "line {line}: cannot read {text:?}"),
            ConfigError::Number(_) => f.write_str("not a whole number"),
            ConfigError::Ratio(_) => f.write_str("not a ratio"),
            ConfigError::Missing(key) => write!(f, "no {key}"),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ConfigError::Number(source) => Some(source),
            ConfigError::Ratio(source) => Some(source),
            _ => None,
        }
    }
}

impl From<ParseIntError> for ConfigError {
    fn from(error: ParseIntError) -> Self {
        ConfigError::Number(error)
    }
}
impl From<ParseFloatError> for ConfigError {
    fn from(error: ParseFloatError) -> Self {
        ConfigError::Ratio(error)
    }
}

#[derive(Debug, Default, PartialEq)]
struct Config {
    size: u16,
    ratio: f32,
    name: Option<String>,
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let mut sized = false;
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let (key, value) = line
            .split_once(':')
            .ok_or_else(|| ConfigError::Syntax { line: i + 1, text: line.to_string() })?;
        match key.trim() {
            "size" => (config.size, sized) = (value.trim().parse()?, true),
            "ratio" => config.ratio = value.trim().parse()?,
            "name" => config.name = Some(value.trim()).filter(|name| !name.is_empty()).map(str::to_owned),
            _ => return Err(ConfigError::Syntax { line: i + 1, text: key.into() }),
        }
    }
    sized.then_some(config).ok_or(ConfigError::Missing("size"))
}

fn dynamic(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let config = parse(text)?;
    if config.name.as_deref() == Some("bad") {
        return Err("a bad name".into());
    }
    let divided = 1000_u32.checked_div(config.size.into()).ok_or_else(|| fmt::Error)?;
    Ok(divided)
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(" <- {error}");
        source = error.source();
    }
    text
}

fn initials(name: &str) -> Option<String> {
    let (first, second) = name.split_once(' ')?;
    Some(format!("{}{}", first.chars().next()?, second.chars().next()?))
}

fn main() {
    let texts = [
        "size: 10\nratio: 0.5\nname: x",
        "# only\nsize: 70000",
        "size: 1\nratio: half",
        "size 1",
        "ratio: 1",
        "color: red",
        "size: 0\nname:  ",
        "size: 3\nname: bad",
    ];
    for text in texts {
        match parse(text) {
            Ok(config) => println!("{config:?}"),
            Err(error) => println!("{error:?} | {}", chain(&error)),
        }
        match dynamic(text) {
            Ok(number) => println!("  {number}"),
            Err(error) => println!("  {error} {}", error.is::<ConfigError>()),
        }
    }
    println!("{:?} {:?} {:?}", initials("Ada Lovelace"), initials("Ada"), initials(" x"));
    let some = Some(4_u8);
    println!("{:?} {:?} {:?}", some.and_then(|n| n.checked_sub(5)), some.xor(None), some.zip(Some('c')));
    println!("{:?} {:?}", Some(Ok::<_, ()>(1)).transpose(), Some(Some(2)).flatten());
    let result: Result<i32, &str> = Err("e");
    println!(
        "{:?} {} {}",
        result.or_else(|e| if e == "e" { Ok(1) } else { Err(e) }),
        result.unwrap_or(3),
        result.is_err_and(|e| e.len() == 1)
    );
    let flow =
        (1..10).try_for_each(|n| if n * n > 30 { ControlFlow::Break(n) } else { ControlFlow::Continue(()) });
    println!("{flow:?} {:?}", ["5", "x", "7"].iter().flat_map(|s| s.parse::<i32>()).collect::<Vec<_>>());
}
