//! The gaps of a rule and the words they are filled with.

use std::fmt::Write as _;

use super::Cast;
use crate::stories::words::DAYS;

impl Cast {
    /// Fills one gap of a rule. `{b.his}` is B's, `{his}` A's; `{he!}` is
    /// the name where the two have the same pronoun; `{a thing}` and `{A thing}` have
    /// their article; `{n food}` is a count of them.
    pub(in crate::stories) fn fill(&mut self, gap: &str, text: &mut String) {
        let start = text.len();
        if let Some((number, noun)) = gap.split_once(' ') {
            if number == "a" || number == "A" {
                self.fill(noun, text);
                let vowel = b"aeiou".contains(&text.as_bytes()[start]);
                text.insert_str(start, if vowel { "n " } else { " " });
                text.insert_str(start, number);
            } else {
                self.fill_count(number, noun, text);
            }
            return;
        }
        let word = match gap {
            "A" => self.people[0].name,
            "B" => self.people[1].name,
            "friend" | "Friend" => {
                if !self.met {
                    self.met = true;
                    text.push_str(self.people[0].words().his);
                    text.push(' ');
                    text.push_str(self.relation);
                    text.push(' ');
                }
                self.people[1].name
            }
            "next" | "next-day" => {
                self.day = (self.day + 1) % 7;
                if gap == "next" { "next" } else { DAYS[self.day] }
            }
            "grown-up" => self.grown_up.name,
            "nature" => self.nature,
            "home" => self.home,
            "place" => self.place.at,
            "to-place" => self.place.to,
            "day" => DAYS[self.day],
            "tomorrow" => DAYS[(self.day + 1) % 7],
            "food" => self.food[0],
            "foods" => self.food[1],
            "treasure" => self.treasure[0],
            "box" => self.container[0],
            "thing" => self.things[0][0],
            "use" => self.things[0][1],
            "used" => self.things[0][2],
            "thing2" => self.things[1][0],
            "used2" => self.things[1][2],
            "colour" => self.colours[0],
            "colour2" => self.colours[1],
            "spot" => self.spots[0],
            "spot2" => self.spots[1],
            "animal" => self.animal[0],
            "feed" => self.animal[1],
            "sound" => self.animal[2],
            "moved" => self.animal[3],
            _ => self.pronoun(gap),
        };
        text.push_str(word);
        if gap.len() > 1 && gap.trim_start_matches("b.").starts_with(char::is_uppercase) {
            let first = text[start..=start].to_ascii_uppercase();
            text.replace_range(start..=start, &first);
        }
    }

    fn pronoun(&self, gap: &str) -> &'static str {
        let (person, word) = match gap.split_once('.') {
            Some(("b", word)) => (&self.people[1], word),
            _ => (&self.people[0], gap),
        };
        let clear = self.people[0].sex != self.people[1].sex;
        match word {
            "he!" | "He!" | "him!" if !clear => person.name,
            "he" | "He" | "he!" | "He!" => person.words().he,
            "him" | "him!" => person.words().him,
            "his" | "His" => person.words().his,
            "himself" => person.words().himself,
            "child" => person.words().child,
            _ => panic!("no word for the gap {{{gap}}}"),
        }
    }

    fn fill_count(&self, number: &str, noun: &str, text: &mut String) {
        let [n, m, k, r, e, age] = self.numbers;
        let number = match number {
            "n" => n,
            "m" => m,
            "n+m" => n + m,
            "k" => k,
            "n-k" => n - k,
            "r" => r,
            "e" => e,
            "r*e" => r * e,
            "age" => age,
            "age+1" => age + 1,
            _ => panic!("no number for the gap {{{number} {noun}}}"),
        };
        let pair = match noun {
            "food" => self.food,
            "treasure" => self.treasure,
            "find" => self.find,
            "box" => self.container,
            "candle" => ["candle", "candles"],
            "year" => ["year", "years"],
            "was" => ["was", "were"],
            "more" => ["more"; 2],
            "of" => ["of"; 2],
            _ => panic!("nothing to count for the gap {{{number} {noun}}}"),
        };
        let word = pair[usize::from(number != 1)];
        if noun == "was" {
            text.push_str(word);
        } else {
            // Writing into a string cannot fail.
            let _ = write!(text, "{number} {word}");
        }
    }
}
