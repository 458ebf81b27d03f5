//! Who may amend what: a correction or a kill moves only copies that are its source's to move.
//!
//! What a text says of itself is no authority: anyone can write it. Authority is the
//! operator's word (`wire` of a source) or the source's own copy.

use crate::model::Authority;
use crate::model::newswire::NoticeKind;

/// What decides whether one copy may amend another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AmendVoice<'a> {
    /// The source of the copy.
    pub source: &'a str,
    /// The wire that its source carries, as the operator configured it.
    pub source_wire: Option<&'a str>,
    /// The wire that its text names.
    pub text_wire: Option<&'a str>,
    /// The issuer that its text names.
    pub issuer: Option<&'a str>,
}

/// Whether a notice may move a copy of the story that it amends, and on what ground.
///
/// `None` moves nothing: a person is asked.
pub fn may_amend(notice: &AmendVoice<'_>, copy: &AmendVoice<'_>) -> Option<Authority> {
    if notice.source == copy.source {
        return Some(Authority::OwnCopy);
    }
    let wire = notice.source_wire?;
    let is_its = |other: Option<&str>| other.is_some_and(|other| other.eq_ignore_ascii_case(wire));
    // What the operator says of a source goes before what its texts say.
    if is_its(copy.source_wire.or(copy.text_wire)) {
        return Some(Authority::WiresCopy);
    }
    let same_issuer = notice.issuer.zip(copy.issuer).is_some_and(|(ours, theirs)| {
        let name = |text: &str| super::words::HashedWords::of(text).hash();
        name(ours) != 0 && name(ours) == name(theirs)
    });
    same_issuer.then_some(Authority::IssuersRelease)
}

/// What a notice does to the copies of its story.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoticeEffect {
    /// Its words stand above the published text.
    StandsAbove,
    /// The text of the copies is replaced by it, also of those that arrive later.
    Replaces,
    /// The copy waits.
    Holds,
    /// Nothing.
    Nothing,
}

/// What a notice of this kind does.
pub fn effect(kind: NoticeKind) -> NoticeEffect {
    match kind {
        NoticeKind::Correction => NoticeEffect::StandsAbove,
        NoticeKind::Kill | NoticeKind::Withdrawal => NoticeEffect::Replaces,
        NoticeKind::Embargo => NoticeEffect::Holds,
        NoticeKind::Update | NoticeKind::Refile | NoticeKind::Reminder => NoticeEffect::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_amends_anothers_copy_b365() {
        let globe = AmendVoice { source: "globe", source_wire: Some("GlobeNewswire"), ..AmendVoice::default() };
        let pr = AmendVoice { source: "pr", source_wire: Some("PR Newswire"), issuer: Some("Acme Inc"), ..globe };
        let portal = AmendVoice { source: "portal", source_wire: None, text_wire: Some("GlobeNewswire"), issuer: None };
        // It says that it is the wire, and that it is Acme.
        let liar = AmendVoice { source: "liar", issuer: Some("Acme Inc"), ..portal };
        let check = |notice: &AmendVoice<'_>, copy: &AmendVoice<'_>, expected| {
            assert_eq!(may_amend(notice, copy), expected, "{notice:?} {copy:?}");
        };
        check(&portal, &portal, Some(Authority::OwnCopy));
        check(&globe, &portal, Some(Authority::WiresCopy));
        check(&portal, &globe, None);
        check(&liar, &globe, None);
        check(&liar, &portal, None);
        check(&liar, &pr, None);
        check(&globe, &pr, None);
        let acme = AmendVoice { issuer: Some("ACME, Inc."), ..globe };
        check(&acme, &pr, Some(Authority::IssuersRelease));
        // A source configured as one wire is not another's because a text says so.
        let claimed = AmendVoice { text_wire: Some("GlobeNewswire"), issuer: None, ..pr };
        check(&globe, &claimed, None);
    }
}
