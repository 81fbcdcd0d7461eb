//! Types that contain themselves.

struct Node {
    value: u32,
    next: Option<Box<Node>>,
}

enum Tree {
    Leaf(i32),
    Branch(Box<Tree>, Box<Tree>),
}

enum List<T> {
    End,
    Item(T, Box<List<T>>),
}

fn main() {
    let list = Node { value: 1, next: Some(Box::new(Node { value: 2, next: None })) };
    let tree = Tree::Branch(Box::new(Tree::Leaf(-1)), Box::new(Tree::Leaf(5)));
    let items = List::Item('a', Box::new(List::Item('b', Box::new(List::End))));
    look(); // #here
    //> break #here
    //> run
    //both is: recursive_types::main at #here
    //> print list.value
    //both is: 1
    //> print list
    //gdb is: recursive_types::Node {value: 1, next: core::option::Option<alloc::boxed::Box<recursive_types::Node, alloc::alloc::Global>>::Some([..])}
    //lldb is: { value = 1 next = Some([..]) { 0 = [..] } }
    //> print tree
    //gdb is: recursive_types::Tree::Branch([..], [..])
    //lldb is: Branch(Leaf{*0:Leaf(-1)}, Leaf{*1:Leaf(5)}) { 0 = [..] Leaf{*0:Leaf(-1)} 1 = [..] Leaf{*1:Leaf(5)} }
    //> print items
    //gdb is: recursive_types::List<char>::Item(97 'a', [..])
    //lldb is: Item(U+0x00000061 U'a', Item{*1:Item(U+0x00000062 U'b', End{*1:End})}) { 0 = U+0x00000061 U'a' 1 = [..] Item{*1:Item(U+0x00000062 U'b', End{*1:End})} }
    //> type list
    //both is: recursive_types::Node
    //> type items
    //both is: recursive_types::List<char>
    let _ = (list.value, list.next.map(|node| (node.value, node.next.is_none())));
    if let Tree::Branch(left, right) = tree
        && let (Tree::Leaf(one), Tree::Leaf(two)) = (*left, *right)
    {
        let _ = one + two;
    }
    if let List::Item(first, rest) = items {
        let _ = (first, rest);
    }
}

fn look() {}
