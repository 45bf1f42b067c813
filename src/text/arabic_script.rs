//! Languages of the Arabic script, told apart by letters that only some of them write, and by the Arabic article.

use super::arabic::is_arabic_letter;
use super::language::UNKNOWN;

/// Letters looked at.
const SAMPLE_CHARS: usize = 800;

/// Counts of letters and words in a text.
#[derive(Default)]
struct Counts {
    letters: u32,
    words: u32,
    /// Words that begin with the article.
    article: u32,
    /// Letters of Arabic that Persian and Urdu do not write.
    arabic: u32,
    /// Peh, tcheh, jeh, gaf.
    persian: u32,
    /// Keheh and Farsi yeh, which all languages but Arabic prefer.
    eastern: u32,
    urdu: u32,
    pashto: u32,
    sindhi: u32,
    kurdish: u32,
    uighur: u32,
    /// Ae, which Kurdish and Uighur write.
    ae: u32,
}

/// The language of a text in Arabic letters with a score of 0 to 1.
pub fn identify(text: &str) -> (&'static str, f32) {
    let counts = count(text);
    let share = |count: u32| f64::from(count) / f64::from(counts.letters.max(1));
    // Each language in turn by letters that the ones after it do not have; shares of running text are several times these.
    if share(counts.sindhi) > 0.012 {
        return ("snd", 0.95);
    }
    if share(counts.pashto) > 0.012 {
        return ("pus", 0.95);
    }
    if share(counts.uighur) > 0.02 && share(counts.uighur + counts.ae) > 0.05 {
        return ("uig", 0.95);
    }
    if share(counts.kurdish) > 0.008 && share(counts.ae) > 0.02 {
        return ("ckb", 0.95);
    }
    if share(counts.urdu) > 0.03 {
        return ("urd", 0.95);
    }
    arabic_or_persian(&counts)
}

fn arabic_or_persian(counts: &Counts) -> (&'static str, f32) {
    let article = f64::from(counts.article) / f64::from(counts.words.max(1)) * f64::from(counts.letters) * 0.2;
    let arabic = f64::from(counts.arabic) + article;
    let persian = f64::from(counts.persian) * 3.0 + f64::from(counts.eastern);
    if arabic + persian < 0.5 {
        // Nothing but letters that all of them share, as in a name.
        return if counts.letters > 0 { ("ara", 0.5) } else { (UNKNOWN, 0.0) };
    }
    let (code, more, less) = if arabic >= persian { ("ara", arabic, persian) } else { ("fas", persian, arabic) };
    (code, (more / (more + less)) as f32)
}

fn count(text: &str) -> Counts {
    let mut counts = Counts::default();
    let (mut in_word, mut previous, mut place) = (false, ' ', 0);
    for c in text.chars().take(SAMPLE_CHARS) {
        // Marks and joiners stand within words and are no letters.
        if matches!(c, '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{200c}' | '\u{200d}' | '\u{0640}') {
            continue;
        }
        let is_letter = is_arabic_letter(c);
        if !is_letter {
            in_word = false;
            continue;
        }
        if !in_word {
            (in_word, place) = (true, 0);
            counts.words += 1;
        }
        place += 1;
        counts.letters += 1;
        if place == 2 && previous == 'ا' && c == 'ل' {
            counts.article += 1;
        }
        previous = c;
        letter(c, &mut counts);
    }
    counts
}

fn letter(c: char, counts: &mut Counts) {
    let group = match c {
        'ة' | 'ك' | 'ي' | 'ى' | 'أ' | 'إ' | 'ؤ' => &mut counts.arabic,
        'پ' | 'چ' | 'ژ' | 'گ' => &mut counts.persian,
        'ک' | 'ی' => &mut counts.eastern,
        'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' | 'ھ' => &mut counts.urdu,
        'ټ' | 'ډ' | 'ړ' | 'ږ' | 'ښ' | 'ڼ' | 'ۍ' | 'ځ' | 'څ' | 'ګ' => &mut counts.pashto,
        'ٻ' | 'ڀ' | 'ٺ' | 'ٽ' | 'ڄ' | 'ڃ' | 'ڇ' | 'ڊ' | 'ڌ' | 'ڍ' | 'ڏ' | 'ڙ' | 'ڦ' | 'ڱ' | 'ڳ' | 'ڻ' => {
            &mut counts.sindhi
        }
        'ڕ' | 'ڵ' | 'ێ' => &mut counts.kurdish,
        'ۇ' | 'ۈ' | 'ۋ' | 'ڭ' | 'ې' => &mut counts.uighur,
        'ە' => &mut counts.ae,
        _ => return,
    };
    *group += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_the_languages_apart() {
        for (text, expected) in [
            ("كان المؤتمر في القاهرة", "ara"),
            ("كان الكتاب على الطاولة وچاء بعده", "ara"),
            ("پدرم چای گرم می‌نوشد", "fas"),
            ("من فردا به خانه می‌روم و کتاب می‌خوانم", "fas"),
            ("یہ کتاب بہت اچھی ہے", "urd"),
            ("زه نن ښوونځي ته ځم او ډوډۍ خورم", "pus"),
            ("من دەچمە قوتابخانە و لەوێ کتێب دەخوێنمەوە", "ckb"),
            ("مەن بۈگۈن مەكتەپكە بارىمەن ۋە كىتاب ئوقۇيمەن", "uig"),
            ("هي ڪتاب تمام سٺو آهي ۽ مان ان کي پڙهندس", "snd"),
        ] {
            assert_eq!(identify(text).0, expected, "{text}");
        }
    }
}
