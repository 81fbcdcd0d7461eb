//! Variables are listed from their first statement to the end of their scope.

fn main() {
    let outer = 1u32;
    look(); // #before
    {
        let middle = 2u32;
        look(); // #middle
        if middle > 1 {
            let inner = 3u32;
            look(); // #inner
            let _ = inner;
        }
        look(); // #tail
        let _ = middle;
    }
    look(); // #after
    let late = 4u32;
    look(); // #end
    //> break #before
    //> break #middle
    //> break #inner
    //> break #tail
    //> break #after
    //> break #end
    //> run
    //both is: scopes::main at #before
    //> locals
    //gdb is: outer = 1
    //lldb is: (unsigned int) outer = 1
    //> continue
    //both is: scopes::main at #middle
    //> locals
    //gdb is: middle = 2 outer = 1
    //lldb is: (unsigned int) outer = 1 (unsigned int) middle = 2
    //> continue
    //both is: scopes::main at #inner
    //> locals
    //gdb is: inner = 3 middle = 2 outer = 1
    //lldb is: (unsigned int) outer = 1 (unsigned int) middle = 2 (unsigned int) inner = 3
    //> continue
    //both is: scopes::main at #tail
    //> locals
    //gdb is: middle = 2 outer = 1
    //lldb is: (unsigned int) outer = 1 (unsigned int) middle = 2
    //> continue
    //both is: scopes::main at #after
    //> locals
    //gdb is: outer = 1
    //lldb is: (unsigned int) outer = 1
    //> continue
    //both is: scopes::main at #end
    //> locals
    //gdb is: late = 4 outer = 1
    //lldb is: (unsigned int) outer = 1 (unsigned int) late = 4
    let _ = (outer, late);
}

fn look() {}
