//! Orders, read from the command line, printed as JSON: as many derives as in a real program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

#[derive(Debug, Parser)]
#[command(version, about = "Keeps orders")]
struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[arg(long, global = true, default_value = "text")]
    format: Format,
    #[arg(long, short, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Adds an order.
    Add(New),
    /// Lists orders.
    List {
        #[arg(long)]
        state: Option<State>,
        #[arg(long, default_value_t = 10)]
        limit: usize,
    },
    /// Reads orders from files.
    Import { files: Vec<PathBuf> },
}

#[derive(Debug, Args)]
struct New {
    customer: String,
    #[arg(long, value_delimiter = ',')]
    items: Vec<String>,
    #[arg(long)]
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Pretty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum State {
    New,
    Paid,
    Shipped,
    Returned,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    street: String,
    number: u32,
    city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extra: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Payment {
    Cash { amount: u64 },
    Card { number: String, holder: String, expires: (u8, u16) },
    Transfer { account: String, #[serde(default)] reference: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    name: String,
    price: u64,
    count: u32,
    #[serde(flatten)]
    other: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    id: u64,
    customer: String,
    address: Address,
    payment: Payment,
    items: Vec<Item>,
    state: State,
    history: Vec<(State, u64)>,
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("{path} cannot be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path} is no list of orders: {source}")]
    Format { path: PathBuf, source: serde_json::Error },
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

fn total(orders: &[Order]) -> u64 {
    orders.iter().flat_map(|order| &order.items).map(|item| item.price * u64::from(item.count)).sum()
}

fn show<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

fn example(id: u64) -> Order {
    let item = |name: &str, price| Item { name: name.to_owned(), price, count: 2, other: BTreeMap::new() };
    Order {
        id,
        customer: format!("customer {id}"),
        address: Address { street: "Street".into(), number: 7, city: "City".into(), extra: None },
        payment: match id % 3 {
            0 => Payment::Cash { amount: 100 },
            1 => Payment::Card { number: "4711".into(), holder: "H".into(), expires: (1, 2030) },
            _ => Payment::Transfer { account: "A".into(), reference: String::new() },
        },
        items: vec![item("apple", 30), item("pear", 45)],
        state: if id.is_multiple_of(2) { State::New } else { State::Paid },
        history: vec![(State::New, id)],
    }
}

fn import(path: PathBuf) -> Result<Vec<Order>, Problem> {
    let text = std::fs::read_to_string(&path).map_err(|source| Problem::Read { path: path.clone(), source })?;
    serde_json::from_str(&text).map_err(|source| Problem::Format { path, source })
}

fn main() -> Result<(), Problem> {
    let arguments = Arguments::parse();
    let mut orders: Vec<Order> = (0..5).map(example).collect();
    match arguments.action {
        Some(Action::Add(new)) => {
            let mut order = example(orders.len() as u64);
            order.customer = new.customer;
            order.items.retain(|item| new.items.contains(&item.name));
            orders.push(order);
        }
        Some(Action::List { state, limit }) => {
            orders.retain(|order| state.is_none_or(|state| order.state == state));
            orders.truncate(limit);
        }
        Some(Action::Import { files }) => {
            for path in files {
                orders.extend(import(path)?);
            }
        }
        None => {}
    }
    for order in &orders {
        match arguments.format {
            Format::Text => println!("{}: {} ({:?})", order.id, order.customer, order.state),
            Format::Json => println!("{} {} {}", show(&order.id), show(&order.address), show(&order.payment)),
            Format::Pretty => println!("{}", serde_json::to_string_pretty(order)?),
        }
    }
    let again: Vec<Order> = serde_json::from_str(&show(&orders))?;
    println!("total {}, same: {}, first: {}", total(&again), again == orders, show(&again.first().map(|o| &o.items)));
    Ok(())
}
