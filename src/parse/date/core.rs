//! Year, month and day among the tokens of a date.

use super::calendar::{Day, of_two_digits};
use super::figures::number;
use super::fillers::{is_filler, is_unit};
use super::order::DateOrder;
use super::sheet::{MonthName, Sheet, phrases};
use super::short_year;
use super::tokens::{self, Piece, Shape};
use super::words::{self, Months};

/// Where the day stands: its first token and its last.
pub type Within = (usize, usize);

/// Stands for words of units between numbers.
const UNIT: char = '年';

/// The day that the free tokens of `sheet` state, which are taken then.
pub fn find(sheet: &mut Sheet<'_>) -> Option<(Day, Within)> {
    let free = |at: &usize| {
        let token = sheet.tokens[*at];
        token.kind == Shape::Number && !sheet.taken[*at] && !token.aside
    };
    let numbers: Vec<usize> = (0..sheet.tokens.len()).filter(free).collect();
    // Three short numbers beside the name of a month are a clock.
    let (day, used) = in_figures(sheet, &numbers, 3)
        .or_else(|| with_month(sheet, &numbers))
        .or_else(|| in_figures(sheet, &numbers, 2))?;
    for at in &used {
        sheet.taken[*at] = true;
    }
    Some((day, (*used.iter().min()?, *used.iter().max()?)))
}

/// Three numbers with the same sign between them, and nothing else; one of at
/// least `longest` digits, or the letter of an era before them.
fn in_figures(sheet: &Sheet<'_>, numbers: &[usize], longest: usize) -> Option<(Day, Vec<usize>)> {
    numbers.windows(3).find_map(|window| {
        let [first, second, third] = *window else { return None };
        let sign = sign_between(sheet, first, second)?;
        let other = sign_between(sheet, second, third)?;
        let sign = if sign == UNIT || other == UNIT { UNIT } else { sign };
        if sign != other && sign != UNIT || sign == ',' {
            return None;
        }
        if let Some(found) = in_era(sheet, [first, second, third]) {
            return Some(found);
        }
        if window.iter().all(|at| sheet.tokens[*at].text.len() < longest) {
            return None;
        }
        // A letter that touches the number may be an era's elsewhere, a version's or a page's.
        let before = first.checked_sub(1).map(|at| sheet.tokens[at]);
        if before.is_some_and(|token| token.kind == Shape::Word) && sheet.tokens[first].text.len() < 4 {
            return None;
        }
        Some((of_figures(sheet, [first, second, third], sign)?, window.to_vec()))
    })
}

/// A day whose year counts those of an era, by its letter: "R8.11.13".
fn in_era(sheet: &Sheet<'_>, [year, month, day]: [usize; 3]) -> Option<(Day, Vec<usize>)> {
    let letter = year.checked_sub(1).filter(|_| sheet.known.speaks("ja"))?;
    let before = tokens::before_era(sheet.tokens[letter].text)?;
    let year_of_era = sheet.number(year, 2)?;
    let day_of = Day::Of((before + year_of_era).try_into().ok()?, sheet.number(month, 2)?, sheet.number(day, 2)?);
    Some((day_of, vec![letter, year, month, day]))
}

/// What parts two numbers: a sign, else a blank; `None` for anything more.
/// "ngày 22 tháng 11 năm 2026" has words of units, which are like slashes there.
fn sign_between(sheet: &Sheet<'_>, from: usize, until: usize) -> Option<char> {
    let mut found = ' ';
    let between = &sheet.tokens[from + 1..until];
    if between.iter().any(|token| token.kind == Shape::Word) {
        let units = between.iter().filter(|token| token.kind == Shape::Word).all(|t| is_unit(&words::fold(t.text)));
        return units.then_some(UNIT);
    }
    for token in between {
        let sign = match token.kind {
            Shape::Blank => continue,
            Shape::Sign(sign @ ('/' | '-' | '.')) => sign,
            Shape::Sign(',') if from + 1 < until - 1 => return Some(','),
            _ => return None,
        };
        if found != ' ' && found != sign {
            return None;
        }
        found = sign;
    }
    Some(found)
}

fn of_figures(sheet: &Sheet<'_>, [first, second, third]: [usize; 3], sign: char) -> Option<Day> {
    let text = |at: usize| sheet.tokens[at].text;
    let value = |at: usize| number(text(at).as_bytes());
    let (a, b, c) = (value(first)?, value(second)?, value(third)?);
    let known = sheet.known;
    let year_first = known.likely == Some(DateOrder::Ymd);
    let lengths = [text(first).len(), text(second).len(), text(third).len()];
    let open = |year: i32| {
        // Stops put the day first all over the world.
        let custom = (sign == '.').then_some(DateOrder::Dmy);
        // Words of units say which is which.
        if sign == UNIT { Day::Of(year, b, a) } else { Day::Open { year, first: a, second: b, custom } }
    };
    match lengths {
        [4, 1..=2, 1..=2] => Some(Day::Of(a.try_into().ok()?, b, c)),
        // Taiwan counts the years of the republic.
        [3, 1..=2, 1..=2] if known.speaks("zh") && (100..200).contains(&a) => {
            Some(Day::Of(i32::try_from(a + 1911).ok()?, b, c))
        }
        [1..=2, 1..=2, 4] => Some(open(c.try_into().ok()?)),
        [2, 1..=2, 1..=2] if a > 31 || year_first => Some(Day::Of(of_two_digits(a, known), b, c)),
        // "03-12-31" could be anything, and "5 11 12" three counts.
        [2, _, 2] if sign == '-' => None,
        [1..=2, 1..=2, 2] if sign == ' ' => None,
        [1..=2, 1..=2, 2] => Some(open(of_two_digits(c, known))),
        _ => None,
    }
}

/// One or two numbers and a month by its name.
fn with_month(sheet: &Sheet<'_>, numbers: &[usize]) -> Option<(Day, Vec<usize>)> {
    let mut named = months(sheet, numbers);
    if named.iter().any(|month| !month.is_doubtful) {
        named.retain(|month| !month.is_doubtful);
    }
    // "نوفمبر/ تشرين الثاني" names one month twice.
    let month = named.first()?;
    if named.iter().any(|other| other.months != month.months) {
        // "mar., 01 déc.": the one between the numbers is the month.
        let between = |month: &&MonthName| numbers.first() < Some(&month.from) && numbers.last() > Some(&month.from);
        let mut candidates = named.iter().filter(between);
        let month = candidates.next()?;
        return if candidates.next().is_none() { place(sheet, numbers, &[month]) } else { None };
    }
    place(sheet, numbers, &named.iter().collect::<Vec<_>>())
}

/// Day, month and year where `named` is the month.
fn place(sheet: &Sheet<'_>, numbers: &[usize], named: &[&MonthName]) -> Option<(Day, Vec<usize>)> {
    let month = named.first()?;
    let (before, after): (Vec<usize>, Vec<usize>) = numbers.iter().partition(|at| **at < month.from);
    let length = |at: usize| sheet.tokens[at].text.len();
    let (year, day, numbers) = year_and_day(&before, &after, length)?;
    let value = |at: usize| number(sheet.tokens[at].text.as_bytes());
    let day = match day {
        Some(at) if length(at) <= 2 => value(at)?,
        Some(_) => return None,
        // A month alone has its first day; a month with a clock has lost its day.
        None if sheet.taken.contains(&true) => return None,
        None => 1,
    };
    let year: i32 = match length(year) {
        4 => value(year)?.try_into().ok()?,
        // "November 22-25, 2026": the second is a day.
        2 if [&before, &after].iter().all(|all| all.iter().all(|at| length(*at) != 4))
            && numbers.iter().nth_back(1).is_some_and(|day| short_year::is_one(sheet, *day, named, year)) =>
        {
            of_two_digits(value(year)?, sheet.known)
        }
        _ => return None,
    };
    let used = named.iter().flat_map(|month| month.from..month.until).chain(numbers).collect();
    let solar = month.months.solar_hijri.filter(|_| (1300..1500).contains(&year));
    let day = match (solar, month.months.gregorian) {
        (Some(month), _) => Day::SolarHijri(year, month, day),
        (None, Some(month)) => Day::Of(year, month, day),
        (None, None) => return None,
    };
    Some((day, used))
}

/// Which of the numbers `before` and `after` a month are its year and its day, and all that
/// belong to the date; `length` is how many digits one has.
fn year_and_day(
    before: &[usize],
    after: &[usize],
    length: impl Fn(usize) -> usize,
) -> Option<(usize, Option<usize>, Vec<usize>)> {
    Some(match (before, after) {
        (&[year], &[day, ..]) if length(year) == 4 => (year, Some(day), vec![year, day]),
        (&[day], &[year, ..]) => (year, Some(day), vec![day, year]),
        (&[], &[year]) if length(year) == 4 => (year, None, vec![year]),
        (&[], &[year, day]) if length(year) == 4 && length(day) < 3 => (year, Some(day), vec![year, day]),
        (&[], &[day, year, ..]) => (year, Some(day), vec![day, year]),
        (&[year, day], []) if length(year) == 4 => (year, Some(day), vec![year, day]),
        // A template's slip: "026, 26 Mar 2023".
        (&[odd, day], &[year]) if length(odd) == 3 => (year, Some(day), vec![odd, day, year]),
        _ => return None,
    })
}

/// All words that can be months.
fn months(sheet: &Sheet<'_>, numbers: &[usize]) -> Vec<MonthName> {
    let languages = &sheet.known.languages;
    let mut found: Vec<MonthName> = Vec::new();
    let mut from = 0;
    while from < sheet.tokens.len() {
        let token = sheet.tokens[from];
        if token.kind != Shape::Word || sheet.taken[from] || token.aside {
            from += 1;
            continue;
        }
        let best = phrases(&sheet.tokens, from).into_iter().rev().find_map(|(phrase, until)| {
            let months = known_months(&phrase, languages);
            (months != Months::default()).then_some((phrase, until, months))
        });
        if let Some((phrase, until, months)) = best {
            let is_doubtful = words::may_be_weekday(&phrase, languages) && numbers.first() > Some(&from);
            found.push(MonthName { from, until, months, is_doubtful });
            from = until;
        } else if let Some(month) = roman(sheet, from) {
            let months = Months { gregorian: Some(month), solar_hijri: None };
            found.push(MonthName { from, until: from + 1, months, is_doubtful: false });
            from += 1;
        } else {
            from += 1;
        }
    }
    found
}

fn known_months(phrase: &str, languages: &[String]) -> Months {
    if is_filler(phrase) {
        return Months::default();
    }
    let months = words::months(phrase, languages);
    match phrase.strip_prefix('ב') {
        // Hebrew writes "in November" as one word.
        Some(rest) if months == Months::default() => words::months(rest, languages),
        _ => months,
    }
}

/// A month in Roman figures, between two numbers: "22 XI 2026".
fn roman(sheet: &Sheet<'_>, at: usize) -> Option<u32> {
    const FIGURES: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    let month = FIGURES.iter().position(|figure| *figure == sheet.tokens[at].text)?;
    let number = |token: Option<&Piece<'_>>| token.is_some_and(|token| token.kind == Shape::Number);
    let before = sheet.tokens[..at].iter().rev().find(|token| !token.parts());
    let after = sheet.tokens[at + 1..].iter().find(|token| !token.parts());
    (number(before) && number(after)).then(|| u32::try_from(month + 1).ok())?
}
