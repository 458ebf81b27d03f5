//! Sources from memory: every address of 127.0.0.0/8 is a host of its own, and answers every
//! path alike.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// The validator of every document.
pub const ETAG: &str = "\"unchanged\"";

/// Starts serving on a thread of its own. Returns the port.
pub fn start() -> u16 {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = listen();
            tell.send(listener.local_addr().expect("an address").port()).expect("somebody waits");
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                tokio::spawn(serve(stream));
            }
        });
    });
    told.recv().expect("it serves")
}

/// A listener at which many may knock at once.
fn listen() -> TcpListener {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).expect("a port");
    socket.listen(4096).expect("a listener")
}

async fn serve(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut request = Vec::new();
    loop {
        request.clear();
        while !request.ends_with(b"\r\n\r\n") {
            if !stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
                return;
            }
        }
        if stream.write_all(answer(&request).as_bytes()).await.is_err() {
            return;
        }
    }
}

fn answer(request: &[u8]) -> String {
    let knows = request.windows(13).any(|some| some.eq_ignore_ascii_case(b"if-none-match"));
    if knows {
        return format!("HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n");
    }
    let body = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>\
                <item><guid>1</guid><title>Entry</title></item></channel></rss>";
    format!("HTTP/1.1 200 OK\r\nETag: {ETAG}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}
