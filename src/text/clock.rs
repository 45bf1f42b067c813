//! The pieces of a written date, and the time of day and zone among them.

use jiff::civil::Time;

/// One piece of a date.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A run of digits: its value and how many digits it has.
    Number(i64, usize),
    /// A run of letters, folded.
    Word(String),
    /// Any other character that is no space.
    Sign(char),
    /// A run of spaces.
    Space,
}

/// A time of day and its distance from UTC, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    pub(super) time: Time,
    /// It is midnight at the end of the day.
    pub(super) next_day: bool,
    pub(super) offset: i32,
}

/// The pieces of a text whose digits are ASCII and whose letters are folded.
pub(super) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let of_kind = |kind: fn(char) -> bool| rest.find(|c| !kind(c)).unwrap_or(rest.len());
        let (token, end) = if c.is_ascii_digit() {
            let end = of_kind(|c| c.is_ascii_digit());
            (Token::Number(rest[..end].parse().unwrap_or(i64::MAX), end), end)
        } else if c.is_alphabetic() {
            let end = of_kind(|c| c.is_alphabetic() || c == '_');
            (Token::Word(rest[..end].to_string()), end)
        } else if c.is_whitespace() {
            (Token::Space, of_kind(char::is_whitespace))
        } else {
            (Token::Sign(c), c.len_utf8())
        };
        tokens.push(token);
        rest = &rest[end..];
    }
    tokens
}

/// Takes the time of day and its zone out of the tokens; midnight UTC where there is none.
pub(super) fn take_clock(tokens: &mut Vec<Token>) -> Clock {
    for at in 0..tokens.len() {
        let Some((mut clock, mut end)) = clock_at(tokens, at) else { continue };
        let start = if at > 0 && matches!(&tokens[at - 1], Token::Word(w) if w == "t") { at - 1 } else { at };
        end = half_of_day(tokens, start, end, &mut clock);
        if let Some((offset, after)) = zone_at(tokens, skip_space(tokens, end)) {
            (clock.offset, end) = (offset, after);
        }
        tokens.splice(start..end, [Token::Space]);
        return clock;
    }
    Clock::default()
}

/// The time that begins at a token, and the token after it.
fn clock_at(tokens: &[Token], at: usize) -> Option<(Clock, usize)> {
    let after_t = at > 0 && matches!(&tokens[at - 1], Token::Word(w) if w == "t");
    match &tokens[at..] {
        [
            Token::Number(h, 1..=2),
            Token::Sign(':'),
            Token::Number(m, 2),
            Token::Sign(':'),
            Token::Number(s, 2),
            rest @ ..,
        ] => {
            let mut found = clock(*h, *m, *s)?;
            let fraction = match rest {
                [Token::Sign('.' | ','), Token::Number(value, digits), ..] => Some((*value, *digits)),
                _ => None,
            };
            let millis = fraction.map_or(0, |(value, digits)| scaled(value, digits));
            found.time =
                Time::new(found.time.hour(), found.time.minute(), found.time.second(), millis * 1_000_000).ok()?;
            Some((found, at + 5 + if fraction.is_some() { 2 } else { 0 }))
        }
        [Token::Number(h, 1..=2), Token::Sign(':'), Token::Number(m, 2), ..] => Some((clock(*h, *m, 0)?, at + 3)),
        [Token::Number(h, 1..=2), Token::Word(w), Token::Number(m, 2), ..] if w == "h" => {
            Some((clock(*h, *m, 0)?, at + 3))
        }
        [Token::Number(v, 6), ..] if after_t => Some((clock(v / 10_000, v / 100 % 100, v % 100)?, at + 1)),
        [Token::Number(v, 4), ..] if after_t => Some((clock(v / 100, v % 100, 0)?, at + 1)),
        [Token::Number(h, 2), ..] if after_t => Some((clock(*h, 0, 0)?, at + 1)),
        _ => None,
    }
}

/// The first three digits of a fraction, as thousandths.
fn scaled(value: i64, digits: usize) -> i32 {
    let (mut value, mut digits) = (value, digits);
    while digits > 3 {
        (value, digits) = (value / 10, digits - 1);
    }
    while digits < 3 {
        (value, digits) = (value * 10, digits + 1);
    }
    i32::try_from(value).unwrap_or(0).clamp(0, 999)
}

/// A time of day; 24:00 is the next day's beginning, a leap second is its predecessor.
pub(super) fn clock(hour: i64, minute: i64, second: i64) -> Option<Clock> {
    let next_day = (hour, minute, second) == (24, 0, 0);
    let hour = if next_day { 0 } else { hour };
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second.min(59)).ok()?, 0);
    (second <= 60).then_some(Clock { time: time.ok()?, next_day, offset: 0 })
}

/// Reads morning or afternoon after the time (in East Asia before it); gives the token after it.
fn half_of_day(tokens: &[Token], start: usize, end: usize, clock: &mut Clock) -> usize {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => word.as_str(),
        _ => "",
    };
    let next = skip_space(tokens, end);
    let before = match start.checked_sub(1).map(|at| (at, &tokens[at])) {
        Some((at, Token::Space)) => at.checked_sub(1).map_or("", word),
        Some((at, _)) => word(at),
        None => "",
    };
    let dotted =
        |letter: &str| word(next) == letter && tokens.get(next + 1) == Some(&Token::Sign('.')) && word(next + 2) == "m";
    let (half, after) = match word(next) {
        "am" | "ص" | "صباحا" | "فجرا" | "πμ" | "öö" | "oo" => (Some(false), next + 1),
        "pm" | "م" | "مساء" | "ظهرا" | "عصرا" | "μμ" | "ös" | "os" => (Some(true), next + 1),
        // At night it may be before or after midnight.
        "ليلا" => (Some(clock.time.hour() >= 6), next + 1),
        "بعد" if word(skip_space(tokens, next + 1)) == "الظهر" => {
            (Some(true), skip_space(tokens, next + 1) + 1)
        }
        _ if dotted("a") => (Some(false), next + 3),
        _ if dotted("p") => (Some(true), next + 3),
        // Korean comes in the letters of its syllables, as folding leaves it.
        _ => match before {
            "上午" | "午前" | "\u{110B}\u{1169}\u{110C}\u{1165}\u{11AB}" | "凌晨" | "早上" => {
                (Some(false), end)
            }
            "下午" | "午後" | "\u{110B}\u{1169}\u{1112}\u{116E}" | "晚上" => (Some(true), end),
            _ => (None, end),
        },
    };
    let hour = clock.time.hour();
    let shifted = match half {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    clock.time = clock.time.with().hour(shifted).build().unwrap_or(clock.time);
    after
}

/// The zone that begins at a token, in seconds east of UTC, and the token after it.
fn zone_at(tokens: &[Token], at: usize) -> Option<(i32, usize)> {
    let named = match tokens.get(at) {
        Some(Token::Word(name)) => Some(zone_name(name)?),
        _ => None,
    };
    let signed = if named.is_some() { at + 1 } else { at };
    let sign = match tokens.get(signed) {
        Some(Token::Sign('+')) => 1,
        Some(Token::Sign('-')) => -1,
        _ => return named.map(|offset| (offset, signed)),
    };
    let (hours, minutes, end) = match &tokens[signed + 1..] {
        [Token::Number(h, 1..=2), Token::Sign(':'), Token::Number(m, 2), ..] => (*h, *m, signed + 4),
        [Token::Number(v, 4), ..] if *v < 1500 => (v / 100, v % 100, signed + 2),
        [Token::Number(h, 2), ..] => (*h, 0, signed + 2),
        [Token::Number(h, 1), ..] if named.is_some() => (*h, 0, signed + 2),
        _ => return named.map(|offset| (offset, signed)),
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 14 && minutes < 60).then_some((sign * seconds, end))
}

/// Seconds east of UTC of a zone by name; none for words that are no zone or stand for several.
fn zone_name(name: &str) -> Option<i32> {
    let hours = match name {
        "z" | "utc" | "gmt" | "غرينتش" | "جرينتش" => 0,
        "wat" | "cet" | "bst" => 1,
        "cest" | "eet" | "cat" | "sast" => 2,
        "eest" | "msk" | "eat" => 3,
        "gst" => 4,
        "pkt" => 5,
        "wib" => 7,
        "sgt" | "wita" => 8,
        "jst" | "kst" | "wit" => 9,
        "edt" => -4,
        "est" | "cdt" => -5,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}

fn skip_space(tokens: &[Token], at: usize) -> usize {
    if tokens.get(at) == Some(&Token::Space) { at + 1 } else { at }
}
