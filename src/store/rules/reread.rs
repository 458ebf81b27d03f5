//! What follows when stored copy is read anew.

/// What follows of a new reading of a stored entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reread {
    /// Feeds decide about it again: what they decided by has changed.
    pub decide_again: bool,
    /// It is published otherwise than before.
    pub is_shown: bool,
}

/// What follows where what was read `before` gives way to `now`: each with the text that it was
/// read of, and its stored form.
///
/// What was not read before has been decided about by what was read on that occasion.
pub fn reread(before: Option<(i64, &[u8])>, now: (i64, &[u8])) -> Reread {
    match before {
        Some(before) if before == now => Reread { decide_again: false, is_shown: false },
        Some((version, _)) if version == now.0 => Reread { decide_again: true, is_shown: true },
        _ => Reread { decide_again: false, is_shown: !now.1.is_empty() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_otherwise_is_decided_again_and_published_anew() {
        let check = |before: Option<(i64, &[u8])>, now: (i64, &[u8]), expected: (bool, bool)| {
            let Reread { decide_again, is_shown } = reread(before, now);
            assert_eq!((decide_again, is_shown), expected, "{before:?} {now:?}");
        };
        check(None, (1, b""), (false, false));
        check(None, (1, b"x"), (false, true));
        check(Some((1, b"x")), (1, b"x"), (false, false));
        check(Some((1, b"x")), (1, b"y"), (true, true));
        check(Some((1, b"x")), (1, b""), (true, true));
        // What was read of another text is nothing.
        check(Some((2, b"x")), (1, b"y"), (false, true));
        check(Some((2, b"x")), (1, b""), (false, false));
    }
}
