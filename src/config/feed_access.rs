//! Who may read a feed, as `access` and `token_file` say.

use crate::publish::access::{FeedAccess, FeedToken};

use super::access::secret;
use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
use super::values;

/// A feed has no more tokens than this: each request is compared with all of them.
const MOST: usize = 64;

/// Reads `access` and `token_file`.
pub(super) fn read(table: &mut ConfigTable<'_>, report: &mut Report) -> FeedAccess {
    let file = table.value("token_file");
    let written = table.value("access");
    let is_token = written.as_ref().and_then(|value| value.read("\"public\"", report, access));
    match (file, written, is_token) {
        (Some(file), Some(_), Some(false)) => {
            let complaint = Complaint::new("a feed of public access has no token");
            file.refuse(complaint.hint("leave it out, or write access = \"token\""), report);
            FeedAccess::Public
        }
        (Some(file), ..) => FeedAccess::ByToken(tokens(&file, report)),
        (None, Some(value), Some(true)) => {
            let complaint = Complaint::new("the feed has no token");
            value.refuse(complaint.hint("write token_file = \"token.txt\", a file with a token in each line"), report);
            FeedAccess::Public
        }
        (None, ..) => FeedAccess::Public,
    }
}

/// Whether a token is needed.
fn access(text: &str) -> Result<bool, Complaint> {
    values::choice(text, &[("public", false), ("token", true)])
}

/// The tokens of a file, one in each line.
fn tokens(file: &Value<'_>, report: &mut Report) -> Vec<FeedToken> {
    let Some(text) = secret(file, report) else { return Vec::new() };
    let lines = text.lines().map(str::trim).enumerate();
    let mut tokens = Vec::new();
    for (n, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        match FeedToken::new(line) {
            Ok(token) => tokens.push(token),
            Err(why) => {
                let complaint = Complaint::new(format!("line {} of the file is no token: {why}", n + 1));
                return refused(file, complaint, report);
            }
        }
    }
    match tokens.len() {
        0 => refused(file, Complaint::new("the file has no token"), report),
        count if count > MOST => refused(file, Complaint::new(format!("the file has more than {MOST} tokens")), report),
        _ => tokens,
    }
}

fn refused(file: &Value<'_>, complaint: Complaint, report: &mut Report) -> Vec<FeedToken> {
    file.refuse(complaint.hint("make one: openssl rand -hex 16"), report);
    Vec::new()
}
