use super::*;

fn shown(text: &str) -> (serde_json::Value, Vec<usize>, bool) {
    let mut notes = Notes::default();
    let mended = mended(text, &mut notes).unwrap();
    let value = serde_json::from_str(&mended.text).unwrap_or_else(|error| panic!("{text}\n{}\n{error}", mended.text));
    (value, mended.broken, mended.cut)
}

fn check(text: &str, expected: &str) {
    let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
    assert_eq!(shown(text).0, expected, "{text}");
}

/// B22: a slip costs nothing but itself.
#[test]
fn slips_are_mended() {
    check(r#"{"a": "x \ud83d"}"#, r#"{"a": "x "}"#);
    check(r#"{"a": "\ud83d\ud83d\ude80 \ude80\u00e9"}"#, r#"{"a": "🚀 é"}"#);
    check("{\"a\": \"one\ntwo\tthree\r\n\"}", r#"{"a": "one\ntwo\tthree\r\n"}"#);
    check(r#"{"a": "don\'t \x41\-\q \u{1F680} \u12"}"#, r#"{"a": "don't A-q 🚀 u12"}"#);
    check(r#"{"a": 1, "b": [1, 2,], }"#, r#"{"a": 1, "b": [1, 2]}"#);
    check(r#"{"a": 1,, "b": [,1,,2]}"#, r#"{"a": 1, "b": [1, 2]}"#);
    check("{\"a\": \"x\" \"b\": \"y\"\n\"c\": [{} {}]}", r#"{"a": "x", "b": "y", "c": [{}, {}]}"#);
    check(
        r#"{"a": "The "Norland" sails", "b": "He said "yes""}"#,
        r#"{"a": "The \"Norland\" sails", "b": "He said \"yes\""}"#,
    );
    check("{\"a\": \"not closed,\n \"b\": \"y\"}", r#"{"a": "not closed", "b": "y"}"#);
    check(
        r#"{a: 'it is', "b": 007, c: 2026-11-05, "d": True, "e": NaN, "f": 1e999, "g": -0.5e3}"#,
        r#"{"a": "it is", "b": "007", "c": "2026-11-05", "d": true, "e": null, "f": "1e999", "g": -500.0}"#,
    );
    check("{ // why\n\"a\": 1 /* because */, \"b\": }", r#"{"a": 1, "b": null}"#);
    check(r#"{"a": "C:\", "b": 1}"#, r#"{"a": "C:\"", "b": 1}"#);
    check(r#"{"a": [1, 2}"#, r#"{"a": [1, 2]}"#);
    check(r#"{"a": 1}; {"b": 2}"#, r#"{"a": 1}"#);
}

/// B22: what makes no sense costs its entry, or a part of it.
#[test]
fn reading_goes_on_at_the_next_entry() {
    let check = |items: &str, expected: &str, broken: &[usize]| {
        let (value, parts, cut) = shown(&format!("{{\"version\": \"1\", \"items\": [{items}], \"z\": 1}}"));
        assert_eq!(value["items"], serde_json::from_str::<serde_json::Value>(expected).unwrap(), "{items}");
        assert_eq!((parts.as_slice(), cut, &value["z"]), (broken, false, &serde_json::json!(1)), "{items}");
    };
    check(r#"{"id": 1}, {"id": 2, "x" ) ?}, {"id": 3}"#, r#"[{"id": 1}, {"id": 2}, {"id": 3}]"#, &[1]);
    check(r#"{"id": 1}, {"id": 2, "t": "x", {"id": 3}"#, r#"[{"id": 1}, {"id": 2, "t": "x"}, {"id": 3}]"#, &[1]);
    check(
        r#"{"id": 1}}, {"id": 2, "a": 1], "b": 2}, {"id": 3}"#,
        r#"[{"id": 1}, {"id": 2, "a": 1, "b": 2}, {"id": 3}]"#,
        &[],
    );
    check(
        r#"{"id": 1, "authors": [{"name": ) }]}, {"id": 2}"#,
        r#"[{"id": 1, "authors": [{"name": ")"}]}, {"id": 2}]"#,
        &[],
    );
}

/// B39: what was whole of the last entry is told from what was not.
#[test]
fn a_cut_document_keeps_what_was_whole() {
    let check = |text: &str, expected: &str, broken: &[usize]| {
        let (value, parts, cut) = shown(text);
        assert_eq!(value, serde_json::from_str::<serde_json::Value>(expected).unwrap(), "{text}");
        assert_eq!((parts.as_slice(), cut), (broken, true), "{text}");
    };
    check(r#"{"v": 1, "items": [{"id": 1}, {"id": 2, "t": "x"#, r#"{"v": 1, "items": [{"id": 1}, {"id": 2}]}"#, &[1]);
    check(
        r#"{"v": 1, "items": [{"id": 1}, {"id": 2, "t": "x"}"#,
        r#"{"v": 1, "items": [{"id": 1}, {"id": 2, "t": "x"}]}"#,
        &[],
    );
    check(r#"{"v": 1, "items": [{"id": 1, "a": [{"b""#, r#"{"v": 1, "items": [{"id": 1, "a": [{}]}]}"#, &[0]);
    check(r#"{"v": 1, "it"#, r#"{"v": 1}"#, &[]);
}

/// Quadratic time would show here as minutes.
#[test]
fn hostile_json_takes_linear_time() {
    for unit in [
        "\"",
        "\" ",
        "'",
        "\\",
        "\\u",
        "{\"id\":1)",
        "],",
        "}",
        "{\"id\"",
        ",",
        ":",
        "\"a\":",
        "[1,",
        "\n",
        "\"a\" \n",
        "//",
        "/*",
        "\\n\"b\":",
    ] {
        for start in ["{\"items\": [", "{\"items\": [{\"id\": 1, \"t\": \"", "{"] {
            let text = format!("{start}{}", unit.repeat(200_000));
            let _ = mended(&text, &mut Notes::default());
        }
    }
}

/// Braces that are looked at in search of the next entry of `text`.
fn looks(text: &str) -> usize {
    let mut notes = Notes::default();
    let mut mender = Mender::new(text, &mut notes);
    let _ = mender.run();
    mender.looks.get()
}

/// What was found of the next entry is kept: each mismatched bracket asks for it.
#[test]
fn brackets_too_many_look_at_each_brace_a_few_times() {
    let item = |name: &str| format!("{{\"{name}\": 1}}");
    let far = |brackets: usize, opening: &str, bracket: &str, braces: &str| {
        format!(
            "{{\"items\": [{opening}{} \"x\": {} 0, {}]}}",
            bracket.repeat(brackets),
            braces.repeat(brackets),
            item("id")
        )
    };
    let named = |count: usize, width: usize| {
        let items: Vec<String> = (0..count).map(|n| format!("{{\"{:0width$}\": 1]}}", n)).collect();
        format!("{{\"items\": [{}, {}]}}", items.join(","), item("id"))
    };
    let check = |what: &str, text: &dyn Fn(usize) -> String| {
        let (small, large) = (looks(&text(1_000)), looks(&text(2_000)));
        assert!(small > 500, "{what}: {small}");
        assert!(large <= 2 * small + 50, "{what}: {small}, {large}");
        let braces = text(2_000).matches('{').count();
        assert!(large <= 10 * braces, "{what}: {large} of {braces}");
    };
    check("braces", &|n| far(n, &item("id"), "}", "{"));
    check("brackets in an entry", &|n| far(n, "{\"id\": 1", "]", "{"));
    check("entries that are none", &|n| far(n, &item("id"), "}", ",{\"x\":1}"));
    check("a name of its own for each entry", &|n| named(n, 5));
}
