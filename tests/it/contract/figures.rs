//! Figures are kept with what they count (check R35).

use std::time::Duration;

use wiredesk::store::{SourcesWanted, Which};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

pub async fn polls_that_bring_nothing_share_a_row_and_are_counted(bench: &dyn Bench) {
    let store = two(bench).await;
    for n in 1..=5 {
        let at = now().plus(20 * MINUTE * n);
        let claim = claim(&store, "a", at).await;
        store.commit_poll(record(claim, at, None)).await.unwrap();
    }
    assert_eq!(store.poll_counts().await.unwrap().get("not-modified"), Some(&5));
}

/// What is kept is what counting would give.
pub async fn figures_are_kept_as_entries_come_change_and_go_r35(bench: &dyn Bench) {
    let store = two(bench).await;
    let day = Duration::from_secs(86_400);
    poll(&store, "a", (0..7).map(|n| new(&format!("{n}"), "Mayor")).collect()).await;
    let later = now().plus(day);
    let first = claim(&store, "b", later).await;
    let found = (0..3).map(|n| new(&format!("b{n}"), "Consul")).collect();
    store.commit_poll(record(first, later, Some(found))).await.unwrap();
    let mut failed = record(claim(&store, "a", later).await, later, None);
    (failed.state.failures, failed.succeeded) = (3, false);
    store.commit_poll(failed).await.unwrap();
    let census = store.census(later).await.unwrap();
    assert_eq!((census.sources, census.failing, census.stale), (2, 1, 1), "it never succeeded, and failed three times");
    assert_eq!(store.totals().await.unwrap().entries, 10);
    let sources = all_sources(&store, later).await;
    let tail = |days: &[u32]| days[days.len() - 3..].to_vec();
    assert_eq!((tail(&sources[0].days), tail(&sources[1].days)), (vec![0, 7, 0], vec![0, 0, 3]));
    let city = store.feeds(&[feed()], later).await.unwrap().remove(0);
    assert_eq!((tail(&city.days), city.days.len()), (vec![0, 10, 0], 14), "they stand where their first poll put them");
    // Retired, gone and back.
    store.configure(&vec![planned("b", "https://b.example/")], &[feed()], later).await.unwrap();
    let census = store.census(later).await.unwrap();
    assert_eq!((census.sources, census.failing, census.stale), (1, 0, 0));
    is_sound(&store).await;
    // A day to come is a clock's that was ahead: no true day goes for it (R37).
    let far = later.plus(day * 400);
    let ahead = claim(&store, "b", far).await;
    store.commit_poll(record(ahead, far, Some(vec![new("far", "Far")]))).await.unwrap();
    let sources = all_sources(&store, later).await;
    assert_eq!((tail(&sources[0].days), tail(&sources[1].days)), (vec![0, 7, 0], vec![0, 0, 3]));
    assert_eq!(tail(&store.feeds(&[feed()], later).await.unwrap().remove(0).days), vec![0, 11, 0], "where it stands");
    assert_eq!(all_sources(&store, far).await[1].days.last(), Some(&1));
}

pub async fn sources_come_by_pages_and_kinds(bench: &dyn Bench) {
    let names: Vec<String> = (0..7).map(|n| format!("s{n}")).collect();
    let all: Vec<SourcePlan> = names.iter().map(|id| planned(id, &format!("https://{id}.example/"))).collect();
    let store = with(bench, &all).await;
    for id in ["s2", "s4"] {
        let mut failed = record(claim(&store, id, now()).await, now(), None);
        (failed.state.failures, failed.succeeded) = (1, false);
        store.commit_poll(failed).await.unwrap();
    }
    store.configure(&all[1..].to_vec(), &[feed()], now()).await.unwrap();
    let page = async |which, after: Option<&str>, limit| {
        let wanted = SourcesWanted { which, after: after.map(source), limit };
        let page = store.sources_page(&wanted, now()).await.unwrap();
        page.into_iter().map(|status| status.source.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(page(Which::All, None, 3).await, names[..3]);
    assert_eq!(page(Which::All, Some("s2"), 10).await, names[3..]);
    assert_eq!(page(Which::Active, None, 2).await, names[1..3]);
    assert_eq!(page(Which::Failing, None, 10).await, ["s2", "s4"]);
    assert_eq!(page(Which::Failing, Some("s2"), 10).await, ["s4"]);
    assert_eq!(page(Which::Over, None, 10).await, [""; 0]);
    assert_eq!(all_sources(&store, now()).await.len(), 7);
    assert!(store.source(&source("nobody"), now()).await.unwrap().is_none());
}

pub async fn that_nobody_can_be_reached_is_noted_for_all(bench: &dyn Bench) {
    let store = two(bench).await;
    assert_eq!(store.offline_since().await.unwrap(), None);
    for since in [Some(now()), Some(now().plus(MINUTE)), None] {
        store.note_line(since).await.unwrap();
        assert_eq!(store.beside().await.offline_since().await.unwrap(), since);
    }
}
