//! `main` returning `Err` prints the error's debug form and exits with 1; `?` converts the error.
// exit: 1
// stderr-contains: Error: Parse("invalid digit found in string")

use std::num::ParseIntError;

#[derive(Debug)]
#[allow(dead_code)] // the fields are read by the derived `Debug` only
enum Failure {
    Parse(String),
    Negative(i64),
}

impl From<ParseIntError> for Failure {
    fn from(error: ParseIntError) -> Self {
        Failure::Parse(error.to_string())
    }
}

fn read(text: &str) -> Result<i64, Failure> {
    let number: i64 = text.parse()?;
    if number < 0 {
        return Err(Failure::Negative(number));
    }
    Ok(number)
}

fn main() -> Result<(), Failure> {
    println!("{:?}", read("12"));
    println!("{:?}", read("-12").is_err());
    println!("{}", read("900")? + read("99")?);
    read("twelve")?;
    println!("not reached");
    Ok(())
}
