//! Arrays and slices.

struct Row<'a> {
    name: &'a str,
    cells: &'a [u16],
}

fn main() {
    let array = [1i32, -2, 3];
    let grid = [[1u8, 2], [3, 4], [5, 6]];
    let slice = &array[1..];
    let mut bytes = [7u8; 4];
    let changeable = &mut bytes[..2];
    changeable[0] = 9;
    let empty: &[u32] = &[];
    let boxed: Box<[i64]> = vec![-1, -2].into_boxed_slice();
    let row = Row { name: "first", cells: &[100, 200] };
    let zeros = [0u64; 3];
    look(); // #here
    //> break #here
    //> run
    //both is: slices::main at #here
    //> print array
    //gdb is: [1, -2, 3]
    //lldb is: { [0] = 1 [1] = -2 [2] = 3 }
    //> print array[1]
    //both is: -2
    //> print grid
    //gdb is: [[1, 2], [3, 4], [5, 6]]
    //lldb is: { [0] = "\U00000001\U00000002" [1] = "\U00000003\U00000004" [2] = "\U00000005\U00000006" }
    //> print grid[2]
    //gdb is: [5, 6]
    //lldb is: "\U00000005\U00000006"
    //> print slice
    //gdb is: &[i32](size=2) = {-2, 3}
    //lldb is: size=2 { [0] = -2 [1] = 3 }
    //> print changeable
    //gdb is: &mut [u8](size=2) = {9, 7}
    //lldb is: size=2 { [0] = '\t' [1] = '\a' }
    //> print empty
    //gdb is: &[u32](size=0)
    //lldb is: size=0
    //> print boxed
    //gdb is: alloc::boxed::Box<[i64], alloc::alloc::Global> [-1, -2]
    //lldb is: { data_ptr = [..] length = 2 }
    //> print row
    //gdb is: slices::Row {name: "first", cells: &[u16](size=2) = {100, 200}}
    //lldb is: { name = "first" { [0] = 'f' [1] = 'i' [2] = 'r' [3] = 's' [4] = 't' } cells = size=2 { [0] = 100 [1] = 200 } }
    //> print zeros
    //gdb is: [0, 0, 0]
    //lldb is: { [0] = 0 [1] = 0 [2] = 0 }
    //> type array
    //gdb is: [i32; 3]
    //lldb is: int[3]
    //> type grid
    //gdb is: [[u8; 2]; 3]
    //lldb is: unsigned char[3][2]
    //> type slice
    //both is: &[i32]
    //> type boxed
    //both is: alloc::boxed::Box<[i64], alloc::alloc::Global>
    let _ = (array, grid, slice, changeable, empty, boxed, row.name, row.cells, zeros);
}

fn look() {}
