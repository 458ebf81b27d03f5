//! Kinds of changes as stores keep them.

use crate::store::ChangeKind;

/// A kind as it is stored.
pub fn kind_code(kind: ChangeKind) -> i16 {
    match kind {
        ChangeKind::Entered => 0,
        ChangeKind::Revised => 1,
        ChangeKind::Followed => 2,
        ChangeKind::Left => 3,
        ChangeKind::Described => 4,
        ChangeKind::Rematched => 5,
        ChangeKind::Pruned => 6,
        ChangeKind::Mended => 7,
    }
}

/// Reads [`kind_code`]'s form; `None` for what this program does not know.
pub fn kind(code: i64) -> Option<ChangeKind> {
    Some(match code {
        0 => ChangeKind::Entered,
        1 => ChangeKind::Revised,
        2 => ChangeKind::Followed,
        3 => ChangeKind::Left,
        4 => ChangeKind::Described,
        5 => ChangeKind::Rematched,
        6 => ChangeKind::Pruned,
        7 => ChangeKind::Mended,
        _ => return None,
    })
}
