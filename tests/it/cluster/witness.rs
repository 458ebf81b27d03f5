//! What the tables of a store write down for a test: claims, starts on sites, and when the
//! test had sources be due.

use std::sync::Arc;
use std::time::Duration;

use super::Place;

/// Where it is written down.
pub const TABLE: &str = "
    CREATE TABLE witness (n bigserial PRIMARY KEY, kind text NOT NULL, source_no bigint, site text, holder text, at bigint NOT NULL);";

/// What does. A claim holds for two minutes, or the source's interval.
pub const TRIGGERS: &str = "
    CREATE FUNCTION claimed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO witness (kind, source_no, holder, at)
        VALUES ('claim', NEW.source_no, NEW.holder, NEW.lease_until_at - least(120000, NEW.interval_ms));
        RETURN NULL;
    END $$;
    CREATE TRIGGER claimed AFTER UPDATE OF lease ON schedule FOR EACH ROW
        WHEN (NEW.lease > OLD.lease AND NEW.lease_until_at > 0) EXECUTE FUNCTION claimed();
    CREATE FUNCTION started() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO witness (kind, site, at) VALUES ('start', NEW.site, NEW.started_at);
        RETURN NULL;
    END $$;
    CREATE TRIGGER started AFTER UPDATE OF started_at ON site FOR EACH ROW EXECUTE FUNCTION started();";

/// Has sources be due that nobody has claimed, but for those that keep their interval, and
/// writes that down.
const GRANT: &str = "
    WITH free AS (
        SELECT s.source_no, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at
          FROM schedule s
          JOIN source o ON o.no = s.source_no
         WHERE s.active AND o.id NOT LIKE 'own%'
           AND s.lease_until_at <= (extract(epoch FROM clock_timestamp()) * 1000)::bigint
           AND s.next_poll_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint
         ORDER BY s.source_no
           FOR NO KEY UPDATE OF s SKIP LOCKED
    ), due AS (
        UPDATE schedule s SET next_poll_at = f.at FROM free f WHERE s.source_no = f.source_no RETURNING s.source_no, f.at
    )
    INSERT INTO witness (kind, source_no, at) SELECT 'grant', source_no, at FROM due";

/// Between two looks at which sources are free: no one waits for it.
const PACE: Duration = Duration::from_millis(100);

/// Has sources be due as soon as they are free, whatever becomes of the server.
pub async fn grant(place: Arc<Place>) {
    loop {
        if let Some(client) = place.client().await {
            while client.execute(GRANT, &[]).await.is_ok() {
                tokio::time::sleep(PACE).await;
            }
        }
        tokio::time::sleep(PACE).await;
    }
}
