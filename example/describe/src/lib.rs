//! `#[derive(Describe)]`: implements `notes::Describe`, which names a type and its fields or variants.
//!
//! The input is read token by token: the name is the identifier after `struct` or `enum`, and the members
//! are the identifiers that start an entry of the braces, after attributes and visibility.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

#[proc_macro_derive(Describe)]
pub fn derive_describe(input: TokenStream) -> TokenStream {
    match parse(input) {
        Ok(description) => implementation(&description),
        Err(message) => format!("compile_error!({message:?});").parse().expect("a macro call is valid Rust"),
    }
}

/// What the generated code says about a type.
struct Description {
    kind: String,
    name: String,
    members: Vec<String>,
}

fn parse(input: TokenStream) -> Result<Description, String> {
    let mut tokens = input.into_iter();
    let kind = loop {
        match tokens.next() {
            Some(TokenTree::Ident(word)) if ["struct", "enum"].contains(&word.to_string().as_str()) => {
                break word;
            }
            Some(_) => {}
            None => return Err("Describe is for structs and enums".to_string()),
        }
    };
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return Err("a type has a name".to_string());
    };
    match tokens.next() {
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
            Ok(Description { kind: kind.to_string(), name: name.to_string(), members: members(&body) })
        }
        _ => Err(format!("Describe cannot describe {name}: it needs braces and no generics")),
    }
}

/// The first identifier of each entry between commas. A comma inside `<...>` separates no entries.
fn members(body: &Group) -> Vec<String> {
    let mut members = Vec::new();
    let mut at_start = true;
    let mut angles = 0;
    let mut tokens = body.stream().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => _ = tokens.next(),
            TokenTree::Punct(mark) if mark.as_char() == '<' => angles += 1,
            TokenTree::Punct(mark) if mark.as_char() == '>' => angles -= 1,
            TokenTree::Punct(mark) if mark.as_char() == ',' && angles == 0 => at_start = true,
            TokenTree::Ident(word) if at_start && word.to_string() == "pub" => {
                tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
            }
            TokenTree::Ident(word) if at_start => {
                members.push(word.to_string());
                at_start = false;
            }
            _ => {}
        }
    }
    members
}

fn implementation(Description { kind, name, members }: &Description) -> TokenStream {
    let code = format!(
        "impl ::notes::Describe for {name} {{
            const KIND: &'static str = {kind:?};
            const NAME: &'static str = {name:?};
            const MEMBERS: &'static [&'static str] = &{members:?};
        }}"
    );
    code.parse().expect("the generated code is valid Rust")
}
