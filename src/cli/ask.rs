//! Questions to a person at a terminal. Programs and scripts are never asked.

use std::io::{BufRead, IsTerminal};

use anyhow::anyhow;

use super::context::Failed;
use super::output::Output;

/// What a question of yes or no was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum YesOrNo {
    /// Yes, or nothing at all.
    Yes,
    /// No.
    No,
}

/// A person who can be asked.
pub struct Asking<'a> {
    out: &'a Output,
}

impl<'a> Asking<'a> {
    /// Somebody sits at a terminal and wants a result to read.
    pub fn of(out: &'a Output) -> Option<Asking<'a>> {
        let is_there = std::io::stdin().is_terminal() && out.is_watched();
        is_there.then_some(Asking { out })
    }

    /// Tells what a question is about.
    pub fn tell(&self, text: &str) {
        self.out.complain(text);
    }

    /// One line, without the blanks around it; may be empty.
    ///
    /// # Errors
    /// There is nobody any more.
    pub fn line(&self, question: &str) -> Result<String, Failed> {
        self.out.prompt(question);
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(Failed::Because(anyhow!("not answered, so nothing was done")));
        }
        Ok(line.trim().to_owned())
    }

    /// Yes or no, asked until it is one of them.
    ///
    /// # Errors
    /// There is nobody any more.
    pub fn whether(&self, question: &str) -> Result<YesOrNo, Failed> {
        loop {
            match self.line(&format!("{question} [Y/n] "))?.to_lowercase().as_str() {
                "" | "y" | "yes" => return Ok(YesOrNo::Yes),
                "n" | "no" => return Ok(YesOrNo::No),
                _ => self.out.complain("please answer y or n"),
            }
        }
    }
}
