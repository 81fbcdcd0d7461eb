//! Notes with tags and priorities, a store that keeps them as JSON, and a search over their words.

// The derive macro names this crate as `::notes`, also when it is used in here.
extern crate self as notes;

pub mod index;
pub mod note;
pub mod store;

pub use describe::Describe;
pub use index::{Hit, Index};
pub use note::{Note, ParseError, Priority, parse_notes};
pub use store::{Store, StoreError};

/// What a type is made of. Implemented by `#[derive(Describe)]`.
pub trait Describe {
    const KIND: &'static str;
    const NAME: &'static str;
    const MEMBERS: &'static [&'static str];

    fn description() -> String {
        format!("{} {} of {}", Self::KIND, Self::NAME, Self::MEMBERS.join(", "))
    }
}
