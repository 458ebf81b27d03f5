//! What a document's window tells beside the one before: whether news may stand between
//! them, and whether it is the same publication's.

use std::collections::HashSet;

use crate::identity::Verdict;
use crate::model::{Carrier, EntryId, Known, Parsed, PollState, Warning, WarningKind};
use crate::text::quote::in_quotes;

/// Whether a window was known and nothing of it is met again (R5).
pub fn overrun(verdicts: &[Verdict], state: &PollState) -> bool {
    state.documents > 0 && !state.window.is_empty() && verdicts.iter().all(|verdict| *verdict == Verdict::New)
}

/// Whether a document goes back to what was known before its poll, or before news of its
/// source had to wait: what lies between is in hand then (check B141).
pub fn reaches(verdicts: &[Verdict], state: &PollState, known: &[Known]) -> bool {
    let Some(since) = state.standing.behind_since else { return !overrun(verdicts, state) };
    let before = known.iter().filter(|known| known.first_seen_at < since).map(|known| known.entry);
    let before: HashSet<EntryId> = before.collect();
    verdicts.iter().filter_map(|verdict| verdict.known()).any(|id| before.contains(&id))
}

/// A feed that calls itself, or lives, otherwise than before, with nothing of
/// what it had, is another publication; its entries are kept apart by their
/// ids and links as it is (B65).
pub fn another_publication(parsed: &Parsed, before: &Carrier) -> Option<Warning> {
    let host = |link: &Option<String>| {
        let url = link.as_deref().and_then(|link| url::Url::parse(link).ok());
        url.and_then(|url| url.host_str().map(|host| crate::model::site(host).to_owned()))
    };
    let (was, is) = (host(&before.link), host(&parsed.link));
    let moved = was.is_some() && is.is_some() && was != is;
    let renamed = !before.title.is_empty() && !parsed.title.is_empty() && before.title != parsed.title;
    let from = |title: &str, host: Option<String>| {
        format!("{} ({})", in_quotes(title), host.unwrap_or_else(|| "no page".into()))
    };
    let text = format!(
        "another publication may have moved in: {}, which was {}",
        from(&parsed.title, is),
        from(&before.title, was)
    );
    (renamed || moved).then_some(Warning { kind: WarningKind::Identity, text, entry: None })
}
