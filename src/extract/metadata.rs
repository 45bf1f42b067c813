//! What is known of a page beside its text: choices among the facts of [`super::page`].

use scraper::Html;

use crate::model::document::Metadata;

use super::page::Page;
use super::published;

/// Signs that set the name of a site apart from a title, with spaces around them.
const SEPARATORS: [char; 9] = ['|', '-', '–', '—', '·', '•', '»', '«', ':'];
/// A heading under this length may be a label or the name of the site, in characters.
const MIN_HEADING: usize = 10;
/// The longest author that is believed, in characters.
const MAX_AUTHOR: usize = 200;

/// The metadata of a record: what the dump says, and what the page says where the dump is silent.
pub(super) fn complete(dump: Metadata, page: &Page) -> Metadata {
    let site = site(page);
    let url = dump.url.clone().or_else(|| url(page));
    let published = dump.published.or_else(|| published::published(page, url.as_deref()));
    Metadata {
        title: dump.title.or_else(|| title(page, site.as_deref())),
        author: dump.author.or_else(|| author(page)),
        category: dump.category.or_else(|| category(page)),
        license: dump.license.or_else(|| license(page)),
        language: dump.language.or_else(|| language(page)),
        site: dump.site.or(site),
        url,
        published,
        source_id: dump.source_id,
        extra: dump.extra,
    }
}

/// Text with its character references read and its white space made single spaces.
pub(super) fn unescape(text: &str) -> String {
    let read = if text.contains('&') || text.contains('<') {
        Html::parse_fragment(text).root_element().text().collect()
    } else {
        text.to_string()
    };
    // A NEL that is left is half of a broken letter.
    let words = super::plain::unify_line_ends(read);
    let words = words.split(|c: char| c.is_whitespace() && c != '\u{85}').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A value of the page as a value of the document: character references read, blank ones gone.
fn clean(value: &str) -> Option<String> {
    Some(unescape(value)).filter(|value| !value.is_empty())
}

fn title(page: &Page, site: Option<&str>) -> Option<String> {
    let marked = page
        .linked
        .headline
        .as_deref()
        .or_else(|| page.meta(&["og:title", "twitter:title", "headline", "dc.title", "title"]));
    let stated = [marked, page.title.as_deref()].map(|title| without_site(&clean(title?)?, site).into());
    let is_site = |heading: &String| site.is_some_and(|site| site.to_lowercase() == heading.to_lowercase());
    let long = |heading: &&String| heading.chars().count() >= MIN_HEADING && !is_site(heading);
    // The heading that a stated title is made of is the title as the reader sees it; so is one that stands alone.
    let known = |heading: &&String| stated.iter().flatten().any(|title: &String| title.contains(heading.as_str()));
    let alone = || page.headings.first().filter(|first| page.headings.iter().all(|other| other == *first));
    let is_name =
        |heading: &&String| page.title.as_deref().and_then(clean).is_some_and(|title| title.contains(heading.as_str()));
    let heading =
        page.headings.iter().filter(long).find(known).or_else(|| alone().filter(long).filter(|h| !is_name(h))).cloned();
    let [marked, whole] = stated;
    heading.or(marked).or(whole).or_else(|| page.headings.first().cloned()).filter(|title| !title.is_empty())
}

/// A title without the name of the site before or after it: the name as the page gives it, or the shorter part behind
/// the last sign that sets it apart.
fn without_site(title: &str, site: Option<&str>) -> String {
    let parts = |c: char| SEPARATORS.contains(&c);
    let same = |part: &str| site.is_some_and(|site| part.trim().to_lowercase() == site.to_lowercase());
    for (at, sign) in title.char_indices().filter(|(_, c)| parts(*c)) {
        let (before, after) = (&title[..at], &title[at + sign.len_utf8()..]);
        let kept = if same(after) {
            before
        } else if same(before) {
            after
        } else {
            continue;
        };
        if !kept.trim().is_empty() {
            return kept.trim().to_string();
        }
    }
    let spaced = |sign: char| title.rfind(&format!(" {sign} ")).map(|at| (at, sign));
    let last = ['|', '–', '—', '-', '»', '«', '·'].into_iter().filter_map(spaced).max();
    match last {
        Some((at, sign)) => {
            let (before, after) = (title[..at].trim(), title[at + 2 + sign.len_utf8()..].trim());
            let words = |part: &str| part.split_whitespace().count();
            if words(after) <= 4 && words(before) > words(after) { before.to_string() } else { title.to_string() }
        }
        None => title.to_string(),
    }
}

fn site(page: &Page) -> Option<String> {
    let named = page.meta(&["og:site_name", "application-name", "al:android:app_name", "dc.publisher", "publisher"]);
    named.and_then(clean).or_else(|| page.linked.publisher.clone()).filter(|site| !site.starts_with("http"))
}

fn author(page: &Page) -> Option<String> {
    let believed = |name: &String| {
        let address = name.starts_with("http") || name.starts_with('@') || name.contains("://");
        !address && name.chars().count() <= MAX_AUTHOR && name.chars().any(char::is_alphabetic)
    };
    let named = page.meta(&[
        "author",
        "article:author",
        "dc.creator",
        "citation_author",
        "parsely-author",
        "sailthru.author",
        "byl",
    ]);
    let marked = || {
        page.authors.iter().filter(|name| name.split_whitespace().count() <= 10).find(|name| believed(name)).cloned()
    };
    let linked = page.linked.author.clone().filter(believed);
    linked.or_else(|| named.and_then(clean).filter(believed)).or_else(marked).map(|name| without_by(&name))
}

/// A name without the word that leads it in a byline.
fn without_by(name: &str) -> String {
    const LEADS: [&str; 9] = ["by ", "By ", "BY ", "von ", "Von ", "par ", "Par ", "por ", "Por "];
    LEADS.iter().find_map(|lead| name.strip_prefix(lead)).unwrap_or(name).trim().to_string()
}

fn category(page: &Page) -> Option<String> {
    let named = page.meta(&["article:section", "og:section", "category", "dc.subject", "parsely-section"]);
    named.and_then(clean).or_else(|| page.linked.section.clone())
}

/// The page's own address, where it gives a whole one.
fn url(page: &Page) -> Option<String> {
    let candidates = [page.link("canonical"), page.meta(&["og:url", "twitter:url", "al:web:url"])];
    let whole = |address: &&str| {
        url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    candidates.into_iter().flatten().find(whole).map(ToString::to_string)
}

fn license(page: &Page) -> Option<String> {
    page.link("license")
        .or_else(|| page.meta(&["dc.rights.license", "license"]))
        .and_then(clean)
        .or_else(|| page.linked.license.clone())
}

fn language(page: &Page) -> Option<String> {
    let stated = page
        .language
        .as_deref()
        .or_else(|| page.meta(&["content-language", "language", "dc.language", "og:locale", "inlanguage"]));
    stated.map(|language| language.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::page;

    fn of(head: &str) -> Metadata {
        complete(Metadata::default(), &page::read(&Html::parse_document(head)))
    }

    #[test]
    fn the_name_of_the_site_is_cut_from_the_title() {
        assert_eq!(of("<title>خبر عاجل من المدينة | الموقع</title>").title.as_deref(), Some("خبر عاجل من المدينة"));
        assert_eq!(
            of("<title>Some: Site - A title - part two</title><meta property='og:site_name' content='Some: Site'>")
                .title
                .as_deref(),
            Some("A title - part two")
        );
        assert_eq!(of("<title>Well-known facts</title>").title.as_deref(), Some("Well-known facts"));
        assert_eq!(
            of("<title>A - B and a longer second part of it</title>").title.as_deref(),
            Some("A - B and a longer second part of it")
        );
    }

    #[test]
    fn the_heading_that_the_reader_sees_is_the_title() {
        let page = "<title>The whole long title – Some Paper of Record in Town</title><h1>Menu</h1><h1>The whole long title</h1>";
        assert_eq!(of(page).title.as_deref(), Some("The whole long title"));
    }

    #[test]
    fn facts_come_from_the_usual_places_with_references_read() {
        let found = of(
            "<html lang='ar-EG'><link rel=canonical href='https://a.example/x'><link rel=license href='https://cc.example/by'>\
             <meta property='og:site_name' content='A &amp;amp; B'><meta name=author content='By Layla'>\
             <meta property='article:section' content='اقتصاد'><meta property='article:published_time' content='2021-11-03T14:05:00Z'>",
        );
        assert_eq!(found.url.as_deref(), Some("https://a.example/x"));
        assert_eq!(found.license.as_deref(), Some("https://cc.example/by"));
        assert_eq!(found.site.as_deref(), Some("A & B"));
        assert_eq!(found.author.as_deref(), Some("Layla"));
        assert_eq!(found.category.as_deref(), Some("اقتصاد"));
        assert_eq!(found.language.as_deref(), Some("ar-EG"));
        assert_eq!(found.published, Some(1_635_948_300_000));
    }

    #[test]
    fn an_address_is_no_author_and_a_relative_one_no_url() {
        let found =
            of("<link rel=canonical href='/x'><meta name='article:author' content='https://social.example/me'>");
        assert_eq!((found.author, found.url), (None, None));
    }
}
