//! Digits of ASCII as numbers.

/// The digits of a fraction of a second as milliseconds, cut.
pub fn millis(fraction: &[u8]) -> Option<u32> {
    let mut padded = [b'0'; 3];
    let count = fraction.len().min(3);
    padded[..count].copy_from_slice(&fraction[..count]);
    number(&padded)
}

/// A number of digits alone; `None` when it is too large.
pub fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0_u32, |sum, b| b.is_ascii_digit().then(|| sum.checked_mul(10)?.checked_add(u32::from(b - b'0')))?)
}
