//! The year that a page as a whole is of.

use scraper::{ElementRef, Html};

use super::super::css;
use super::inner::{LONGEST, MOST_NODES, texts};
use super::said::{YearContext, YearSaid, is_year, year_in};

/// Fields of a page's forms that are looked at.
const MOST_FIELDS: usize = 200;

/// The year before this one that `page` names in its title, at the end of the way to it or in
/// a field of a form, as written.
pub fn year_of(page: &Html, context: YearContext) -> Option<String> {
    let is_past = |said: YearSaid| said.year().is_some_and(|year| year < context.this_year);
    let title = css::named(page, "title").next().map(css::shown).filter(|title| title.len() <= LONGEST);
    let title = title.filter(|title| is_past(year_in(title, context)));
    let on_way = || {
        let called = |element: &ElementRef<'_>| {
            let names = element.value().classes().chain(element.value().id()).chain(element.attr("aria-label"));
            names.into_iter().any(|name| name.to_ascii_lowercase().starts_with("breadcrumb"))
        };
        let way = css::inner(page.root_element()).find(called)?;
        let last = texts(way, MOST_NODES).last()?.rsplit(['/', '›', '»', '>', '|', '→']).next()?.trim();
        is_past(year_in(last, context)).then(|| last.to_owned())
    };
    title.or_else(on_way).or_else(|| year_chosen(page, context))
}

/// The year before this one that a field for a year holds, if no such field holds this one.
fn year_chosen(page: &Html, context: YearContext) -> Option<String> {
    let is_of_year = |name: &str| {
        let name = name.to_lowercase();
        name.split(|c: char| !c.is_alphabetic()).any(is_year) || ["year", "jahr"].iter().any(|word| name.contains(word))
    };
    let is_shown = |field: &ElementRef<'_>| match field.attr("type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "radio" | "checkbox" => field.attr("checked").is_some(),
        "submit" | "button" | "reset" | "image" => false,
        _ => true,
    };
    let fields = css::named(page, "input").take(MOST_FIELDS).filter(is_shown);
    let fields = fields.filter(|field| {
        [field.attr("name"), field.attr("id"), field.attr("aria-label")].into_iter().flatten().any(is_of_year)
    });
    let years = fields.filter_map(|field| match year_in(field.attr("value")?, context) {
        YearSaid::Bare(year) => Some((year, field.attr("value")?)),
        _ => None,
    });
    let years: Vec<(i16, &str)> = years.collect();
    let names_this = years.iter().any(|(year, _)| *year >= context.this_year);
    years.first().filter(|_| !names_this).map(|(_, written)| (*written).to_owned())
}
