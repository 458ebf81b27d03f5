//! Where a redirect leads, or why it leads nowhere (checks B10 to B12, P21).

use url::Url;

use crate::model::Failure;
use crate::net;

use super::Hop;

/// Most redirects that are followed.
const MAX_HOPS: usize = 5;

/// Whether `status` sends the client elsewhere (RFC 9110 §15.4).
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The hop that `response` of `from` asks for, after `hops`.
pub(super) fn next(from: &Url, response: &net::Response, hops: &[Hop]) -> Result<Hop, Failure> {
    let status = response.status;
    let so_far = || match hops {
        [] => format!("{from} answered {status}"),
        hops => format!("{}, which answered {status}", chain(hops)),
    };
    let bad = |why: &str| Failure::Redirect(format!("{why}: {}", so_far()));
    let Some(location) = response.headers.get("location") else {
        return Err(bad("no location"));
    };
    let to = std::str::from_utf8(location.as_bytes())
        .ok()
        .filter(|text| !text.is_empty())
        .and_then(|text| from.join(text).ok())
        .ok_or_else(|| bad("location is not an address"))?;
    if !matches!(to.scheme(), "http" | "https") {
        return Err(bad(&format!("location has scheme {}", to.scheme())));
    }
    let hop = Hop { from: from.clone(), status, to: without_credentials(to) };
    let way = || chain(&[hops, std::slice::from_ref(&hop)].concat());
    if from.scheme() == "https" && hop.to.scheme() == "http" {
        return Err(Failure::Redirect(format!("from https to http: {}", way())));
    }
    if hop.to == *from || hops.iter().any(|earlier| earlier.from == hop.to) {
        return Err(Failure::Redirect(format!("in a circle: {}", way())));
    }
    if hops.len() == MAX_HOPS {
        return Err(Failure::Limit(format!("more than {MAX_HOPS} redirects: {}", way())));
    }
    Ok(hop)
}

/// The way so far: `http://a/ -301-> http://b/`.
pub(super) fn chain(hops: &[Hop]) -> String {
    let Some(first) = hops.first() else { return String::new() };
    hops.iter().fold(first.from.to_string(), |way, hop| format!("{way} -{}-> {}", hop.status, hop.to))
}

/// `url` without credentials and fragment: as it may be shown, stored and compared.
pub fn without_credentials(mut url: Url) -> Url {
    // both fail only for addresses that cannot hold credentials
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}

/// `url` with the credentials of `configured` if they are of one origin (check
/// B12): how an address that was stored without them is asked again.
pub fn with_credentials_of(configured: &Url, mut url: Url) -> Url {
    if url.origin() == configured.origin() {
        let _ = url.set_username(configured.username());
        let _ = url.set_password(configured.password());
    }
    url
}
