//! Where two sequences agree: the longest common subsequence, for headlines and revisions.

/// Beyond so many cells the middle of both is taken as exchanged.
const MOST_CELLS: usize = 1 << 20;

/// The longest run of pairs, ascending in both, whose elements are equal.
pub fn common(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (inner_a, inner_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let mut kept: Vec<(usize, usize)> = (0..head).map(|n| (n, n)).collect();
    if inner_a.len().saturating_mul(inner_b.len()) <= MOST_CELLS {
        kept.extend(between(inner_a, inner_b).into_iter().map(|(x, y)| (x + head, y + head)));
    }
    kept.extend((0..tail).rev().map(|n| (a.len() - 1 - n, b.len() - 1 - n)));
    kept
}

fn between(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for (x, ours) in a.iter().enumerate().rev() {
        for (y, theirs) in b.iter().enumerate().rev() {
            longest[x * width + y] = if ours == theirs {
                longest[(x + 1) * width + y + 1] + 1
            } else {
                longest[(x + 1) * width + y].max(longest[x * width + y + 1])
            };
        }
    }
    let (mut x, mut y, mut kept) = (0, 0, Vec::new());
    while x < a.len() && y < b.len() {
        if a[x] == b[y] {
            kept.push((x, y));
            (x, y) = (x + 1, y + 1);
        } else if longest[(x + 1) * width + y] >= longest[x * width + y + 1] {
            x += 1;
        } else {
            y += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_sequences_share_is_found_in_order() {
        let check =
            |a: &[u64], b: &[u64], expected: &[(usize, usize)]| assert_eq!(common(a, b), expected, "{a:?} {b:?}");
        check(&[1, 2, 3, 4], &[1, 9, 3, 4], &[(0, 0), (2, 2), (3, 3)]);
        check(&[1, 2], &[2, 1], &[(1, 0)]);
        check(&[], &[1], &[]);
        check(&[5, 1, 2, 6], &[7, 1, 2, 8], &[(1, 1), (2, 2)]);
        check(&[1, 1, 1], &[1, 1], &[(0, 0), (1, 1)]);
    }
}
