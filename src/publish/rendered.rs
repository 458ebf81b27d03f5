//! A document rendered once: plain, gzip and brotli, each with its validator.

use std::io::Write;

use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_128;

/// Good enough for text, and quick.
const GZIP_LEVEL: u32 = 6;
const BROTLI_QUALITY: i32 = 5;

/// A content coding that is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    /// None.
    Identity,
    /// gzip.
    Gzip,
    /// brotli.
    Brotli,
}

/// One coding of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variant {
    /// The bytes.
    pub bytes: Bytes,
    /// A strong validator of these bytes, quotes included (check O23).
    pub etag: String,
}

/// A document in all codings that are served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// As it is.
    pub plain: Variant,
    /// gzip, RFC 1952.
    pub gzip: Variant,
    /// brotli, RFC 7932.
    pub brotli: Variant,
}

/// Identifies a version of a document: the same bytes have the same number on every machine and
/// in every version of wiredesk.
pub fn hash(document: &[u8]) -> u128 {
    xxh3_128(document)
}

impl Rendered {
    /// Encodes `document`.
    pub fn new(document: Vec<u8>) -> Self {
        let hash = hash(&document);
        let variant =
            |bytes: Vec<u8>, suffix: &str| Variant { bytes: bytes.into(), etag: format!("\"{hash:032x}{suffix}\"") };
        Rendered {
            gzip: variant(gzip(&document), "-gz"),
            brotli: variant(brotli(&document), "-br"),
            plain: variant(document, ""),
        }
    }

    /// Encodes `document` in one coding, for one reader. Of the others only the validator is
    /// made.
    pub fn only(coding: Coding, document: Vec<u8>) -> Self {
        let hash = hash(&document);
        let encoded = match coding {
            Coding::Identity => document,
            Coding::Gzip => gzip(&document),
            Coding::Brotli => brotli(&document),
        };
        let encoded = Bytes::from(encoded);
        let variant = |of: Coding, suffix: &str| {
            let bytes = if of == coding { encoded.clone() } else { Bytes::new() };
            Variant { bytes, etag: format!("\"{hash:032x}{suffix}\"") }
        };
        Rendered {
            plain: variant(Coding::Identity, ""),
            gzip: variant(Coding::Gzip, "-gz"),
            brotli: variant(Coding::Brotli, "-br"),
        }
    }
}

fn gzip(document: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(document).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}

fn brotli(document: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &document[..], &mut out, &params).expect("writing to memory does not fail");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn every_coding_holds_the_same_document_under_its_own_validator_o22_o23() {
        let document = "<feed>".repeat(1000).into_bytes();
        let made = Rendered::new(document.clone());
        let mut gunzipped = Vec::new();
        flate2::read::GzDecoder::new(&made.gzip.bytes[..]).read_to_end(&mut gunzipped).unwrap();
        let mut debrotlied = Vec::new();
        brotli::BrotliDecompress(&mut &made.brotli.bytes[..], &mut debrotlied).unwrap();
        assert_eq!((&gunzipped, &debrotlied), (&document, &document));
        let tags = [&made.plain.etag, &made.gzip.etag, &made.brotli.etag];
        assert!(tags.iter().all(|t| t.starts_with('"') && t.ends_with('"')));
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2]);
        assert_eq!(Rendered::new(document.clone()), made);
        for (coding, variant) in [
            (Coding::Identity, |r: Rendered| r.plain),
            (Coding::Gzip, |r: Rendered| r.gzip),
            (Coding::Brotli, |r: Rendered| r.brotli),
        ] as [(Coding, fn(Rendered) -> Variant); 3]
        {
            assert_eq!(variant(Rendered::only(coding, document.clone())), variant(made.clone()), "{coding:?}");
        }
    }
}
