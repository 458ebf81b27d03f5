//! What must hold between tables; each query counts what breaks it. No row refers to another
//! by a key of the schema where that would have every commit lock the same few rows, so
//! that is looked at here.

const FEED_COUNTS: &str = "
    SELECT count(*) AS broken
      FROM feed f
      LEFT JOIN (SELECT feed_no, count(*) AS entries FROM route WHERE admitted GROUP BY feed_no) r ON r.feed_no = f.no
     WHERE f.entries <> coalesce(r.entries, 0)";

const SOURCE_COUNTS: &str = "
    SELECT count(*) AS broken
      FROM source o
      LEFT JOIN (SELECT source_no, count(*) AS entries FROM entry GROUP BY source_no) e ON e.source_no = o.no
     WHERE o.entries <> coalesce(e.entries, 0)";

const FIGURES: &str = "
    SELECT count(*) AS broken
      FROM figures f
     WHERE f.entries <> (SELECT coalesce(sum(entries), 0) FROM source)
        OR f.sources <> (SELECT count(*) FROM source WHERE active)
        OR f.failing <> (SELECT count(*) FROM source WHERE active AND failures > 0)";

const PUBLISHED_IDS: &str = "
    SELECT count(*) AS broken
      FROM entry
     WHERE published_id_sha <> sha256(convert_to(published_id, 'UTF8'))";

const WAITING_WITHOUT_TEXT: &str = "
    SELECT count(*) AS broken
      FROM unindexed q
     WHERE NOT EXISTS (SELECT FROM text t WHERE t.entry_id = q.entry_id)";

const REVISIONS: &str = "
    SELECT count(*) AS broken
      FROM text t
      JOIN entry e ON e.id = t.entry_id
      LEFT JOIN (SELECT entry_id, count(*) AS earlier FROM revision GROUP BY entry_id) r ON r.entry_id = e.id
     WHERE e.revisions <> 1 + coalesce(r.earlier, 0)";

const UNCHANGED_FEEDS: &str = "
    SELECT count(*) AS broken
      FROM feed
     WHERE entries > 0 AND (updated_at IS NULL OR changed_at IS NULL)";

const CHANGES: &str = "
    SELECT count(*) AS broken
      FROM change c
     WHERE NOT EXISTS (SELECT FROM feed f WHERE f.no = c.feed_no)";

const NOT_INDEXED: &str = "
    SELECT count(*) AS broken
      FROM text t
     WHERE NOT EXISTS (SELECT FROM unindexed q WHERE q.entry_id = t.entry_id)
       AND NOT EXISTS (SELECT FROM search s WHERE s.entry_id = t.entry_id)";

const SET_ASIDE: &str = r"
    SELECT count(*) AS broken
      FROM search
     WHERE words @@ E'''\x02aside'''::tsquery";

const INDEXED_WITHOUT_TEXT: &str = "
    SELECT count(*) AS broken
      FROM search s
     WHERE NOT EXISTS (SELECT FROM text t WHERE t.entry_id = s.entry_id)";

/// A text is found through its entry, which says in which month it lies.
const TEXTS_ASTRAY: &str = "
    SELECT count(*) AS broken
      FROM text t
     WHERE NOT EXISTS (SELECT FROM entry e WHERE e.id = t.entry_id AND e.text_at = t.seen_at)";

const ORPHANS: &str = "
    SELECT (SELECT count(*) FROM revision r WHERE NOT EXISTS (SELECT FROM entry e WHERE e.id = r.entry_id))
         + (SELECT count(*) FROM route r WHERE NOT EXISTS (SELECT FROM entry e WHERE e.id = r.entry_id))
         + (SELECT count(*) FROM route r WHERE NOT EXISTS (SELECT FROM feed f WHERE f.no = r.feed_no))
         + (SELECT count(*) FROM article a WHERE NOT EXISTS (SELECT FROM entry e WHERE e.id = a.entry_id))
         + (SELECT count(*) FROM decide_again d WHERE NOT EXISTS (SELECT FROM entry e WHERE e.id = d.entry_id))
         + (SELECT count(*) FROM document d WHERE NOT EXISTS (SELECT FROM feed f WHERE f.no = d.feed_no))
         + (SELECT count(*) FROM poll p WHERE NOT EXISTS (SELECT FROM source o WHERE o.no = p.source_no)) AS broken";

/// The two halves of a source.
const SCHEDULES: &str = "
    SELECT count(*) AS broken
      FROM source o
      LEFT JOIN schedule s ON s.source_no = o.no
     WHERE s.source_no IS NULL OR s.active <> o.active OR s.failing <> (o.failures > 0)";

/// What each counts, and the query.
pub const CHECKS: [(&str, &str); 14] = [
    ("entries admitted to a feed differ from its count", FEED_COUNTS),
    ("entries of a source differ from its count", SOURCE_COUNTS),
    ("the figures of sources differ from what they count", FIGURES),
    ("published ids differ from their hashes, which keep them apart", PUBLISHED_IDS),
    ("entries without a text wait for the search index", WAITING_WITHOUT_TEXT),
    ("revisions are missing or doubled", REVISIONS),
    ("feeds say that nothing ever changed in them, and have entries", UNCHANGED_FEEDS),
    ("changes are of feeds that are not there", CHANGES),
    ("texts are not in the search index; build it anew with: wiredesk store reindex", NOT_INDEXED),
    (
        "texts without words in the search index, so that every search reads them; build it anew with: wiredesk store reindex",
        SET_ASIDE,
    ),
    ("the search index holds entries without a text; build it anew with: wiredesk store reindex", INDEXED_WITHOUT_TEXT),
    ("texts are not where their entries say", TEXTS_ASTRAY),
    ("rows refer to rows that are not there", ORPHANS),
    ("sources and their due times say different things", SCHEDULES),
];
