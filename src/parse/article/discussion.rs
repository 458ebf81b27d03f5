//! What readers wrote below an article, known by its heading where no class names it.

use std::collections::HashSet;

use super::survey::{Placed, Survey};
use crate::text::html::is_heading;

/// So many letters in sentences above are what readers wrote about.
const STORY: usize = 150;
/// Letters of a heading, with the number of comments.
const HEADING: usize = 40;
/// Elements around a heading that hold nothing else.
const MOST_AROUND: usize = 3;

/// What a heading says above comments, lower case and without numbers.
const HEADINGS: &[&str] = &[
    "comment",
    "comments",
    "reader comments",
    "readers' comments",
    "leave a comment",
    "leave a reply",
    "join the discussion",
    "join the conversation",
    "kommentar",
    "kommentare",
    "leserkommentare",
    "kommentare zum artikel",
    "commentaire",
    "commentaires",
    "vos commentaires",
    "comentario",
    "comentarios",
    "comentários",
    "comentarii",
    "commento",
    "commenti",
    "reactie",
    "reacties",
    "komentarz",
    "komentarze",
    "komentarzy",
    "komentář",
    "komentáře",
    "komentáre",
    "komentari",
    "komentarji",
    "hozzászólás",
    "hozzászólások",
    "kommentarer",
    "kommentit",
    "kommentaarid",
    "komentāri",
    "komentarai",
    "σχόλια",
    "комментарий",
    "комментарии",
    "комментариев",
    "комментарии читателей",
    "коментар",
    "коментарі",
    "коментари",
    "yorum",
    "yorumlar",
    "تعليقات",
    "التعليقات",
    "تعليقات القراء",
    "نظرات",
    "תגובות",
    "टिप्पणियाँ",
    "ความคิดเห็น",
    "bình luận",
    "komentar",
    "评论",
    "網友評論",
    "网友评论",
    "评论区",
    "評論",
    "留言",
    "コメント",
    "댓글",
];

/// The elements below a heading that says "Comments", with it, up to the next of its rank, where
/// a text stands above. Comments outweigh what they are about, so their length says nothing.
pub fn discussions(survey: &Survey<'_>) -> HashSet<usize> {
    let spots = &survey.spots;
    let mut found = HashSet::new();
    let is_label = |spot: &Placed<'_>| {
        is_heading(&spot.tag) && &*spot.tag != "h1" && (1..=HEADING).contains(&spot.letters) && says_comments(spot)
    };
    for heading in (1..spots.len()).filter(|at| is_label(&spots[*at])) {
        let above = survey.passages.iter().take_while(|passage| passage.owner < heading);
        if above.map(|passage| passage.prose).sum::<usize>() < STORY {
            continue;
        }
        let mut at = heading;
        for _ in 0..MOST_AROUND {
            let around = spots[at].parent;
            if around > 0 && spots[around].letters == spots[heading].letters {
                at = around;
            }
        }
        let (mut next, end) = (at, spots[spots[at].parent].end);
        while next < end && (next == at || !ends_section(survey, next, &spots[heading].tag)) {
            found.insert(next);
            next = spots[next].end;
        }
    }
    found
}

/// Whether another section begins at `at`: a heading of the `rank` or a higher one, or the
/// page's headline.
fn ends_section(survey: &Survey<'_>, at: usize, rank: &str) -> bool {
    let spot = &survey.spots[at];
    let holds_headline = || survey.spots[at..spot.end].iter().any(|inner| &*inner.tag == "h1" && inner.letters > 0);
    is_heading(&spot.tag) && &*spot.tag <= rank || holds_headline()
}

fn says_comments(spot: &Placed<'_>) -> bool {
    let text = spot.node.text().to_lowercase();
    let words: String =
        text.chars().map(|c| if c.is_alphabetic() || c == '\'' || c == '’' { c } else { ' ' }).collect();
    let said = words.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'");
    HEADINGS.contains(&said.as_str())
}
