//! The body of a 200: read piece by piece, counted on the wire, decoded as it
//! comes, and refused before it can hurt (checks B1 to B5, B9).

use bytes::Bytes;
use url::Url;
use xxhash_rust::xxh3::xxh3_128;

use crate::model::{Body, Failure};
use crate::net;
use crate::net::room::{Room, SMALL_BYTES};

use super::decode::{BodyCoding, BodyDecoder, DecodeStep, size};
use super::response::validators_of;

/// Reads the document that came from `url`, up to `limit` bytes on the wire. `wire_bytes` is
/// counted along, so that it is known for a body that never ended too.
pub async fn read(
    net: &net::Client,
    mut response: net::RawResponse,
    url: Url,
    limit: u64,
    wire_bytes: &mut u64,
) -> Result<(Body, Option<Room>), Failure> {
    let coding = BodyCoding::of(&response.headers)?;
    let declared = declared_bytes(&response.headers);
    if let Some(declared) = declared.filter(|declared| *declared > limit) {
        return Err(Failure::Limit(format!("a body of {} is announced, {} are read", size(declared), size(limit))));
    }
    let decoder = BodyDecoder::new(coding, declared.unwrap_or(0), net.settings().max_body_bytes, SMALL_BYTES);
    let DecodedBody { bytes, warnings, room } =
        decoded(net, &mut response, decoder, (declared, limit), wire_bytes).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::Empty("a body of nothing but blanks".to_owned()));
    }
    // Bytes beyond ASCII in one parameter do not hide the others.
    let content_type = response.headers.get("content-type");
    let body = Body {
        hash: xxh3_128(&bytes),
        bytes: Bytes::from(bytes),
        content_type: content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        url,
        validators: validators_of(&response.headers),
        wire_bytes: *wire_bytes,
        warnings,
    };
    Ok((body, room))
}

/// A body with its content coding undone.
struct DecodedBody {
    bytes: Vec<u8>,
    warnings: Vec<String>,
    room: Option<Room>,
}

/// Reads a body to its end; `declared` bytes are announced, and at most `limit` are read.
async fn decoded(
    net: &net::Client,
    response: &mut net::RawResponse,
    mut decoder: BodyDecoder,
    (declared, limit): (Option<u64>, u64),
    wire_bytes: &mut u64,
) -> Result<DecodedBody, Failure> {
    let mut room = None;
    let missing = |got: u64| declared.and_then(|declared| declared.checked_sub(got)).filter(|n| *n > 0);
    loop {
        let piece = match net.chunk(response).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(failure) => return Err(cut_short(failure, missing(*wire_bytes))),
        };
        *wire_bytes += piece.len() as u64;
        if *wire_bytes > limit {
            return Err(Failure::Limit(format!("the body is longer than {} on the wire", size(limit))));
        }
        take_in(net, &mut decoder, &piece, &mut room).await?;
    }
    if let Some(missing) = missing(*wire_bytes) {
        return Err(Failure::Truncated(format!("{missing} bytes of the announced body are missing")));
    }
    if *wire_bytes == 0 {
        return Err(Failure::Empty("a body of no bytes".to_owned()));
    }
    if let Some(coded) = decoder.unlabelled() {
        take_in(net, &mut decoder, &coded, &mut room).await?;
    }
    let (bytes, warnings) = decoder.finish()?;
    Ok(DecodedBody { bytes, warnings, room })
}

/// Decodes `piece`. Where the body outgrows its room it waits for a larger one, and nothing
/// more is read from the wire meanwhile.
async fn take_in(
    net: &net::Client,
    decoder: &mut BodyDecoder,
    mut piece: &[u8],
    room: &mut Option<Room>,
) -> Result<(), Failure> {
    while decoder.push(&mut piece)? == DecodeStep::Full {
        let larger = net.rooms().larger(room.take()).await;
        decoder.allow(larger.bytes());
        *room = Some(larger);
    }
    Ok(())
}

/// A connection that ended while announced bytes were missing has cut the body, whatever
/// message the library gives (check B9).
fn cut_short(failure: Failure, missing: Option<u64>) -> Failure {
    match (failure, missing) {
        (Failure::Network { cause, .. }, Some(missing)) => {
            Failure::Truncated(format!("{missing} bytes of the announced body are missing: {cause}"))
        }
        (other, _) => other,
    }
}

/// `Content-Length`, unless the transfer coding overrides it (RFC 9112 §6.3).
fn declared_bytes(headers: &net::HeaderMap) -> Option<u64> {
    if headers.contains_key("transfer-encoding") {
        return None;
    }
    headers.get("content-length")?.to_str().ok()?.trim().parse().ok()
}
