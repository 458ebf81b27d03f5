//! Room for large documents in memory (check R9).

use std::time::Duration;

use crate::newsroom::{Newsroom, at};
use crate::origin::Origin;
use crate::reply::Reply;

const HOUR: Duration = Duration::from_secs(3600);

/// R9: documents that fill the room for large bodies do not wait for each other when the
/// older ones that they name are as large.
#[tokio::test]
async fn large_documents_that_name_large_ones_come_through_r9() {
    let origin = Origin::start().await;
    // Over 2 MiB, with little that may be an entry.
    let text = "The mayor received the envoy. ".repeat(80_000);
    let large = |name: &str, from: u64, to: u64, older: &str| {
        let entry =
            |n| format!("<entry><id>urn:{name}:{n}</id><title>{name} {n}</title><summary>{text}</summary></entry>");
        let link =
            if older.is_empty() { String::new() } else { format!("<link rel=\"prev-archive\" href=\"{older}\"/>") };
        let entries: String = (from..=to).rev().map(entry).collect();
        Reply::ok(format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:{name}</id>{link}{entries}</feed>"
        ))
    };
    let names = ["a", "b", "c"];
    assert_eq!(names.len(), wiredesk::limits::BODIES_LARGE.count());
    let every = |name: &str| {
        let url = at(&origin, &format!("{name}.example"), &format!("/{name}"));
        format!("[[source]]\nid = \"{name}\"\nurl = \"{url}\"\nschedule = \"every 1h\"\n\n")
    };
    names.iter().for_each(|name| origin.set(&format!("/{name}"), large(name, 1, 1, "")));
    let room = Newsroom::open(&names.map(every).concat()).await;
    for name in names {
        assert_eq!(room.by_hand(name).await.unwrap().new, 1);
    }
    for name in names {
        origin.set(&format!("/{name}"), large(name, 3, 3, &format!("/{name}/older")));
        origin.set(&format!("/{name}/older"), large(name, 1, 2, ""));
    }
    room.clock.advance(2 * HOUR);
    let mut claims = room.claim().await;
    let mut next = || claims.pop().unwrap();
    let (a, b, c) = (next(), next(), next());
    let (a, b, c) = tokio::join!(room.poll(a), room.poll(b), room.poll(c));
    for done in [a, b, c] {
        assert!(!done.failed && done.new == 2, "{done:?}");
    }
}
