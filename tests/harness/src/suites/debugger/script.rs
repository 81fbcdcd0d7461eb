//! Parses the session that the comments of a program in `tests/debugger` describe.
//!
//! `tests/README.md` explains the comments. To add a command: a word in [`VERBS`], and its function in both
//! `gdb_driver.py` and `lldb_driver.py`.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};

use super::pattern::Pattern;
use crate::compilers::Compiler;
use crate::directives::Directives;

/// All commands that the drivers know.
const VERBS: [&str; 19] = [
    "run",
    "continue",
    "step",
    "next",
    "finish",
    "break",
    "watch",
    "delete",
    "callers",
    "backtrace",
    "frame",
    "threads",
    "thread",
    "print",
    "type",
    "locals",
    "args",
    "set",
    "raw",
];

/// A debugger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Debugger {
    /// The GNU debugger.
    Gdb,
    /// LLVM's debugger.
    Lldb,
}

impl Debugger {
    /// The name of the debugger and of its program.
    pub fn name(self) -> &'static str {
        match self {
            Debugger::Gdb => "gdb",
            Debugger::Lldb => "lldb",
        }
    }
}

/// The sessions that an expectation applies to. `None` means all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scope {
    /// The debugger.
    debugger: Option<Debugger>,
    /// The compiler.
    compiler: Option<Compiler>,
}

impl Scope {
    /// Whether the scope includes a session of this debugger and compiler.
    fn covers(self, debugger: Debugger, compiler: Compiler) -> bool {
        self.debugger.is_none_or(|own| own == debugger) && self.compiler.is_none_or(|own| own == compiler)
    }
}

/// How an answer is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// The whole answer is the text.
    Is,
    /// The text is part of the answer, after the match of the preceding expectation.
    Has,
    /// The text is not part of the answer.
    Lacks,
}

/// An expectation about a command's answer.
#[derive(Debug)]
struct Expectation {
    /// The sessions that it applies to.
    scope: Scope,
    /// How it is compared.
    relation: Relation,
    /// The expected text.
    pattern: Pattern,
}

/// A command, and the expectations about its answer.
#[derive(Debug)]
pub struct Command {
    /// The line in the source.
    pub line: usize,
    /// The only debugger that runs it. `None` for both.
    debugger: Option<Debugger>,
    /// The first word.
    pub verb: String,
    /// The rest of the command.
    pub argument: String,
    /// The expectations.
    expectations: Vec<Expectation>,
    /// The reasons why the answers of the two compilers' programs differ.
    pub reasons: Vec<String>,
}

impl Command {
    /// Checks an answer, whose runs of blanks are single blanks.
    pub fn check(&self, debugger: Debugger, compiler: Compiler, answer: &str) -> Result<()> {
        let mut rest = answer;
        let mut checked = false;
        for expectation in self.expectations.iter().filter(|one| one.scope.covers(debugger, compiler)) {
            checked = true;
            let wrong = match expectation.relation {
                Relation::Is => !expectation.pattern.is_all_of(answer),
                Relation::Lacks => expectation.pattern.end_in(answer).is_some(),
                Relation::Has => match expectation.pattern.end_in(rest) {
                    Some(end) => {
                        rest = &rest[end..];
                        false
                    }
                    None => true,
                },
            };
            if wrong {
                let verb = match expectation.relation {
                    Relation::Is => "is not",
                    Relation::Has => "lacks",
                    Relation::Lacks => "has",
                };
                bail!("the answer {verb} `{}`: `{answer}`", expectation.pattern);
            }
        }
        if !checked && answer.starts_with("error: ") {
            bail!("`{answer}`");
        }
        Ok(())
    }
}

/// A program with its session.
#[derive(Debug)]
pub struct Script {
    /// The head of the program.
    pub directives: Directives,
    /// The commands, in order.
    commands: Vec<Command>,
}

impl Script {
    /// Parses the comments of a source.
    pub fn parse(file_name: &str, source: &str) -> Result<Script> {
        let directives = Directives::parse(source)?;
        let marks = Marks::find(file_name, source)?;
        let mut commands: Vec<Command> = Vec::new();
        for (index, line) in source.lines().enumerate() {
            let Some(comment) = line.trim_start().strip_prefix("//") else { continue };
            let Some(item) = Item::parse(comment.trim_end()) else { continue };
            let number = index + 1;
            add(&mut commands, item, number, &marks).with_context(|| format!("line {number}"))?;
        }
        for command in &commands {
            command.check_reasons().with_context(|| format!("line {}", command.line))?;
        }
        if !commands.iter().any(|command| command.verb == "run") {
            bail!("the program has no session (`//> run`)");
        }
        Ok(Script { directives, commands })
    }

    /// Returns the commands for one debugger.
    pub fn commands(&self, debugger: Debugger) -> Vec<&Command> {
        let is_meant = |command: &&Command| command.debugger.is_none_or(|own| own == debugger);
        self.commands.iter().filter(is_meant).collect()
    }

    /// Returns the reasons why the two compilers' programs answer differently, with their lines.
    pub fn differences(&self) -> Vec<String> {
        let of_command = |command: &Command| -> Vec<String> {
            command.reasons.iter().map(|reason| format!("line {}: {reason}", command.line)).collect()
        };
        self.commands.iter().flat_map(of_command).collect()
    }
}

impl Command {
    /// Checks that expectations for one compiler have a reason, and no other commands have one.
    fn check_reasons(&self) -> Result<()> {
        let differs = self.expectations.iter().any(|one| one.scope.compiler.is_some());
        if differs == self.reasons.is_empty() {
            bail!(
                "an expectation for only one compiler needs a `//reason:`, and other commands must not have one"
            );
        }
        Ok(())
    }
}

/// A parsed comment.
enum Item<'a> {
    /// A command.
    Command(Option<Debugger>, &'a str),
    /// An expectation about the preceding command.
    Expectation(Scope, Relation, &'a str),
    /// A reason why compilers differ.
    Reason(&'a str),
}

impl Item<'_> {
    /// Parses a comment after its `//`. `None` for other comments.
    fn parse(comment: &str) -> Option<Item<'_>> {
        for (start, debugger) in
            [("> ", None), ("gdb> ", Some(Debugger::Gdb)), ("lldb> ", Some(Debugger::Lldb))]
        {
            if let Some(rest) = comment.strip_prefix(start) {
                return Some(Item::Command(debugger, rest.trim()));
            }
        }
        if let Some(rest) = comment.strip_prefix("reason: ") {
            return Some(Item::Reason(rest.trim()));
        }
        let (head, text) = comment.split_once(':')?;
        let mut words = head.split(' ');
        let debugger = match words.next()? {
            "both" => None,
            "gdb" => Some(Debugger::Gdb),
            "lldb" => Some(Debugger::Lldb),
            _ => return None,
        };
        let mut word = words.next()?;
        let compiler = match word {
            "llvm" => Some(Compiler::Llvm),
            "clif" => Some(Compiler::Clif),
            _ => None,
        };
        if compiler.is_some() {
            word = words.next()?;
        }
        let relation = match word {
            "is" => Relation::Is,
            "has" => Relation::Has,
            "lacks" => Relation::Lacks,
            _ => return None,
        };
        Some(Item::Expectation(Scope { debugger, compiler }, relation, text.trim()))
    }
}

/// Adds a parsed comment.
fn add(commands: &mut Vec<Command>, item: Item<'_>, line: usize, marks: &Marks<'_>) -> Result<()> {
    if let Item::Command(debugger, text) = item {
        let (verb, argument) = text.split_once(' ').unwrap_or((text, ""));
        if !VERBS.contains(&verb) {
            bail!("unknown command `{verb}`; the commands are {}", VERBS.join(", "));
        }
        let (verb, argument) = (verb.to_owned(), marks.replace(argument)?);
        let (expectations, reasons) = (Vec::new(), Vec::new());
        commands.push(Command { line, debugger, verb, argument, expectations, reasons });
        return Ok(());
    }
    let command = commands.last_mut().context("there is no command before this expectation")?;
    match item {
        Item::Expectation(scope, relation, text) => {
            if text.contains(&format!("{}:", marks.file_name)) {
                bail!("line numbers change; mark the line and use its mark");
            }
            let pattern = Pattern::new(&marks.replace(text)?);
            command.expectations.push(Expectation { scope, relation, pattern });
        }
        Item::Reason(text) => command.reasons.push(text.to_owned()),
        Item::Command(..) => {}
    }
    Ok(())
}

/// The marked lines of a program (`// #name` at their end).
struct Marks<'a> {
    /// The name of the program's file.
    file_name: &'a str,
    /// The number of each marked line.
    lines: HashMap<&'a str, usize>,
}

impl<'a> Marks<'a> {
    /// Finds the marks of a source.
    fn find(file_name: &'a str, source: &'a str) -> Result<Marks<'a>> {
        let mut lines = HashMap::new();
        for (index, line) in source.lines().enumerate() {
            let Some((_, name)) = line.rsplit_once("// #") else { continue };
            let name = name.trim_end();
            if is_mark(name) && lines.insert(name, index + 1).is_some() {
                bail!("there are two lines with the mark #{name}");
            }
        }
        Ok(Marks { file_name, lines })
    }

    /// Replaces marks by `FILE:LINE`.
    fn replace(&self, text: &str) -> Result<String> {
        let mut parts = text.split('#');
        let mut replaced = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_at(part.find(|each| !is_in_mark(each)).unwrap_or(part.len()));
            match self.lines.get(name) {
                Some(line) => replaced += &format!("{}:{line}", self.file_name),
                // `r#type` is a raw identifier.
                None if is_mark(name) && !replaced.ends_with('r') => bail!("no line has the mark #{name}"),
                None => replaced += &format!("#{name}"),
            }
            replaced += rest;
        }
        Ok(replaced)
    }
}

/// Whether a text can be a mark. `{closure_env#0}` contains none.
fn is_mark(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(is_in_mark)
}

/// Whether a character can be in a mark.
fn is_in_mark(each: char) -> bool {
    each.is_ascii_lowercase() || each.is_ascii_digit() || each == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! Shows.\n// flags: -O\nfn main() {\n    f(); // #here\n    //> break #here\n    \
        //> run\n    //both is: main at #here\n    //gdb> raw x\n    //gdb has: {closure#0} [..] end\n    \
        //lldb> print a b\n    //lldb llvm is: 1\n    //lldb clif is: 2\n    //reason: LLVM\n}\n";

    #[test]
    fn sessions_are_read() {
        let script = Script::parse("a.rs", SOURCE).unwrap();
        assert_eq!(script.directives.flags, ["-O"]);
        let words = |debugger| -> Vec<String> {
            let commands = script.commands(debugger);
            commands.iter().map(|command| format!("{} {}", command.verb, command.argument)).collect()
        };
        assert_eq!(words(Debugger::Gdb), ["break a.rs:4", "run ", "raw x"]);
        assert_eq!(words(Debugger::Lldb), ["break a.rs:4", "run ", "print a b"]);
        assert_eq!(script.differences(), ["line 10: LLVM"]);
    }

    #[test]
    fn answers_are_checked() {
        let script = Script::parse("a.rs", SOURCE).unwrap();
        let gdb = script.commands(Debugger::Gdb);
        let check = |index: usize, answer: &str| gdb[index].check(Debugger::Gdb, Compiler::Llvm, answer);
        assert!(check(0, "").is_ok());
        assert!(check(0, "error: no").is_err());
        assert!(check(1, "main at a.rs:4").is_ok());
        assert!(check(1, "main at a.rs:41").is_err());
        assert!(check(2, "a {closure#0} b end c").is_ok());
        assert!(check(2, "end {closure#0}").is_err());
        let print = script.commands(Debugger::Lldb)[2];
        assert!(print.check(Debugger::Lldb, Compiler::Llvm, "1").is_ok());
        assert!(print.check(Debugger::Lldb, Compiler::Clif, "1").is_err());
        assert!(print.check(Debugger::Lldb, Compiler::Clif, "2").is_ok());
    }

    #[test]
    fn several_parts_have_to_come_in_order() {
        let source = "//! x\n//> run\n//both has: a\n//both has: b\n//both lacks: c\n";
        let script = Script::parse("a.rs", source).unwrap();
        let check =
            |answer: &str| script.commands(Debugger::Gdb)[0].check(Debugger::Gdb, Compiler::Clif, answer);
        assert!(check("xaxb").is_ok());
        assert!(check("ba").is_err());
        assert!(check("abc").is_err());
    }

    #[test]
    fn mistakes_are_errors() {
        for session in [
            "",
            "//> walk",
            "//both is: x\n//> run",
            "//> run\n//both is: #nowhere",
            "//> run\n//both clif is: x",
            "//> run\n//both is: x\n//reason: y",
            "x; // #a\ny; // #a\n//> run",
            "//> run\n//both is: a.rs:3",
        ] {
            assert!(Script::parse("a.rs", &format!("//! x\n{session}\n")).is_err(), "{session:?}");
        }
    }
}
