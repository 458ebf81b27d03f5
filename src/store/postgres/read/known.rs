//! What is known of a document's entries before it is recognised.

use std::collections::HashSet;

use super::row;
use crate::model::{Asked, EntryId, Known, SourceId};
use crate::store::Result;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::rules::KnownWindow;

const SOURCE: &str = "SELECT no FROM source WHERE id = $1::text AND entries > 0";

const WINDOW: &str = "
    SELECT e.id, e.key, e.first_seen_at, e.revisions, e.edition, e.id_hash, e.link_hash, e.page_hash, e.path_hash,
           e.title_hash, e.material_hash, e.labels_hash, e.form_hash, e.rest_hash, e.said_at
      FROM unnest($1::bigint[]) WITH ORDINALITY AS w (id, nth)
      JOIN entry e ON e.id = w.id
     ORDER BY w.nth";

/// By key, by page, and by the link of those that an earlier release stored, each with the
/// number of its question. Of entries that share a page with one asked about, five are
/// looked at.
const ASKED: &str = "
    SELECT m.id, m.key, m.first_seen_at, m.revisions, m.edition, m.id_hash, m.link_hash, m.page_hash, m.path_hash,
           m.title_hash, m.material_hash, m.labels_hash, m.form_hash, m.rest_hash, m.said_at
      FROM (SELECT q.ask, 0 AS way, q.nth, e.*
              FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS q (ask, key, nth)
              JOIN entry e ON e.source_no = $1::bigint AND e.key = q.key
             UNION ALL
            SELECT q.ask, 1, 0, e.*
              FROM unnest($4::bigint[], $5::bigint[]) AS q (ask, hash)
             CROSS JOIN LATERAL (SELECT *
                                   FROM entry
                                  WHERE page_hash = q.hash AND source_no = $1::bigint
                                  LIMIT 5) e
             UNION ALL
            SELECT q.ask, 2, 0, e.*
              FROM unnest($6::bigint[], $7::bigint[]) AS q (ask, hash)
             CROSS JOIN LATERAL (SELECT *
                                   FROM entry
                                  WHERE link_hash = q.hash AND source_no = $1::bigint
                                  LIMIT 5) e) m
     ORDER BY m.ask, m.way, m.nth, m.id";

/// See [`Commit::known`](crate::store::Commit::known).
pub async fn known(tx: &Tx, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
    let (name, window) = (SqlText(source.as_str()), window.iter().map(|id| id.0).collect::<Vec<i64>>());
    let (name, window) = ([name.param()], [window.param()]);
    let (no, listed) = tokio::try_join!(biased; tx.one(SOURCE, &name), tx.rows(WINDOW, &window))?;
    let Some(no) = no else { return Ok(Vec::new()) };
    let mut found = listed.iter().map(row::known).collect::<Result<Vec<Known>>>()?;
    let listed = KnownWindow::of(&found);
    let questions = Questions::of(asked.iter().filter(|asked| !listed.answers(asked)));
    let mut seen: HashSet<EntryId> = found.iter().map(|known| known.entry).collect();
    for known in questions.ask(tx, column(&no, "no")?).await? {
        found.extend(Some(known).filter(|known| seen.insert(known.entry)));
    }
    Ok(found)
}

/// What is looked for, each with the number of its question.
#[derive(Default)]
struct Questions {
    keys: (Vec<i64>, Vec<Vec<u8>>),
    pages: (Vec<i64>, Vec<i64>),
    links: (Vec<i64>, Vec<i64>),
}

impl Questions {
    fn of<'a>(all: impl Iterator<Item = &'a Asked>) -> Questions {
        let mut questions = Questions::default();
        for (ask, asked) in (0..).zip(all) {
            for key in &asked.keys {
                questions.keys.0.push(ask);
                questions.keys.1.push(key.0.to_vec());
            }
            for (to, hash) in [(&mut questions.pages, asked.page), (&mut questions.links, asked.link)] {
                to.0.extend(hash.map(|_| ask));
                to.1.extend(hash);
            }
        }
        questions
    }

    async fn ask(&self, tx: &Tx, source: i64) -> Result<Vec<Known>> {
        let Questions { keys, pages, links } = self;
        if keys.0.is_empty() && pages.0.is_empty() && links.0.is_empty() {
            return Ok(Vec::new());
        }
        let asked = [
            source.param(),
            keys.0.param(),
            keys.1.param(),
            pages.0.param(),
            pages.1.param(),
            links.0.param(),
            links.1.param(),
        ];
        tx.rows(ASKED, &asked).await?.iter().map(row::known).collect()
    }
}
