//! A panic that leaves a destructor while another panic unwinds aborts the process.
// exit: signal 6
// stderr-contains: first panic
// stderr-contains: second panic
// stderr-contains: panic in a destructor during cleanup

struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        println!("bomb {}", self.0);
        if std::thread::panicking() {
            panic!("second panic");
        }
    }
}

fn main() {
    drop(Bomb("quiet"));
    let _never = Bomb("never dropped");
    let _bomb = Bomb("loud");
    panic!("first panic");
}
