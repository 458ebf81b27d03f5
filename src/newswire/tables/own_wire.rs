//! `[wires.NAME]` of the configuration.

/// A wire of the operator's, or an addition to a built-in one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OwnWire {
    /// NAME. That of a built-in wire, such as "globenewswire", adds to it.
    pub key: String,
    /// Its names, the usual one first; without any, a new wire is called by its key.
    pub names: Vec<String>,
    /// Its marks as printed: "(MYWIRE)", "/MYWIRE/", or "MYWIRE" if it may stand free.
    pub marks: Vec<String>,
    /// Its end marks as printed.
    pub end_marks: Vec<String>,
}

/// All that own wires say, in one text: other wires give another.
pub(super) fn told(own: &[OwnWire]) -> String {
    let wire = |wire: &OwnWire| {
        let OwnWire { key, names, marks, end_marks } = wire;
        [names, marks, end_marks].into_iter().fold(key.clone(), |told, list| told + "\n" + &list.join("\t"))
    };
    own.iter().map(wire).collect::<Vec<String>>().join("\n\n")
}
