//! Regex search: patterns are compiled to a small program which a virtual machine with thread lists runs (Pike).

#[derive(Debug, Clone)]
enum Instruction {
    Char(u8),
    Any,
    Class(Vec<(u8, u8)>),
    Split(usize, usize),
    Jump(usize),
    Match,
}

struct Compiler<'p> {
    pattern: &'p [u8],
    position: usize,
    program: Vec<Instruction>,
}

impl Compiler<'_> {
    fn compile(pattern: &str) -> Vec<Instruction> {
        let mut compiler = Compiler { pattern: pattern.as_bytes(), position: 0, program: Vec::new() };
        compiler.alternation();
        compiler.program.push(Instruction::Match);
        compiler.program
    }

    fn peek(&self) -> Option<u8> {
        self.pattern.get(self.position).copied()
    }

    fn alternation(&mut self) {
        let start = self.program.len();
        self.concatenation();
        while self.peek() == Some(b'|') {
            self.position += 1;
            self.insert(start, Instruction::Split(start + 1, self.program.len() + 2));
            let jump = self.program.len();
            self.program.push(Instruction::Jump(0));
            self.concatenation();
            self.program[jump] = Instruction::Jump(self.program.len());
        }
    }

    fn concatenation(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'|' || byte == b')' {
                break;
            }
            self.repetition();
        }
    }

    fn repetition(&mut self) {
        let start = self.program.len();
        self.atom();
        match self.peek() {
            Some(b'*') => {
                self.insert(start, Instruction::Split(start + 1, self.program.len() + 2));
                self.program.push(Instruction::Jump(start));
            }
            Some(b'+') => {
                let end = self.program.len();
                self.program.push(Instruction::Split(start, end + 1));
            }
            Some(b'?') => self.insert(start, Instruction::Split(start + 1, self.program.len() + 1)),
            _ => return,
        }
        self.position += 1;
    }

    fn atom(&mut self) {
        let Some(byte) = self.peek() else { return };
        self.position += 1;
        match byte {
            b'.' => self.program.push(Instruction::Any),
            b'(' => {
                self.alternation();
                self.position += 1;
            }
            b'[' => {
                let mut ranges = Vec::new();
                while let Some(low) = self.peek().filter(|&byte| byte != b']') {
                    self.position += 1;
                    let mut high = low;
                    if self.peek() == Some(b'-') {
                        high = self.pattern[self.position + 1];
                        self.position += 2;
                    }
                    ranges.push((low, high));
                }
                self.position += 1;
                self.program.push(Instruction::Class(ranges));
            }
            other => self.program.push(Instruction::Char(other)),
        }
    }

    /// Inserts an instruction and moves every target behind it.
    fn insert(&mut self, at: usize, instruction: Instruction) {
        let moved = |target: usize| if target >= at { target + 1 } else { target };
        for existing in &mut self.program[at..] {
            *existing = match existing.clone() {
                Instruction::Split(a, b) => Instruction::Split(moved(a), moved(b)),
                Instruction::Jump(a) => Instruction::Jump(moved(a)),
                other => other,
            };
        }
        self.program.insert(at, instruction);
    }
}

fn add_thread(program: &[Instruction], threads: &mut Vec<(usize, usize)>, seen: &mut [bool], at: usize, start: usize) {
    if std::mem::replace(&mut seen[at], true) {
        return;
    }
    match program[at] {
        Instruction::Jump(to) => add_thread(program, threads, seen, to, start),
        Instruction::Split(first, second) => {
            add_thread(program, threads, seen, first, start);
            add_thread(program, threads, seen, second, start);
        }
        _ => threads.push((at, start)),
    }
}

/// The first match that starts at or after `from`.
fn find(program: &[Instruction], text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut threads = Vec::new();
    let mut found = None;
    for position in from..=text.len() {
        let mut seen = vec![false; program.len()];
        let mut next = Vec::new();
        if found.is_none() {
            let mut seen_now = vec![false; program.len()];
            for &(at, _) in &threads {
                seen_now[at] = true;
            }
            add_thread(program, &mut threads, &mut seen_now, 0, position);
        }
        for &(at, start) in &threads {
            let byte = text.get(position);
            let advances = match &program[at] {
                Instruction::Char(wanted) => byte == Some(wanted),
                Instruction::Any => byte.is_some_and(|&byte| byte != b'\n'),
                Instruction::Class(ranges) => {
                    byte.is_some_and(|byte| ranges.iter().any(|(low, high)| low <= byte && byte <= high))
                }
                Instruction::Match => {
                    if position > start {
                        found = Some((start, position));
                    }
                    break;
                }
                Instruction::Split(..) | Instruction::Jump(_) => false,
            };
            if advances {
                add_thread(program, &mut next, &mut seen, at + 1, start);
            }
        }
        threads = next;
        if threads.is_empty() && found.is_some() {
            break;
        }
    }
    found
}

fn main() {
    let mut text = String::new();
    for line in 0..5_000u32 {
        let word = ["alpha", "bravo-7", "charlie.rs", "key=value42", "0x1F3a"][(line % 5) as usize];
        text.push_str(&format!("{line}: fn {word}_{} -> {word}; // {}\n", line * 7919 % 101, line * line));
    }
    for pattern in ["[a-z]+=[a-z]+[0-9]+", "fn (alpha|bravo)", "0x[0-9A-Fa-f]+", "[0-9]+: .*charlie", "//( |4)*9+"] {
        let program = Compiler::compile(pattern);
        let (mut count, mut bytes, mut from) = (0, 0, 0);
        while let Some((start, end)) = find(&program, text.as_bytes(), from) {
            count += 1;
            bytes += end - start;
            from = end;
        }
        println!("{pattern}: {count} matches, {bytes} bytes");
    }
}
