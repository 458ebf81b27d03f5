//! Sorted tables that are kept as text and looked up where they lie.

/// A text of lines `KEY tab VALUE`, sorted by key, behind remarks that begin with `#`.
pub struct SortedTable {
    text: &'static str,
    /// Where each line begins.
    starts: Vec<u32>,
}

impl SortedTable {
    /// The table in `text`, which is part of the program.
    pub fn of(text: &'static str) -> SortedTable {
        let mut starts = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.starts_with('#') {
                starts.push(u32::try_from(at).expect("a table of the program is no larger than 4 GiB"));
            }
            at += line.len();
        }
        SortedTable { text, starts }
    }

    /// What stands under `key`.
    pub fn get(&self, key: &str) -> Option<&'static str> {
        self.from(key).next().filter(|(found, _)| *found == key).map(|(_, value)| value)
    }

    /// Whether any key begins with `prefix`.
    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.from(prefix).next().is_some_and(|(key, _)| key.starts_with(prefix))
    }

    /// The values under all keys that begin with `prefix`.
    pub fn under(&self, prefix: &str) -> impl Iterator<Item = &'static str> {
        self.from(prefix).take_while(move |(key, _)| key.starts_with(prefix)).map(|(_, value)| value)
    }

    /// The lines from the first whose key is not before `key`.
    fn from(&self, key: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let first = self.starts.partition_point(|start| self.line(*start).0 < key);
        self.starts[first..].iter().map(|start| self.line(*start))
    }

    /// The key and the value of the line at `start`.
    fn line(&self, start: u32) -> (&'static str, &'static str) {
        let rest = &self.text[usize::try_from(start).unwrap_or(usize::MAX)..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        rest[..end].split_once('\t').unwrap_or((&rest[..end], ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whole_and_by_their_beginning() {
        let table = SortedTable::of("# a remark\nab\t1\nabc\t2\nb\t3\n");
        assert_eq!(table.get("ab"), Some("1"));
        assert_eq!(table.get("abc"), Some("2"));
        assert_eq!(table.get("a"), None);
        assert_eq!(table.get("zz"), None);
        assert_eq!(table.get(""), None);
        assert!(table.has_prefix("a") && table.has_prefix("b") && !table.has_prefix("abd"));
        assert_eq!(table.under("ab").collect::<Vec<_>>(), ["1", "2"]);
    }
}
