//! Publishers of numbered entries, each at an address of its own, that write down every
//! request and see how many of them are under way at once.

use std::collections::HashMap;
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::rss;

/// Entries of a document: what polls that came to nothing did not bring is still there.
const WINDOW: u64 = 40;

/// How long an answer is thought over, and how long every eighth is, which is longer than
/// the gap between two starts.
const THOUGHT: Duration = Duration::from_millis(25);
const LONG_THOUGHT: Duration = Duration::from_millis(1300);

/// Nothing that is waited for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The name of the source, or of the source that moved here.
    pub name: String,
    /// Which publisher.
    pub host: usize,
    /// Which node, by the contact in its `User-Agent`.
    pub node: String,
}

/// What a path answers.
#[derive(Clone)]
enum Answer {
    /// A document of entries.
    News,
    /// Where it is now.
    Moved(String),
}

struct UnderWay {
    host: usize,
    number: u64,
    client: std::net::TcpStream,
}

#[derive(Default)]
struct State {
    answers: Mutex<HashMap<(usize, String), Answer>>,
    /// How many entries each source has had.
    newest: Mutex<HashMap<String, u64>>,
    asked: Mutex<Vec<Asked>>,
    under_way: Mutex<Vec<UnderWay>>,
    crowds: Mutex<Vec<String>>,
    frozen: Mutex<bool>,
    /// Whether every answer comes at once.
    prompt: Mutex<bool>,
    refusing: Mutex<Vec<usize>>,
    arrived: watch::Sender<usize>,
}

/// The publishers.
pub struct Wire {
    hosts: Vec<SocketAddr>,
    state: Arc<State>,
    servers: Vec<JoinHandle<()>>,
}

impl Wire {
    /// So many publishers, each of which takes one request at a time.
    pub async fn start(hosts: u8) -> Wire {
        let mut wire = Wire { hosts: Vec::new(), state: Arc::default(), servers: Vec::new() };
        for host in 0..hosts {
            let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, host + 1), 0)).await.unwrap();
            wire.hosts.push(listener.local_addr().unwrap());
            wire.servers.push(tokio::spawn(serve(listener, usize::from(host), Arc::clone(&wire.state))));
        }
        wire
    }

    /// The address of a source of news.
    pub fn news(&self, host: usize, name: &str) -> String {
        self.state.newest.lock().unwrap().insert(name.to_owned(), 0);
        self.answer(host, name, Answer::News)
    }

    /// The address of a source of news that lives with another publisher.
    pub fn moved(&self, host: usize, name: &str, to: usize) -> String {
        let there = self.news(to, name);
        self.answer(host, &format!("{name}-was-here"), Answer::Moved(there))
    }

    fn answer(&self, host: usize, name: &str, answer: Answer) -> String {
        let path = format!("/{name}");
        let url = format!("http://{}{path}", self.hosts[host]);
        self.state.answers.lock().unwrap().insert((host, path), answer);
        url
    }

    /// How many publishers there are.
    pub fn hosts(&self) -> usize {
        self.hosts.len()
    }

    /// From now on nothing new happens.
    pub fn freeze(&self) {
        *self.state.frozen.lock().unwrap() = true;
    }

    /// From now on every answer comes at once.
    pub fn hurry(&self) {
        *self.state.prompt.lock().unwrap() = true;
    }

    /// From now on a publisher wants to be left alone for an hour.
    pub fn refuse(&self, host: usize) {
        self.state.refusing.lock().unwrap().push(host);
    }

    /// All requests so far, in the order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// How many entries each source has had.
    pub fn newest(&self) -> HashMap<String, u64> {
        self.state.newest.lock().unwrap().clone()
    }

    /// Requests that came while another was under way at their publisher.
    pub fn crowds(&self) -> Vec<String> {
        self.state.crowds.lock().unwrap().clone()
    }

    /// Waits until the requests from the `from`th on are as `good` wants them.
    #[track_caller]
    pub fn until(&self, from: usize, what: &str, good: impl Fn(&[Asked]) -> bool) -> impl Future<Output = ()> {
        let mut arrived = self.state.arrived.subscribe();
        let (state, what) = (Arc::clone(&self.state), what.to_owned());
        async move {
            let all = arrived.wait_for(|_| good(state.asked.lock().unwrap().get(from..).unwrap_or_default()));
            let is_met = tokio::time::timeout(PATIENCE, all).await.is_ok();
            let asked = state.asked.lock().unwrap();
            let since = asked.get(from..).unwrap_or_default();
            assert!(is_met, "never: {what}; {} requests since, the last {:?}", since.len(), since.last());
        }
    }

    /// How many requests of a node are being answered.
    pub fn being_answered(&self, node: &str) -> usize {
        let asked = self.state.asked.lock().unwrap();
        let is_its = |one: &&UnderWay| asked[usize::try_from(one.number).unwrap()].node == node;
        self.state.under_way.lock().unwrap().iter().filter(is_its).count()
    }

    /// Waits for so many requests more.
    pub async fn more(&self, count: usize) {
        self.until(self.asked().len(), &format!("{count} more requests"), |asked| asked.len() >= count).await;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

async fn serve(listener: TcpListener, host: usize, state: Arc<State>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        // What belongs to it beside the runtime's own looks whether its client is still there.
        let stream = stream.into_std().unwrap();
        let client = stream.try_clone().unwrap();
        let stream = TcpStream::from_std(stream).unwrap();
        connections.spawn(converse(stream, client, host, Arc::clone(&state)));
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(mut stream: TcpStream, client: std::net::TcpStream, host: usize, state: Arc<State>) {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
            return;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let number = state.note(host, &path, &head, client);
    let thought = match number % 8 {
        _ if *state.prompt.lock().unwrap() => Duration::ZERO,
        5 => LONG_THOUGHT,
        _ => THOUGHT,
    };
    let mut more = [0; 1];
    let is_there = tokio::select! {
        _ = stream.read(&mut more) => false,
        () = tokio::time::sleep(thought) => true,
    };
    let reply = if is_there { state.reply(host, &path, &head, number) } else { String::new() };
    // Before its client can have the answer: when that has it, the next one may come.
    state.under_way.lock().unwrap().retain(|one| one.number != number);
    // A client that is gone by now wants nothing.
    let _ = stream.write_all(reply.as_bytes()).await;
}

/// Whether a client is still there: one that was killed is not, though nobody read its end yet.
fn is_there(client: &std::net::TcpStream) -> bool {
    match client.peek(&mut [0; 1]) {
        Ok(0) => false,
        Ok(_) => true,
        Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
    }
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

impl State {
    /// Writes a request down. Gives its number.
    fn note(&self, host: usize, path: &str, head: &str, client: std::net::TcpStream) -> u64 {
        let agent = field(head, "user-agent").unwrap_or_default();
        let node = agent.rsplit_once('/').map_or(agent, |(_, node)| node.trim_end_matches(')'));
        let (name, node) = (path.trim_start_matches('/').to_owned(), node.to_owned());
        let mut asked = self.asked.lock().unwrap();
        let number = asked.len() as u64;
        let mut under_way = self.under_way.lock().unwrap();
        under_way.retain(|other| is_there(&other.client));
        for other in under_way.iter().filter(|other| other.host == host) {
            let before = &asked[usize::try_from(other.number).unwrap()];
            let told = format!("{node} asks publisher {host} for {name} while it answers {before:?}");
            self.crowds.lock().unwrap().push(told);
        }
        under_way.push(UnderWay { host, number, client });
        asked.push(Asked { name, host, node });
        let count = asked.len();
        // Whoever waits for it looks at the list while he has it.
        drop((under_way, asked));
        self.arrived.send_replace(count);
        number
    }

    fn reply(&self, host: usize, path: &str, head: &str, number: u64) -> String {
        if self.refusing.lock().unwrap().contains(&host) {
            return "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\
                    Connection: close\r\n\r\n"
                .to_owned();
        }
        let answer = self.answers.lock().unwrap().get(&(host, path.to_owned())).cloned();
        match answer {
            Some(Answer::News) => self.document(path.trim_start_matches('/'), head, number),
            Some(Answer::Moved(to)) => {
                format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            }
            None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        }
    }

    /// A document with an entry more, but for every fourth, which did not change.
    fn document(&self, name: &str, head: &str, number: u64) -> String {
        let mut newest = self.newest.lock().unwrap();
        let newest = newest.get_mut(name).expect("a source of news");
        if !*self.frozen.lock().unwrap() && (*newest == 0 || !number.is_multiple_of(4)) {
            *newest += 1;
        }
        let etag = format!("\"{newest}\"");
        if field(head, "if-none-match") == Some(&etag) {
            return format!("HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nConnection: close\r\n\r\n");
        }
        let body = rss(name, newest.saturating_sub(WINDOW)..*newest);
        let mut reply = format!("HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: {}\r\n", body.len());
        write!(reply, "Content-Type: application/rss+xml\r\nConnection: close\r\n\r\n{body}").unwrap();
        reply
    }
}
