//! How each command is used: shown by `--help` and in its manual page.

/// A command line, and what it does.
pub type Example = (&'static str, &'static str);

/// The examples of a command, by its words: `store copy` for `wiredesk store copy`; of
/// wiredesk itself for none.
pub fn of(command: &str) -> &'static [Example] {
    EXAMPLES.iter().find(|(name, _)| *name == command).map_or(&[], |(_, examples)| examples)
}

/// All examples, in the order in which the commands are listed.
pub const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "",
        &[
            ("wiredesk demo", "see it at work, without network or configuration"),
            ("wiredesk init", "make a first configuration"),
            ("wiredesk run", "poll and publish"),
            ("wiredesk status --failing", "which sources bring nothing?"),
            ("wiredesk explain city https://city.example/news/12", "why is this in my feed, or not?"),
        ],
    ),
    ("story", &[("wiredesk story https://city.example/news/12", "which copies of it came, from whom and when?")]),
    (
        "run",
        &[
            ("wiredesk run", "with the configuration that is found"),
            ("wiredesk run --config /etc/wiredesk/wiredesk.toml --log-format json", "as a system's service"),
        ],
    ),
    ("demo", &[("wiredesk demo --listen 127.0.0.1:8480 --pace 5", "on another port, with new copy every 5 s")]),
    (
        "check",
        &[
            ("wiredesk check", "all mistakes of the configuration, with their places"),
            ("wiredesk check --network", "and which sources are refused, silent or no feeds"),
        ],
    ),
    ("poll", &[("wiredesk poll", "the sources that are due"), ("wiredesk poll city-news", "one source, due or not")]),
    (
        "fetch",
        &[
            ("wiredesk fetch https://city.example/rss", "what a source at this URL would bring"),
            ("wiredesk fetch --page https://city.example/news/", "selectors for a page without a feed"),
        ],
    ),
    (
        "init",
        &[
            ("wiredesk init", "asks at a terminal, and writes ./config/wiredesk.toml"),
            (
                "wiredesk init --contact press@city.example --city 'Køge, Koege' --source https://city.example/news/",
                "asks nothing",
            ),
            ("wiredesk init /etc/wiredesk", "for a system's service"),
        ],
    ),
    (
        "add",
        &[
            ("wiredesk add city.example/news", "the feed, sitemap or list of news behind a page"),
            ("wiredesk add --dry-run https://city.example/", "only shows what it would add"),
        ],
    ),
    (
        "status",
        &[
            ("wiredesk status", "what needs somebody first"),
            ("wiredesk status --failing", "only sources that bring nothing"),
            ("wiredesk status city-news", "one source in full"),
            ("wiredesk status --watch=5", "again every 5 s"),
        ],
    ),
    (
        "explain",
        &[
            ("wiredesk explain city https://city.example/news/12", "the reasons, what nearly held, the words found"),
            ("wiredesk explain city 'harbour opens' --all", "by words of its headline; the filter as a tree"),
            ("wiredesk explain city --title 'Harbour opens' --text 'The mayor …'", "what is not stored"),
            ("wiredesk explain city --labels labels.jsonl --id 12", "a labelled entry"),
        ],
    ),
    (
        "search",
        &[
            ("wiredesk search 'hlead:harbour AND NOT sport'", "what arrived last first"),
            (
                "wiredesk search 'source:city-news AND published:2026-11-29' --sort published",
                "what a source published on a day",
            ),
        ],
    ),
    (
        "backtest",
        &[
            ("wiredesk backtest city --since 7d", "what the feed would gain and lose"),
            ("wiredesk backtest city --labels labels.jsonl", "precision and recall, by language, and each fault"),
            ("wiredesk backtest city --labels labels.jsonl --sweep", "the same at each score"),
        ],
    ),
    ("rematch", &[("wiredesk rematch city", "apply a changed filter to everything stored")]),
    (
        "replay",
        &[
            ("wiredesk replay archive.jsonl", "what each entry of an archive would become"),
            ("zcat archive.jsonl.gz | wiredesk replay - --config new.toml", "under a configuration that is not in use"),
        ],
    ),
    (
        "terms",
        &[
            ("wiredesk terms city --since 30d", "which terms find nothing"),
            ("wiredesk terms city --labels labels.jsonl", "words of what the filter misses"),
        ],
    ),
    (
        "import",
        &[
            ("wiredesk import --dry-run subscriptions.opml", "only shows what it would add"),
            ("wiredesk import https://city.example/feeds.opml", "a list on the web"),
            ("curl -s https://city.example/feeds.opml | wiredesk import -", "from another program"),
        ],
    ),
    ("export", &[("wiredesk export > sources.opml", "sources with their titles, pages with their selectors")]),
    ("healthcheck", &[("wiredesk healthcheck", "is the daemon of this configuration ready?")]),
    ("backup", &[("wiredesk backup /var/backups/wiredesk.db", "while the daemon runs")]),
    ("verify", &[("wiredesk verify /var/backups/wiredesk.db", "a copy; without a file, the store in use")]),
    ("store compact", &[("wiredesk store compact", "with the daemon stopped")]),
    ("store reindex", &[("wiredesk store reindex", "with the daemon stopped")]),
    (
        "store copy",
        &[("wiredesk store copy --to postgres://desk@db.example.org/news", "to a server; with all daemons stopped")],
    ),
    ("completions", &[("wiredesk completions bash > ~/.local/share/bash-completion/completions/wiredesk", "for bash")]),
    (
        "man",
        &[
            ("wiredesk man | man -l -", "this program's page"),
            ("wiredesk man /usr/local/share/man/man1", "writes the pages of all commands"),
        ],
    ),
];
