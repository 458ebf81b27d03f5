//! The numbers that stand for choices in columns: the same in every kind of store, so that
//! a row can be copied from one to another.

use crate::model::Change;
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
        assert_eq!((placing(None), placing(Some(4)), placing(Some(-1))), (None, None, None));
    }
}
