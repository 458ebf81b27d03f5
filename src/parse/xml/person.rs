//! People as RSS names them: name and address in one text.

use crate::model::Person;

/// Reads `mail (Name)`, `Name (mail)`, `Name <mail>`, a bare address or a bare name.
pub fn read(text: &str) -> Option<Person> {
    let text = text.trim();
    let person = match split(text, '(', ')').or_else(|| split(text, '<', '>')) {
        Some((outside, inside)) if is_email(outside) => named(inside, Some(outside)),
        Some((outside, inside)) if is_email(inside) => named(outside, Some(inside)),
        _ if is_email(text) => named("", Some(text)),
        _ => named(text, None),
    };
    (!person.name.is_empty() || person.email.is_some()).then_some(person)
}

fn named(name: &str, email: Option<&str>) -> Person {
    let email = email.map(|e| e.strip_prefix("mailto:").unwrap_or(e).to_owned());
    Person { name: name.trim_matches(['"', ' ']).to_owned(), email, uri: None }
}

/// `outside (inside)`, the bracket at the end.
fn split(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (outside, inside) = text.strip_suffix(close)?.split_once(open)?;
    Some((outside.trim(), inside.trim()))
}

/// Whether `text` is one e-mail address; no more is asked than telling it from a name.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '(' | '<' | ','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        let check = |text: &str, name: &str, email: Option<&str>| {
            let expected = Person { name: name.to_owned(), email: email.map(str::to_owned), uri: None };
            assert_eq!(read(text), Some(expected), "{text}");
        };
        check("desk@wire.example (News Desk)", "News Desk", Some("desk@wire.example"));
        check("News Desk (desk@wire.example)", "News Desk", Some("desk@wire.example"));
        check("News Desk <desk@wire.example>", "News Desk", Some("desk@wire.example"));
        check("desk@wire.example", "", Some("desk@wire.example"));
        check(" Xinhua ", "Xinhua", None);
        check("Li Na (Shenyang)", "Li Na (Shenyang)", None);
        check("@handle", "@handle", None);
        assert_eq!(read("  "), None);
    }
}
