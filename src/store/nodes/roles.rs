//! What a node does of the work on a store.

use std::fmt;

/// A part of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeRole {
    /// Polls sources and fetches articles.
    Poll,
    /// Keeps the documents of feeds, and serves them.
    Publish,
    /// Does what is done by one node at a time: duties.
    Background,
}

impl NodeRole {
    /// All of them, as they are written in a configuration.
    pub const ALL: [(&'static str, NodeRole); 3] =
        [("poll", NodeRole::Poll), ("publish", NodeRole::Publish), ("background", NodeRole::Background)];
}

/// Which parts of the work a node does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roles([bool; 3]);

/// All of them.
impl Default for Roles {
    fn default() -> Self {
        Roles([true; 3])
    }
}

impl Roles {
    /// None yet.
    pub fn none() -> Roles {
        Roles([false; 3])
    }

    /// Adds a role.
    pub fn add(&mut self, role: NodeRole) {
        self.0[role as usize] = true;
    }

    /// Whether a role is among them.
    pub fn has(self, role: NodeRole) -> bool {
        self.0[role as usize]
    }

    /// The roles that are missing, by name.
    pub fn missing(self) -> impl Iterator<Item = &'static str> {
        NodeRole::ALL.into_iter().filter(move |(_, role)| !self.has(*role)).map(|(name, _)| name)
    }

    /// Reads what roles are displayed as. Roles of a later version are left out.
    pub fn read(text: &str) -> Roles {
        let mut roles = Roles::none();
        let known = |word: &str| NodeRole::ALL.into_iter().find(|(name, _)| *name == word);
        text.split(' ').filter_map(known).for_each(|(_, role)| roles.add(role));
        roles
    }
}

/// Their names, with a blank between them.
impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> =
            NodeRole::ALL.into_iter().filter(|(_, role)| self.has(*role)).map(|(name, _)| name).collect();
        f.write_str(&names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_as_they_are_displayed() {
        for text in ["poll publish background", "publish", "poll background", ""] {
            assert_eq!(Roles::read(text).to_string(), text);
        }
        assert_eq!(Roles::default().to_string(), "poll publish background");
        assert_eq!(Roles::read("poll of a later version"), Roles::read("poll"));
        assert_eq!(Roles::read("publish").missing().collect::<Vec<_>>(), ["poll", "background"]);
    }
}
