//! Generic functions and types: one source, several instances with their own types.

struct Wrapper<T> {
    inner: T,
}

impl<T: Copy> Wrapper<T> {
    fn get(&self) -> T {
        self.inner // #get
    }
}

struct Two<A, B> {
    a: A,
    b: B,
}

fn swap<A, B>(two: Two<A, B>) -> Two<B, A> {
    let Two { a, b } = two;
    look(); // #swap
    Two { a: b, b: a }
}

fn main() {
    //> break #get
    //> run
    //gdb is: generics::Wrapper<u32>::get<u32> at #get
    //lldb is: generics::Wrapper$LT$T$GT$::get at #get
    //> print *self
    //gdb is: generics::Wrapper<u32> {inner: 5}
    //lldb is: { inner = 5 }
    //> type self
    //gdb is: *mut generics::Wrapper<u32>
    //lldb is: generics::Wrapper<unsigned int> *
    //> continue
    //gdb is: generics::Wrapper<&str>::get<&str> at #get
    //lldb is: generics::Wrapper$LT$T$GT$::get at #get
    //> print *self
    //gdb is: generics::Wrapper<&str> {inner: "text"}
    //lldb is: { inner = "text" { [0] = 't' [1] = 'e' [2] = 'x' [3] = 't' } }
    //> type self
    //gdb is: *mut generics::Wrapper<&str>
    //lldb is: generics::Wrapper<&str> *
    let number = Wrapper { inner: 5u32 }.get();
    let text = Wrapper { inner: "text" }.get();
    //> break #swap
    //> continue
    //gdb is: generics::swap<u8, f64> at #swap
    //lldb is: generics::swap at #swap
    //> args
    //gdb is: two = generics::Two<u8, f64> {a: 1, b: 2.5}
    //lldb is: (generics::Two<unsigned char, double>) two = { a = '\x01' b = 2.5 }
    //> locals
    //gdb is: a = 1 b = 2.5
    //lldb is: (unsigned char) a = '\x01' (double) b = 2.5
    //> finish
    //gdb is: generics::main at #swapped returned generics::Two<f64, u8> {a: 2.5, b: 1}
    //lldb is: generics::main at #swapped
    let swapped = swap(Two { a: 1u8, b: 2.5f64 }); // #swapped
    look(); // #here
    //> break #here
    //> continue
    //both is: generics::main at #here
    //> print number
    //both is: 5
    //> print text
    //gdb is: "text"
    //lldb is: "text" { [0] = 't' [1] = 'e' [2] = 'x' [3] = 't' }
    //> print swapped
    //gdb is: generics::Two<f64, u8> {a: 2.5, b: 1}
    //lldb is: { a = 2.5 b = '\x01' }
    //> type swapped
    //gdb is: generics::Two<f64, u8>
    //lldb is: generics::Two<double, unsigned char>
    let _ = (number, text, swapped.a, swapped.b);
}

fn look() {}
