//! An async function: its locals before and after it was suspended, and the future from outside.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

struct Yield {
    polled: bool,
}

impl Future for Yield {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        if self.polled {
            return Poll::Ready(5);
        }
        self.polled = true;
        Poll::Pending
    }
}

async fn work(input: u32) -> u32 {
    let before = input + 1;
    let text = String::from("kept");
    look(); // #before
    let awaited = Yield { polled: false }.await;
    let after = before + awaited;
    look(); // #after
    after + text.len() as u32
}

fn main() {
    let mut future = pin!(work(10));
    let mut context = Context::from_waker(Waker::noop());
    let first = future.as_mut().poll(&mut context); // #line
    look(); // #suspended
    let second = future.as_mut().poll(&mut context);
    look(); // #done
    //> break #before
    //> break #suspended
    //> break #after
    //> break #done
    //> run
    //gdb is: futures::work::{async_fn#0} at #before
    //lldb is: futures::work::_$u7b$$u7b$closure$u7d$$u7d$ at #before
    //> print before
    //both is: 11
    //> print text
    //gdb is: "kept"
    //lldb is: "kept" { [0] = 'k' [1] = 'e' [2] = 'p' [3] = 't' }
    //> print input
    //both is: 10
    //> backtrace
    //gdb is: #0 futures::work::{async_fn#0} at #before #1 futures::main at #line
    //lldb is: #0 futures::work::_$u7b$$u7b$closure$u7d$$u7d$ at #before #1 futures::main at #line
    //> continue
    //both is: futures::main at #suspended
    //> print first
    //gdb is: core::task::poll::Poll<u32>::Pending
    //lldb is: Pending
    //gdb> print *future.pointer
    //gdb is: futures::work::{async_fn_env#0}::Suspend0{before: 11, text: "kept", __awaitee: futures::Yield {polled: true}, input: 10}
    //> type future
    //gdb is: core::pin::Pin<&mut futures::work::{async_fn_env#0}>
    //lldb is: core::pin::Pin<futures::work::{async_fn_env#0} *>
    //> continue
    //gdb is: futures::work::{async_fn#0} at #after
    //lldb is: futures::work::_$u7b$$u7b$closure$u7d$$u7d$ at #after
    //> print before
    //both is: 11
    //> print text
    //gdb is: "kept"
    //lldb is: "kept" { [0] = 'k' [1] = 'e' [2] = 'p' [3] = 't' }
    //> print awaited
    //both is: 5
    //> print after
    //both is: 16
    //> continue
    //both is: futures::main at #done
    //> print second
    //gdb is: core::task::poll::Poll<u32>::Ready(20)
    //lldb is: Ready(20) { 0 = 20 }
    let _ = (first, second);
}

fn look() {}
