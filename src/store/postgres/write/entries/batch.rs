//! Rows of entries that are written together, each entry once.

use xxhash_rust::xxh3::xxh3_64;

use crate::clock::Timestamp;
use crate::model::{Change, EntryId, Fingerprint};
use crate::store::Result;
use crate::store::codec::change_code;
use crate::store::postgres::link::tx::{Tx, Typed};
use crate::store::postgres::past::in_force;
use crate::store::postgres::write::readings;
use crate::store::postgres::write::routes::RouteWrites;
use crate::store::prepared::WrittenReading;

/// Bodies that are sent at once, in bytes: more of them would have the server hold them all.
const AT_ONCE: usize = 8 << 20;

/// Rows to write for a source, seen at an instant.
pub struct EntryBatch<'a> {
    source: i64,
    at: Timestamp,
    /// What feeds say of them.
    pub routes: RouteWrites<'a>,
    prints: Vec<(EntryId, &'a Fingerprint)>,
    texts: Vec<NewText<'a>>,
    kept: Vec<KeptText>,
    moved: Vec<(i64, i64)>,
    revised: Vec<RevisedRow>,
    followed: Vec<FollowedText<'a>>,
    readings: Vec<(i64, &'a WrittenReading)>,
    unread: Vec<i64>,
    unindexed: Vec<i64>,
    again: Vec<i64>,
    wanted: Vec<i64>,
}

struct NewText<'a> {
    entry: i64,
    change: Option<i16>,
    body: &'a [u8],
}

/// A text that is kept as a revision.
struct KeptText {
    entry: i64,
    text_at: i64,
    number: i64,
}

struct RevisedRow {
    entry: i64,
    updated_at: Option<i64>,
    revisions: i64,
}

/// Another text of the same version.
struct FollowedText<'a> {
    entry: i64,
    text_at: i64,
    body: &'a [u8],
}

/// Which text a body is, as it is stored.
fn version(body: &[u8]) -> i64 {
    xxh3_64(body).cast_signed()
}

impl<'a> EntryBatch<'a> {
    /// Nothing yet.
    pub fn new(source: i64, at: Timestamp) -> EntryBatch<'a> {
        EntryBatch {
            source,
            at,
            routes: RouteWrites::default(),
            prints: Vec::new(),
            texts: Vec::new(),
            kept: Vec::new(),
            moved: Vec::new(),
            revised: Vec::new(),
            followed: Vec::new(),
            readings: Vec::new(),
            unread: Vec::new(),
            unindexed: Vec::new(),
            again: Vec::new(),
            wanted: Vec::new(),
        }
    }

    /// An entry has another fingerprint.
    pub fn print(&mut self, entry: EntryId, print: &'a Fingerprint) {
        self.prints.push((entry, print));
    }

    /// An entry has a text, seen now.
    pub fn text(&mut self, entry: EntryId, change: Option<Change>, body: &'a [u8]) {
        self.texts.push(NewText { entry: entry.0, change: change_code(change), body });
    }

    /// The text that an entry has is kept as a revision of this number.
    pub fn keep(&mut self, entry: EntryId, text_at: i64, number: i64) {
        self.kept.push(KeptText { entry: entry.0, text_at, number });
    }

    /// A new text takes the place of an entry's, which was seen then.
    pub fn replace(&mut self, entry: EntryId, text_at: i64) {
        self.moved.push((entry.0, text_at));
    }

    /// What a revision makes of an entry.
    pub fn revise(&mut self, entry: EntryId, updated_at: Option<Timestamp>, revisions: i64) {
        let updated_at = updated_at.map(Timestamp::millis);
        self.revised.push(RevisedRow { entry: entry.0, updated_at, revisions });
    }

    /// The text that an entry has is another one, of the same version.
    pub fn follow(&mut self, entry: EntryId, text_at: i64, body: &'a [u8]) {
        self.followed.push(FollowedText { entry: entry.0, text_at, body });
    }

    /// What was read of an entry's text; without, it waits to be read.
    pub fn read(&mut self, entry: EntryId, reading: Option<&'a WrittenReading>) {
        match reading {
            Some(reading) => self.readings.push((entry.0, reading)),
            None => self.unread.push(entry.0),
        }
    }

    /// The words of an entry are to be indexed.
    pub fn index(&mut self, entry: EntryId) {
        self.unindexed.push(entry.0);
    }

    /// Feeds are to decide about an entry again.
    pub fn decide_again(&mut self, entry: EntryId) {
        self.again.push(entry.0);
    }

    /// The article on an entry's page is wanted.
    pub fn want(&mut self, entry: EntryId) {
        self.wanted.push(entry.0);
    }

    /// Writes all of it.
    pub async fn write(&self, tx: &Tx) -> Result<()> {
        tokio::try_join!(biased;
            self.write_prints(tx),
            self.write_kept(tx),
            self.drop_texts(tx),
            self.write_texts(tx),
            self.move_words(tx),
            self.write_revised(tx),
            self.write_followed(tx),
            readings::set(tx, &self.readings),
            readings::drop_of(tx, &self.unread),
            self.routes.write(tx),
            self.write_queues(tx),
        )?;
        Ok(())
    }

    async fn write_prints(&self, tx: &Tx) -> Result<()> {
        let prints = &self.prints;
        let whole = |of: fn(&Fingerprint) -> i64| prints.iter().map(|(_, print)| of(print)).collect::<Vec<i64>>();
        let partial =
            |of: fn(&Fingerprint) -> Option<i64>| prints.iter().map(|(_, print)| of(print)).collect::<Vec<_>>();
        let ids: Vec<i64> = prints.iter().map(|(entry, _)| entry.0).collect();
        let [id_hash, page, path] = [partial(|p| p.id), partial(|p| p.page), partial(|p| p.path)];
        let said_at = partial(|p| p.said_at.map(Timestamp::millis));
        let [title, material, labels] = [whole(|p| p.title), whole(|p| p.material), whole(|p| p.labels)];
        let [edition, form, rest] = [whole(|p| i64::from(p.edition)), whole(|p| p.form), whole(|p| p.rest)];
        let row = [
            ids.param(),
            edition.param(),
            id_hash.param(),
            page.param(),
            path.param(),
            title.param(),
            material.param(),
            labels.param(),
            form.param(),
            rest.param(),
            said_at.param(),
        ];
        tx.over(ids.len(), SET_PRINT, &row).await
    }

    async fn write_kept(&self, tx: &Tx) -> Result<()> {
        let column = |of: fn(&KeptText) -> i64| self.kept.iter().map(of).collect::<Vec<i64>>();
        let [ids, text_at, numbers] = [column(|k| k.entry), column(|k| k.text_at), column(|k| k.number)];
        tx.over(ids.len(), KEEP_REVISION, &[ids.param(), text_at.param(), numbers.param()]).await
    }

    async fn drop_texts(&self, tx: &Tx) -> Result<()> {
        let (ids, text_at): (Vec<i64>, Vec<i64>) = self.moved.iter().copied().unzip();
        tx.over(ids.len(), DROP_TEXT, &[ids.param(), text_at.param()]).await
    }

    async fn write_texts(&self, tx: &Tx) -> Result<()> {
        let at = self.at.millis();
        for texts in portions(&self.texts, |text| text.body.len()) {
            let ids: Vec<i64> = texts.iter().map(|text| text.entry).collect();
            let changes: Vec<Option<i16>> = texts.iter().map(|text| text.change).collect();
            let versions: Vec<i64> = texts.iter().map(|text| version(text.body)).collect();
            let bodies: Vec<&[u8]> = texts.iter().map(|text| text.body).collect();
            let row = [at.param(), ids.param(), changes.param(), versions.param(), bodies.param()];
            tx.rows(ADD_TEXT, &row).await?;
        }
        Ok(())
    }

    async fn move_words(&self, tx: &Tx) -> Result<()> {
        let at = self.at.millis();
        let moved = self.moved.iter().copied().filter(|(_, text_at)| *text_at != at);
        let (ids, text_at): (Vec<i64>, Vec<i64>) = moved.unzip();
        tx.over(ids.len(), MOVE_WORDS, &[at.param(), ids.param(), text_at.param()]).await
    }

    async fn write_revised(&self, tx: &Tx) -> Result<()> {
        let at = self.at.millis();
        let ids: Vec<i64> = self.revised.iter().map(|revised| revised.entry).collect();
        let updated_at: Vec<Option<i64>> = self.revised.iter().map(|revised| revised.updated_at).collect();
        let revisions: Vec<i64> = self.revised.iter().map(|revised| revised.revisions).collect();
        tx.over(ids.len(), SET_REVISED, &[at.param(), ids.param(), updated_at.param(), revisions.param()]).await
    }

    async fn write_followed(&self, tx: &Tx) -> Result<()> {
        for texts in portions(&self.followed, |text| text.body.len()) {
            let ids: Vec<i64> = texts.iter().map(|text| text.entry).collect();
            let text_at: Vec<i64> = texts.iter().map(|text| text.text_at).collect();
            let versions: Vec<i64> = texts.iter().map(|text| version(text.body)).collect();
            let bodies: Vec<&[u8]> = texts.iter().map(|text| text.body).collect();
            tx.rows(FOLLOW_TEXT, &[ids.param(), text_at.param(), versions.param(), bodies.param()]).await?;
        }
        Ok(())
    }

    async fn write_queues(&self, tx: &Tx) -> Result<()> {
        let (unindexed, wanted, at) = (&self.unindexed, &self.wanted, self.at.millis());
        let queue = [unindexed.param()];
        let want = [wanted.param(), self.source.param(), at.param()];
        tokio::try_join!(biased;
            tx.over(unindexed.len(), INDEX, &queue),
            tx.over(wanted.len(), WANT, &want),
            in_force::queue(tx, &self.again),
        )?;
        Ok(())
    }
}

/// Portions of rows that are not larger than is sent at once, or are of one row.
fn portions<T>(rows: &[T], size: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let (mut portions, mut rest) = (Vec::new(), rows);
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest.iter().take_while(|row| {
            bytes += size(row);
            bytes <= AT_ONCE
        });
        let (portion, later) = rest.split_at(fitting.count().max(1));
        portions.push(portion);
        rest = later;
    }
    portions
}

const SET_PRINT: &str = "
    UPDATE entry e
       SET edition = q.edition, id_hash = q.id_hash, link_hash = NULL, page_hash = q.page, path_hash = q.path,
           title_hash = q.title, material_hash = q.material, labels_hash = q.labels, form_hash = q.form,
           rest_hash = q.rest, said_at = q.said_at
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                  $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
           AS q (id, edition, id_hash, page, path, title, material, labels, form, rest, said_at)
     WHERE e.id = q.id";

const KEEP_REVISION: &str = "
    INSERT INTO revision (entry_id, number, seen_at, change, body)
    SELECT t.entry_id, q.number, t.seen_at, t.change, t.body
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q (id, text_at, number)
      JOIN text t ON t.entry_id = q.id AND t.seen_at = q.text_at";

const DROP_TEXT: &str = "
    DELETE FROM text t
     USING unnest($1::bigint[], $2::bigint[]) AS q (id, text_at)
     WHERE t.entry_id = q.id AND t.seen_at = q.text_at";

const ADD_TEXT: &str = "
    INSERT INTO text (entry_id, seen_at, change, version, body)
    SELECT q.id, $1::bigint, q.change, q.version, q.body
      FROM unnest($2::bigint[], $3::smallint[], $4::bigint[], $5::bytea[]) AS q (id, change, version, body)";

/// The words of a text lie in its month. Until those of the new one are there, the entry is
/// found by the old ones.
const MOVE_WORDS: &str = "
    UPDATE search s
       SET seen_at = $1::bigint
      FROM unnest($2::bigint[], $3::bigint[]) AS q (id, text_at)
     WHERE s.entry_id = q.id AND s.seen_at = q.text_at";

const SET_REVISED: &str = "
    UPDATE entry e
       SET updated_at = coalesce(q.updated_at, e.updated_at), revisions = q.revisions, text_at = $1::bigint
      FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS q (id, updated_at, revisions)
     WHERE e.id = q.id";

const FOLLOW_TEXT: &str = "
    UPDATE text t
       SET body = q.body, version = q.version
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[]) AS q (id, text_at, version, body)
     WHERE t.entry_id = q.id AND t.seen_at = q.text_at";

const INDEX: &str = "
    INSERT INTO unindexed (entry_id)
    SELECT unnest($1::bigint[])
        ON CONFLICT DO NOTHING";

/// Of a new revision, too.
const WANT: &str = "
    INSERT INTO article (entry_id, source_no, due_at)
    SELECT q.id, $2::bigint, $3::bigint
      FROM unnest($1::bigint[]) AS q (id)
        ON CONFLICT (entry_id) DO UPDATE SET due_at = excluded.due_at, tries = 0, said = ''";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_sent_in_portions_that_fit() {
        let check = |sizes: &[usize], expected: &[usize]| {
            let portions: Vec<usize> = portions(sizes, |size| *size).iter().map(|portion| portion.len()).collect();
            assert_eq!(portions, expected, "{sizes:?}");
        };
        check(&[], &[]);
        check(&[1, 1, 1], &[3]);
        check(&[AT_ONCE - 1, 1, 1], &[2, 1]);
        check(&[1, AT_ONCE, AT_ONCE + 1, 1], &[1, 1, 1, 1]);
    }
}
