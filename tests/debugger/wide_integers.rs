//! Integers of 128 bits, alone and within others.

use std::num::NonZero;

#[derive(Clone, Copy)]
#[repr(i128)]
enum Signed {
    Below = -1,
    Small = 5,
    Lowest = i128::MIN,
}

#[derive(Clone, Copy)]
#[repr(u128)]
enum Unsigned {
    Small = 5,
    Above = 1 << 64,
    Highest = u128::MAX,
}

#[repr(i128)]
enum Fields {
    Below(u8) = -1,
    Small(u8) = 5,
}

struct Account {
    id: u128,
    balance: i128,
}

fn main() {
    let small: u128 = 5;
    let large: u128 = 1 << 100;
    let negative: i128 = -3;
    let account = Account { id: 0x1_0000_0000_0000_0000, balance: -1 };
    let maybe: Option<u128> = Some(7);
    let some = NonZero::new(5i128);
    let none: Option<NonZero<u128>> = None;
    let signed = [Signed::Below, Signed::Small, Signed::Lowest];
    let unsigned = [Unsigned::Small, Unsigned::Above, Unsigned::Highest];
    let fields = [Fields::Below(1), Fields::Small(2)];
    std::hint::black_box((&some, &none, &signed, &unsigned, &fields));
    look(); // #here
    //> break #here
    //> run
    //both is: wide_integers::main at #here
    //> print small
    //both is: 5
    //> print large
    //both is: 1267650600228229401496703205376
    //> print negative
    //both is: -3
    //> print account.id
    //both is: 18446744073709551616
    //> print account.balance
    //both is: -1
    //> type maybe
    //both is: core::option::Option<u128>
    //> type large
    //gdb is: u128
    //lldb is: unsigned __int128
    //> type negative
    //gdb is: i128
    //lldb is: __int128
    let _ = (small, large, negative, account.id, account.balance, maybe);
}

fn look() {}
