//! Templates that stand for words of running text: the one table of them. All other templates go out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::marks::BREAK;

/// What a template shows of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// Its first positional arguments.
    Words(Words),
    /// The last positional argument that is not empty: text after its language, the name that a link shows.
    Last,
    /// A number and its unit, of pairs of them: `5|km|mi`, `5|to|7|km`, `5|ft|11|in|cm`.
    Quantity,
    /// A number, and a unit that is named: `1.5|u=km`.
    Value,
    /// A link to another wiki: the text that it names, else its first argument.
    Link,
    /// Words of another, set apart.
    Quote,
    /// The same words always.
    Text(&'static str),
    /// The title of the page.
    Title,
}

/// The first arguments and what stands around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Stands before the first.
    pub(super) before: &'static str,
    /// Stands between two.
    pub(super) between: &'static str,
    /// How many are shown.
    pub(super) most: u8,
    /// Stands after the last, where as many as that were given.
    pub(super) after: &'static str,
}

const fn words(before: &'static str, between: &'static str, most: u8, after: &'static str) -> Shown {
    Shown::Words(Words { before, between, most, after })
}

/// The first argument as it is.
pub(super) const FIRST: Shown = words("", "", 1, "");

/// A date of year, month and day.
const DATE: Shown = words("", "-", 3, "");

/// What is shown, and the names of the templates in lower case, a bar between two.
const SHOWN: &[(Shown, &str)] = &[
    (
        FIRST,
        "nowrap|nobr|nobreak|no wrap|j|nobold|noitalic|abbr|abbrv|abbreviation|tooltip|small|\
            smaller|big|larger|large|sub|sup|math|mvar|var|mono|code|kbd|em|strong|midsize|\
            smallcaps|sc|petites capitales|caps|not a typo|as written|sic|nospell|proper name|\
            linktext|vanchor|visible anchor|underline|bigger|citation|citation nécessaire|\
            référence nécessaire|refnec|exp|ind|indice|exposant|comment|подсказка|ударение|s2|ruby|\
            ruby-ja|ruby-zh-p|ルビ|要出典範囲|chem2|nihongo|nihongo2|nihongo3|\"|لا لف|بدون التفاف|اختصار|\
            مختصر|صغير|كبير|خط صغير|خط كبير|مصغر|غامق|مائل|عريض|اقتباس مضمن|قرآن|قرآن مصور|نص قرآني|\
            آية|نستعلیق|قلم|unicode|ipa-text|fontcolor|إنج|فرن|ألم|إسب|إيط|لات|رو|روس|ترك|فار|عبر|\
            يون|برت|هول|كرد|أرد|بالإنجليزية|بالفرنسية|بالألمانية|بالإسبانية|باللاتينية|flag|flagu|\
            flagcountry|علم|علم دولة|флаг страны|bandera2|drapeau2",
    ),
    (
        Shown::Last,
        "lang|langx|langue|lang2|lang3|llang|dil|لغة|نص لغة|язык|język|wikt-lang|transl|\
            transliteration|translit|translitération|نقحرة|tsl|resize|font|color|colour|цвет|لون|\
            fontsize|columns-list|columns list|col-list|plainlist|flatlist|قائمة عادية|align|\
            rtl-lang|script|bidi",
    ),
    (
        Shown::Quantity,
        "convert|cvt|conv|converter|converti|convertir|conversion|umrechnen|конвертировать|\
            конверт|dönüştür|تحويل|تحويل وحدة|حول|تبدیل|换算|換算|המרה|변환",
    ),
    (Shown::Value, "val|m|قيمة|value|gaps|math value"),
    (
        Shown::Link,
        "ill|illm|ill-wd|interlanguage link|interlanguage link multi|link-interwiki|iw|iw2|ilh|\
            lien|enlace|liên kết|bağlantı|не переведено|не переведено 2|не переведено 3|\
            не переведено 5|le|lj|lk|нп|нп1|нп2|нп3|нп4|нп5|仮リンク|ill2|임시링크|وصلة إنترويكي|إنترويكي|\
            وإو|وصلة|پم|پیوند میان‌ویکی|internal link helper|link-wd|link",
    ),
    (
        Shown::Quote,
        "quote|blockquote|quotation|cquote|bquote|rquote|centered pull quote|poemquote|\
            citation bloc|début citation|cita|citazione|citação|citaat|zitat|cytat|citat|цитата|\
            цитат|alıntı|ציטוט|اقتباس|اقتباس خاص|اقتباس كتلة|قول|گفتاورد|نقل قول|인용문|quote frame",
    ),
    (
        DATE,
        "birth date|birth date and age|bda|dob|death date|death date and age|start date|end date|\
            start date and age|birth-date|birth year and age|film date|تاريخ الميلاد|تاريخ ميلاد|\
            تاريخ الميلاد والعمر|تاريخ الولادة والعمر|تاريخ الوفاة|تاريخ الوفاة والعمر|تاريخ البدء|\
            تاريخ بداية|生年月日と年齢|生年月日|birthdate",
    ),
    (words("", " ", 3, ""), "unité|unidad|nombre|fmtn|число|num|date|date-|date de naissance|fecha|dunité|وحدة"),
    (words("", ".", 3, ""), "сс3|дата"),
    (words("", " de ", 3, ""), "dtlink|dni|nascimento"),
    (words("", "/", 3, ""), "frac|sfrac|fraction|كسر"),
    (words("", " h ", 2, ""), "heure"),
    (words("", " ", 2, ""), "oldstyledate|oldstyledatedy"),
    (words("", "", 2, " siècle"), "s|s-|siècle"),
    (words("", "", 9, ""), "chem"),
    (words("", "（", 2, "）"), "読み仮名|読み仮名 ruby不使用"),
    (words("", "–", 2, ""), "reign|حكم"),
    (words("siglo ", "", 1, ""), "siglo"),
    (words("século ", "", 1, ""), "séc|século"),
    (words("n° ", "", 1, ""), "n°|numéro"),
    (words("", "", 1, " m"), "höhe"),
    (words("c. ", "", 1, ""), "circa|c.|ca."),
    (words("fl. ", "", 1, ""), "floruit|fl."),
    (words("As of ", "", 1, ""), "as of"),
    (words("√", "", 1, ""), "sqrt|radic"),
    (words("US$", "", 1, ""), "us$|usd"),
    (words("€", "", 1, ""), "€|euro"),
    (words("£", "", 1, ""), "£|gbp"),
    (words("₹", "", 1, ""), "₹|inr|indian rupee"),
    (words("", ", ", 64, ""), "hlist|قائمة أفقية|cslist"),
    (words("\n* ", "\n* ", 64, "\n"), "unbulleted list|ubl|bulleted list|قائمة نقطية|قائمة غير نقطية"),
    // A verse of two halves, on a line of its own.
    (words(BREAK, " ", 2, ""), "بيت|بيت شعر"),
    (Shown::Text(" "), "nbsp|spaces|space|sp|فراغ|0|clear space"),
    (Shown::Text(" – "), "spaced ndash|spnd|snd|sndash|dash|–"),
    (Shown::Text("–"), "ndash|endash|en dash|nsndns"),
    (Shown::Text("—"), "mdash|emdash|em dash|—"),
    (Shown::Text(" · "), "·|dot|•|bull|bullet|middot|int:dot-separator|نقطة"),
    (Shown::Text("…"), "ellipsis|..."),
    (Shown::Text("="), "="),
    (Shown::Text("'"), "'"),
    (Shown::Text("er"), "er"),
    (Shown::Text("re"), "re"),
    (Shown::Text("Mme"), "mme"),
    (Shown::Text("Mlle"), "mlle"),
    (Shown::Text("M."), "m."),
    (Shown::Text("av. J.-C."), "av jc|av. j.-c.|-jc"),
    (Shown::Text("apr. J.-C."), "ap jc|apr. j.-c."),
    (Shown::Text("CO2"), "co2"),
    (Shown::Text("H2O"), "h2o"),
    (Shown::Text("π"), "pi|π"),
    (Shown::Text("°"), "degree|°|deg"),
    (Shown::Text("ﷺ"), "ﷺ|صلى الله عليه وسلم|صلى|صل|pbuh|saw"),
    (Shown::Text("عليه السلام"), "عليه السلام|ع س"),
    (Shown::Text("رضي الله عنه"), "رضي الله عنه|رض"),
    (Shown::Text("رحمه الله"), "رحمه الله"),
    (Shown::Title, "pagename|fullpagename|subpagename|basepagename|اسم الصفحة|اسم_الصفحة"),
];

/// Functions of the parser whose value is shown as it is; the name with its colon, in lower case.
const FUNCTIONS: &[&str] =
    &["formatnum:", "lc:", "uc:", "lcfirst:", "ucfirst:", "nowrap:", "صيغة رقم:", "صيغة_رقم:", "форматчисла:"];

/// Names of arguments that hold what a link or a quotation shows, best last.
const NAMED_TEXT: &str = "trad|fr|عر|name|texte|text|quote|content|lt|display|label|نص|محتوى|text1|顯示|d|текст|цитата";

static BY_NAME: LazyLock<BTreeMap<&'static str, Shown>> =
    LazyLock::new(|| SHOWN.iter().flat_map(|(shown, names)| names.split('|').map(|name| (name, *shown))).collect());

/// What the template of this name shows; the name in lower case, trimmed, with spaces for `_`.
pub(super) fn shown(name: &str) -> Shown {
    if let Some(shown) = BY_NAME.get(name) {
        return *shown;
    }
    let by_language =
        |rest: &str| (2..=12).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if name.strip_prefix("lang-").or_else(|| name.strip_prefix("dil-")).is_some_and(by_language)
        || name.strip_prefix("link-").is_some_and(by_language)
        || name.starts_with("script/")
        || is_german_language(name)
    {
        return FIRST;
    }
    if name.starts_with("internal link helper/") { Shown::Link } else { Shown::Nothing }
}

/// `enS`, `arS`: the German way to name the language of a word.
fn is_german_language(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() == 3
        && bytes[2] == b's'
        && matches!(
            &bytes[..2],
            b"en"
                | b"ar"
                | b"fr"
                | b"el"
                | b"ru"
                | b"la"
                | b"it"
                | b"es"
                | b"tr"
                | b"pl"
                | b"he"
                | b"fa"
                | b"ja"
                | b"zh"
                | b"ko"
                | b"hu"
                | b"cs"
                | b"nl"
                | b"pt"
        )
}

/// The length of the name of a shown function of the parser, with its colon, that `rest` begins with, or none.
pub(super) fn function(rest: &str) -> Option<usize> {
    FUNCTIONS
        .iter()
        .find(|name| rest.get(..name.len()).is_some_and(|head| head.to_lowercase() == **name))
        .map(|n| n.len())
}

/// How good the argument of this name is as what is shown, above 1; none for an argument of another use.
pub(super) fn named_text(name: &str) -> Option<u8> {
    let at = NAMED_TEXT.split('|').position(|known| known == name)?;
    u8::try_from(at + 2).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice_and_all_are_folded() {
        let names: Vec<&str> = SHOWN.iter().flat_map(|(_, names)| names.split('|')).collect();
        assert_eq!(names.len(), BY_NAME.len());
        assert!(names.iter().all(|name| name.to_lowercase() == **name && name.trim() == *name));
    }

    #[test]
    fn templates_of_languages_are_known_by_the_shape_of_their_names() {
        for name in ["lang-ar", "lang-en-gb", "ens", "script/arabic"] {
            assert_eq!(shown(name), FIRST, "{name}");
        }
        for name in ["lang-", "infobox", "lang-التالي", "sfn", "cite web"] {
            assert_eq!(shown(name), Shown::Nothing, "{name}");
        }
        assert_eq!(function("FORMATNUM:12"), Some(10));
        assert_eq!(function("#if:x"), None);
    }
}
