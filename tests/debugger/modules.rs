//! Namespaces: types and functions of the same name in several modules.

mod metric {
    pub struct Length {
        pub meters: f32,
    }

    pub fn measure() -> Length {
        super::look(); // #metric
        Length { meters: 2.0 }
    }
}

mod imperial {
    pub struct Length {
        pub feet: u32,
    }

    pub fn measure() -> Length {
        super::look(); // #imperial
        Length { feet: 6 }
    }

    pub mod naval {
        pub struct Length {
            pub fathoms: (u8, u8),
        }

        impl Length {
            pub const UNIT: Length = Length { fathoms: (1, 0) };
        }
    }
}

fn main() {
    //> break #metric
    //> run
    //both is: modules::metric::measure at #metric
    //> continue
    //both is: exited with 0
    //> delete
    //> break #imperial
    //> run
    //both is: modules::imperial::measure at #imperial
    //> backtrace
    //both is: #0 modules::imperial::measure at #imperial #1 modules::main at #two
    let one = metric::measure();
    let two = imperial::measure(); // #two
    let three = imperial::naval::Length::UNIT;
    struct Length(u64);
    let four = Length(4);
    look(); // #here
    //> break #here
    //> continue
    //both is: modules::main at #here
    //> print one
    //gdb is: modules::metric::Length {meters: 2}
    //lldb is: { meters = 2 }
    //> print two
    //gdb is: modules::imperial::Length {feet: 6}
    //lldb is: { feet = 6 }
    //> print three
    //gdb is: modules::imperial::naval::Length {fathoms: (1, 0)}
    //lldb is: { fathoms = ('\x01', '\0') }
    //> print four
    //gdb is: modules::main::Length (4)
    //lldb is: { 0 = 4 }
    //> type one
    //both is: modules::metric::Length
    //> type two
    //both is: modules::imperial::Length
    //> type three
    //both is: modules::imperial::naval::Length
    //> type four
    //both is: modules::main::Length
    let _ = (one.meters, two.feet, three.fathoms, four.0);
}

fn look() {}
