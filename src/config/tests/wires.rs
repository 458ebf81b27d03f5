//! `[wires.NAME]`.

use super::*;

#[test]
fn own_wires_are_read_b315() {
    let text = "[wires.harbour]\nnames = [\"Harbour Press\"]\nmarks = [\"(HARBOUR)\"]\nend_marks = [\"=fin=\"]\n\
                [wires.globenewswire]\nmarks = [\"/GNW/\"]\n";
    let config = read(text).unwrap();
    let harbour = config.wire.tables().named("harbour").unwrap();
    assert_eq!(config.wire.tables().name(harbour), "Harbour Press");
    assert_eq!(config.wire.tables().own().len(), 2);
    assert_eq!(config.wire.tables().end_marks(), ["=fin="]);
    assert!(read("").unwrap().wire.tables().own().is_empty());
}

#[test]
fn wrong_wires_are_named_with_their_lines_b315() {
    check(
        "[wires.x]\nmarks = [\"(X1)\", \"(AP)\", \"(X2\", \"--\"]\n[wires.y]\nmark = [\"(Y)\"]\n",
        &[
            "conf/w.toml:2:18: wires.x.marks[2]: \"(AP)\" belongs to AP (leave it out, or give the table that wire's name)",
            "conf/w.toml:2:26: wires.x.marks[3]: \"(X2\" has a bracket or slash on one side only (write it as it is printed, \
             such as \"(MYWIRE)\")",
            "conf/w.toml:2:33: wires.x.marks[4]: \"--\" has no letter or digit (write it as it is printed, such as \
             \"(MYWIRE)\")",
            "conf/w.toml:3:8: wires.y: the wire names no mark, name or end mark (write marks = [\"(MYWIRE)\"])",
            "conf/w.toml:4:1: wires.y.mark: unknown key `mark` (did you mean `marks`?)",
        ],
    );
    check(
        "[wires.x]\nmarks = [\"(X1)\", \"(X1)\"]\n",
        &["conf/w.toml:2:18: wires.x.marks[2]: \"(X1)\" stands twice (leave one of them out)"],
    );
}
