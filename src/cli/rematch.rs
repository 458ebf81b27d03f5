//! `wiredesk rematch`: a changed filter over what is stored.

use clap::Args;
use serde::Serialize;

use crate::past::rematch::{Rematch, by_hand};
use crate::plan::Plan;
use crate::plan::edition::editions;
use crate::store::Gained;

use super::context::{CommandResult, Context, Failed};
use super::open::OpenedAsIs;
use super::runtime::{closing, on_runtime};

/// What to decide again.
#[derive(Args, Debug)]
pub struct RematchArgs {
    /// The feed
    feed: String,
    /// Let gained entries appear as new, at the head of the feed
    #[arg(long)]
    announce: bool,
}

#[derive(Serialize)]
struct RematchJson<'a> {
    feed: &'a str,
    entries: usize,
    gained: usize,
    lost: usize,
}

/// Decides again about all stored entries for a feed.
pub fn run(context: &Context, args: &RematchArgs) -> CommandResult {
    on_runtime(async {
        let opened = context.open_as_is().await?;
        closing(&*opened.store, work(context, &opened, args).await).await
    })
}

async fn work(context: &Context, opened: &OpenedAsIs, args: &RematchArgs) -> CommandResult {
    let feed = opened.feed(&args.feed)?;
    if opened.store.feeds(std::slice::from_ref(&feed), opened.clock.now()).await?.is_empty() {
        return Err(Failed::Usage(format!(
            "the store does not know the feed {feed} yet: it is filled when `wiredesk run` takes it over"
        )));
    }
    let feeds = [feed.clone()];
    let plan = Plan::only(&opened.config, &feeds);
    let mut rematch = Rematch::of(&by_hand(&feed), &feeds, plan, &editions(&opened.config));
    if args.announce {
        rematch.gained = Gained::AsNew;
    }
    let total = opened.store.totals().await?.entries;
    let bar = context.out.bar(total, "deciding");
    let mut entries = 0;
    let gains = rematch.run(&opened.store, &*opened.clock, |made| {
        entries = made.entries;
        bar.set_position(made.entries as u64);
    });
    let gains = gains.await?;
    bar.finish_and_clear();
    let (gained, lost) = gains.get(&feed).copied().unwrap_or_default();
    if context.out.is_json() {
        context.out.json(&RematchJson { feed: feed.as_str(), entries, gained, lost });
    } else {
        context.out.line(&format!("{feed}: +{gained} −{lost} of {entries} stored entries"));
    }
    Ok(())
}
