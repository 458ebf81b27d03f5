//! The numbers that stand for choices in columns: the same in every kind of store, so that
//! a row can be copied from one to another.

use crate::model::Change;
use crate::store::ChangeKind;
use crate::store::rules::Placing;

/// A change of a text as it is stored.
pub fn change_code(change: Option<Change>) -> Option<i16> {
    change.map(|change| match change {
        Change::Cosmetic => 0,
        Change::Material => 1,
    })
}

/// Reads [`change_code`]'s form.
pub fn change(code: Option<i64>) -> Option<Change> {
    code.map(|code| if code == 0 { Change::Cosmetic } else { Change::Material })
}

/// Why an entry stands where it stands, as it is stored.
pub fn placing_code(placing: Placing) -> i16 {
    match placing {
        Placing::ByDate => 0,
        Placing::Arrived => 1,
        Placing::Revised => 2,
        Placing::OverShare => 3,
    }
}

/// Reads [`placing_code`]'s form. Of what an earlier release stored it is not known.
pub fn placing(code: Option<i64>) -> Option<Placing> {
    let all = [Placing::ByDate, Placing::Arrived, Placing::Revised, Placing::OverShare];
    all.into_iter().find(|placing| Some(i64::from(placing_code(*placing))) == code)
}

/// A kind of change as it is stored.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_as_a_number_is_read_as_it_was() {
        for known in [None, Some(Change::Cosmetic), Some(Change::Material)] {
            assert_eq!(change(change_code(known).map(i64::from)), known);
        }
        for known in [Placing::ByDate, Placing::Arrived, Placing::Revised, Placing::OverShare] {
            assert_eq!(placing(Some(placing_code(known).into())), Some(known));
        }
        let kinds: Vec<ChangeKind> = (-1..20).filter_map(kind).collect();
        assert_eq!(kinds.iter().map(|kind| kind_code(*kind)).collect::<Vec<i16>>(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!((placing(None), placing(Some(4)), placing(Some(-1))), (None, None, None));
    }
}
