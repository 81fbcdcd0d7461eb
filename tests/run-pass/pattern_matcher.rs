//! A backtracking matcher for patterns with `.`, `*`, `+`, `?`, classes, groups and anchors.

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Any,
    Char(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
    Group(Vec<Vec<Repeated>>),
    End,
}

#[derive(Debug, Clone, PartialEq)]
struct Repeated {
    piece: Piece,
    least: usize,
    most: usize,
}

fn alternatives(pattern: &mut std::iter::Peekable<std::str::Chars>) -> Option<Vec<Vec<Repeated>>> {
    let mut all = vec![Vec::new()];
    while let Some(c) = pattern.next_if(|c| *c != ')') {
        let piece = match c {
            '|' => {
                all.push(Vec::new());
                continue;
            }
            '.' => Piece::Any,
            '$' => Piece::End,
            '(' => {
                let inner = alternatives(pattern)?;
                pattern.next_if_eq(&')')?;
                Piece::Group(inner)
            }
            '[' => {
                let negated = pattern.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while let Some(low) = pattern.next_if(|c| *c != ']') {
                    let high = if pattern.next_if_eq(&'-').is_some() { pattern.next()? } else { low };
                    ranges.push((low, high));
                }
                pattern.next()?;
                Piece::Class { negated, ranges }
            }
            '\\' => Piece::Char(pattern.next()?),
            '*' | '+' | '?' => return None,
            other => Piece::Char(other),
        };
        let (least, most) = match pattern.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            _ => (1, 1),
        };
        if (least, most) != (1, 1) {
            pattern.next();
        }
        all.last_mut()?.push(Repeated { piece, least, most });
    }
    Some(all)
}

type Then<'a> = &'a dyn Fn(&[char]) -> Option<usize>;

/// Calls `then` with what is left of `text` for each way to match, until one gives a result.
fn sequence(pieces: &[Repeated], text: &[char], then: Then) -> Option<usize> {
    let Some((first, rest)) = pieces.split_first() else { return then(text) };
    repeat(first, 0, text, &|left| sequence(rest, left, then))
}

fn repeat(repeated: &Repeated, done: usize, text: &[char], then: Then) -> Option<usize> {
    let more = || {
        let again = |left: &[char]| {
            if left.len() == text.len() && done >= repeated.least {
                None
            } else {
                repeat(repeated, done + 1, left, then)
            }
        };
        if done < repeated.most { one(&repeated.piece, text, &again) } else { None }
    };
    more().or_else(|| if done >= repeated.least { then(text) } else { None })
}

fn one(piece: &Piece, text: &[char], then: Then) -> Option<usize> {
    match (piece, text) {
        (Piece::Group(all), _) => all.iter().find_map(|pieces| sequence(pieces, text, then)),
        (Piece::End, []) => then(text),
        (Piece::Any, [_, rest @ ..]) => then(rest),
        (Piece::Char(c), [first, rest @ ..]) if c == first => then(rest),
        (Piece::Class { negated, ranges }, [first, rest @ ..])
            if ranges.iter().any(|(low, high)| (low..=high).contains(&first)) != *negated =>
        {
            then(rest)
        }
        _ => None,
    }
}

/// The first match as (start, end) in chars.
fn find(pattern: &str, text: &str) -> Result<Option<(usize, usize)>, &'static str> {
    let (anchored, pattern) = pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
    let mut chars = pattern.chars().peekable();
    let pieces = alternatives(&mut chars).filter(|_| chars.peek().is_none()).ok_or("bad pattern")?;
    let whole = Repeated { piece: Piece::Group(pieces), least: 1, most: 1 };
    let text: Vec<char> = text.chars().collect();
    let starts = if anchored { 0..=0 } else { 0..=text.len() };
    let end_from = |start| repeat(&whole, 0, &text[start..], &|left| Some(text.len() - left.len()));
    Ok(starts.into_iter().find_map(|start| Some((start, end_from(start)?))))
}

fn main() {
    let text = "the größte fish: 42 cats, -7.50 dogs; fishes";
    let patterns = [
        "fish",
        "fishe?s",
        "^the",
        "^fish",
        "s$",
        "[0-9]+",
        "-?[0-9]+\\.[0-9]*",
        "gr.+?e",
        "(cat|dog)s;",
        "[^a-z ]+",
        "(a|b)*",
        "x*y",
        "(t|te)* ?f",
        "",
        "(((o)))",
        "[ö-ü]",
        "c(a(t)?)+s",
        "(.*)(.*)h(.*)s$",
        "a**",
        "(",
        "[a",
        "a)",
        "\\",
    ];
    for pattern in patterns {
        let found = find(pattern, text).map(|place| {
            place.map(|(start, end)| text.chars().skip(start).take(end - start).collect::<String>())
        });
        println!("{pattern:22} {found:?}");
    }
    println!("{:?}", find("(a*)*b", &"a".repeat(14)));
    println!("{:?}", find("(a|aa)+$", &"a".repeat(18)));
}
