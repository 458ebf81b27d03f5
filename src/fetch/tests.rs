//! Content codings, without a network.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::decode::{BodyCoding, BodyDecoder, DecodeStep};
use crate::model::Failure;
use crate::net::{HeaderMap, HeaderValue};

const LIMIT: u64 = 1024 * 1024;

fn sample() -> Vec<u8> {
    (0..4000).flat_map(|n| format!("<item>{n} {}</item>", n * 7919 % 1000).into_bytes()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8], params: &brotli::enc::BrotliEncoderParams) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, params).unwrap();
    out
}

fn decode(coding: BodyCoding, wire: &[u8], piece: usize) -> Result<(Vec<u8>, Vec<String>), Failure> {
    decode_in_rooms(coding, wire, piece, u64::MAX)
}

/// Decodes with room for `step` bytes more whenever it runs out.
fn decode_in_rooms(
    coding: BodyCoding,
    wire: &[u8],
    piece: usize,
    step: u64,
) -> Result<(Vec<u8>, Vec<String>), Failure> {
    let mut allowed = step;
    let mut decoder = BodyDecoder::new(coding, wire.len() as u64, LIMIT, allowed);
    let mut take_in = |decoder: &mut BodyDecoder, mut piece: &[u8]| -> Result<(), Failure> {
        while decoder.push(&mut piece)? == DecodeStep::Full {
            allowed += step;
            decoder.allow(allowed);
        }
        Ok(())
    };
    for piece in wire.chunks(piece) {
        take_in(&mut decoder, piece)?;
    }
    if let Some(coded) = decoder.unlabelled() {
        take_in(&mut decoder, &coded)?;
    }
    decoder.finish()
}

fn is_encoding(result: Result<(Vec<u8>, Vec<String>), Failure>) -> bool {
    matches!(result, Err(Failure::Encoding(_)))
}

#[test]
fn every_coding_is_undone_however_it_is_cut_up() {
    let text = sample();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(&text).unwrap();
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
    raw.write_all(&text).unwrap();
    let cases = [
        (BodyCoding::Identity, text.clone()),
        (BodyCoding::Gzip, gzip(&text)),
        (BodyCoding::Deflate, zlib.finish().unwrap()),
        (BodyCoding::Deflate, raw.finish().unwrap()),
        (BodyCoding::Brotli, brotli(&text, &Default::default())),
    ];
    for (coding, wire) in cases {
        for piece in [1, 2, 3, 1000, usize::MAX] {
            assert_eq!(decode(coding, &wire, piece), Ok((text.clone(), vec![])), "{coding:?} in pieces of {piece}");
        }
        // R9: a decoder that has to wait for room goes on where it stopped
        for step in [40_000, 64 * 1024] {
            let made = decode_in_rooms(coding, &wire, 5000, step);
            assert_eq!(made, Ok((text.clone(), vec![])), "{coding:?} in rooms of {step}");
        }
    }
}

#[test]
fn b5_gzip_members_are_read_one_after_another() {
    let wire = [gzip(b"<rss>"), gzip(b""), gzip(b"</rss>")].concat();
    for piece in [1, 7, usize::MAX] {
        assert_eq!(decode(BodyCoding::Gzip, &wire, piece), Ok((b"<rss></rss>".to_vec(), vec![])));
    }
}

#[test]
fn b5_bytes_after_gzip_are_passed_over_and_warned_about() {
    for junk in [&b"\0\0\0\0"[..], b"<!-- cached -->"] {
        let wire = [gzip(b"<rss/>"), junk.to_vec()].concat();
        for piece in [1, 5, usize::MAX] {
            let (bytes, warnings) = decode(BodyCoding::Gzip, &wire, piece).unwrap();
            assert_eq!((bytes.as_slice(), warnings.len()), (&b"<rss/>"[..], 1));
        }
    }
}

#[test]
fn b5_a_cut_stream_is_a_bad_encoding_wherever_it_is_cut() {
    let text = b"<rss><channel>some text that is coded</channel></rss>";
    for (coding, wire) in [(BodyCoding::Gzip, gzip(text)), (BodyCoding::Brotli, brotli(text, &Default::default()))] {
        for end in 1..wire.len() {
            assert!(is_encoding(decode(coding, &wire[..end], 9)), "{coding:?} cut at {end} of {}", wire.len());
        }
    }
}

#[test]
fn b5_a_wrong_sum_and_plain_text_under_a_label_are_bad_encodings() {
    let mut wrong = gzip(b"<rss/>");
    let sum = wrong.len() - 6;
    wrong[sum] ^= 1;
    assert!(is_encoding(decode(BodyCoding::Gzip, &wrong, 100)));
    // also when another member follows
    wrong.extend(gzip(b"<rss/>"));
    assert!(is_encoding(decode(BodyCoding::Gzip, &wrong, 100)));
    for coding in [BodyCoding::Gzip, BodyCoding::Brotli, BodyCoding::Deflate] {
        assert!(is_encoding(decode(coding, b"<?xml version=\"1.0\"?><rss/>", 100)), "{coding:?}");
    }
}

#[test]
fn b5_gzip_without_a_label_is_decoded_and_warned_about() {
    let (bytes, warnings) = decode(BodyCoding::Identity, &gzip(b"<rss/>"), 3).unwrap();
    assert_eq!(bytes, b"<rss/>");
    assert_eq!(warnings, ["the body is gzip, though no header says so"]);
}

#[test]
fn b2_b3_bombs_stop_at_the_limit() {
    let zeros = vec![0; 64 * 1024 * 1024];
    let bomb = gzip(&zeros);
    let cases = [
        (BodyCoding::Gzip, bomb.clone()),
        (BodyCoding::Identity, bomb),
        (BodyCoding::Brotli, brotli(&zeros, &brotli::enc::BrotliEncoderParams { quality: 2, ..Default::default() })),
    ];
    for (coding, wire) in cases {
        assert!(wire.len() < 200_000, "{coding:?} packs well");
        let failed = decode(coding, &wire, 16_384).unwrap_err();
        assert_eq!(failed, Failure::Limit("the decoded body is longer than 1 MiB".to_owned()), "{coding:?}");
    }
    let full = vec![b'x'; LIMIT as usize];
    assert_eq!(decode(BodyCoding::Gzip, &gzip(&full), 16_384).unwrap().0.len(), full.len());
}

#[test]
fn b3_brotli_with_a_large_window_is_refused() {
    let params = brotli::enc::BrotliEncoderParams { large_window: true, lgwin: 28, quality: 2, ..Default::default() };
    let wire = brotli(&sample(), &params);
    assert!(is_encoding(decode(BodyCoding::Brotli, &wire, 1000)));
}

#[test]
fn b4_one_known_coding_at_most() {
    let check = |values: &[&'static str], expected: Option<BodyCoding>| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("content-encoding", HeaderValue::from_static(value));
        }
        assert_eq!(BodyCoding::of(&headers).ok(), expected, "{values:?}");
    };
    check(&[], Some(BodyCoding::Identity));
    check(&[""], Some(BodyCoding::Identity));
    check(&["identity"], Some(BodyCoding::Identity));
    check(&["GZip"], Some(BodyCoding::Gzip));
    check(&["x-gzip"], Some(BodyCoding::Gzip));
    check(&["br"], Some(BodyCoding::Brotli));
    check(&["identity, deflate"], Some(BodyCoding::Deflate));
    check(&["gzip, gzip"], None);
    check(&["gzip", "gzip"], None);
    check(&["gzip, br"], None);
    check(&["zstd"], None);
    check(&["utf-8"], None);
}
