//! Packs the rows of `scripts/make-places` into the file that is built into wiredesk:
//! `make_places ROWS FILE`.

use anyhow::{Context, bail};
use wiredesk::places::pack::Packer;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, file] = arguments.as_slice() else { bail!("usage: make_places ROWS FILE") };
    let text = std::fs::read_to_string(rows).with_context(|| format!("cannot read {rows}"))?;
    let bytes = Packer::rows(&text).map_err(anyhow::Error::msg)?;
    std::fs::write(file, bytes).with_context(|| format!("cannot write {file}"))
}
