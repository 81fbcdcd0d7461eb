//! DWARF 4.
// flags: -Cdwarf-version=4

#[allow(dead_code)]
enum Shape {
    Circle(f32),
    Square { side: u32 },
}

fn main() {
    let numbers = vec![1u8, 2];
    let circle = Shape::Circle(0.5);
    let square = Shape::Square { side: 4 };
    let text = "four";
    let area = measure(&square); // #line
    look(); // #here
    //> break #measure
    //> run
    //both is: dwarf_4::measure at #measure
    //> print *side
    //both is: 4
    //> backtrace
    //both is: #0 dwarf_4::measure at #measure #1 dwarf_4::main at #line
    //> break #here
    //> continue
    //both is: dwarf_4::main at #here
    //> print numbers
    //gdb is: Vec(size=2) = {1, 2}
    //lldb is: size=2 { [0] = '\x01' [1] = '\x02' }
    //> print circle
    //gdb is: dwarf_4::Shape::Circle(0.5)
    //lldb is: Circle(0.5) { 0 = 0.5 }
    //> print square
    //gdb is: dwarf_4::Shape::Square{side: 4}
    //lldb is: Square{side:4} { side = 4 }
    //> print text
    //gdb is: "four"
    //lldb is: "four" { [0] = 'f' [1] = 'o' [2] = 'u' [3] = 'r' }
    //> print area
    //both is: 16
    let _ = (numbers, circle, text, area);
}

fn measure(shape: &Shape) -> u32 {
    match shape {
        Shape::Circle(_) => 0,
        Shape::Square { side } => {
            side * side // #measure
        }
    }
}

fn look() {}
