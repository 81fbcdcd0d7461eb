//! Parameters that are values.

struct Matrix<const ROWS: usize, const COLUMNS: usize> {
    cells: [[u8; COLUMNS]; ROWS],
}

struct Flagged<const FLAG: bool, const LETTER: char>(u16);

fn sum<const N: usize>(values: [i32; N]) -> i32 {
    let mut total = 0;
    for value in values {
        total += value;
    }
    total // #sum
}

fn main() {
    //> break #sum
    //> run
    //gdb is: const_generics::sum<3> at #sum
    //lldb is: const_generics::sum at #sum
    //> print total
    //both is: 6
    //> print values
    //gdb llvm is: <optimized out>
    //lldb llvm has: <could not evaluate DW_OP_entry_value: no call edge for retn-pc
    //gdb clif is: [1, 2, 3]
    //lldb clif is: { [0] = 1 [1] = 2 [2] = 3 }
    //reason: LLVM loses an argument passed by reference once the register with its address is used again
    //> continue
    //gdb is: const_generics::sum<1> at #sum
    //lldb is: const_generics::sum at #sum
    //> print total
    //both is: -7
    //> print values
    //gdb is: [-7]
    //lldb is: { [0] = -7 }
    let three = sum([1, 2, 3]);
    let one = sum([-7]);
    let matrix = Matrix { cells: [[1, 2, 3], [4, 5, 6]] };
    let flagged = Flagged::<true, 'x'>(9);
    look(); // #here
    //> break #here
    //> continue
    //both is: const_generics::main at #here
    //> print matrix
    //gdb is: const_generics::Matrix<2, 3> {cells: [[1, 2, 3], [4, 5, 6]]}
    //lldb is: { cells = { [0] = "\U00000001\U00000002\U00000003" [1] = "\U00000004\U00000005\U00000006" } }
    //> print flagged
    //gdb is: const_generics::Flagged<true, {CONST[..]}> (9)
    //lldb is: { 0 = 9 }
    //> type matrix
    //both is: const_generics::Matrix<2, 3>
    //> type flagged
    //both is: const_generics::Flagged<true, {CONST[..]}>
    let _ = (three, one, matrix.cells, flagged.0);
}

fn look() {}
