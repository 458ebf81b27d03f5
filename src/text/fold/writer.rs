//! Writing folded text: ASCII in blocks, the rest character by character.

use std::ops::Range;

use super::super::letter::LetterForm;
use super::super::script;
use super::folded::{ByteMap, FoldStep, Folded, Word};

/// What an ASCII character is to folding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ascii {
    /// White space, control characters and hyphens.
    Space,
    Word,
    Sign,
}

const ASCII: [Ascii; 128] = ascii();

const fn ascii() -> [Ascii; 128] {
    let mut table = [Ascii::Space; 128];
    let mut b = b'!';
    while b < 127 {
        if b.is_ascii_alphanumeric() {
            table[b as usize] = Ascii::Word;
        } else if b != b'-' {
            table[b as usize] = Ascii::Sign;
        }
        b += 1;
    }
    table
}

/// Writes a folded text, with its steps and its words.
pub(super) struct FoldWriter {
    out: Vec<u8>,
    steps: Vec<FoldStep>,
    words: Vec<Word>,
    /// Whether what is written next does not follow on from the last step.
    astray: bool,
    /// Whether the last word continues if a letter comes next.
    in_word: bool,
}

impl FoldWriter {
    /// A writer for a text of about this many bytes.
    pub fn new(bytes: usize) -> FoldWriter {
        FoldWriter {
            out: Vec::with_capacity(bytes + 8),
            steps: Vec::new(),
            words: Vec::with_capacity(bytes / 5 + 4),
            astray: true,
            in_word: false,
        }
    }

    /// What was written.
    pub fn finish(mut self) -> Folded {
        self.end_word();
        let text = String::from_utf8(self.out).expect("whole characters are written");
        if self.steps.is_empty() {
            self.steps.push(FoldStep { folded: 0, shown: 0, link: ByteMap::Each });
        }
        Folded { text, steps: self.steps, words: self.words }
    }

    /// Writes ASCII that stands at `shown`.
    pub fn ascii(&mut self, bytes: &[u8], shown: usize, form: LetterForm) {
        let (blocks, rest) = bytes.as_chunks::<64>();
        for (n, block) in blocks.iter().enumerate() {
            if !self.block(block, shown + n * 64, form) {
                self.few(block, shown + n * 64, form);
            }
        }
        self.few(rest, shown + blocks.len() * 64, form);
    }

    /// Writes ASCII in which every byte becomes one byte, all at once; returns false, and
    /// writes nothing, if that is not so.
    fn block(&mut self, bytes: &[u8; 64], shown: usize, form: LetterForm) -> bool {
        let spaces = bits(bytes, |b| b <= b' ' || b == b'-' || b == 127);
        let before = u64::from(self.out.last() == Some(&b' '));
        if spaces & (spaces << 1 | before) != 0 {
            return false;
        }
        self.follow(shown);
        let from = self.out.len();
        self.out.extend_from_slice(bytes);
        let written = &mut self.out[from..];
        if form == LetterForm::Folded {
            written.make_ascii_lowercase();
        }
        written.iter_mut().for_each(|b| *b = if *b <= b' ' || *b == b'-' || *b == 127 { b' ' } else { *b });
        let words = bits(bytes, |b| (b | 0x20).wrapping_sub(b'a') < 26 || b.wrapping_sub(b'0') < 10);
        let mut borders = words ^ (words << 1 | u64::from(self.in_word));
        while borders != 0 {
            let at = offset(from) + borders.trailing_zeros();
            match self.words.last_mut() {
                Some(word) if self.in_word => word.end = at,
                _ => self.words.push(Word { start: at, end: at }),
            }
            self.in_word = !self.in_word;
            borders &= borders - 1;
        }
        true
    }

    /// Writes ASCII byte by byte.
    fn few(&mut self, bytes: &[u8], shown: usize, form: LetterForm) {
        for (n, b) in bytes.iter().enumerate() {
            let kind = ASCII[usize::from(*b)];
            if kind == Ascii::Space && self.out.last() == Some(&b' ') {
                self.astray = true;
                continue;
            }
            self.follow(shown + n);
            match kind {
                Ascii::Word if !self.in_word => self.begin_word(self.out.len()),
                Ascii::Word => {}
                Ascii::Space | Ascii::Sign => self.end_word(),
            }
            let kept = if form == LetterForm::AsWritten { *b } else { b.to_ascii_lowercase() };
            self.out.push(if kind == Ascii::Space { b' ' } else { kept });
        }
    }

    fn begin_word(&mut self, at: usize) {
        let at = offset(at);
        self.words.push(Word { start: at, end: at });
        self.in_word = true;
    }

    /// Ends the current word, if there is one, at the end of the output.
    fn end_word(&mut self) {
        if let (true, Some(word)) = (self.in_word, self.words.last_mut()) {
            word.end = offset(self.out.len());
        }
        self.in_word = false;
    }

    /// Begins a step where what comes does not follow on.
    fn follow(&mut self, shown: usize) {
        if self.astray {
            self.step(shown, ByteMap::Each);
            self.astray = false;
        }
    }

    /// Writes what the characters at `shown` fold to.
    pub fn other(&mut self, folded: &str, shown: Range<usize>) {
        let folded = match self.out.last() {
            Some(b' ') => folded.trim_start_matches(' '),
            _ => folded,
        };
        if folded.is_empty() {
            self.astray = true;
            return;
        }
        let same = folded.len() == shown.len() && folded.chars().nth(1).is_none();
        if self.astray || !same {
            self.step(shown.start, if same { ByteMap::Each } else { ByteMap::Whole });
        }
        for c in folded.chars() {
            let at = self.out.len();
            match script::is_unspaced(c) {
                true => {
                    self.end_word();
                    let (start, end) = (offset(at), offset(at + c.len_utf8()));
                    self.words.push(Word { start, end });
                }
                false if self.in_word && script::is_word(c) => {}
                false if script::is_word(c) => self.begin_word(at),
                false => self.end_word(),
            }
            match u8::try_from(c) {
                Ok(b) if b.is_ascii() => self.out.push(b),
                _ => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        self.astray = !same;
    }

    fn step(&mut self, shown: usize, link: ByteMap) {
        self.steps.push(FoldStep { folded: offset(self.out.len()), shown: offset(shown), link });
    }
}

/// For which of 64 bytes `is` holds, the first as the lowest bit.
#[inline]
fn bits(bytes: &[u8; 64], is: impl Fn(u8) -> bool) -> u64 {
    let told = bytes.map(|b| u8::from(is(b)));
    let (eights, _) = told.as_chunks::<8>();
    // Eight bytes of 0 or 1 become eight bits: each is moved to its own place in the top
    // byte.
    let packed = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |all, eight| all << 8 | packed(eight))
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("texts are bounded by the size limit of documents")
}
