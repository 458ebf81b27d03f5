//! Copy that consists of pictures.

use super::super::copy::WireCopy;
use super::words::BoilerplateWords;
use crate::model::newswire::Cut;

/// A caption is no longer, in bytes.
const CAPTION_BYTES: usize = 1_200;
/// How much of a headline is looked at, in bytes.
const HEADLINE_BYTES: usize = 700;

/// Whether a copy consists of pictures: by its headline, if its text is a caption at most.
/// Words that headlines of whole stories have, too, count only where there is no text.
pub(in crate::newswire) fn is_photo_only(copy: &WireCopy<'_>, cuts: &[Cut]) -> bool {
    let words = BoilerplateWords::built_in();
    let title = copy.title.trim();
    if title.len() > HEADLINE_BYTES {
        return false;
    }
    let cut: usize = cuts.iter().map(|cut| cut.at.len()).sum();
    let left = copy.text.len().saturating_sub(cut);
    let has_text = !copy.text.trim().is_empty() && copy.text.trim() != title;
    words.pictures.is_match(title) && left <= CAPTION_BYTES || !has_text && words.pictures_with_text.is_match(title)
}
