//! Which id an entry is published under. It never changes, and no two entries have
//! the same.

use uuid::Uuid;

use crate::model::{Entry, EntryKey, SourceId, is_iri};

/// The namespace of ids that wiredesk mints: RFC 9562 §5.5, from the URL of the project's words.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0b_94c4_2d4d_5c0e_8a57_7769_7265_6400);

/// The id that an entry is to be published under: its publisher's where that can
/// stand in a document (RFC 4287 §4.2.6 wants an IRI), else the first of ours.
pub fn wanted_id(entry: &Entry, source: &SourceId) -> String {
    match &entry.id {
        Some(own) if is_iri(own) => own.clone(),
        _ => minted_id(source, entry.key, 0),
    }
}

/// The `n`th id that an entry tries, until one is met that no other entry has: the
/// one that it wants, then ours. That its own is taken is nothing unusual: two
/// sources may carry one entry.
pub fn nth_id(wanted: &str, source: &SourceId, key: EntryKey, n: u32) -> String {
    match n.checked_sub(1) {
        None => wanted.to_owned(),
        Some(n) => minted_id(source, key, n),
    }
}

/// The `n`th id of ours for an entry: the same for the same source and entry in
/// every store. The first is taken unless another entry has it, which somebody
/// may have brought about on purpose: it can be computed. Then the next is.
pub fn minted_id(source: &SourceId, key: EntryKey, n: u32) -> String {
    let key = key.hex();
    let name = match n {
        0 => format!("{source}\n{key}"),
        n => format!("{source}\n{key}\n{n}"),
    };
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).urn().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> SourceId {
        SourceId::new("shenyang-fao").unwrap()
    }

    #[test]
    fn minted_ids_are_the_same_everywhere_and_differ_by_number() {
        let source = SourceId::new("a").unwrap();
        let key = EntryKey::of("id", &["1"]);
        assert_eq!(minted_id(&source, key, 0), minted_id(&source, key, 0));
        assert!(minted_id(&source, key, 0).starts_with("urn:uuid:"));
        let all: std::collections::HashSet<String> = (0..100).map(|n| minted_id(&source, key, n)).collect();
        assert_eq!(all.len(), 100);
    }

    /// These ids are with readers: another one would be another entry to them.
    #[test]
    fn minted_ids_stay_as_they_are() {
        let (source, key) = (source(), EntryKey::of("id", &["urn:x:1"]));
        let all = [0, 1, 2].map(|n| minted_id(&source, key, n));
        assert_eq!(
            all,
            [
                "urn:uuid:0d624986-fb33-5b25-859b-b9d691243d76",
                "urn:uuid:dcd7b38b-e6e6-5532-b5a3-e0ff7d46bfc8",
                "urn:uuid:9310a448-7d36-5849-8bfd-f16d85b716cc",
            ]
        );
    }

    #[test]
    fn an_entry_keeps_its_publishers_id_where_that_is_an_iri() {
        let ours = "urn:uuid:0d624986-fb33-5b25-859b-b9d691243d76";
        let check = |id: Option<&str>, expected: &str| {
            let key = EntryKey::of("id", &["urn:x:1"]);
            let entry = Entry { id: id.map(str::to_owned), ..Entry::new(key) };
            assert_eq!(wanted_id(&entry, &source()), expected, "{id:?}");
        };
        check(Some("tag:example.org,2026:1"), "tag:example.org,2026:1");
        check(Some("https://example.org/1"), "https://example.org/1");
        check(Some("4711"), ours);
        check(Some("https://example.org/a b"), ours);
        check(Some("javascript:alert(1)"), ours);
        check(Some(""), ours);
        check(None, ours);
    }

    #[test]
    fn an_entry_whose_id_is_taken_tries_ours_one_after_another() {
        let (source, key) = (source(), EntryKey::of("id", &["urn:x:1"]));
        assert_eq!(nth_id("tag:example.org,2026:1", &source, key, 0), "tag:example.org,2026:1");
        for n in 0..3 {
            assert_eq!(nth_id("tag:example.org,2026:1", &source, key, n + 1), minted_id(&source, key, n));
        }
    }
}
