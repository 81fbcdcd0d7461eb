//! Parsing and evaluation: a small language is tokenised, parsed into boxed trees and interpreted.

use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(i64),
    Name(String),
    Symbol(char),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(&character) = characters.peek() {
        if character.is_ascii_digit() {
            let mut number = 0;
            while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10)) {
                number = number * 10 + i64::from(digit);
                characters.next();
            }
            found.push(Token::Number(number));
        } else if character.is_alphabetic() {
            let mut name = String::new();
            while let Some(letter) = characters.peek().filter(|c| c.is_alphanumeric()) {
                name.push(*letter);
                characters.next();
            }
            found.push(Token::Name(name));
        } else {
            characters.next();
            if !character.is_whitespace() {
                found.push(Token::Symbol(character));
            }
        }
    }
    found
}

enum Expression {
    Number(i64),
    Variable(String),
    Binary(char, Box<Expression>, Box<Expression>),
}

enum Statement {
    Assign(String, Expression),
    While(Expression, Vec<Statement>),
    Print(Expression),
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn accept(&mut self, symbol: char) -> bool {
        let found = self.peek() == Some(&Token::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    fn statements(&mut self) -> Result<Vec<Statement>, String> {
        let mut statements = Vec::new();
        while let Some(token) = self.peek().cloned() {
            if token == Token::Symbol('}') {
                break;
            }
            self.at += 1;
            let Token::Name(name) = token else { return Err(format!("unexpected {token:?}")) };
            match name.as_str() {
                "while" => {
                    let condition = self.expression(0)?;
                    if !self.accept('{') {
                        return Err("no block".to_owned());
                    }
                    let body = self.statements()?;
                    self.accept('}');
                    statements.push(Statement::While(condition, body));
                }
                "print" => statements.push(Statement::Print(self.expression(0)?)),
                _ => {
                    if !self.accept('=') {
                        return Err(format!("no value for {name}"));
                    }
                    statements.push(Statement::Assign(name, self.expression(0)?));
                }
            }
            self.accept(';');
        }
        Ok(statements)
    }

    fn expression(&mut self, minimum: u8) -> Result<Expression, String> {
        let mut left = match self.peek().cloned() {
            Some(Token::Number(number)) => Expression::Number(number),
            Some(Token::Name(name)) => Expression::Variable(name),
            Some(Token::Symbol('(')) => {
                self.at += 1;
                let inner = self.expression(0)?;
                if self.peek() != Some(&Token::Symbol(')')) {
                    return Err("an open parenthesis".to_owned());
                }
                inner
            }
            other => return Err(format!("no expression: {other:?}")),
        };
        self.at += 1;
        while let Some(&Token::Symbol(operator)) = self.peek() {
            let strength = match operator {
                '<' => 1,
                '+' | '-' => 2,
                '*' | '/' | '%' => 3,
                _ => break,
            };
            if strength <= minimum {
                break;
            }
            self.at += 1;
            let right = self.expression(strength)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }
}

#[derive(Default)]
struct Machine {
    variables: HashMap<String, i64>,
    output: Vec<i64>,
    steps: u64,
}

impl Machine {
    fn evaluate(&mut self, expression: &Expression) -> Result<i64, String> {
        self.steps += 1;
        match expression {
            Expression::Number(number) => Ok(*number),
            Expression::Variable(name) => {
                self.variables.get(name).copied().ok_or_else(|| format!("{name} has no value"))
            }
            Expression::Binary(operator, left, right) => {
                let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
                match operator {
                    '+' => Some(left.wrapping_add(right)),
                    '-' => Some(left.wrapping_sub(right)),
                    '*' => Some(left.wrapping_mul(right)),
                    '/' => left.checked_div(right),
                    '%' => left.checked_rem(right),
                    _ => Some(i64::from(left < right)),
                }
                .ok_or_else(|| "division by zero".to_owned())
            }
        }
    }

    fn run(&mut self, statements: &[Statement]) -> Result<(), String> {
        for statement in statements {
            match statement {
                Statement::Assign(name, value) => {
                    let value = self.evaluate(value)?;
                    self.variables.insert(name.clone(), value);
                }
                Statement::While(condition, body) => {
                    while self.evaluate(condition)? != 0 {
                        self.run(body)?;
                    }
                }
                Statement::Print(value) => {
                    let value = self.evaluate(value)?;
                    self.output.push(value);
                }
            }
        }
        Ok(())
    }
}

const PROGRAM: &str = "
    n = 0; sum = 0;
    while n < 150000 { sum = (sum * 31 + n * n) % 1000003; n = n + 1; }
    print sum;
    a = 0; b = 1; k = 0;
    while k < 80 { next = a + b; a = b; b = next; k = k + 1; }
    print a; print (a - 1) / (k + 1) % 1000
";

fn main() {
    for text in [PROGRAM, "x = 1 / 0", "y = (1 + 2", "print z"] {
        let mut machine = Machine::default();
        let result = Parser { tokens: tokens(text), at: 0 }
            .statements()
            .and_then(|statements| machine.run(&statements));
        println!("{:?} {result:?} after {} steps", machine.output, machine.steps);
    }
}
