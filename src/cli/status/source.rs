//! A source in full.

use crate::cli::context::{CommandResult, Context};
use crate::cli::output::{Hue, Output};
use crate::clock::Timestamp;
use crate::config::ConfiguredSource;
use crate::model::PublicUrl;
use crate::store::SourceStatus;

use super::figures::{StatusFigures, condition};
use super::page::hue;

/// The width of the words in front.
const WORD: usize = 13;

/// Prints each source of `figures` in full.
pub fn print(context: &Context, figures: &StatusFigures) -> CommandResult {
    let config = context.load()?;
    for (at, s) in figures.sources.iter().enumerate() {
        if at > 0 {
            context.out.line("");
        }
        let configured = config.sources.iter().find(|configured| configured.source.id == s.source);
        one(&context.out, figures, s, configured.map(|configured| &**configured));
    }
    Ok(())
}

fn one(out: &Output, figures: &StatusFigures, s: &SourceStatus, configured: Option<&ConfiguredSource>) {
    let health = condition(s, figures.now).health();
    out.painted(&[(Hue::Bold, s.source.as_str()), (Hue::Plain, "  "), (hue(health), health.word())]);
    let told = |word: &str, text: &str| out.painted(&[(Hue::Faint, &format!("  {word:<WORD$}")), (Hue::Plain, text)]);
    let title = configured.and_then(|c| c.source.title.as_deref()).unwrap_or(&s.state.carrier.title);
    if !title.is_empty() {
        told("title", title);
    }
    if let Some(configured) = configured {
        let source = &configured.source;
        told("url", PublicUrl::of(&source.url).as_str());
        let tags = if source.tags.is_empty() { String::new() } else { format!("; tags: {}", source.tags.join(", ")) };
        told("kind", &format!("{}{tags}", source.kind.as_str()));
    }
    let at = |at: Option<Timestamp>| match at {
        Some(instant) => format!("{} ({})", out.when(instant), figures.distance(out, at)),
        None => "never".to_owned(),
    };
    let state = &s.state;
    let outcome = out.moments().sentence(&state.last_outcome);
    told(
        "last poll",
        &if outcome.is_empty() { at(state.last_poll_at) } else { format!("{}: {outcome}", at(state.last_poll_at)) },
    );
    if state.failures > 0 {
        told("failures", &format!("{} in a row", state.failures));
    }
    told("last success", &at(state.last_success_at));
    told("last news", &at(state.last_new_at));
    let why = if s.active { out.moments().sentence(&state.next.because) } else { "no longer configured".to_owned() };
    let next =
        s.next_poll_at().map_or_else(|| "never".to_owned(), |at| format!("{} ({})", out.when(at), figures.due(out, s)));
    told("next poll", &format!("{next}: {why}"));
    let (today, month) = (s.days.last().copied().unwrap_or_default(), s.days.iter().sum::<u32>());
    told("entries", &format!("{}, {month} in 30 days, {today} today (UTC)", s.entries));
    figures.print_remarks(out, s);
    told("its entries", &format!("wiredesk search source:{}", s.source));
}
