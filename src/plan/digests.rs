//! What of a configuration the nodes of one store have to have in common, filters included.

use super::edition::editions;
use crate::config::{self, Config};
use crate::store::ConfigDigests;

/// The digests of a configuration.
pub fn digests(config: &Config) -> ConfigDigests {
    config::digests(config, &editions(config))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:8470"
public_url = "https://desk.example/"

[polling]
concurrency = 64

[[source]]
id = "fao"
url = "https://one:two@fao.example/"

[[source]]
id = "un"
url = "https://un.example/"

[lists]
towns = ["city"]

[[feed]]
id = "all"
match = "@towns"
"#;

    fn of(text: &str) -> ConfigDigests {
        digests(&Config::check(Path::new("w.toml"), text.to_owned()).unwrap_or_else(|e| panic!("{e}")))
    }

    /// What differs where `from` in the configuration is `to`: sources, feeds, settings.
    fn check(from: &str, to: &str, expected: [bool; 3]) {
        assert!(CONFIG.contains(from), "{from}");
        let (one, other) = (of(CONFIG), of(&CONFIG.replace(from, to)));
        let differs = [one.sources != other.sources, one.feeds != other.feeds, one.settings != other.settings];
        assert_eq!(differs, expected, "{from} -> {to}");
    }

    #[test]
    fn what_nodes_have_to_have_in_common_is_in_the_digests_o70() {
        check("un.example", "who.example", [true, false, false]);
        check("id = \"un\"", "id = \"un\"\nschedule = \"every 1h\"", [true, false, false]);
        check("\"city\"", "\"town\"", [false, true, false]);
        check("id = \"all\"", "id = \"all\"\ntitle = \"All\"", [false, true, false]);
        check("desk.example", "news.example", [false, true, false]);
        check("concurrency", "host_gap = \"3s\"\nconcurrency", [false, false, true]);
        check("[polling]", "[store]\nkeep = \"30d\"\n[polling]", [false, false, true]);
        // What is a node's own, and what is secret.
        check("127.0.0.1:8470", "127.0.0.1:8471", [false; 3]);
        check("64", "8", [false; 3]);
        check("one:two@", "one:three@", [false; 3]);
    }

    #[test]
    fn the_order_of_sources_makes_no_difference_o70() {
        let (fao, un) = ("\"fao\"\nurl = \"https://one:two@fao.example/\"", "\"un\"\nurl = \"https://un.example/\"");
        let turned = CONFIG.replace(fao, "FIRST").replace(un, fao).replace("FIRST", un);
        assert_ne!(turned, CONFIG);
        assert_eq!(of(&turned), of(CONFIG));
    }
}
