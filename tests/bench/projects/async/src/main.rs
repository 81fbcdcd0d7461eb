//! A web server that asks itself: routes, shared state, channels, timers and tasks.

use std::collections::HashMap;
use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{RwLock, mpsc};

#[derive(Default)]
struct Store {
    values: RwLock<HashMap<String, String>>,
}

type Shared = Arc<Store>;

fn greeting(name: &str) -> String {
    format!("Hello, {name}!")
}

async fn timed<T>(name: &'static str, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let result = work.await;
    if started.elapsed() > Duration::from_secs(5) {
        eprintln!("{name} is slow");
    }
    result
}

async fn hello(Path(name): Path<String>) -> String {
    timed("hello", async move { greeting(&name) }).await
}

async fn read(State(store): State<Shared>, Path(key): Path<String>) -> Result<String, StatusCode> {
    let find = async { store.values.read().await.get(&key).cloned() };
    timed("read", find).await.ok_or(StatusCode::NOT_FOUND)
}

async fn write(State(store): State<Shared>, Path(key): Path<String>, body: String) -> StatusCode {
    let insert = async { store.values.write().await.insert(key, body) };
    match timed("write", insert).await {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    }
}

async fn search(State(store): State<Shared>, Query(query): Query<HashMap<String, String>>) -> String {
    let wanted = query.get("q").cloned().unwrap_or_default();
    let values = store.values.read().await;
    let mut found: Vec<&str> =
        values.iter().filter(|(_, value)| value.contains(&wanted)).map(|(key, _)| key.as_str()).collect();
    found.sort_unstable();
    found.join(",")
}

fn router() -> Router {
    Router::new()
        .route("/hello/{name}", get(hello))
        .route("/values/{key}", get(read))
        .route("/values/{key}", post(write))
        .route("/search", get(search))
        .with_state(Shared::default())
}

async fn ask(port: u16, method: &str, path: &str, body: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    tokio::time::timeout(Duration::from_secs(10), timed("answer", stream.read_to_string(&mut answer))).await??;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    let text = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    Ok(format!("{status} {text}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let server = tokio::spawn(async move { axum::serve(listener, router()).await });
    println!("{}", ask(port, "GET", "/hello/world", "").await?);
    let (sender, mut receiver) = mpsc::channel(4);
    for number in 0..8 {
        let sender = sender.clone();
        tokio::spawn(async move {
            let answer = ask(port, "POST", &format!("/values/k{number}"), &format!("v{}", number % 3)).await;
            sender.send(answer.map(|text| (number, text))).await
        });
    }
    drop(sender);
    let mut answers = Vec::new();
    while let Some(answer) = receiver.recv().await {
        answers.push(answer?);
    }
    answers.sort_unstable();
    println!("{answers:?}");
    println!("{}", ask(port, "GET", "/search?q=v1", "").await?);
    println!("{}", ask(port, "GET", "/values/none", "").await?);
    server.abort();
    Ok(())
}
