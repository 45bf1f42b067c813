//! What a wiki says of itself: its language and the names of its namespaces, by which links are told apart.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The number of the namespace of articles.
pub const ARTICLES: i32 = 0;
/// The number of the namespace of sound and pictures that links play rather than show.
pub const MEDIA: i32 = -2;
/// The number of the namespace of pictures and other files.
pub const FILES: i32 = 6;
/// The number of the namespace of templates.
pub const TEMPLATES: i32 = 10;
/// The number of the namespace of categories.
pub const CATEGORIES: i32 = 14;

/// The longest name of a namespace, in bytes.
const MAX_NAME_BYTES: usize = 96;

/// English names, which every wiki knows beside its own.
const CANONICAL: &[(i32, &str)] = &[
    (MEDIA, "media"),
    (-1, "special"),
    (1, "talk"),
    (2, "user"),
    (3, "user talk"),
    (4, "project"),
    (5, "project talk"),
    (FILES, "file"),
    (FILES, "image"),
    (7, "file talk"),
    (8, "mediawiki"),
    (9, "mediawiki talk"),
    (TEMPLATES, "template"),
    (11, "template talk"),
    (12, "help"),
    (13, "help talk"),
    (CATEGORIES, "category"),
    (15, "category talk"),
    (100, "portal"),
    (118, "draft"),
    (828, "module"),
];

/// Names of files in other languages: dumps declare one name a namespace, while old articles use the names before it, and
/// parts of dumps declare none.
const FILE_NAMES: &str = "afbeelding|archivo|attēls|bestand|berkas|bild|billede|delwedd|datei|datoteka|datoteko|\
    dosiero|dosya|fil|fichier|ficheiro|fitxategi|fitxer|fișier|fájl|gambar|grafika|imagem|\
    imagen|imagine|imatge|immagine|irudi|hình|kuva|kép|lêer|mynd|obrázek|obrázok|pilt|\
    pilde|plik|resim|slika|soubor|súbor|tập tin|tiedosto|vaizdas|wêne|şəkil|fayl|sary|\
    picha|faili|αρχείο|εικόνα|датотека|зображення|изображение|картинка|слика|файл|выява|\
    сурет|сүрөт|рәсем|акс|պատկեր|ფაილი|სურათი|קובץ|תמונה|טעקע|בילד|ملف|صورة|پرونده|تصویر|\
    فائل|دوتنه|انځور|پەڕگە|وێنە|عکس|فایل|ھۆججەت|चित्र|संचिका|छवि|চিত্র|ছবি|ਤਸਵੀਰ|ચિત્ર|\
    படிமம்|దస్త్రం|బొమ్మ|ಚಿತ್ರ|പ്രമാണം|ചിത്രം|ගොනුව|රූපය|ไฟล์|ภาพ|ຮູບ|ဖိုင်|រូបភាព|ឯកសារ|\
    ስዕል|文件|檔案|档案|图像|圖像|图片|圖片|ファイル|画像|파일|그림";

/// Names of categories in other languages.
const CATEGORY_NAMES: &str = "categoria|categorie|categoría|catégorie|categori|flokkur|jamii|kategoria|kategorie|\
    kategori|kategorija|kategorio|kategória|kategooria|kategoriya|kateqoriya|kategoriija|\
    kategorî|luokka|rummad|sokajy|thể loại|turkum|κατηγορία|категорија|категорія|\
    категория|катэгорыя|санат|төркем|гурӯҳ|կատեգորիա|კატეგორია|קטגוריה|קאַטעגאָריע|تصنيف|\
    رده|زمرہ|وېشنيزه|پۆل|تۈر|زمره|श्रेणी|वर्ग|বিষয়শ্রেণী|শ্ৰেণী|ਸ਼੍ਰੇਣੀ|શ્રેણી|பகுப்பு|\
    వర్గం|ವರ್ಗ|വർഗ്ഗം|ප්‍රවර්ගය|หมวดหมู่|ໝວດ|ကဏ္ဍ|ចំណាត់ថ្នាក់ក្រុម|መደብ|分类|分類|カテゴリ|분류";

/// Names of media in other languages.
const MEDIA_NAMES: &str = "وسائط|ميديا|مدیا|média|medio|медиа|медыя|מדיה|媒体|媒體|メディア|미디어";

/// Numbers of the namespaces that every wiki knows, by folded name.
static KNOWN: LazyLock<BTreeMap<String, i32>> = LazyLock::new(|| {
    let named = |key: i32, names: &'static str| names.split('|').map(move |name| (key, name));
    let others = named(FILES, FILE_NAMES).chain(named(CATEGORIES, CATEGORY_NAMES)).chain(named(MEDIA, MEDIA_NAMES));
    CANONICAL.iter().copied().chain(others).map(|(key, name)| (folded(name), key)).collect()
});

/// A wiki, as its dump describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WikiSite {
    /// The language of the dump, as it declares it.
    pub language: Option<String>,
    /// Numbers of namespaces by folded name.
    namespaces: BTreeMap<String, i32>,
}

impl WikiSite {
    /// A wiki of `language` that declares no namespaces: those that every wiki knows.
    pub fn new(language: Option<String>) -> Self {
        Self { language, namespaces: KNOWN.clone() }
    }

    /// Takes up that the wiki calls namespace `key` so; a later name goes before an earlier one.
    pub fn declare(&mut self, key: i32, name: &str) {
        let name = folded(name);
        if !name.is_empty() {
            self.namespaces.insert(name, key);
        }
    }

    /// The number of the namespace of this name, in any case and with `_` for spaces; none where there is no such name.
    pub fn namespace(&self, name: &str) -> Option<i32> {
        if name.len() > MAX_NAME_BYTES {
            return None;
        }
        self.namespaces.get(&folded(name)).copied()
    }

    /// The namespace of a page by its title: that of the part before the first colon, else that of articles.
    pub fn namespace_of_title(&self, title: &str) -> i32 {
        title.split_once(':').and_then(|(name, _)| self.namespace(name)).unwrap_or(ARTICLES)
    }
}

/// The name in lower case, `_` as a space, without space or direction marks around it.
fn folded(name: &str) -> String {
    let around = |c: char| c.is_whitespace() || matches!(c, '_' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}');
    name.trim_matches(around).replace('_', " ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_by_the_names_of_other_languages() {
        let site = WikiSite::new(Some("ar".into()));
        assert_eq!(site.namespace("ملف"), Some(FILES));
        assert_eq!(site.namespace(" صورة "), Some(FILES));
        assert_eq!(site.namespace("CATEGORY"), Some(CATEGORIES));
        assert_eq!(site.namespace("Категория"), Some(CATEGORIES));
        assert_eq!(site.namespace("user_talk"), Some(3));
        assert_eq!(site.namespace("الشمس"), None);
    }

    #[test]
    fn what_the_dump_declares_goes_before_what_is_known() {
        let mut site = WikiSite::new(None);
        site.declare(104, "فهرس");
        site.declare(2, "Archivo");
        assert_eq!(site.namespace("فهرس"), Some(104));
        assert_eq!(site.namespace("archivo"), Some(2));
        assert_eq!(site.namespace_of_title("فهرس:كتاب"), 104);
        assert_eq!(site.namespace_of_title("Re: Zero"), ARTICLES);
    }
}
