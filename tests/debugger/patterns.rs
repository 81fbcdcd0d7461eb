//! Variables that patterns bind: in `match`, `if let`, `let else`, by value and by reference.

enum Message {
    Move { x: i32, y: i32 },
    Write(String),
    Quit,
}

fn main() {
    handle(&Message::Move { x: 3, y: -4 });
    handle(&Message::Write(String::from("note")));
    handle(&Message::Quit); // #line
    take(Some((1, "one")));
    take(None);
    //> break #move
    //> break #write
    //> break #quit
    //> break #taken
    //> break #nothing
    //> run
    //both is: patterns::handle at #move
    //> print x
    //both is: 3
    //> print *y
    //both is: -4
    //> continue
    //both is: patterns::handle at #write
    //> print *text
    //gdb is: "note"
    //lldb is: "note" { [0] = 'n' [1] = 'o' [2] = 't' [3] = 'e' }
    //> print length
    //both is: 4
    //> continue
    //both is: patterns::handle at #quit
    //> backtrace
    //both is: #0 patterns::handle at #quit #1 patterns::main at #line
    //> continue
    //both is: patterns::take at #taken
    //> print number
    //gdb is: 1
    //lldb is: '\x01'
    //> print name
    //gdb is: "one"
    //lldb is: "one" { [0] = 'o' [1] = 'n' [2] = 'e' }
    //> print both
    //gdb is: (1, "one")
    //lldb is: ('\x01', "one")
    //> continue
    //both has: take at #nothing
}

fn handle(message: &Message) -> usize {
    match message {
        Message::Move { x: 3, y } => {
            let x = 3;
            look(x + y) // #move
        }
        Message::Move { .. } => 0,
        Message::Write(text) if let length @ 1.. = text.len() => {
            look(length as i32) // #write
        }
        Message::Write(_) => 1,
        Message::Quit => {
            look(0) // #quit
        }
    }
}

fn take(value: Option<(u8, &str)>) -> usize {
    let Some(both @ (number, name)) = value else {
        return look(1); // #nothing
    };
    look(i32::from(number) + both.1.len() as i32 + name.len() as i32) // #taken
}

fn look(_: i32) -> usize {
    0
}
