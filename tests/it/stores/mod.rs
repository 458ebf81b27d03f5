//! Seeded sequences of calls, which every store answers alike (checks R56, R57).
//!
//! A sequence is data, drawn from a seed by who knows no store. It is done to two stores
//! that go by the caller's time; each answer is compared, with the changes that readers
//! were told of, and now and then all of a store that can be seen. What differs is a
//! defect of one of them.
//!
//! A sequence that fails is made as short as it fails, and printed. `STORES=seed` repeats
//! the sequence of a seed, `STORES_SEEDS=n` asks for more than a usual run does.

mod act;
mod draw;
mod look;
mod records;
mod script;
mod told;

use std::fmt::Write;

use act::Desk;
use draw::Topics;
use look::Sight;
use script::Script;

use crate::contract::{Bench, MemoryBench, PostgresBench, SqliteBench};

/// All of a store is looked at after so many steps, and at the end.
const LOOK_EVERY: usize = 20;

/// Steps of a sequence.
const STEPS: usize = 60;

/// What a store has answered to a script: of each step, and what was seen behind it.
type Answers = Vec<(String, Sight)>;

async fn answers(bench: &dyn Bench, script: &Script) -> Answers {
    let mut desk = Desk::open(bench, script.gap_ms).await;
    let mut answers = Answers::new();
    for (n, step) in (1..).zip(&script.steps) {
        let answer = desk.step(step).await;
        let is_time = n % LOOK_EVERY == 0 || n == script.steps.len();
        answers.push((answer, if is_time { desk.look().await } else { Sight::new() }));
    }
    answers
}

/// Where two stores begin to differ: behind which step, and in what.
struct Difference {
    step: usize,
    what: String,
}

fn difference(one: &Answers, other: &Answers) -> Option<Difference> {
    let all = one.iter().zip(other).enumerate();
    all.map(|(step, (one, other))| (step, unlike(one, other)))
        .find_map(|(step, what)| Some(Difference { step, what: what? }))
}

fn unlike((answer, seen): &(String, Sight), (other_answer, other_seen): &(String, Sight)) -> Option<String> {
    if answer != other_answer {
        return Some(format!("answers\n  {answer}\n  {other_answer}"));
    }
    let names = seen.keys().chain(other_seen.keys());
    let mut differing = names.filter(|name| seen.get(*name) != other_seen.get(*name));
    let name = differing.next()?;
    let [one, other] = [seen, other_seen].map(|sight| sight.get(name).map_or("", String::as_str));
    Some(format!("{name}\n  {one}\n  {other}"))
}

/// Two kinds of stores, and what both can be asked for.
#[derive(Clone, Copy)]
struct Pair<'a>([&'a dyn Bench; 2], Topics);

impl Pair<'_> {
    async fn differ(self, script: &Script) -> Option<Difference> {
        let [one, other] = self.0;
        difference(&answers(one, script).await, &answers(other, script).await)
    }

    /// The shortest script found that tells the two apart: what follows the difference goes,
    /// then halves, quarters and single steps, as long as they differ without.
    async fn shrunk(self, mut script: Script, mut found: Difference) -> (Script, Difference) {
        script.steps.truncate(found.step + 1);
        let mut piece = script.steps.len() / 2;
        while piece > 0 {
            let mut from = 0;
            while from < script.steps.len() {
                let mut shorter = script.clone();
                shorter.steps.drain(from..(from + piece).min(script.steps.len()));
                match self.differ(&shorter).await {
                    Some(difference) => {
                        shorter.steps.truncate(difference.step + 1);
                        (script, found) = (shorter, difference);
                    }
                    None => from += piece,
                }
            }
            piece /= 2;
        }
        (script, found)
    }

    /// Holds the two to the sequences of these seeds.
    async fn agree(self, usual: u64) {
        let asked = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
        let seeds = match asked("STORES") {
            Some(seed) => seed..seed + 1,
            None => 0..asked("STORES_SEEDS").unwrap_or(usual),
        };
        for seed in seeds {
            let script = draw::script(seed, STEPS, self.1);
            if let Some(difference) = self.differ(&script).await {
                let (Script { gap_ms, steps }, Difference { step, what }) = self.shrunk(script, difference).await;
                let mut shown = String::new();
                for step in steps {
                    write!(shown, "\n    {step:?},").unwrap();
                }
                panic!("STORES={seed}: gap of {gap_ms} ms, steps [{shown}\n]\nstep {step} differs: {what}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_and_postgres_answer_alike_r57() {
    if PostgresBench.is_there() {
        Pair([&SqliteBench, &PostgresBench], Topics::All).agree(12).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_answers_as_the_reference_store_r56() {
    Pair([&MemoryBench, &SqliteBench], Topics::OfReference).agree(60).await;
}
