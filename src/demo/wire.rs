//! The wires themselves: their names, languages and places on the server.

/// A built-in wire. Each speaks another dialect of another format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wire {
    /// RSS 2.0 as GlobeNewswire writes it: release numbers, issuers, full text.
    Globe,
    /// RSS 2.0 as PR Newswire writes it: teasers, corrections in place.
    Prn,
    /// Chinese RSS without guids: entries are known by their links.
    Xinhua,
    /// Korean RSS with guids that are no links.
    Yonhap,
    /// A municipal office's Atom feed with `tag:` ids.
    City,
    /// An agency's JSON Feed.
    Agency,
    /// RSS 1.0 of sport, business and whatever else there is.
    Noise,
}

/// What a wire's copy is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English.
    English,
    /// Chinese, simplified.
    Chinese,
    /// Korean.
    Korean,
}

/// Every wire.
pub const WIRES: [Wire; 7] =
    [Wire::Globe, Wire::Prn, Wire::Xinhua, Wire::Yonhap, Wire::City, Wire::Agency, Wire::Noise];

impl Wire {
    /// Its name in URLs.
    pub fn slug(self) -> &'static str {
        match self {
            Wire::Globe => "globe",
            Wire::Prn => "prn",
            Wire::Xinhua => "xinhua",
            Wire::Yonhap => "yonhap",
            Wire::City => "city",
            Wire::Agency => "agency",
            Wire::Noise => "noise",
        }
    }

    /// Where its document is.
    pub fn path(self) -> &'static str {
        match self {
            Wire::Globe => "/globe.rss",
            Wire::Prn => "/prn.rss",
            Wire::Xinhua => "/xinhua-zh.xml",
            Wire::Yonhap => "/yonhap.xml",
            Wire::City => "/city.atom",
            Wire::Agency => "/agency.json",
            Wire::Noise => "/noise.rdf",
        }
    }

    /// Its document's title.
    pub fn title(self) -> &'static str {
        match self {
            Wire::Globe => "GlobeNewswire manner (demo)",
            Wire::Prn => "PR Newswire manner (demo)",
            Wire::Xinhua => "新华社体例（演示）",
            Wire::Yonhap => "연합뉴스 형식 (데모)",
            Wire::City => "Municipal Foreign Affairs Offices (demo)",
            Wire::Agency => "Harbour Press (demo)",
            Wire::Noise => "Sport, business and the rest (demo)",
        }
    }

    /// The type it is served under.
    pub fn content_type(self) -> &'static str {
        match self {
            Wire::Globe | Wire::Prn => "application/rss+xml; charset=utf-8",
            Wire::Xinhua | Wire::Yonhap => "text/xml; charset=utf-8",
            Wire::City => "application/atom+xml; charset=utf-8",
            Wire::Agency => "application/feed+json",
            Wire::Noise => "application/rdf+xml; charset=utf-8",
        }
    }

    /// What its copy is written in.
    pub fn language(self) -> Language {
        match self {
            Wire::Xinhua => Language::Chinese,
            Wire::Yonhap => Language::Korean,
            Wire::Globe | Wire::Prn | Wire::City | Wire::Agency | Wire::Noise => Language::English,
        }
    }

    /// Hours its local time is ahead of UTC.
    pub fn hours_ahead(self) -> i8 {
        match self {
            Wire::Xinhua => 8,
            Wire::Yonhap => 9,
            Wire::Globe | Wire::Prn | Wire::City | Wire::Agency | Wire::Noise => 0,
        }
    }
}

impl Language {
    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh-CN",
            Language::Korean => "ko",
        }
    }
}
