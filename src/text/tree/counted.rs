//! A tree that counts a parser's requests.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, QualName};

use super::bounds::MOST_ATTRIBUTES;

/// Formatting, which a parser reopens in every block until it is closed.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// A node, and how deep it was put.
#[derive(Clone)]
pub struct Tracked<H> {
    node: H,
    place: Rc<Cell<NodeDepth>>,
}

/// Where a node was put: below how many elements, and how many of these are formatting.
#[derive(Clone, Copy, Default)]
struct NodeDepth {
    depth: usize,
    formatting: usize,
    is_formatting: bool,
}

/// What was counted so far.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    /// The deepest place of any element.
    pub depth: usize,
    /// Elements made, comments among them.
    pub elements: usize,
    /// Requests about single elements.
    pub steps: usize,
}

/// A tree, and the requests made of it so far.
pub struct CountedTree<S> {
    sink: S,
    counts: Cell<Counts>,
    /// Attributes that further `html` and `body` tags added.
    added: Cell<usize>,
    /// Where the last element was put.
    last: Cell<NodeDepth>,
}

impl<S: TreeSink> CountedTree<S> {
    pub fn new(sink: S) -> Self {
        CountedTree { sink, counts: Cell::default(), added: Cell::new(0), last: Cell::default() }
    }

    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// Counts the comparison of the element that came last with the formatting
    /// around it.
    pub fn compared(&self, attributes: usize) {
        let last = self.last.get();
        if last.is_formatting {
            self.count(|counts| counts.steps += last.formatting * (1 + attributes) * 2);
        }
    }

    fn count(&self, add: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        add(&mut counts);
        self.counts.set(counts);
    }

    fn step(&self) {
        self.count(|counts| counts.steps += 1);
    }

    fn tracked(&self, node: S::Handle, is_formatting: bool) -> Tracked<S::Handle> {
        Tracked { node, place: Rc::new(Cell::new(NodeDepth { is_formatting, ..NodeDepth::default() })) }
    }

    /// Notes that `child` is put into the node at depth `parent`; returns the child
    /// unwrapped.
    fn put(&self, parent: NodeDepth, child: NodeOrText<Tracked<S::Handle>>) -> NodeOrText<S::Handle> {
        match child {
            NodeOrText::AppendText(text) => NodeOrText::AppendText(text),
            NodeOrText::AppendNode(child) => {
                let is_formatting = child.place.get().is_formatting;
                let formatting = parent.formatting + usize::from(is_formatting);
                let place = NodeDepth { depth: parent.depth + 1, formatting, is_formatting };
                child.place.set(place);
                self.last.set(place);
                self.count(|counts| counts.depth = counts.depth.max(place.depth));
                NodeOrText::AppendNode(child.node)
            }
        }
    }
}

impl<S: TreeSink> TreeSink for CountedTree<S> {
    type Handle = Tracked<S::Handle>;
    type Output = S::Output;
    type ElemName<'a>
        = S::ElemName<'a>
    where
        Self: 'a;

    fn finish(self) -> S::Output {
        self.sink.finish()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Self::Handle {
        self.tracked(self.sink.get_document(), false)
    }

    fn elem_name<'a>(&'a self, target: &'a Self::Handle) -> Self::ElemName<'a> {
        self.step();
        self.sink.elem_name(&target.node)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Self::Handle {
        self.count(|counts| {
            counts.elements += 1;
            counts.steps += 1 + attrs.len();
        });
        let is_formatting = FORMATTING.contains(&&*name.local);
        self.tracked(self.sink.create_element(name, attrs, flags), is_formatting)
    }

    fn create_comment(&self, text: StrTendril) -> Self::Handle {
        self.count(|counts| counts.elements += 1);
        self.tracked(self.sink.create_comment(text), false)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Self::Handle {
        self.count(|counts| counts.elements += 1);
        self.tracked(self.sink.create_pi(target, data), false)
    }

    fn append(&self, parent: &Self::Handle, child: NodeOrText<Self::Handle>) {
        self.step();
        self.sink.append(&parent.node, self.put(parent.place.get(), child));
    }

    fn append_based_on_parent_node(
        &self,
        element: &Self::Handle,
        prev_element: &Self::Handle,
        child: NodeOrText<Self::Handle>,
    ) {
        self.step();
        // Its place in the tree; open elements, the table among them, are deeper.
        let child = self.put(element.place.get(), child);
        self.sink.append_based_on_parent_node(&element.node, &prev_element.node, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.sink.append_doctype_to_document(name, public_id, system_id);
    }

    fn mark_script_already_started(&self, node: &Self::Handle) {
        self.sink.mark_script_already_started(&node.node);
    }

    fn pop(&self, node: &Self::Handle) {
        self.step();
        self.sink.pop(&node.node);
    }

    fn get_template_contents(&self, target: &Self::Handle) -> Self::Handle {
        Tracked { node: self.sink.get_template_contents(&target.node), place: Rc::clone(&target.place) }
    }

    fn same_node(&self, x: &Self::Handle, y: &Self::Handle) -> bool {
        self.step();
        self.sink.same_node(&x.node, &y.node)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.sink.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &Self::Handle, new_node: NodeOrText<Self::Handle>) {
        self.step();
        let mut parent = sibling.place.get();
        parent.depth = parent.depth.saturating_sub(1);
        self.sink.append_before_sibling(&sibling.node, self.put(parent, new_node));
    }

    fn add_attrs_if_missing(&self, target: &Self::Handle, mut attrs: Vec<Attribute>) {
        attrs.truncate(MOST_ATTRIBUTES.saturating_sub(self.added.get()));
        self.added.set(self.added.get() + attrs.len());
        self.sink.add_attrs_if_missing(&target.node, attrs);
    }

    fn associate_with_form(
        &self,
        target: &Self::Handle,
        form: &Self::Handle,
        (one, other): (&Self::Handle, Option<&Self::Handle>),
    ) {
        self.sink.associate_with_form(&target.node, &form.node, (&one.node, other.map(|other| &other.node)));
    }

    fn remove_from_parent(&self, target: &Self::Handle) {
        self.step();
        self.sink.remove_from_parent(&target.node);
    }

    fn reparent_children(&self, node: &Self::Handle, new_parent: &Self::Handle) {
        self.step();
        self.sink.reparent_children(&node.node, &new_parent.node);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Self::Handle) -> bool {
        self.sink.is_mathml_annotation_xml_integration_point(&handle.node)
    }

    fn allow_declarative_shadow_roots(&self, intended_parent: &Self::Handle) -> bool {
        self.sink.allow_declarative_shadow_roots(&intended_parent.node)
    }
}
