//! How likely bytes are in a charset of one byte a character: by the frequencies of letters, their case and their neighbours.
//!
//! Serves where the detector of browsers has no answer: among the code pages of DOS and of the Macintosh, and between what a
//! file declares and what is guessed.

use std::sync::LazyLock;

use encoding_rs::{
    Encoding, IBM866, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_13, ISO_8859_14,
    ISO_8859_15, KOI8_U, MACINTOSH, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258, X_MAC_CYRILLIC,
};

use super::code_pages::{
    CP437, CP720, CP737, CP775, CP850, CP852, CP855, CP857, CP860, CP861, CP862, CP863, CP865, CP869, CP1125, CodePage,
    KZ1048, MAC_ARABIC,
};
use super::{Beyond, Charset};

/// Bytes beyond ASCII that are enough for a judgement.
const SAMPLE: usize = 1024;

/// What texts of some languages write beyond ASCII, the commonest first, in small case.
struct Alphabet {
    letters: &'static str,
    /// Whether the letters stand among ASCII letters in words.
    is_latin: bool,
}

impl Alphabet {
    const fn latin(letters: &'static str) -> Self {
        Self { letters, is_latin: true }
    }

    const fn own(letters: &'static str) -> Self {
        Self { letters, is_latin: false }
    }
}

static WESTERN: [Alphabet; 13] = [
    Alphabet::latin("éèàêç’œâîôûùïë«»"),
    Alphabet::latin("üäöß„“"),
    Alphabet::latin("åäöøæé"),
    Alphabet::latin("äöå”"),
    Alphabet::latin("óíáéñ¿ú¡üªº"),
    // Laws and addresses in Spanish and Portuguese.
    Alphabet::latin("ºóíáéçãª"),
    PORTUGUESE,
    Alphabet::latin("èàòùéì’"),
    ICELANDIC,
    Alphabet::latin("ëçé"),
    Alphabet::latin("ëéïêöôèüûîóáâ"),
    Alphabet::latin("éàèíòóçúïü’·"),
    Alphabet::latin("’“”–—…‘£é•®°"),
];
static CENTRAL: [Alphabet; 5] = [
    Alphabet::latin("íáéýěžčřšůúťďňóôľäĺŕ"),
    Alphabet::latin("łęąóżśćńź"),
    Alphabet::latin("áéöóőíüúű"),
    Alphabet::latin("ăîâșțşţ"),
    Alphabet::latin("čšžćđ"),
];
static TURKISH: [Alphabet; 1] = [Alphabet::latin("ıüşğöçİâ")];
static BALTIC: [Alphabet; 3] =
    [Alphabet::latin("ėšžįųūąčę"), Alphabet::latin("āīēšžņļūķģč"), Alphabet::latin("äõüöšž")];
static ESPERANTO_AND_MALTESE: [Alphabet; 2] = [Alphabet::latin("ĉĝŭŝĵĥ"), Alphabet::latin("ħżġċàé")];
static WELSH: [Alphabet; 1] = [Alphabet::latin("ŵôâŷêîûïáö")];
/// The tones follow their vowels.
static VIETNAMESE: [Alphabet; 1] = [Alphabet::latin("\u{301}đ\u{300}\u{323}ôâêươáà\u{309}ăóé\u{303}úíèùò")];
const PORTUGUESE: Alphabet = Alphabet::latin("ãáçéíóêõúâàôºª");
const ICELANDIC: Alphabet = Alphabet::latin("ðíáóþöúæéý");
static CYRILLIC: [Alphabet; 5] = [
    Alphabet::own("оеаинтсрвлкмдпуяыьзбгйчюхжшъцщіїєэґёфўјљњџђћѓќѕ"),
    // Ukrainian, Belarusian, Serbian, Kazakh.
    Alphabet::own("оаинітерсвлкудмпзяьбгчйхжїюцєшщфґ"),
    Alphabet::own("анысеіродктулвямпзцгьбўжэчшйхёфю"),
    Alphabet::own("аоиенрсјтулкдвмпбгзчшжњљћцхђфџ"),
    Alphabet::own("аеыінтрлдсқмкобғупзйшяәгөңжүұхвһюцчщфэъьё"),
];
static ARABIC: [Alphabet; 2] = [
    Alphabet::own("اليمنرتبوةعدسفهكقحأجشصطخىضإذءزثئغظآؤیکپچگژ"),
    // Urdu, with the letters that code pages lack replaced by those of Arabic.
    Alphabet::own("ايکرہنوتسملھبدںگپئعےجآحقچشخٹفزىكهصطضڑڈغءذثظؤژ"),
];
static GREEK: [Alphabet; 1] = [Alphabet::own("αοιετσνηυρπκμλςόίάέγωδήχθύφβώξζψϊϋΐΰ")];
static HEBREW: [Alphabet; 1] = [Alphabet::own("יוהלאתמרבשנםעדקחפצטסגזכןךףץ")];
static THAI: [Alphabet; 1] = [Alphabet::own("านร่อกเง้มยลวดทสตัิะปีบคหแจพ็ุไชขใโถ์ืณึศธษภผญซูำฐฟๆฎฉำฆฝ")];

/// How much rarer capitals are than their small letters, as a logarithm, and how much rarer words of capitals are than others,
/// for each letter.
const CAPITAL: f32 = 2.8;
const AMONG_CAPITALS: f32 = 0.3;

/// What a byte is in words.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Small,
    Capital,
    Caseless,
    /// A sign that may stand within a word.
    Inner,
    Sign,
    AsciiSmall,
    AsciiCapital,
    Other,
}

impl Kind {
    fn is_letter(self) -> bool {
        matches!(self, Self::Small | Self::Capital | Self::Caseless | Self::AsciiSmall | Self::AsciiCapital)
    }

    fn is_ascii_letter(self) -> bool {
        matches!(self, Self::AsciiSmall | Self::AsciiCapital)
    }

    fn is_capital(self) -> bool {
        matches!(self, Self::Capital | Self::AsciiCapital)
    }

    fn is_small(self) -> bool {
        matches!(self, Self::Small | Self::AsciiSmall)
    }
}

/// What a byte beyond ASCII is in an alphabet.
#[derive(Clone, Copy)]
struct Place {
    kind: Kind,
    /// The logarithm of its frequency.
    likelihood: f32,
    /// What is added to that where it is a word by itself.
    alone: f32,
}

/// A charset of one byte a character with the alphabets that it is for.
pub(super) struct Model {
    alphabets: Vec<[Place; 128]>,
    is_latin: bool,
}

impl Model {
    fn new(alphabets: &[&[Alphabet]], upper: &[char; 128]) -> Self {
        let alphabets: Vec<&Alphabet> = alphabets.iter().copied().flatten().collect();
        let is_latin = alphabets.iter().all(|alphabet| alphabet.is_latin);
        Self { is_latin, alphabets: alphabets.iter().map(|alphabet| upper.map(|c| place_of(alphabet, c))).collect() }
    }

    /// The logarithm of the likelihood of the bytes beyond ASCII in the alphabet that suits them best.
    fn score(&self, pairs: &Sample) -> f32 {
        self.alphabets.iter().map(|upper| self.score_in(upper, pairs)).fold(f32::NEG_INFINITY, f32::max)
    }

    fn score_in(&self, upper: &[Place; 128], sample: &Sample) -> f32 {
        // Signs alone are no text of an alphabet of its own.
        if !self.is_latin && !sample.iter().any(|[_, b, _]| upper[usize::from(*b & 0x7F)].kind.is_letter()) {
            return f32::NEG_INFINITY;
        }
        let kind = |b: u8| match b {
            b'a'..=b'z' => Kind::AsciiSmall,
            b'A'..=b'Z' => Kind::AsciiCapital,
            0..=0x7F => Kind::Other,
            _ => upper[usize::from(b - 0x80)].kind,
        };
        let of = |[before, b, after]: &[u8; 3]| {
            let own = upper[usize::from(*b & 0x7F)];
            own.likelihood + self.context(kind(*before), own, kind(*after))
        };
        sample.iter().map(of).sum()
    }

    fn context(&self, before: Kind, Place { kind: own, alone, .. }: Place, after: Kind) -> f32 {
        if !own.is_letter() {
            let within = before.is_letter() && after.is_letter() && own != Kind::Inner;
            return if within { -4.0 } else { 0.0 };
        }
        let mut sum = if before.is_letter() || after.is_letter() { 0.0 } else { alone };
        if own == Kind::Capital && before.is_small() {
            sum -= 5.0;
        }
        // In words of capitals they are as common as small letters elsewhere, or nearly.
        if own == Kind::Capital && before.is_capital() {
            sum += CAPITAL - AMONG_CAPITALS;
        }
        if own == Kind::Capital && !before.is_letter() && after.is_small() {
            sum += 1.5;
        }
        let ascii = f32::from(u8::from(before.is_ascii_letter())) + f32::from(u8::from(after.is_ascii_letter()));
        let alike = f32::from(u8::from(before.is_letter())) + f32::from(u8::from(after.is_letter())) - ascii;
        // In words of Latin letters those beyond ASCII stand alone, in other alphabets all are.
        sum + if self.is_latin { -1.5 * alike } else { -3.0 * ascii }
    }
}

/// Bytes beyond ASCII with their neighbours.
type Sample = Vec<[u8; 3]>;

fn sample(bytes: &[u8]) -> Sample {
    let at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let beyond = bytes.iter().enumerate().filter(|(_, b)| !b.is_ascii());
    beyond.map(|(i, b)| [at(i.checked_sub(1)), *b, at(Some(i + 1))]).take(SAMPLE).collect()
}

/// The charsets of one byte a character that are weighed.
static MODELS: LazyLock<Vec<(Charset, Model)>> = LazyLock::new(|| {
    const LATIN: &[&[Alphabet]] = &[&WESTERN, &CENTRAL, &TURKISH, &BALTIC];
    let pages: [(&'static CodePage, &[&[Alphabet]]); 17] = [
        (&CP720, &[&ARABIC]),
        (&MAC_ARABIC, &[&ARABIC]),
        (&CP855, &[&CYRILLIC]),
        (&CP1125, &[&CYRILLIC]),
        (&KZ1048, &[&CYRILLIC]),
        (&CP737, &[&GREEK]),
        (&CP869, &[&GREEK]),
        (&CP862, &[&HEBREW]),
        (&CP850, &[&WESTERN]),
        (&CP852, &[&WESTERN, &CENTRAL]),
        (&CP857, &[&WESTERN, &TURKISH]),
        (&CP437, &[&WESTERN]),
        (&CP775, &[&BALTIC.first_chunk::<2>().expect("there are three")[..]]),
        (&CP860, &[&[PORTUGUESE]]),
        (&CP861, &[&[ICELANDIC]]),
        (&CP863, &[&WESTERN]),
        (&CP865, &[&WESTERN]),
    ];
    let encodings: [(&'static Encoding, &[&[Alphabet]]); 23] = [
        (WINDOWS_1252, LATIN),
        (WINDOWS_1250, LATIN),
        (WINDOWS_1254, LATIN),
        (WINDOWS_1257, LATIN),
        (WINDOWS_1258, &[&VIETNAMESE]),
        (ISO_8859_2, LATIN),
        (ISO_8859_3, &[&ESPERANTO_AND_MALTESE]),
        (ISO_8859_4, &[&BALTIC]),
        (ISO_8859_13, &[&BALTIC]),
        (ISO_8859_14, &[&WELSH]),
        (ISO_8859_15, &[&WESTERN, &BALTIC]),
        (MACINTOSH, &[&WESTERN]),
        (WINDOWS_1251, &[&CYRILLIC]),
        (KOI8_U, &[&CYRILLIC]),
        (ISO_8859_5, &[&CYRILLIC]),
        (IBM866, &[&CYRILLIC]),
        (X_MAC_CYRILLIC, &[&CYRILLIC]),
        (WINDOWS_1256, &[&ARABIC]),
        (ISO_8859_6, &[&ARABIC]),
        (WINDOWS_1253, &[&GREEK]),
        (ISO_8859_7, &[&GREEK]),
        (WINDOWS_1255, &[&HEBREW]),
        (WINDOWS_874, &[&THAI]),
    ];
    let encodings = encodings.map(|(encoding, alphabets)| (Charset::plain(encoding), alphabets));
    let pages = pages.map(|(page, alphabets)| (Charset::of_page(page), alphabets));
    let model = |(charset, alphabets): (Charset, &[&[Alphabet]])| {
        Some((charset, Model::new(alphabets, &charset.upper_half()?)))
    };
    encodings.into_iter().chain(pages).filter_map(model).collect()
});

/// How much likelier than what the detector of browsers gives another charset must be, as a logarithm.
///
/// This and the next ones are set where most of some 3,000 short texts in 25 languages and 40 charsets came right.
const FAVOUR: f32 = 3.0;
/// The same for each byte beyond ASCII.
const FAVOUR_A_BYTE: f32 = 0.05;
/// How much rarer charsets of DOS and of the Macintosh are, as a logarithm.
const RARE: f32 = 1.0;
/// The same for charsets that few ever wrote in, and whose letters differ little from those of common ones: four signs that
/// the others lack are evidence.
const RAREST: f32 = 4.0;
static RARE_ENCODINGS: [&Encoding; 2] = [MACINTOSH, X_MAC_CYRILLIC];
static RAREST_ENCODINGS: [&Encoding; 6] = [ISO_8859_3, ISO_8859_4, ISO_8859_13, ISO_8859_14, ISO_8859_15, WINDOWS_1258];
static RAREST_PAGES: [&CodePage; 8] = [&CP1125, &KZ1048, &CP775, &CP860, &CP861, &CP863, &CP865, &CP869];

/// The likeliest of the charsets of one byte a character, with the mean of the logarithms of its likelihoods. `common` is what
/// the detector of browsers gives, and stands where no other is likelier by far.
pub(super) fn likeliest(bytes: &[u8], common: Charset) -> (Charset, f32) {
    let sample = sample(bytes);
    let count = sample.len().max(1) as f32;
    let weighed = |(charset, model): &(Charset, Model)| {
        let is_rare = charset.beyond.is_some() || RARE_ENCODINGS.contains(&charset.encoding);
        let is_rarest = RAREST_ENCODINGS.contains(&charset.encoding)
            || matches!(charset.beyond, Some(Beyond::Page(page)) if RAREST_PAGES.contains(&page));
        let prior = if *charset == common {
            FAVOUR + FAVOUR_A_BYTE * count
        } else if is_rarest {
            -RAREST
        } else if is_rare {
            -RARE
        } else {
            0.0
        };
        (*charset, model.score(&sample) + prior)
    };
    let best = MODELS.iter().map(weighed).reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or((common, f32::NEG_INFINITY), |(charset, score)| (charset, score / count))
}

/// The mean of the logarithms of the likelihoods of bytes beyond ASCII; none where the charset is not weighed.
pub(super) fn mean(bytes: &[u8], charset: Charset) -> Option<f32> {
    let sample = sample(bytes);
    let (_, model) = MODELS.iter().find(|(c, _)| *c == charset)?;
    Some(model.score(&sample) / sample.len().max(1) as f32)
}

/// Whether a charset is for Latin letters, or is not weighed.
pub(super) fn is_latin(charset: Charset) -> bool {
    MODELS.iter().find(|(c, _)| *c == charset).is_none_or(|(_, model)| model.is_latin)
}

/// Whether `one` is far less likely than `other`; false where one of them is not weighed.
pub(super) fn is_far_less_likely(bytes: &[u8], one: Charset, other: Charset) -> bool {
    let sample = sample(bytes);
    let score = |charset| MODELS.iter().find(|(c, _)| *c == charset).map(|(_, model)| model.score(&sample));
    let far = 7.0f32.max(0.5 * sample.len() as f32);
    matches!((score(one), score(other)), (Some(one), Some(other)) if other > one + far)
}

fn place_of(alphabet: &Alphabet, c: char) -> Place {
    let (kind, likelihood) = kind_of(alphabet, c);
    // Words of one letter are few, and in Hebrew there are none.
    let alone = match c {
        'à' | 'è' | 'é' | 'À' | 'È' | 'É' | 'و' => 0.0,
        '\u{5D0}'..='\u{6FF}' => -2.5,
        _ if alphabet.is_latin => -1.5,
        _ => 0.0,
    };
    Place { kind, likelihood, alone }
}

fn kind_of(alphabet: &Alphabet, c: char) -> (Kind, f32) {
    let small = c.to_lowercase().next().unwrap_or(c);
    let rank = alphabet.letters.chars().position(|letter| letter == small || letter == c);
    // Frequencies of letters fall by about an eighth from one to the next, of the few beyond ASCII in Latin texts by a quarter.
    let likelihood =
        rank.map(|rank| if alphabet.is_latin { -1.2 - rank as f32 / 4.0 } else { -2.0 - rank as f32 / 8.0 });
    match (likelihood, c) {
        // Unicode has them among the small letters.
        (Some(likelihood), 'ª' | 'º') => (Kind::Sign, likelihood),
        (Some(likelihood), _) if c.is_uppercase() => (Kind::Capital, likelihood - CAPITAL),
        (Some(likelihood), _) if c.is_lowercase() => (Kind::Small, likelihood),
        (Some(likelihood), '’' | '\u{300}'..='\u{323}') => (Kind::Inner, likelihood),
        (Some(likelihood), _) if c.is_alphabetic() => (Kind::Caseless, likelihood),
        (Some(likelihood), _) if !alphabet.is_latin => (Kind::Inner, likelihood),
        (Some(likelihood), _) => (Kind::Sign, likelihood),
        // Words have a space of the Macintosh between them.
        (None, ' ') => (Kind::Inner, -2.0),
        (None, '!'..='~') => (Kind::Sign, -5.0),
        (None, '\u{FFFD}' | '\u{80}'..='\u{9F}') => (Kind::Sign, -14.0),
        (None, '’') => (Kind::Inner, -4.0),
        (None, '‘' | '“' | '”' | '„' | '«' | '»' | '‹' | '›' | '–' | '—' | '…') => {
            (Kind::Sign, -3.5)
        }
        (None, '\u{A0}' | '\u{AD}') => (Kind::Inner, -3.0),
        (None, '\u{64B}'..='\u{652}' | '\u{200C}' | '\u{5B0}'..='\u{5C2}') => (Kind::Inner, -5.0),
        (None, '،' | '؛' | '؟' | '°' | 'º' | 'ª' | '€' | '£' | '©' | '®' | '§' | '½' | '•') => {
            (Kind::Sign, -5.0)
        }
        (None, '٠'..='٩') => (Kind::Sign, -5.0),
        (None, 'ـ') => (Kind::Caseless, -6.0),
        (None, _) if c.is_uppercase() => (Kind::Capital, -12.0),
        (None, _) if c.is_alphabetic() => (Kind::Small, -9.0),
        (None, '\u{2500}'..='\u{25FF}') => (Kind::Sign, -10.0),
        (None, _) => (Kind::Sign, -7.5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        likeliest(bytes, Charset::plain(WINDOWS_1252)).0.name()
    }

    #[test]
    fn letters_and_their_case_tell_code_pages_apart() {
        assert_eq!(found(b"sch\x94n gr\x81n h\x84tte f\x81r"), "IBM850");
        assert_eq!(found(b"sch\xF6n gr\xFCn h\xE4tte f\xFCr"), "windows-1252");
        assert_eq!(found(b"\xCC\xEE\xF1\xEA\xE2\xE0 \xE2\xE5\xF7\xE5\xF0\xEE\xEC"), "windows-1251");
        // One sign is no evidence for a rare code page.
        assert_eq!(found(b"\x80 20 million"), "windows-1252");
    }

    #[test]
    fn spaces_and_stops_of_the_macintosh_tell_its_arabic() {
        let bytes = b"\xE3\xC7\xE6\xA0\xC7\xE4\xE2\xE5\xD1\xA0\xE5\xE3\xCA\xE5\xE4\xC7\xA0\xE1\xE8\xE2\xAE";
        let charset = likeliest(bytes, Charset::plain(ISO_8859_6)).0;
        assert_eq!(super::super::decode(bytes, charset), "كان القمر مكتملا فوق.");
    }

    #[test]
    fn a_charset_is_far_less_likely_only_where_its_letters_make_no_words() {
        let (latin, arabic) = (Charset::plain(WINDOWS_1252), Charset::plain(WINDOWS_1256));
        let bytes = encoding_rs::WINDOWS_1256.encode("أعلنت وزارة الصحة اليوم").0;
        assert!(is_far_less_likely(&bytes, latin, arabic));
        assert!(!is_far_less_likely(&bytes, arabic, latin));
        assert!(is_latin(latin) && !is_latin(arabic));
    }
}
