//! Program arguments and environment variables: as given, missing, set and removed.
// args: --size 12 plain größe --
// env: RUN_PASS_TEXT=a value with = and spaces
// env: RUN_PASS_NUMBER=77

use std::env;

#[derive(Debug, Default)]
struct Options {
    size: Option<u32>,
    rest: Vec<String>,
    flags: usize,
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--size" => {
                let value = arguments.next().ok_or("--size needs a value")?;
                options.size = Some(value.parse().map_err(|error| format!("{value}: {error}"))?);
            }
            flag if flag.starts_with("--") => options.flags += 1,
            _ => options.rest.push(argument),
        }
    }
    Ok(options)
}

fn main() {
    println!("{}", env::args().len());
    let options = parse(env::args().skip(1));
    println!("{options:?}");
    let size = options.ok().and_then(|options| options.size);
    println!("{size:?}");
    println!("{:?}", parse(["--size".to_string()].into_iter()).map(|o| o.flags));
    println!("{:?}", parse(["--size", "x"].map(String::from).into_iter()).map(|o| o.rest));
    println!("{:?}", env::args_os().next_back());
    println!("{}", env::args().next().is_some_and(|name| !name.is_empty()));

    println!("{:?}", env::var("RUN_PASS_TEXT"));
    println!("{:?}", env::var("RUN_PASS_NUMBER").map(|n| n.parse::<u8>()));
    println!("{:?}", env::var("RUN_PASS_MISSING"));
    println!("{:?}", env::var_os("RUN_PASS_MISSING"));
    // SAFETY: this program has one thread.
    unsafe {
        env::set_var("RUN_PASS_MISSING", "now set");
        env::remove_var("RUN_PASS_NUMBER");
    }
    let mut ours: Vec<_> = env::vars().filter(|(name, _)| name.starts_with("RUN_PASS_")).collect();
    ours.sort();
    println!("{ours:?}");
    println!("{:?} {:?}", option_env!("RUN_PASS_NEVER_SET"), std::path::Path::new(file!()).file_name());
}
