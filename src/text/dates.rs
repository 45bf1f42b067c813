//! Dates as people and programs write them, to one instant.
//!
//! A date is read only where it says its day, month and year; nothing is filled in from the clock of the machine.

use jiff::civil::{Date, DateTime, ISOWeekDate, Weekday};
use jiff::tz::Offset;

use super::clock::{Clock, Token, clock, take_clock, tokenize};
use super::months::{self, Month};

/// The longest text that is taken for a date, in bytes.
const MAX_BYTES: usize = 240;
/// The years that are believed.
const YEARS: std::ops::RangeInclusive<i64> = 1000..=2200;
/// Years of figures alone that are read in the solar calendar of Iran (1921 to 2031).
const JALALI_YEARS: std::ops::RangeInclusive<i64> = 1300..=1410;
/// Later years of figures alone may be of the lunar calendar: no date.
const UNSURE_YEARS: std::ops::RangeInclusive<i64> = 1411..=1499;

/// The instant that a text names, in milliseconds since 1970-01-01T00:00:00Z; none where it is not sure.
///
/// Reads ISO 8601 (calendar, week and ordinal dates, basic and extended), RFC 2822, day, month and year in figures
/// (day before month unless that is impossible), names of months in some thirty languages, digits of other scripts,
/// the solar calendar of Iran, years of Japanese eras, of the Republic of China and of the Buddha, and seconds or milliseconds since 1970. Without a zone the time is UTC, without a time
/// it is 0:00. Words around the date do not matter. Years run from 1000 to 2200.
pub fn parse_date(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > MAX_BYTES || !text.contains(|c: char| c.is_numeric()) {
        return None;
    }
    if let Some(found) = iso_day(text.as_bytes()) {
        return Some(found);
    }
    if let Some(count) = with_exponent(text) {
        return parse_date(&count);
    }
    let mut tokens = tokenize(&prepare(text));
    if let Some(found) = whole_number(&tokens) {
        return found;
    }
    let clock = take_clock(&mut tokens);
    let date = figures(&tokens).or_else(|| named(&tokens))?;
    instant(date, clock)
}

/// A day as `2024-05-01`, which is how most dumps write it.
fn iso_day(text: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let number =
        |digits: &[u8]| digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| 10 * n + i64::from(b - b'0')));
    let year = number(&[*y1, *y2, *y3, *y4]).filter(|year| (1900..2100).contains(year))?;
    instant(day(year, number(&[*m1, *m2])?, number(&[*d1, *d2])?)?, Clock::default())
}

/// The whole number of a text such as `1.6e9`, as tables write a count since 1970.
fn with_exponent(text: &str) -> Option<String> {
    let (digits, power) = text.split_once(['e', 'E'])?;
    let is_number = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_power = power.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit());
    let value = text.parse::<f64>().ok().filter(|value| is_number && is_power && (1e8..1e17).contains(value))?;
    Some((value as u64).to_string())
}

/// ASCII digits, folded letters, and the years, months, days and hours of East Asia as signs.
fn prepare(text: &str) -> String {
    let text = months::spell_out(text);
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        let after_digit = digits.trim_end().ends_with(|c: char| c.is_ascii_digit());
        digits.push(match c {
            '年' | '月' | '년' | '월' => '-',
            '日' | '일' | '分' | '분' | '秒' | '초' if after_digit => ' ',
            '时' | '時' | '点' | '點' | '시' if after_digit => ':',
            '−' | '–' => '-',
            '：' => ':',
            '／' => '/',
            _ => digit_of(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c),
        });
    }
    // A Korean space after the hour.
    let mut folded = months::fold(&since_an_era(&digits)).replace(": ", ":");
    for half in ["كانون", "تشرين", "ربيع", "جمادي", "ذو", "ذي"] {
        for first in ['ا', 'ث'] {
            folded = folded.replace(&format!("{half} {first}"), &format!("{half}_{first}"));
        }
    }
    folded
}

/// The value of a digit beyond ASCII of a script that dates are written in.
fn digit_of(c: char) -> Option<u32> {
    let zeros = ['٠', '۰', '०', '০', '๐', '０'];
    zeros.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10))
}

/// The text with the year of our count where it has one of a Japanese era or of the Republic of China.
fn since_an_era(text: &str) -> String {
    const ERAS: [(&str, i64); 6] =
        [("令和", 2018), ("平成", 1988), ("昭和", 1925), ("大正", 1911), ("民國", 1911), ("民国", 1911)];
    for (era, before_first) in ERAS {
        let Some(at) = text.find(era) else { continue };
        let rest = text[at + era.len()..].trim_start();
        let rest = rest.strip_prefix('元').map_or_else(|| rest.to_owned(), |rest| format!("1{rest}"));
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(year @ 1..=150) = rest[..digits].parse::<i64>() {
            return format!("{}{}{}", &text[..at], before_first + year, &rest[digits..]);
        }
    }
    text.to_owned()
}

/// A text of digits alone, as a count since 1970 or a compact date; the outer none where the text is something else.
fn whole_number(tokens: &[Token]) -> Option<Option<i64>> {
    let (value, digits) = match tokens {
        [Token::Number(value, digits)] => (*value, *digits),
        [Token::Number(value, digits @ 9..=14), Token::Sign('.'), Token::Number(..)] => (*value, *digits),
        // As programs of .NET write it.
        [Token::Sign('/'), Token::Word(w), Token::Sign('('), Token::Number(value, digits), Token::Sign(')'), ..]
            if w == "date" =>
        {
            (*value, *digits)
        }
        _ => return None,
    };
    let compact = |value: i64, clock| instant(day(value / 10_000, value / 100 % 100, value % 100)?, clock);
    Some(match digits {
        8 => compact(value, Clock::default()),
        9 | 10 => believed(value.checked_mul(1000)),
        12 if value < 2200_0000_0000 => {
            clock(value / 100 % 100, value % 100, 0).and_then(|c| compact(value / 10_000, c))
        }
        12 | 13 => believed(Some(value)),
        14 => clock(value / 10_000 % 100, value / 100 % 100, value % 100).and_then(|c| compact(value / 1_000_000, c)),
        16 => believed(Some(value / 1_000)),
        19 => believed(Some(value / 1_000_000)),
        _ => None,
    })
}

/// The first date written in figures.
fn figures(tokens: &[Token]) -> Option<Date> {
    let dense: Vec<&Token> = tokens.iter().filter(|t| **t != Token::Space).collect();
    (0..dense.len()).find_map(|at| {
        let longer = |next: usize, sign: char| {
            let more = matches!(dense.get(next..next + 2), Some([Token::Sign(c), Token::Number(..)]) if *c == sign);
            more || (at > 0 && *dense[at - 1] == Token::Sign(sign))
        };
        match &dense[at..] {
            [
                Token::Number(a, la),
                Token::Sign(p @ ('-' | '/' | '.')),
                Token::Number(b, 1..=2),
                Token::Sign(q),
                Token::Number(c, lc),
                ..,
            ] if p == q && !longer(at + 5, *p) => three_figures((*a, *la), *b, (*c, *lc), *p),
            [
                Token::Number(y, 4),
                Token::Sign('-'),
                Token::Word(w),
                Token::Number(week, 2),
                Token::Sign('-'),
                Token::Number(d, 1),
                ..,
            ] if w == "w" => week_date(*y, *week, *d),
            [Token::Number(y, 4), Token::Word(w), Token::Number(both, 3), ..] if w == "w" => {
                week_date(*y, both / 10, both % 10)
            }
            [Token::Number(y, 4), Token::Sign('-'), Token::Number(n @ 1..=366, 3), ..] => {
                let date = day(*y, 1, 1)?.checked_add(jiff::Span::new().days(n - 1)).ok()?;
                (i64::from(date.year()) == *y).then_some(date)
            }
            [Token::Number(d, 1..=2), Token::Word(w), Token::Number(m, 1..=2), rest @ ..] if w == "thang" => {
                let year = rest
                    .iter()
                    .find(|t| !matches!(t, Token::Sign(',' | '-' | '/')) && !matches!(t, Token::Word(w) if w == "nam"));
                match year {
                    Some(Token::Number(y, 4)) => day(*y, *m, *d),
                    _ => None,
                }
            }
            [Token::Number(v, 8), ..] => day(v / 10_000, v / 100 % 100, v % 100),
            _ => None,
        }
    })
}

/// A date of three figures: year first, or day, month, year (month first where the day cannot be a month).
fn three_figures(first: (i64, usize), second: i64, third: (i64, usize), sign: char) -> Option<Date> {
    let (year, month, of_month) = match (first.1, third.1) {
        (4, 1..=2) => (first.0, second, third.0),
        (1..=2, 4) if second > 12 => (third.0, first.0, second),
        (1..=2, 4) => (third.0, second, first.0),
        // A year of two figures is sure only in the notation with full stops, or where one of the others can only be a day.
        (1..=2, 2) if sign == '.' || (13..=31).contains(&first.0) && second <= 12 => {
            (century(third.0), second, first.0)
        }
        (1..=2, 2) if first.0 <= 12 && (13..=31).contains(&second) => (century(third.0), first.0, second),
        _ => return None,
    };
    match year {
        y if JALALI_YEARS.contains(&y) => jalali(y, month, of_month),
        y if UNSURE_YEARS.contains(&y) => None,
        _ => day(year, month, of_month),
    }
}

fn week_date(year: i64, week: i64, weekday: i64) -> Option<Date> {
    let weekday = Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?).ok()?;
    Some(ISOWeekDate::new(i16::try_from(year).ok()?, i8::try_from(week).ok()?, weekday).ok()?.date())
}

/// The first date with the name of a month and a year.
fn named(tokens: &[Token]) -> Option<Date> {
    // Not what may stand between the parts of a date.
    let counts = |token: &&Token| match token {
        Token::Space => true,
        Token::Sign(c) => !matches!(c, '.' | ',' | '-' | '/' | '،' | '\'' | '’' | 'º' | '°' | '(' | ')'),
        Token::Word(w) => {
            let between =
                ["st", "nd", "rd", "th", "er", "de", "del", "d", "of", "di", "the", "den", "سنه", "عام", "لسنه", "من"];
            !between.contains(&w.as_str())
        }
        Token::Number(..) => true,
    };
    let dense: Vec<&Token> = tokens.iter().filter(counts).filter(|t| **t != Token::Space).collect();
    let month_at = |at: usize| match dense.get(at) {
        Some(Token::Word(word)) => months::month(word),
        _ => None,
    };
    let number = |at: Option<usize>| match dense.get(at?) {
        Some(Token::Number(value, digits)) => Some((*value, *digits)),
        _ => None,
    };
    (0..dense.len()).find_map(|at| {
        let month = month_at(at).filter(|month| *month != Month::Hijri)?;
        // The same month may follow in another naming.
        let next = if month_at(at + 1) == Some(month) { at + 2 } else { at + 1 };
        let before = if at > 0 && month_at(at - 1) == Some(month) { at.checked_sub(2) } else { at.checked_sub(1) };
        match (number(before), number(Some(next)), number(Some(next + 1))) {
            (Some((d, 1..=2)), Some((y, 4)), _) => of_month(month, y, d),
            (Some((y, 4)), Some((d, 1..=2)), _) | (_, Some((d, 1..=2)), Some((y, 4))) => of_month(month, y, d),
            (Some((d, 1..=2)), Some((y, 2)), _) => of_month(month, century_of(month, y), d),
            _ => None,
        }
    })
}

fn of_month(month: Month, year: i64, of_month: i64) -> Option<Date> {
    match month {
        Month::Gregorian(month) => day(year, i64::from(month), of_month),
        // Years of the Buddha in Thailand; its months come with those of our count as well.
        Month::Thai(month) if year > 2400 => day(year - 543, i64::from(month), of_month),
        Month::Thai(month) => day(year, i64::from(month), of_month),
        Month::Jalali(month) => jalali(year, i64::from(month), of_month),
        Month::Hijri => None,
    }
}

/// A year of two figures in the calendar of a month; of the solar one of Iran from 1330 to 1429.
fn century_of(month: Month, year: i64) -> i64 {
    match month {
        Month::Jalali(_) if year < 30 => 1400 + year,
        Month::Jalali(_) => 1300 + year,
        _ => century(year),
    }
}

/// A year of two figures, from 1970 to 2069.
fn century(year: i64) -> i64 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

fn day(year: i64, month: i64, of_month: i64) -> Option<Date> {
    YEARS.contains(&year).then_some(())?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(of_month).ok()?).ok()
}

/// A date of the solar calendar of Iran, by its cycle of 33 years with 8 leap years (exact from 1178 to 1633).
fn jalali(year: i64, month: i64, of_month: i64) -> Option<Date> {
    let leap = (25 * year + 11).rem_euclid(33) < 8;
    let days = match month {
        1..=6 => 31,
        12 if !leap => 29,
        7..=12 => 30,
        _ => return None,
    };
    if !(1..=days).contains(&of_month) || !(1200..=1500).contains(&year) {
        return None;
    }
    let before = |year: i64| 365 * (year - 1) + (8 * year + 21).div_euclid(33);
    let in_year = if month <= 7 { 31 * (month - 1) } else { 186 + 30 * (month - 7) } + of_month - 1;
    // 1 Farvardin 1400 is 21 March 2021.
    let since = before(year) - before(1400) + in_year;
    jiff::civil::date(2021, 3, 21).checked_add(jiff::Span::new().days(since)).ok()
}

fn instant(date: Date, clock: Clock) -> Option<i64> {
    let date = if clock.next_day { date.tomorrow().ok()? } else { date };
    let offset = Offset::from_seconds(clock.offset).ok()?;
    Some(offset.to_timestamp(DateTime::from_parts(date, clock.time)).ok()?.as_millisecond())
}

/// Milliseconds since 1970, up to the year 2100: larger numbers are identifiers.
fn believed(millis: Option<i64>) -> Option<i64> {
    millis.filter(|millis| (0..4_102_444_800_000).contains(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> String {
        parse_date(text)
            .map_or("none".into(), |ms| jiff::Timestamp::from_millisecond(ms).expect("in range").to_string())
    }

    #[track_caller]
    fn all_give(texts: &[&str], expected: &str) {
        for text in texts {
            assert_eq!(iso(text), expected, "{text}");
        }
    }

    #[test]
    fn counts_with_an_exponent_are_counts() {
        assert_eq!(parse_date("1.6e9"), parse_date("1600000000"));
        assert_eq!(parse_date("1.615803630E+12"), Some(1_615_803_630_000));
        for none in ["1e2", "2021e5x", "1.5e300", "-1.6e9"] {
            assert_eq!(parse_date(none), None, "{none}");
        }
    }

    #[test]
    fn numbers_beyond_the_year_2100_are_no_dates_and_plain_days_are() {
        assert_eq!(iso("5348583561"), "none");
        assert_eq!(iso("4102444799"), "2099-12-31T23:59:59Z");
        assert_eq!(iso("2024-02-29"), "2024-02-29T00:00:00Z");
        assert_eq!(iso("2023-02-29"), "none");
        assert_eq!(iso(&format!("{}2024-02-29", "5".repeat(60))), "none");
    }

    #[test]
    fn a_day_is_its_midnight_in_every_usual_notation() {
        all_give(
            &[
                "2021-11-03",
                "20211103",
                "2021/11/03",
                "2021/11/3",
                "03.11.2021",
                "3.11.21",
                "03/11/2021",
                "3/11/2021",
                "2021-W44-3",
                "2021W443",
                "2021-307",
                "Nov 3, 2021",
                "November 3rd, 2021",
                "3 November 2021",
                "3-Nov-2021",
                "Wednesday, 3 Nov 2021",
                "2021 Nov 3",
                "03 Nov 21",
                "2021年11月3日",
                "2021년 11월 3일",
                "令和3年11月3日",
                "民國110年11月3日",
                "ngày 3 tháng 11 năm 2021",
                "3 tháng 11, 2021",
                "  ٣ نوفمبر ٢٠٢١ ",
            ],
            "2021-11-03T00:00:00Z",
        );
    }

    #[test]
    fn the_month_comes_first_only_where_the_day_cannot_be_a_month() {
        assert_eq!(iso("03/11/2021"), "2021-11-03T00:00:00Z");
        assert_eq!(iso("11/23/2021"), "2021-11-23T00:00:00Z");
        all_give(&["11/23/21", "23/11/21", "23-11-21"], "2021-11-23T00:00:00Z");
    }

    #[test]
    fn arabic_months_are_read_in_their_three_systems() {
        all_give(
            &["3 يناير 2021", "٣ كانون الثاني ٢٠٢١", "3 جانفي 2021", "الأحد 3 كانون الثاني/يناير 2021"],
            "2021-01-03T00:00:00Z",
        );
        all_give(&["9 غشت 2020", "9 أوت 2020", "9 آب 2020", "9 أغسطس، 2020", "9 اغسطس 2020م"], "2020-08-09T00:00:00Z");
        all_give(
            &["3 كانون أول 2021", "3 كانون الأول (ديسمبر) 2021", "3 ديسمبر/كانون الأول 2021"],
            "2021-12-03T00:00:00Z",
        );
        assert_eq!(iso("3 تشرين ثاني 2021"), "2021-11-03T00:00:00Z");
        assert_eq!(iso("28 ربيع الأول 1443 هـ الموافق 3 نوفمبر 2021"), "2021-11-03T00:00:00Z");
        assert_eq!(iso("28 ربيع الأول 1443 هـ"), "none");
    }

    #[test]
    fn months_of_other_languages_are_read() {
        all_give(
            &[
                "3 novembre 2021",
                "3. November 2021",
                "3 de noviembre de 2021",
                "3 de novembro de 2021",
                "3 novembre 2021",
                "3 ноября 2021 г.",
                "3 Kasım 2021 Çarşamba",
                "3 نوامبر 2021",
                "3 نومبر 2021",
                "3 בנובמבר 2021",
                "3 November 2021",
                "mer. 3 nov. 2021",
                "3 листопада 2021",
                "3 Novemba 2021",
                "3 พฤศจิกายน 2564",
                "3 พ.ย. 2564",
                "๓ พฤศจิกายน ๒๕๖๔",
                "৩ নভেম্বর ২০২১",
                "3. listopadu 2021",
                "2021. november 3.",
                "3 noiembrie 2021",
                "3 de novembre de 2021",
                "3 ноември 2021",
                "3 новембар 2021",
                "3. marraskuuta 2021",
                "3 noyabr 2021",
            ],
            "2021-11-03T00:00:00Z",
        );
        assert_eq!(iso("mar. 2 nov. 2021"), "2021-11-02T00:00:00Z");
        assert_eq!(iso("1er août 2020"), "2020-08-01T00:00:00Z");
    }

    #[test]
    fn the_solar_calendar_of_iran_is_converted() {
        all_give(&["1400/08/12", "۱۲ آبان ۱۴۰۰", "۱۴۰۰/۸/۱۲", "چهارشنبه ۱۲ آبان ۱۴۰۰"], "2021-11-03T00:00:00Z");
        all_give(&["12 آبان 00", "12 عقرب 1400"], "2021-11-03T00:00:00Z");
        assert_eq!(iso("2 امرداد 94"), "2015-07-24T00:00:00Z");
        assert_eq!(iso("1399/12/30"), "2021-03-20T00:00:00Z");
        assert_eq!(iso("1400/12/30"), "none");
        assert_eq!(iso("30 اسفند 1403"), "2025-03-20T00:00:00Z");
        assert_eq!(iso("1 فروردین 1404"), "2025-03-21T00:00:00Z");
        assert_eq!(iso("1 مهر 1357"), "1978-09-23T00:00:00Z");
        assert_eq!(iso("1443/03/28"), "none");
    }

    #[test]
    fn a_time_and_its_zone_are_kept_in_utc() {
        all_give(
            &[
                "2021-11-03T14:05:00Z",
                "2021-11-03T17:05:00+03:00",
                "2021-11-03T17:05+0300",
                "20211103T140500Z",
                "2021-11-03 14:05",
                "Wed, 03 Nov 2021 14:05:00 GMT",
                "Wed, 3 Nov 2021 10:05:00 -0400",
                "3 November 2021 14:05 GMT",
                "Wed Nov 03 10:05:00 EDT 2021",
                "Nov 3, 2021 2:05 PM",
                "Nov. 3, 2021, 2:05 p.m.",
                "3 نوفمبر 2021 2:05 م",
                "2021年11月3日 下午2:05",
                "2021年11月3日 下午 2:05",
                "2021年11月3日14时05分",
                "2021년 11월 3일 오후 2:05",
                "2021년 11월 3일 14시 05분",
                "3 نوفمبر 2021 الساعة 2:05 ظهرا",
                "3 نوفمبر 2021، 2:05 بعد الظهر",
                "/Date(1635948300000)/",
                "3 novembre 2021 à 14h05",
                "2021-11-03T14:05:00+00:00[UTC]",
                "1635948300",
                "1635948300000",
                "1635948300.0",
                "202111031405",
                "2021-11-03T17:05:00.000+03",
            ],
            "2021-11-03T14:05:00Z",
        );
        assert_eq!(iso("2021-11-03T14:05:06.789123Z"), "2021-11-03T14:05:06.789Z");
        assert_eq!(iso("2021-11-03T24:00:00Z"), "2021-11-04T00:00:00Z");
        assert_eq!(iso("12:30 AM, Nov 3, 2021"), "2021-11-03T00:30:00Z");
    }

    #[test]
    fn what_is_not_sure_is_no_date() {
        for text in [
            "",
            "yesterday",
            "2 hours ago",
            "2021",
            "2021-11",
            "November 2021",
            "03/11/21",
            "2021-13-45",
            "31.02.2021",
            "1.2.3.4",
            "192.168.1.2020",
            "0000-00-00",
            "3 Nov",
            "99999999",
            "12345",
            "0001-01-01T00:00:00Z",
            "14:05",
            "2500-01-01",
            "3 نوفمبر",
            "5 min read",
        ] {
            assert_eq!(iso(text), "none", "{text}");
        }
    }

    #[test]
    fn hostile_texts_neither_panic_nor_pass() {
        for text in [
            "9".repeat(40),
            "-".repeat(100),
            "1:".repeat(100),
            "٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠١٢٣".into(),
            "T99:99:99".into(),
            "2021-02-03T10:00+99:99".into(),
        ] {
            let _ = parse_date(&text);
        }
        assert_eq!(parse_date(&"9".repeat(40)), None);
    }
}
