//! The names of months, folded, in the languages whose dates [`super::dates`] reads.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::props::GeneralCategory;
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};

/// A month of one calendar, numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Month {
    /// January is 1.
    Gregorian(i8),
    /// Farvardin is 1: the solar calendar of Iran.
    Jalali(i8),
    /// January is 1, and years may be those of the Buddha.
    Thai(i8),
    /// Muharram is 1: its days depend on the place, so no date is made of it.
    Hijri,
}

/// The month that a folded name stands for, in any of the languages.
pub(super) fn month(name: &str) -> Option<Month> {
    let hebrew = name.strip_prefix('ב').filter(|rest| rest.chars().count() > 2);
    NAMES.get(name).or_else(|| NAMES.get(hebrew?)).copied()
}

/// A name as the tables hold it: lower case, without marks (also those of letters such as é, أ and й), tatweel and
/// format characters, with one yeh, one kaf and one heh.
pub(super) fn fold(text: &str) -> String {
    static CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::<GeneralCategory>::new();
    let keep = |c: &char| {
        !matches!(CATEGORIES.get(*c), GeneralCategory::NonspacingMark | GeneralCategory::Format) && *c != '\u{640}'
    };
    let one = |c: char| match c {
        'ı' => 'i',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' | 'ہ' | 'ھ' => 'ه',
        _ => c,
    };
    let lower = text.to_lowercase();
    let bare = if lower.is_ascii() { lower } else { DecomposingNormalizerBorrowed::new_nfd().normalize(&lower).into() };
    bare.chars().filter(keep).map(one).collect()
}

/// The text with the short names of Thai months, which are letters with full stops, in full.
pub(super) fn spell_out(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    if text.contains('\u{E04}') || text.contains('\u{E22}') || text.contains('\u{E1E}') {
        for (short, names) in THAI_SHORT.iter().zip(THAI) {
            if out.contains(short) {
                out = Cow::Owned(out.replace(short, names));
            }
        }
    }
    out
}

static NAMES: LazyLock<HashMap<String, Month>> = LazyLock::new(|| {
    let names = |table: &'static [&'static str]| {
        table.iter().zip(1i8..).flat_map(|(month, n)| month.split_whitespace().map(move |name| (fold(name), n)))
    };
    let gregorian = GREGORIAN.iter().flat_map(|table| names(table.as_slice()));
    names(&JALALI)
        .map(|(name, n)| (name, Month::Jalali(n)))
        .chain(names(&HIJRI).map(|(name, _)| (name, Month::Hijri)))
        .chain(names(&THAI).map(|(name, n)| (name, Month::Thai(n))))
        .chain(gregorian.map(|(name, n)| (name, Month::Gregorian(n))))
        .collect()
});

/// One row a language, one entry a month; words of a name are joined by `_`.
#[rustfmt::skip]
const GREGORIAN: [[&str; 12]; 35] = [
    // English
    ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
     "september sep sept", "october oct", "november nov", "december dec"],
    // Arabic: Egypt, the Gulf and Sudan
    ["يناير", "فبراير", "مارس", "أبريل إبريل ابريل", "مايو", "يونيو يونيه", "يوليو يوليه", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
    // Arabic: the Levant and Iraq
    ["كانون_الثاني كانون_ثاني كانون_ثان", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين_الأول تشرين_أول", "تشرين_الثاني تشرين_ثاني تشرين_ثان", "كانون_الأول كانون_أول"],
    // Arabic: Algeria and Tunisia
    ["جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
    // Arabic: Morocco
    ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"],
    // Persian
    ["ژانویه", "فوریه", "مارس", "آوریل", "مه می", "ژوئن جون", "ژوئیه جولای", "اوت آگوست", "سپتامبر", "اکتبر", "نوامبر", "دسامبر"],
    // Urdu
    ["جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"],
    // Hebrew
    ["ינואר", "פברואר", "מרץ מרס", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר"],
    // Turkish
    ["ocak oca", "şubat şub", "mart", "nisan nis", "mayıs", "haziran haz", "temmuz tem", "ağustos ağu", "eylül eyl", "ekim eki",
     "kasım kas", "aralık ara"],
    // French
    ["janvier janv", "février févr fév", "mars", "avril avr", "mai", "juin", "juillet juil", "août", "septembre", "octobre", "novembre",
     "décembre déc"],
    // German
    ["januar jänner", "februar", "märz mrz maerz", "april", "mai", "juni", "juli", "august", "september", "oktober okt", "november",
     "dezember dez"],
    // Spanish
    ["enero ene", "febrero", "marzo", "abril abr", "mayo", "junio", "julio", "agosto ago", "septiembre setiembre", "octubre", "noviembre",
     "diciembre dic"],
    // Portuguese
    ["janeiro", "fevereiro fev", "março", "abril", "maio mai", "junho", "julho", "agosto", "setembro set", "outubro out", "novembro",
     "dezembro dez"],
    // Italian
    ["gennaio gen", "febbraio", "marzo", "aprile", "maggio mag", "giugno giu", "luglio lug", "agosto", "settembre sett", "ottobre ott",
     "novembre", "dicembre"],
    // Russian
    ["январь января янв", "февраль февраля фев февр", "март марта", "апрель апреля апр", "май мая", "июнь июня июн", "июль июля июл",
     "август августа авг", "сентябрь сентября сен сент", "октябрь октября окт", "ноябрь ноября ноя нояб", "декабрь декабря дек"],
    // Ukrainian
    ["січень січня", "лютий лютого", "березень березня", "квітень квітня", "травень травня", "червень червня", "липень липня",
     "серпень серпня", "вересень вересня", "жовтень жовтня", "листопад листопада", "грудень грудня"],
    // Indonesian and Malay
    ["januari", "februari", "maret", "april", "mei", "juni", "juli julai", "agustus agt ogos", "september", "oktober", "november nopember",
     "desember des disember"],
    // Dutch
    ["januari", "februari", "maart mrt", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
    // Swedish, Danish, Norwegian
    ["januari januar", "februari februar", "mars marts", "april", "maj mai", "juni", "juli", "augusti august", "september", "oktober",
     "november", "december desember"],
    // Polish
    ["styczeń stycznia", "luty lutego", "marzec marca", "kwiecień kwietnia", "maj maja", "czerwiec czerwca", "lipiec lipca",
     "sierpień sierpnia", "wrzesień września", "październik października", "listopad listopada", "grudzień grudnia"],
    // Greek
    ["ιανουάριος ιανουαρίου", "φεβρουάριος φεβρουαρίου", "μάρτιος μαρτίου", "απρίλιος απριλίου", "μάιος μαΐου", "ιούνιος ιουνίου",
     "ιούλιος ιουλίου", "αύγουστος αυγούστου", "σεπτέμβριος σεπτεμβρίου", "οκτώβριος οκτωβρίου", "νοέμβριος νοεμβρίου",
     "δεκέμβριος δεκεμβρίου"],
    // Hindi
    ["जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर सितम्बर", "अक्टूबर", "नवंबर नवम्बर", "दिसंबर दिसम्बर"],
    // Bengali
    ["জানুয়ারি জানুয়ারী", "ফেব্রুয়ারি ফেব্রুয়ারী", "মার্চ", "এপ্রিল", "মে", "জুন", "জুলাই", "আগস্ট অগাস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর"],
    // Swahili
    ["januari", "februari", "machi", "aprili", "mei", "juni", "julai", "agosti", "septemba", "oktoba", "novemba", "desemba"],
    // Hausa
    ["janairu", "fabrairu", "maris", "afrilu", "mayu", "yuni", "yuli", "agusta", "satumba", "oktoba", "nuwamba", "disamba"],
    // Afrikaans
    ["januarie", "februarie", "maart", "april", "mei", "junie", "julie", "augustus", "september", "oktober", "november", "desember"],
    // Czech
    ["leden ledna", "únor února", "březen března", "duben dubna", "květen května", "červen června", "červenec července", "srpen srpna",
     "září", "říjen října", "listopad listopadu", "prosinec prosince"],
    // Slovak
    ["január januára", "február februára", "marec marca", "apríl apríla", "máj mája", "jún júna", "júl júla", "august augusta",
     "september septembra", "október októbra", "november novembra", "december decembra"],
    // Hungarian
    ["január", "február febr", "március márc", "április ápr", "május máj", "június jún", "július júl", "augusztus", "szeptember szept",
     "október", "november", "december"],
    // Romanian
    ["ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie"],
    // Catalan
    ["gener", "febrer", "març", "abril", "maig", "juny", "juliol", "agost", "setembre", "octubre", "novembre", "desembre"],
    // Bulgarian
    ["януари", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври", "ноември", "декември"],
    // Serbian
    ["јануар јануара januara", "фебруар фебруара februara", "марта", "април априла", "мај маја", "јун јуна juna", "јул јула jula", "август августа avgust avgusta",
     "септембар септембра septembar septembra", "октобар октобра oktobar oktobra", "новембар новембра novembar novembra", "децембар децембра decembar decembra"],
    // Finnish
    ["tammikuuta tammikuu", "helmikuuta helmikuu", "maaliskuuta maaliskuu", "huhtikuuta huhtikuu", "toukokuuta toukokuu", "kesäkuuta kesäkuu",
     "heinäkuuta heinäkuu", "elokuuta elokuu", "syyskuuta syyskuu", "lokakuuta lokakuu", "marraskuuta marraskuu", "joulukuuta joulukuu"],
    // Azerbaijani and Uzbek
    ["yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust avgust", "sentyabr", "oktyabr", "noyabr", "dekabr"],
];

/// Of Iran, and where they differ of Afghanistan.
#[rustfmt::skip]
const JALALI: [&str; 12] = [
    "فروردین حمل", "اردیبهشت ثور", "خرداد جوزا", "تیر سرطان", "مرداد امرداد اسد", "شهریور سنبله", "مهر میزان", "آبان عقرب", "آذر قوس",
    "دی جدی", "بهمن دلو", "اسفند حوت",
];

#[rustfmt::skip]
const THAI: [&str; 12] = [
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
];

const THAI_SHORT: [&str; 12] =
    ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];

#[rustfmt::skip]
const HIJRI: [&str; 12] = [
    "محرم المحرم", "صفر", "ربيع_الأول ربیع_الاول", "ربيع_الثاني ربيع_الآخر", "جمادى_الأولى", "جمادى_الثانية جمادى_الآخرة", "رجب", "شعبان",
    "رمضان", "شوال", "ذو_القعدة ذي_القعدة", "ذو_الحجة ذي_الحجة",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_month_is_found_by_its_folded_name() {
        for (name, n) in [("Août", 8), ("ŞUBAT", 2), ("Mayıs", 5), ("мая", 5), ("أبريل", 4), ("ابريل", 4), ("مئی", 5)]
        {
            assert_eq!(month(&fold(name)), Some(Month::Gregorian(n)), "{name}");
        }
        assert_eq!(month(&fold("בנובמבר")), Some(Month::Gregorian(11)));
        assert_eq!(month(&fold("كانون_الأول")), Some(Month::Gregorian(12)));
        assert_eq!(month(&fold("اردی\u{200c}بهشت")), Some(Month::Jalali(2)));
        assert_eq!(month("monday"), None);
    }

    #[test]
    fn no_name_stands_for_two_months() {
        for table in GREGORIAN {
            for (names, n) in table.iter().zip(1..) {
                for name in names.split_whitespace() {
                    assert_eq!(month(&fold(name)), Some(Month::Gregorian(n)), "{name}");
                }
            }
        }
    }
}
