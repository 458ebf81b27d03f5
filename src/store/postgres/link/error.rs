//! The driver's and the server's errors as the store's (PostgreSQL's documentation,
//! appendix A: error codes).

use std::error::Error as _;
use std::io;

use deadpool_postgres::{PoolError, TimeoutType};

use super::connect::is_silence;
use super::url::CONNECT;
use crate::store::Error;

impl From<tokio_postgres::Error> for Error {
    fn from(e: tokio_postgres::Error) -> Self {
        let said = told(&e);
        match e.code() {
            Some(code) => of_code(code.code(), said),
            None if is_lost(&e) => Error::Away(said),
            None => Error::Database(said),
        }
    }
}

impl From<PoolError> for Error {
    fn from(e: PoolError) -> Self {
        match e {
            PoolError::Backend(e) => e.into(),
            PoolError::Timeout(TimeoutType::Create) => Error::Away("the server answers nobody in time".to_owned()),
            PoolError::Timeout(_) => Error::Away("no connection to it became free in time".to_owned()),
            PoolError::Closed => Error::Gone("it was closed".to_owned()),
            other => Error::Database(other.to_string()),
        }
    }
}

/// What an error of the server means to whoever asks, by its SQLSTATE.
pub fn of_code(code: &str, said: String) -> Error {
    let (class, _) = code.split_at_checked(2).unwrap_or((code, ""));
    match (class, code) {
        // A deadlock, two that cannot both be, and a lock that was not given in time.
        ("40", _) | (_, "55P03") => Error::Locked(said),
        // By its time limit, or by somebody's hand.
        (_, "57014") if said.contains("user request") => Error::Cancelled(said),
        (_, "57014") => Error::TooLong(said),
        (_, "53300") => Error::Away(format!("{said}; lower store.connections, or raise the server's max_connections")),
        // It stops, starts, has no connection left; or it is a standby by now.
        ("08", _) | (_, "57P01" | "57P02" | "57P03" | "57P05" | "25006" | "25P03") => Error::Away(said),
        ("53", _) => Error::Full(said),
        (_, "XX001" | "XX002") => Error::Corrupt(said),
        // Rights, names and passwords: nothing mends that by itself.
        ("28", _) | (_, "42501" | "3D000" | "3F000" | "42P01" | "42703") => Error::Unusable(said),
        // What was sent cannot stand in its column, breaks a rule of the tables, or is more
        // than the server can ever hold in one place.
        ("22" | "23" | "54", _) => Error::Unfit(said),
        _ => Error::Database(said),
    }
}

/// Whether the connection is gone, or never was.
fn is_lost(e: &tokio_postgres::Error) -> bool {
    e.is_closed() || is_silence(e) || e.source().is_some_and(<dyn std::error::Error>::is::<io::Error>)
}

/// The error with its cause; of one that the server told, its own words and code.
pub fn told(e: &tokio_postgres::Error) -> String {
    match (e.as_db_error(), e.source()) {
        _ if is_silence(e) => {
            format!("the server accepts connections and has said nothing for {} s", CONNECT.as_secs())
        }
        (Some(said), _) => format!("{} ({})", said.message(), said.code().code()),
        (None, Some(cause)) => format!("{e}: {cause}").replace(&format!("{cause}: {cause}"), &cause.to_string()),
        (None, None) => e.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_is_told_by_what_can_be_done_o42() {
        let check = |codes: &[&str], expected: &str, is_transient: bool| {
            for code in codes {
                let error = of_code(code, "said".to_owned());
                assert!(format!("{error:?}").starts_with(expected), "{code}: {error:?}");
                assert_eq!(error.is_transient(), is_transient, "{code}");
            }
        };
        check(&["40001", "40P01", "55P03"], "Locked", true);
        check(&["08000", "08006", "57P01", "57P02", "57P03", "53300", "25006", "25P03"], "Away", true);
        check(&["57014"], "TooLong", true);
        let by_hand = of_code("57014", "canceling statement due to user request".to_owned());
        assert!(matches!(by_hand, Error::Cancelled(_)) && by_hand.is_transient());
        let no_room = of_code("53300", "sorry, too many clients already".to_owned()).to_string();
        assert!(no_room.ends_with("lower store.connections, or raise the server's max_connections"), "{no_room}");
        check(&["53100", "53400"], "Full", true);
        check(&["XX001", "XX002"], "Corrupt", false);
        check(&["42501", "28000", "28P01", "3D000", "3F000", "42P01", "42703"], "Unusable", false);
        check(&["22021", "23505", "23503", "54000", "54001"], "Unfit", false);
        check(&["26000", "42P05", "", "é"], "Database", false);
    }
}
