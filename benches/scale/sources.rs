//! The configuration of many sources, and a store in which each was polled before.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock, Timestamp};
use wiredesk::config::Config;
use wiredesk::model::{NextPoll, NodeId, SourceId, Validators};
use wiredesk::plan::Plan;
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::{
    Claim, Counted, Courtesy, Editions, Joining, Opening, PollNote, PollRecord, RulesId, Store, open,
};

use crate::{Scale, origin};

/// Claimed at once while the store is filled.
const PAGE: usize = 1_000;

/// The first is polled this long after the store began to be filled, and longer with many
/// sources: by then the daemon is to run.
const LEAD: Duration = Duration::from_secs(10);
const LEAD_OF_EACH: Duration = Duration::from_micros(250);

/// Writes the configuration. Returns its path.
pub fn configure(scale: &Scale, port: u16, folder: &Path) -> PathBuf {
    let path = folder.join("wiredesk.toml");
    let store = scale.store.clone().unwrap_or_else(|| "sqlite:desk.db".to_owned());
    let every = scale.interval().as_secs();
    let settings = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"{store}\"\n[polling]\n\
         contact = \"https://example.org/desk\"\nallow_addresses = [\"127.0.0.0/8\"]\n\
         [[feed]]\nid = \"all\"\ntitle = \"All\"\n\
         [[sources]]\nfile = \"sources.csv\"\nschedule = \"every {every}s\"\n"
    );
    std::fs::write(&path, settings).expect("a file");
    let file = std::fs::File::create(folder.join("sources.csv")).expect("a file");
    let mut out = std::io::BufWriter::new(file);
    writeln!(out, "id,url").expect("room");
    for n in 0..scale.sources {
        writeln!(out, "s{n:07},http://{}:{port}/feed", host(n)).expect("room");
    }
    out.flush().expect("room");
    path
}

/// An address of its own for each source, so that no host has two.
fn host(n: usize) -> Ipv4Addr {
    let n = u32::try_from(n).expect("fewer than there are addresses");
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 1, 0, 1)) + n)
}

/// Makes the store: each source has answered before, and their next polls are spread over
/// the interval. Returns how long it is until the first of them.
pub fn prepare(scale: &Scale, config: &Path) -> Duration {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let clock = SystemClock::new();
        let now = clock.now();
        let config = Config::read(config).config.expect("a configuration");
        let plan = Plan::of(&config);
        let planned = plan.planned(now);
        let feeds: Vec<_> = config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
        let location = config.store.location.clone();
        let known: Vec<(SourceId, String)> =
            config.sources.iter().map(|s| (s.source.id.clone(), s.source.url.to_string())).collect();
        let store = open(&location, Opening::Work, now).await.expect("a store");
        store.configure(&planned, &feeds, now).await.expect("configured");
        let node = store.join(&Joining::daemon(NodeId::new("bench").expect("a slug")), now).await.expect("joined");
        let courtesy = Courtesy { per_host: 1, host_gap: Duration::ZERO, lease: LEASE };
        let first = now.plus(LEAD + LEAD_OF_EACH * u32::try_from(scale.sources).expect("a number"));
        let step = scale.interval().as_secs_f64() / scale.sources as f64;
        for (page, known) in known.chunks(PAGE).enumerate() {
            let names: Vec<SourceId> = known.iter().map(|(name, _)| name.clone()).collect();
            let claimed = store.claim_named(&node, &courtesy, &names, Duration::ZERO, now).await.expect("claimed").0;
            assert_eq!(claimed.len(), names.len(), "each is claimed");
            let due = |nth: usize| first.plus(Duration::from_secs_f64(step * (page * PAGE + nth) as f64));
            let records = claimed.into_iter().zip(known).enumerate();
            commit(&store, records.map(|(nth, (claim, (_, url)))| polled(claim, url, now, due(nth)))).await;
        }
        store.leave(&node, now).await.expect("it leaves");
        store.close().await.expect("closed");
        println!("a store of {} sources was made in {:.1} s", scale.sources, clock.elapsed().as_secs_f64());
        first.since(clock.now())
    })
}

async fn commit(store: &Arc<dyn Store>, records: impl Iterator<Item = PollRecord>) {
    let mut all = tokio::task::JoinSet::new();
    for record in records {
        let store = Arc::clone(store);
        all.spawn(async move { store.commit_poll(record).await.expect("committed") });
    }
    while let Some(done) = all.join_next().await {
        done.expect("joined");
    }
}

/// A poll that was answered, with a validator for the next.
fn polled(claim: Claim, url: &str, now: Timestamp, due: Timestamp) -> PollRecord {
    let mut state = claim.state.clone();
    (state.polls, state.documents) = (1, 1);
    (state.last_poll_at, state.last_success_at, state.standing.whole_at) = (Some(now), Some(now), Some(now));
    state.last_outcome = "1 entry, 0 new, 0 changed".to_owned();
    (state.ever_validated, state.validators) =
        (true, Validators { etag: Some(origin::ETAG.as_bytes().to_vec()), last_modified: None });
    state.validators_url = Some(url.to_owned());
    state.next = NextPoll { at: due, because: "every source has its time".to_owned() };
    state.standing.wait = Some(due.since(now));
    let note = PollNote {
        kind: "document",
        text: state.last_outcome.clone(),
        status: Some(200),
        duration: Duration::ZERO,
        wire_bytes: 0,
    };
    PollRecord {
        at: now,
        note,
        state,
        found: None,
        released: Vec::new(),
        decided_by: RulesId::of(&Editions::default()),
        shares: Arc::default(),
        host: claim.host.clone(),
        claim,
        hold: None,
        succeeded: true,
        warnings_told: 0,
        counted: Counted::All,
    }
}
