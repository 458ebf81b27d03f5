//! What stands beside the news of a page, by its names and by its headings.

use scraper::ElementRef;

/// Words of classes and ids.
const NAMES: [&str; 26] = [
    "nav",
    "navbar",
    "navigation",
    "menu",
    "footer",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "share",
    "social",
    "sidebar",
    "toolbar",
    "cookie",
    "cookies",
    "consent",
    "related",
    "popular",
    "hot",
    "rank",
    "ranking",
    "trending",
    "tags",
    "tagcloud",
    "widget",
    "recommend",
];

/// What headings of old stories that are read often begin with, in small letters, and of
/// stories of the same topic.
const HEADINGS: [&str; 48] = [
    "most popular",
    "most read",
    "most viewed",
    "popular",
    "trending",
    "related",
    "see also",
    "read also",
    "you may also",
    "recommended",
    "meistgelesen",
    "meist gelesen",
    "am meisten gelesen",
    "beliebt",
    "das könnte sie",
    "les plus lus",
    "les plus consult",
    "populaire",
    "à lire aussi",
    "lo más leído",
    "lo más visto",
    "más leíd",
    "i più letti",
    "più lett",
    "mais lid",
    "mais vist",
    "meest gelezen",
    "najczęściej czytane",
    "popularne",
    "nejčtenější",
    "najčítanejšie",
    "legolvasottabb",
    "cele mai citite",
    "δημοφιλ",
    "mest läst",
    "mest læst",
    "mest lest",
    "luetuimmat",
    "популярн",
    "самое читаемое",
    "читайте також",
    "читайте также",
    "en çok okunan",
    "الأكثر قراءة",
    "热门",
    "点击排行",
    "アクセスランキング",
    "많이 본",
];

/// Whether an element's name or classes speak of what stands beside the news.
pub fn speaks_of_aside(element: ElementRef<'_>) -> bool {
    let value = element.value();
    let is_named =
        |name: &str| name.split(['-', '_']).any(|part| NAMES.iter().any(|known| part.eq_ignore_ascii_case(known)));
    value.name() == "aside" || value.classes().chain(value.id()).any(is_named)
}

/// Whether `heading` stands above old or related stories.
pub fn heads_aside(heading: &str) -> bool {
    let heading = heading.trim().to_lowercase();
    HEADINGS.iter().any(|known| heading.starts_with(known))
}
