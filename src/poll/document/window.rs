//! What a document shows when it is compared with the one before: whether news may have
//! appeared between them, and whether it is still the same publication.

use std::collections::HashSet;

use crate::identity::Verdict;
use crate::model::{Carrier, EntryId, Known, Parsed, PollState, Warning, WarningKind};
use crate::text::quote::in_quotes;

/// Whether entries were known and none of them is in this document (R5).
pub fn overrun(verdicts: &[Verdict], state: &PollState) -> bool {
    state.documents > 0 && !state.window.is_empty() && verdicts.iter().all(|verdict| *verdict == Verdict::New)
}

/// Whether a document reaches back to what was known before its poll, or before entries of its
/// source had to wait: then nothing between is missing (check B141).
pub fn reaches(verdicts: &[Verdict], state: &PollState, known: &[Known]) -> bool {
    let Some(since) = state.standing.behind_since else { return !overrun(verdicts, state) };
    let before = known.iter().filter(|known| known.first_seen_at < since).map(|known| known.entry);
    let before: HashSet<EntryId> = before.collect();
    verdicts.iter().filter_map(|verdict| verdict.known()).any(|id| before.contains(&id))
}

/// A feed with another title or another home page than before, and none of the entries it had,
/// is another publication. Its entries are kept apart by their ids and links anyway (B65).
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
