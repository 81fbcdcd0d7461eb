//! Rc, Weak, Arc, Cell, RefCell: counts, cycles, unsized contents, borrow errors, copy on write.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::{Rc, Weak};
use std::sync::Arc;

#[derive(Debug)]
struct Tree {
    name: String,
    parent: RefCell<Weak<Tree>>,
    children: RefCell<Vec<Rc<Tree>>>,
}

impl Tree {
    fn new(name: &str, children: Vec<Rc<Tree>>) -> Rc<Tree> {
        let tree = Rc::new(Tree {
            name: name.to_string(),
            parent: RefCell::new(Weak::new()),
            children: RefCell::new(children),
        });
        for child in tree.children.borrow().iter() {
            *child.parent.borrow_mut() = Rc::downgrade(&tree);
        }
        tree
    }

    fn path(&self) -> String {
        match self.parent.borrow().upgrade() {
            Some(parent) => format!("{}/{}", parent.path(), self.name),
            None => self.name.clone(),
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        println!("drop {} ({} children)", self.name, self.children.get_mut().len());
    }
}

struct Cyclic {
    me: Weak<Cyclic>,
    value: Cell<i32>,
}

fn main() {
    let leaf = Tree::new("leaf", vec![]);
    {
        let root = Tree::new("root", vec![Tree::new("branch", vec![Rc::clone(&leaf)])]);
        println!("{} {} {}", leaf.path(), Rc::strong_count(&leaf), Rc::weak_count(&root));
        root.children.borrow_mut().push(Tree::new("late", vec![]));
    }
    println!("{} {}", leaf.path(), leaf.parent.borrow().upgrade().is_none());

    let cyclic = Rc::new_cyclic(|me| Cyclic { me: me.clone(), value: Cell::new(1) });
    cyclic.me.upgrade().unwrap().value.set(5);
    println!("{} {}", cyclic.value.get(), Rc::weak_count(&cyclic));

    let text: Rc<str> = "shared".into();
    let bytes: Arc<[u8]> = Arc::from(&[1, 2, 3][..]);
    let dynamic: Rc<dyn Fn(i32) -> i32> = Rc::new(|x| x + 1);
    println!("{text} {bytes:?} {} {}", dynamic(1), Rc::ptr_eq(&text, &text.clone()));
    let mut unique = Rc::new(vec![1]);
    Rc::get_mut(&mut unique).unwrap().push(2);
    let other = Rc::clone(&unique);
    println!("{:?}", Rc::get_mut(&mut unique));
    Rc::make_mut(&mut unique).push(3);
    println!("{unique:?} {other:?}");
    println!("{:?}", Rc::try_unwrap(other));
    println!("{:?}", Rc::into_inner(unique));
    let weak = Weak::<String>::new();
    println!("{:?} {}", weak.upgrade(), weak.strong_count());

    let cell = RefCell::new(vec![1, 2, 3]);
    {
        let first = cell.borrow();
        let part = Ref::map(cell.borrow(), |v| &v[1]);
        println!("{} {} {}", first.len(), *part, cell.try_borrow_mut().is_err());
    }
    {
        let mut last = RefMut::map(cell.borrow_mut(), |v| v.last_mut().unwrap());
        *last *= 10;
        println!("{:?} {:?}", cell.try_borrow().is_err(), cell);
    }
    println!("{:?} {:?}", cell.replace(vec![]), cell.take());
    let cells = [Cell::new(1), Cell::new(2)];
    cells[0].swap(&cells[1]);
    println!("{:?} {}", cells, cells[0].replace(9));
    let mut array = [1, 2, 3];
    let shared = Cell::from_mut(&mut array[..]).as_slice_of_cells();
    shared.iter().zip(&shared[1..]).for_each(|(a, b)| b.set(a.get() + b.get()));
    println!("{array:?}");
    let mut cow: Cow<[i32]> = Cow::Borrowed(&array);
    cow.to_mut()[0] = -1;
    println!("{cow:?} {array:?}");
    println!("end");
}
