//! Pages of sources.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::get;
use hyper::StatusCode;

use crate::clock::Timestamp;
use crate::limits::{SOURCE_ENTRIES, SOURCES_A_PAGE};
use crate::model::{Published, SourceId};
use crate::publish::pages::{self, Filter};
use crate::schedule::Condition;
use crate::store::{Census, NodeStatus, Result as StoreResult, SourceStatus, SourcesWanted, Which, complaints};
use crate::web::answer::{Answer, line};
use crate::web::desk::{Desk, Site};

use super::made::{PageQuery, failed, made, missing};

/// `/sources` and `/sources/ID`.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new().route("/sources", get(sources)).route("/sources/{id}", get(source))
}

/// Sources by name, a page of them. `?failing` shows those that fail, `?after=ID` continues
/// after that one.
async fn sources(State(desk): State<Arc<Desk>>, asked: PageQuery) -> Answer {
    let after = match asked.get("after").map(|id| SourceId::new(id)).transpose() {
        Ok(after) => after,
        Err(error) => return line(StatusCode::BAD_REQUEST, &format!("after: {error}")),
    };
    let (which, filter) = match ["failing", "over"].map(|name| asked.contains_key(name)) {
        [true, _] => (Which::Failing, Filter::Failing),
        [_, true] => (Which::Over, Filter::Over),
        _ => (Which::Active, Filter::All),
    };
    let _turn = desk.pages.turn().await;
    let (site, now, store) = (desk.site.load_full(), desk.clock.now(), &desk.page_store);
    let most = SOURCES_A_PAGE.count();
    let wanted = SourcesWanted { which, after: after.clone(), limit: most + 1 };
    let figures =
        async { Ok((store.census(now).await?, store.sources_page(&wanted, now).await?, store.nodes(now).await?)) };
    let (census, mut found, nodes) = match figures.await {
        Ok(found) => found,
        Err(error) => return failed(&desk, &error),
    };
    made(&desk, site, move |frame, site| {
        let more = found.len() > most;
        found.truncate(most);
        let sources = found.into_iter().map(|s| source_line(s, site, now)).collect();
        let after = after.map(|id| id.to_string());
        let Census { sources: all, failing, over, stale } = census;
        // Of a store that has one daemon, this is that one.
        let daemons: Vec<_> = nodes.into_iter().filter(NodeStatus::is_one_of_several).collect();
        let complaints = if daemons.is_empty() { Vec::new() } else { complaints(&daemons, now) };
        let at_work = daemons.into_iter().filter(|node| node.left_at.is_none());
        let nodes = at_work.filter_map(|node| node_line(node, now)).collect();
        let page = pages::SourcesPage { sources, filter, after, more, all, failing, stale, over, nodes, complaints };
        pages::sources(frame, &page)
    })
    .await
}

/// One source.
async fn source(State(desk): State<Arc<Desk>>, id: Result<Path<String>, PathRejection>) -> Answer {
    let Some(id) = id.ok().and_then(|Path(id)| SourceId::new(&id).ok()) else { return missing(&desk) };
    let _turn = desk.pages.turn().await;
    let (site, now) = (desk.site.load_full(), desk.clock.now());
    match with_entries(&desk, &id, now).await {
        Ok(Some((found, entries))) => {
            made(&desk, site, move |frame, site| {
                let (listed, terms) = (found.state.window.len(), site.terms.get(&found.source));
                let page = pages::SourcePage { source: source_line(found, site, now), entries, listed, terms };
                pages::source(frame, &page)
            })
            .await
        }
        Ok(None) => missing(&desk),
        Err(error) => failed(&desk, &error),
    }
}

/// A source with the first entries of its last document, which takes no search through all
/// that it ever brought.
async fn with_entries(
    desk: &Desk,
    id: &SourceId,
    now: Timestamp,
) -> StoreResult<Option<(SourceStatus, Vec<Published>)>> {
    let Some(found) = desk.page_store.source(id, now).await? else { return Ok(None) };
    let window = &found.state.window;
    let entries = desk.page_store.published(&window[..window.len().min(SOURCE_ENTRIES.count())]).await?;
    Ok(Some((found, entries)))
}

/// `None` where the store does not keep where its daemon runs.
fn node_line(node: NodeStatus, now: Timestamp) -> Option<pages::NodeLine> {
    let is_heard = node.is_at_work(now);
    let machine = node.machine?;
    Some(pages::NodeLine {
        id: node.node.id.to_string(),
        is_heard,
        host: machine.host,
        program: machine.program,
        roles: node.roles.to_string(),
        duties: node.duties,
        claims: node.claims,
        beat_at: node.beat_at,
    })
}

fn source_line(s: SourceStatus, site: &Site, now: Timestamp) -> pages::SourceLine {
    let condition = Condition { source: &s.source, state: &s.state, is_active: s.active, now };
    let (state, remarks) = (condition.word(), condition.remarks());
    pages::SourceLine {
        id: s.source.to_string(),
        url: site.terms.get(&s.source).map(|terms| terms.url.clone()),
        state,
        remarks,
        next_poll_at: s.next_poll_at(),
        title: s.state.carrier.title,
        outcome: s.state.last_outcome,
        last_poll_at: s.state.last_poll_at,
        last_success_at: s.state.last_success_at,
        because: s.state.next.because,
        failures: s.state.failures,
        entries: s.entries,
        days: s.days,
        warnings: s.state.warnings,
    }
}
