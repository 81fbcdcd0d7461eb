//! A recursive-descent parser that evaluates arithmetic, with errors carried by `Result`.

/// A recursive-descent parser that evaluates while it reads.
struct Parser<'a>(std::iter::Peekable<std::str::Chars<'a>>);

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        while self.0.next_if(|c| c.is_whitespace()).is_some() {}
        self.0.peek().copied()
    }

    fn sum(&mut self) -> Result<f64, String> {
        let mut value = self.product()?;
        while let Some(sign @ ('+' | '-')) = self.peek() {
            self.0.next();
            let right = self.product()?;
            value = if sign == '+' { value + right } else { value - right };
        }
        Ok(value)
    }

    fn product(&mut self) -> Result<f64, String> {
        let mut value = self.factor()?;
        while let Some(sign @ ('*' | '/' | '%')) = self.peek() {
            self.0.next();
            match (sign, self.factor()?) {
                (_, 0.0) if sign != '*' => return Err("division by zero".into()),
                ('*', right) => value *= right,
                ('/', right) => value /= right,
                (_, right) => value %= right,
            }
        }
        Ok(value)
    }

    fn factor(&mut self) -> Result<f64, String> {
        match self.peek() {
            Some('-') => {
                self.0.next();
                Ok(-self.factor()?)
            }
            Some('(') => {
                self.0.next();
                let value = self.sum()?;
                if self.peek() == Some(')') {
                    self.0.next().map(|_| value).ok_or_else(String::new)
                } else {
                    Err("no )".into())
                }
            }
            Some('0'..='9' | '.') => {
                let mut text = String::new();
                while let Some(c) = self.0.next_if(|c| c.is_ascii_digit() || *c == '.') {
                    text.push(c);
                }
                text.parse().map_err(|error| format!("{text}: {error}"))
            }
            other => Err(format!("unexpected {other:?}")),
        }
    }
}

fn evaluate(text: &str) -> Result<f64, String> {
    let mut parser = Parser(text.chars().peekable());
    let value = parser.sum()?;
    match parser.peek() {
        None => Ok(value),
        Some(rest) => Err(format!("unexpected {rest:?} after {value}")),
    }
}

fn main() {
    let texts = [
        "1 + 2 * 3",
        "(1+2)*3 - -4",
        "10 / 4 % 1.5",
        "2 * (3 + 4",
        "1 / (2 - 2)",
        "5 % 0",
        "1.2.3",
        "",
        "7 - 2 - 1",
        "3 4",
        "((((((((1))))))))",
        "--8",
        "2 * x",
        ".5 * .25",
    ];
    for text in texts {
        println!("{text:?} {:?}", evaluate(text));
    }
    let nested = format!("{}1{}", "(2 * ".repeat(50), " + 1)".repeat(50));
    println!("{:?}", evaluate(&nested));
    let long = (1..=500).map(|i| i.to_string()).collect::<Vec<_>>().join(" + ");
    println!("{:?}", evaluate(&long));
}
