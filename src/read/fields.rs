//! The names under which dumps keep what: how a field of a record becomes text or metadata.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::document::Metadata;
use crate::text::dates::parse_date;

/// Names for each part of a document, the best first; matched without regard to case, and to what stands between words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldNames {
    /// The article itself.
    pub text: Vec<String>,
    /// Headline.
    pub title: Vec<String>,
    /// Address.
    pub url: Vec<String>,
    /// Name of the site.
    pub site: Vec<String>,
    /// Author or authors.
    pub author: Vec<String>,
    /// Section.
    pub category: Vec<String>,
    /// Licence.
    pub license: Vec<String>,
    /// Time of publication.
    pub published: Vec<String>,
    /// Declared language.
    pub language: Vec<String>,
    /// The dump's own id.
    pub id: Vec<String>,
}

impl Default for FieldNames {
    fn default() -> Self {
        let list = |names: &str| names.split_whitespace().map(str::to_owned).collect();
        Self {
            text: list(
                "text content body raw_content content_text article article_text article_body articleBody full_text fulltext maintext main_text \
                 plain_text clean_text textContent text_content articleText page_content story document \
                 Artikel Volltext Inhalt Artikeltext texte contenu corps texto contenido cuerpo artículo noticia conteúdo conteudo corpo notícia \
                 testo contenuto articolo tekst inhoud treść metin içerik haber konten isi teks النص نص المحتوى محتوى المقال مقال الخبر خبر \
                 نص_المقال نص_الخبر محتوى_الخبر محتوى_المقال المتن متن محتوا مضمون текст содержание статья текст_статьи 正文 内容 文章 內文 內容 新闻内容 新聞內容 本文 본문 내용 텍스트 기사 \
                 טקסט תוכן כתבה מאמר κείμενο κειμενο περιεχόμενο άρθρο เนื้อหา ข้อความ บทความ पाठ सामग्री लेख বিষয়বস্তু লেখা \
                 nội_dung noi_dung văn_bản bài_viết maudhui matini makala habari ጽሑፍ ይዘት \
                 paragraphs sentences selftext transcript html raw_html body_html content_html description summary abstract",
            ),
            title: list(
                "title headline heading article_title subject Titel Überschrift Schlagzeile titre título titulo titular manchete titolo tytuł \
                 başlık baslik judul العنوان عنوان عنوان_المقال عنوان_الخبر تیتر заголовок название 标题 標題 題目 新闻标题 新聞標題 タイトル 見出し 제목 \
                 כותרת τίτλος τιτλος หัวข้อ ชื่อเรื่อง शीर्षक শিরোনাম தலைப்பு سرخی tiêu_đề tieu_de kichwa ርዕስ",
            ),
            url: list(
                "url link uri permalink source_url canonical_url web_url href lien enlace bağlantı tautan الرابط رابط رابط_المقال رابط_الخبر \
                 لینک پیوند ссылка адрес 链接 リンク 링크",
            ),
            site: list(
                "site site_name sitename publisher source_domain domain outlet newspaper الموقع الصحيفة газета издание",
            ),
            author: list(
                "author authors byline creator writer Autor Verfasser auteur autore yazar penulis الكاتب كاتب المؤلف مؤلف اسم_الكاتب نویسنده \
                 автор 作者 著者 저자 기자",
            ),
            category: list(
                "category section topic categories news_desk cat Kategorie Rubrik Ressort catégorie rubrique categoría sección categoria seção \
                 kategori القسم قسم التصنيف تصنيف الفئة فئة دسته دسته_بندی категория рубрика 分类 类别 カテゴリ 카테고리 분류",
            ),
            license: list("license licence rights"),
            published: list(
                "published date publish_date published_at date_published datePublished publication_date pub_date pubDate date_publish datetime timestamp created_at created date_extracted \
                 Datum Veröffentlicht date_de_publication fecha fecha_de_publicación data_de_publicação tarih tanggal التاريخ تاريخ تاريخ_النشر \
                 تاریخ تاریخ_انتشار дата дата_публикации 日期 发布时间 日付 날짜 data",
            ),
            language: list(
                "language lang language_code locale Sprache langue idioma lingua dil bahasa اللغة لغة زبان язык 语言 言語 언어",
            ),
            id: list("id doc_id document_id article_id _id uuid guid docno المعرف معرف"),
        }
    }
}

/// A part of a document that a field can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// [`FieldNames::text`].
    Text,
    /// [`FieldNames::title`].
    Title,
    /// [`FieldNames::url`].
    Url,
    /// [`FieldNames::site`].
    Site,
    /// [`FieldNames::author`].
    Author,
    /// [`FieldNames::category`].
    Category,
    /// [`FieldNames::license`].
    License,
    /// [`FieldNames::published`].
    Published,
    /// [`FieldNames::language`].
    Language,
    /// [`FieldNames::id`].
    Id,
}

/// Number of [`Slot`]s.
const SLOTS: usize = 10;

/// Members that wrap a record, or what is known about it: their own members are looked at by their bare names.
const WRAPPERS: &[&str] = &[
    "metadata",
    "meta",
    "doc",
    "document",
    "article",
    "data",
    "_source",
    "record",
    "item",
    "fields",
    "attributes",
    "properties",
    "payload",
    "page",
    "post",
    "news",
];

/// How deep wrappers are looked into.
const MAX_DEPTH: usize = 4;

/// How much worse a bare name is at each level down.
const RANK_OF_DEPTH: usize = 1000;

/// [`FieldNames`] and the fields to keep, ready for look-up.
pub struct FieldMap {
    slots: BTreeMap<String, (Slot, usize)>,
    /// Beginnings of dotted names, as they go down.
    prefixes: BTreeSet<String>,
    keep: Vec<String>,
    /// Texts stay as they are, whatever markup they hold.
    pub verbatim: bool,
}

/// A place within a record: at its top, or in an object within it.
#[derive(Clone, Debug)]
pub struct Place<'m> {
    /// The dotted path to it in lower case.
    path: Cow<'m, str>,
    depth: usize,
    /// All objects on the way are wrappers.
    wrapped: bool,
}

impl Place<'_> {
    /// The record itself.
    pub fn top() -> Self {
        Self { path: Cow::Borrowed(""), depth: 0, wrapped: true }
    }

    /// Whether the recipe names fields in there, beside those of all wrappers.
    pub fn is_named(&self, map: &FieldMap) -> bool {
        map.prefixes.contains(self.path.as_ref())
    }

    /// Whether this is the record itself.
    pub fn is_top(&self) -> bool {
        self.depth == 0
    }

    /// The dotted path to a field in there.
    pub fn join(&self, field: &str) -> String {
        let field = normal(field);
        if self.depth == 0 { field } else { format!("{}.{field}", self.path) }
    }
}

impl FieldMap {
    /// The look-up of `names`; a name given twice belongs to the first slot, and `keep` go to `extra`.
    pub fn new(names: &FieldNames, keep: &[String]) -> Self {
        let lists = [
            (Slot::Text, &names.text),
            (Slot::Title, &names.title),
            (Slot::Url, &names.url),
            (Slot::Site, &names.site),
            (Slot::Author, &names.author),
            (Slot::Category, &names.category),
            (Slot::License, &names.license),
            (Slot::Published, &names.published),
            (Slot::Language, &names.language),
            (Slot::Id, &names.id),
        ];
        let mut slots = BTreeMap::new();
        for (slot, list) in lists {
            for (rank, name) in list.iter().enumerate() {
                slots.entry(normal(name)).or_insert((slot, rank));
            }
        }
        let mut keep = keep.to_vec();
        keep.sort();
        keep.dedup();
        let prefixes = slots
            .keys()
            .flat_map(|name: &String| name.match_indices('.').map(|(at, _)| name[..at].to_owned()))
            .collect();
        Self { slots, prefixes, keep, verbatim: false }
    }

    /// The slot of `field` at `place`: by its dotted name, or by its bare name within wrappers.
    pub fn slot_at(&self, place: &Place<'_>, field: &str) -> Option<(Slot, usize)> {
        if place.is_top() {
            return self.slot(field);
        }
        let dotted = self.slots.get(&place.join(field)).copied();
        let bare = || self.slot(field).map(|(slot, rank)| (slot, rank + RANK_OF_DEPTH * place.depth));
        dotted.or_else(|| if place.wrapped { bare() } else { None })
    }

    /// The place within the object `field` at `place`, where fields may be in there.
    pub fn enter(&self, place: &Place<'_>, field: &str) -> Option<Place<'static>> {
        let wraps = place.wrapped && WRAPPERS.iter().any(|w| w.eq_ignore_ascii_case(field));
        if place.depth == MAX_DEPTH || !wraps && self.prefixes.is_empty() {
            return None;
        }
        let path = place.join(field);
        (wraps || self.prefixes.contains(&path)).then(|| Place {
            path: Cow::Owned(path),
            depth: place.depth + 1,
            wrapped: wraps,
        })
    }

    /// The slot of a field and how good its name is (0 is best), or none.
    pub fn slot(&self, field: &str) -> Option<(Slot, usize)> {
        let is_normal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        match self.slots.get(field) {
            Some(found) => Some(*found),
            None if field.bytes().all(is_normal) => None,
            None => self.slots.get(&normal(field)).copied(),
        }
    }

    /// Whether the field goes to `extra`.
    pub fn keeps(&self, field: &str) -> bool {
        self.keep.iter().any(|k| k == field)
    }
}

/// A name in lower case, with one sign for what stands between its words.
fn normal(name: &str) -> String {
    name.chars().map(|c| if matches!(c, ' ' | '-' | '\u{a0}') { '_' } else { c }).collect::<String>().to_lowercase()
}

/// The fields of one record, the best name of each slot winning.
#[derive(Default)]
pub struct Fields<'v> {
    values: [Option<(usize, std::borrow::Cow<'v, str>)>; SLOTS],
    extra: BTreeMap<String, String>,
    seen_text: bool,
    /// A field for text that holds objects of which none stands for it.
    object: Option<String>,
}

impl<'v> Fields<'v> {
    /// Offers a value for a slot; blank ones and worse names do not count.
    pub fn offer(&mut self, slot: Slot, rank: usize, value: std::borrow::Cow<'v, str>) {
        let held = &mut self.values[slot as usize];
        if held.as_ref().is_none_or(|(r, _)| *r > rank) && !value.trim().is_empty() {
            *held = Some((rank, value));
        }
    }

    /// Notes that the record has a field for text, whatever it holds.
    pub fn see_text(&mut self) {
        self.seen_text = true;
    }

    /// Notes that the field at `path`, which is for text, holds objects without a member that stands for them.
    pub fn see_object(&mut self, path: impl FnOnce() -> String) {
        self.object.get_or_insert_with(path);
    }

    /// Takes the path that [`Self::see_object`] noted.
    pub fn take_object(&mut self) -> Option<String> {
        self.object.take()
    }

    /// Adds the fields of one more element of a list: its text goes on the next line, of the rest the first counts.
    pub fn append(&mut self, element: Self) {
        self.seen_text |= element.seen_text;
        for (at, (held, value)) in self.values.iter_mut().zip(element.values).enumerate() {
            match (held, value) {
                (Some((rank, text)), Some((other, more))) if at == Slot::Text as usize && *rank == other => {
                    let text = text.to_mut();
                    text.push('\n');
                    text.push_str(&more);
                }
                (held, Some((other, value))) if held.as_ref().is_none_or(|(rank, _)| *rank > other) => {
                    *held = Some((other, value));
                }
                _ => {}
            }
        }
    }

    /// Keeps a field for `extra`, as JSON.
    pub fn keep(&mut self, field: &str, json: String) {
        self.extra.insert(field.to_owned(), json);
    }

    /// Text and metadata of the record; no text where it has no field for it.
    pub fn finish(mut self) -> (Option<String>, Metadata) {
        let text = self.take(Slot::Text).or_else(|| self.seen_text.then(String::new));
        let published = self.take(Slot::Published).and_then(|d| parse_date(&d));
        let mut trimmed =
            |slot| self.take(slot).map(|v: String| if v.trim().len() == v.len() { v } else { v.trim().to_owned() });
        let metadata = Metadata {
            url: trimmed(Slot::Url),
            site: trimmed(Slot::Site),
            author: trimmed(Slot::Author),
            category: trimmed(Slot::Category),
            license: trimmed(Slot::License),
            language: trimmed(Slot::Language),
            source_id: trimmed(Slot::Id),
            published,
            title: self.take(Slot::Title),
            extra: (!self.extra.is_empty()).then(|| object(&self.extra)),
        };
        (text, metadata)
    }

    fn take(&mut self, slot: Slot) -> Option<String> {
        self.values[slot as usize].take().map(|(_, v)| v.into_owned())
    }
}

fn object(fields: &BTreeMap<String, String>) -> String {
    let members: Vec<String> =
        fields.iter().map(|(name, json)| format!("{}:{json}", serde_json::Value::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_name_that_holds_something_wins_in_any_order() {
        let map = FieldMap::new(&FieldNames::default(), &[]);
        for order in [["content", "text"], ["text", "content"]] {
            let mut fields = Fields::default();
            for name in order {
                let (slot, rank) = map.slot(name).unwrap();
                fields.offer(slot, rank, if name == "text" { "  ".into() } else { "القمح".into() });
            }
            assert_eq!(fields.finish().0.as_deref(), Some("القمح"));
        }
    }

    #[test]
    fn names_are_matched_without_regard_to_case() {
        let map = FieldMap::new(&FieldNames::default(), &[]);
        assert_eq!(map.slot("Title").map(|s| s.0), Some(Slot::Title));
        assert_eq!(map.slot("datePublished").map(|s| s.0), Some(Slot::Published));
        assert_eq!(map.slot("Article Text").map(|s| s.0), Some(Slot::Text));
        assert_eq!(map.slot("ЗАГОЛОВОК").map(|s| s.0), Some(Slot::Title));
        assert_eq!(map.slot("تاريخ النشر").map(|s| s.0), Some(Slot::Published));
        assert_eq!(map.slot("colour"), None);
    }

    #[test]
    fn texts_go_before_pages_of_them_and_pages_before_summaries() {
        let map = FieldMap::new(&FieldNames::default(), &[]);
        let rank = |name: &str| map.slot(name).filter(|(slot, _)| *slot == Slot::Text).map(|(_, rank)| rank).unwrap();
        let order =
            ["text", "content", "plain_text", "articleText", "תוכן", "sentences", "html", "body_html", "summary"];
        assert!(order.map(rank).is_sorted());
        for name in ["raw_html", "textContent", "page_content", "텍스트", "ΚΕΊΜΕΝΟ", "เนื้อหา", "محتوى الخبر", "Nội dung"]
        {
            assert_eq!(map.slot(name).map(|s| s.0), Some(Slot::Text), "{name}");
        }
        for name in ["כותרת", "Τίτλος", "शीर्षक", "শিরোনাম", "Tiêu đề", "ርዕስ"]
        {
            assert_eq!(map.slot(name).map(|s| s.0), Some(Slot::Title), "{name}");
        }
        assert_eq!(map.slot("المعرف").map(|s| s.0), Some(Slot::Id));
    }
}
