//! Precision and recall at each threshold that a filter's SCORE could have.

use serde::Serialize;

use super::tally::{Tally, TallyJson};
use crate::cli::context::Failed;
use crate::cli::output::Output;
use crate::model::{ExprPart, Route};

/// How many thresholds are told.
const MOST: usize = 60;

#[derive(Serialize)]
struct SweptJson {
    score: i32,
    in_force: bool,
    #[serde(flatten)]
    tally: TallyJson,
}

/// What a filter says of one label, but for its threshold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Scored {
    points: i32,
    /// Whether all that stands beside the SCORE holds.
    others_hold: bool,
    threshold: i32,
}

impl Scored {
    /// `None` where the SCORE does not decide at the top of the filter, alone or joined by AND.
    fn of(route: &Route) -> Option<Scored> {
        let whole = route.parts.first()?;
        let points = route.score?;
        if let Some(threshold) = whole.threshold() {
            return Some(Scored { points, others_hold: true, threshold });
        }
        let sides: Vec<&ExprPart> = route.parts.iter().filter(|part| part.depth == 1).collect();
        let at = sides.iter().position(|part| part.threshold().is_some())?;
        let mut others = sides.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, part)| part.held);
        let threshold = sides[at].threshold()?;
        let others_hold = others.all(|held| held);
        // Of an OR, the whole may hold without its sides.
        (whole.held == (others_hold && sides[at].held)).then_some(Scored { points, others_hold, threshold })
    }
}

/// Prints the figures at each threshold, over labels that are relevant or not.
///
/// # Errors
/// The filter has no SCORE that decides.
pub fn print(out: &Output, judged: &[(bool, Option<Route>)]) -> Result<(), Failed> {
    let with_parts = judged.iter().filter_map(|(_, route)| route.as_ref()).filter(|route| !route.parts.is_empty());
    let wrong =
        || Failed::Usage("--sweep needs a filter that is a SCORE, alone or joined with others by AND".to_owned());
    let read: Option<Vec<Scored>> = with_parts.map(Scored::of).collect();
    let scored = read.filter(|scored| !scored.is_empty()).ok_or_else(wrong)?;
    let in_force = scored[0].threshold;
    let mut thresholds: Vec<i32> = scored.iter().map(|s| s.points).filter(|points| *points > 0).collect();
    thresholds.push(in_force);
    thresholds.sort_unstable();
    thresholds.dedup();
    for score in thresholds.into_iter().take(MOST) {
        let mut tally = Tally::default();
        for (relevant, route) in judged {
            let taken = route.as_ref().and_then(Scored::of).is_some_and(|s| s.others_hold && s.points >= score);
            tally.count((taken, *relevant));
        }
        if out.is_json() {
            out.json(&SweptJson { score, in_force: score == in_force, tally: tally.json() });
        } else {
            let mark = if score == in_force { '*' } else { ' ' };
            out.line(&format!("{mark} SCORE/{score:<3} {}", tally.told()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedId;

    fn check(parts: &[(u16, bool, &str)], expected: Option<Scored>) {
        let part = |(depth, held, text): &(u16, bool, &str)| ExprPart {
            depth: *depth,
            text: (*text).into(),
            held: *held,
            note: (text.starts_with("SCORE/") && !text.contains(" AND ") && !text.contains(" OR "))
                .then(|| "4 of 6 points".into()),
            hits: Vec::new(),
        };
        let parts: Vec<ExprPart> = parts.iter().map(part).collect();
        let admitted = parts[0].held;
        let feed = FeedId::new("f").unwrap();
        let route = Route { feed, admitted, score: Some(4), because: vec![], parts, hits: vec![] };
        assert_eq!(Scored::of(&route), expected);
    }

    #[test]
    fn a_score_is_swept_where_it_decides_b355() {
        let scored = |others_hold| Some(Scored { points: 4, others_hold, threshold: 6 });
        check(&[(0, false, "SCORE/6(+4 a)"), (1, true, "a")], scored(true));
        check(
            &[(0, false, "SCORE/6(+4 a) AND NOT b"), (1, false, "SCORE/6(+4 a)"), (1, false, "NOT b")],
            scored(false),
        );
        check(&[(0, false, "SCORE/6(+4 a) AND b"), (1, false, "SCORE/6(+4 a)"), (1, true, "b")], scored(true));
        check(&[(0, true, "SCORE/6(+4 a) OR b"), (1, false, "SCORE/6(+4 a)"), (1, true, "b")], None);
        check(&[(0, true, "a")], None);
    }
}
