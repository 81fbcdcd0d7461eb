//! Tests of the program from outside: [`command_line`] runs it on small [`objects`], [`page`] opens its page
//! in a [`browser`].

mod browser;
mod command_line;
mod objects;
mod page;
