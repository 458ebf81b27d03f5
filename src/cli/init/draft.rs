//! The text of a first configuration: small, commented, and accepted by `check`.

use std::path::Path;

use crate::cli::append::{NewSource, block, quoted};
use crate::config::naming::slug;
use crate::text::quote::in_quotes;

/// What a first configuration says besides its sources.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FirstConfig {
    /// How publishers reach whoever runs it; not set where there is none.
    pub contact: Option<String>,
    /// Words and phrases that the feed is about.
    pub topics: Vec<String>,
    /// The city that it is about, in each of its spellings.
    pub cities: Vec<String>,
    /// The feed's title; made from what it is about where there is none.
    pub title: Option<String>,
    /// Networks and hosts of one's own that may be polled.
    pub allowed: Vec<String>,
    /// Whether the file lies below `/etc`, where no store belongs.
    pub is_of_system: bool,
}

impl FirstConfig {
    /// A draft for the file at `path`.
    pub fn of(path: &Path) -> FirstConfig {
        FirstConfig { is_of_system: path.starts_with("/etc"), ..FirstConfig::default() }
    }

    /// The configuration with these sources.
    pub fn text(&self, sources: &[NewSource]) -> String {
        let sources: String = sources.iter().map(block).collect();
        format!("{}{sources}{}", self.head(), self.feed())
    }

    /// The feed's title.
    pub fn title(&self) -> String {
        let about = [&self.cities, &self.topics].into_iter().filter_map(|words| words.first());
        let about = about.map(String::as_str).collect::<Vec<_>>().join(": ");
        let mut letters = about.chars();
        let made = letters.next().map(|first| first.to_uppercase().chain(letters).collect());
        self.title.clone().or(made).unwrap_or_else(|| "News".to_owned())
    }

    /// The feed's id: a part of its URL for good.
    pub fn feed_id(&self) -> String {
        slug(&self.title()).unwrap_or_else(|| "news".to_owned())
    }

    /// The expression that decides which entries the feed takes; none takes all.
    pub fn expression(&self) -> Option<String> {
        let lists = [("city", &self.cities), ("topic", &self.topics)].into_iter();
        let parts: Vec<String> =
            lists.filter(|(_, words)| !words.is_empty()).map(|(name, _)| format!("hlead:@{name}")).collect();
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }

    fn head(&self) -> String {
        let store = if self.is_of_system { "sqlite:/var/lib/wiredesk/wiredesk.db" } else { "sqlite:wiredesk.db" };
        let beside = if self.is_of_system { "" } else { "; relative to this file" };
        let contact = match &self.contact {
            Some(contact) => format!("contact = {}", quoted(contact)),
            None => {
                "# Set it: publishers block pollers that they cannot reach.\n# contact = \"https://example.org/desk\""
                    .to_owned()
            }
        };
        let allowed: Vec<String> = self.allowed.iter().map(|network| quoted(network)).collect();
        let allowed = match allowed.is_empty() {
            true => String::new(),
            false => format!(
                "\n# Networks and hosts of your own, which may be polled although they are not public.\nallow_addresses = [{}]\n",
                allowed.join(", ")
            ),
        };
        format!(
            "# A configuration of wiredesk, made by `wiredesk init`. `wiredesk check` reads it as `wiredesk run`\n\
             # would, and reports every mistake with its line.\n\n\
             [server]\n# Where pages and feeds are served. Only this machine reaches 127.0.0.1; for others, set\n\
             # public_url as well, to the URL that they use.\nlisten = \"127.0.0.1:8470\"\n\n\
             [store]\n# The file in which everything is kept{beside}.\nurl = \"{store}\"\n\n\
             [polling]\n# How publishers reach you; sent with every request.\n{contact}\n{allowed}\n\n\
             # Sources: what is polled. `wiredesk add URL` adds another at the end of this file. An id is\n\
             # permanent: entries belong to it.\n"
        )
    }

    fn feed(&self) -> String {
        let list = |(name, words): (&str, &Vec<String>)| {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            match words.is_empty() {
                true => String::new(),
                false => format!("[lists.{name}]\nterms = [{}]\n\n", words.join(", ")),
            }
        };
        let lists: String = [("city", &self.cities), ("topic", &self.topics)].into_iter().map(list).collect();
        let lists = match lists.is_empty() {
            true => String::new(),
            false => format!(
                "# Words that are looked for, whatever their case and accents: \"harbour*\" takes any ending,\n\
                 # \"harbour|port\" either word, \"sister cit{{y,ies}}\" each of the endings.\n{lists}"
            ),
        };
        let rule = match self.expression() {
            Some(expression) => format!(
                "# What it takes: the words in headline or lead. To try it on what is stored, and to learn why an\n\
                 # entry is in the feed or is not:\n#     wiredesk search '{expression}'\n#     wiredesk explain {} ENTRY\n\
                 match = '{expression}'\n",
                self.feed_id()
            ),
            None => {
                "# It takes everything. To take only some of it:\n# match = 'hlead:(harbour OR \"city council\")'\n"
                    .to_owned()
            }
        };
        format!(
            "\n\n{lists}# Feeds: what is published. An id is permanent: it is part of the feed's URL.\n[[feed]]\nid = {}\ntitle = {}\n{rule}",
            quoted(&self.feed_id()),
            quoted(&self.title())
        )
    }
}

/// A contact as people type it: a mailbox, or the address of a page.
///
/// # Errors
/// It is neither.
pub fn contact(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains(char::is_whitespace) || !text.contains(['.', '@', ':']) {
        return Err(format!("{} is neither the address of a page nor a mailbox", in_quotes(text)));
    }
    let is_mailbox = text.contains('@') && !text.contains('/');
    Ok(match text {
        _ if text.contains("://") || text.to_ascii_lowercase().starts_with("mailto:") => text.to_owned(),
        _ if is_mailbox => format!("mailto:{text}"),
        _ => format!("https://{text}"),
    })
}

/// Words and phrases that are parted by commas.
pub fn words(text: &str) -> Vec<String> {
    text.split([',', '，', '、']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn check(draft: &FirstConfig, expected: &[&str]) {
        let path = Path::new("config/wiredesk.toml");
        let text = draft.text(&[]) + "[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\n";
        let config = Config::check(path, text.clone()).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        assert!(config.obstacles().0.is_empty() && config.warnings.is_empty(), "{:?}\n{text}", config.warnings);
        expected.iter().for_each(|line| assert!(text.lines().any(|one| one == *line), "{line}\n{text}"));
        assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    }

    #[test]
    fn a_draft_is_a_configuration_o80() {
        let contact = contact("press@city.example").ok();
        let plain = FirstConfig { contact, ..FirstConfig::of(Path::new("config/wiredesk.toml")) };
        check(&plain, &["contact = \"mailto:press@city.example\"", "id = \"news\"", "url = \"sqlite:wiredesk.db\""]);
        let about =
            FirstConfig { cities: words("Køge, Koege"), topics: words("harbour*,fish market"), ..plain.clone() };
        check(
            &about,
            &["terms = [\"Køge\", \"Koege\"]", "title = \"Køge: harbour*\"", "match = 'hlead:@city AND hlead:@topic'"],
        );
        check(&FirstConfig { cities: words("沈阳"), ..plain.clone() }, &["id = \"news\"", "title = \"沈阳\""]);
        check(
            &FirstConfig { allowed: vec!["10.1.0.0/16".to_owned()], ..plain.clone() },
            &["allow_addresses = [\"10.1.0.0/16\"]"],
        );
        let system = FirstConfig {
            is_of_system: FirstConfig::of(Path::new("/etc/wiredesk/wiredesk.toml")).is_of_system,
            ..plain
        };
        check(&system, &["url = \"sqlite:/var/lib/wiredesk/wiredesk.db\""]);
    }

    #[test]
    fn a_contact_is_read_as_people_type_it_o80() {
        let check = |text: &str, expected: &str| assert_eq!(contact(text).unwrap(), expected);
        check(" press@city.example ", "mailto:press@city.example");
        check("MAILTO:press@city.example", "MAILTO:press@city.example");
        check("city.example/desk", "https://city.example/desk");
        check("http://city.example/", "http://city.example/");
        assert_eq!(contact("call me").unwrap_err(), "\"call me\" is neither the address of a page nor a mailbox");
    }
}
