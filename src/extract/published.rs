//! When a page was published: the most trustworthy statement that names a day.

use crate::text::dates::parse_date;

use super::page::{Dated, Page};

/// Metas that state the time of publication, best first.
const METAS: [&str; 26] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article:published",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "pubdate",
    "pub_date",
    "publication_date",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dc.date.created",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "date",
    "displaydate",
    "creation_date",
    "datecreated",
];

/// The time of publication in milliseconds since 1970, or none where the page states none.
///
/// In order: JSON-LD of the article, metas, elements marked as the time of publication, the address, JSON-LD of the page,
/// other elements with dates outside of comments and lists, a date that stands alone after the heading. Dates of change are not taken.
pub(super) fn published(page: &Page, url: Option<&str>) -> Option<i64> {
    let date = |text: &Option<String>| text.as_deref().and_then(parse_date);
    let metas = || METAS.iter().find_map(|name| parse_date(page.meta(&[name])?));
    let marked = || page.dated.iter().filter(|dated| dated.published && !dated.other).find_map(of_element);
    let others = || page.dated.iter().filter(|dated| !dated.other).find_map(of_element);
    date(&page.linked.published)
        .or_else(metas)
        .or_else(marked)
        .or_else(|| url.and_then(in_address))
        .or_else(|| date(&page.linked.page_published))
        .or_else(others)
        .or_else(|| page.figures.iter().find_map(|text| parse_date(text)))
}

fn of_element(dated: &Dated) -> Option<i64> {
    dated.machine.as_deref().and_then(parse_date).or_else(|| parse_date(&dated.text))
}

/// The day in a path such as `/2021/11/03/` or `/2021-11-03-title`.
fn in_address(url: &str) -> Option<i64> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut figures = path.split(|c: char| !c.is_ascii_digit()).scan(0, |at, run| {
        let start = *at;
        *at += run.len() + 1;
        Some((start, run))
    });
    let mut window: Vec<(usize, &str)> = Vec::new();
    figures.by_ref().find_map(|run| {
        window.push(run);
        let [(start, y), (at_m, m), (at_d, d)] = *window.last_chunk::<3>()?;
        let close = at_m == start + 5 && at_d == at_m + m.len() + 1;
        let plausible = y.len() == 4
            && (y.starts_with("19") || y.starts_with("20"))
            && (1..=2).contains(&m.len())
            && (1..=2).contains(&d.len());
        let signs = [path.as_bytes().get(start + 4), path.as_bytes().get(at_m + m.len())];
        let joined = signs[0] == signs[1] && matches!(signs[0], Some(b'/' | b'-' | b'_'));
        (close && plausible && joined).then(|| parse_date(&format!("{y}-{m}-{d}")))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::page;
    use scraper::Html;

    fn day(html: &str, url: Option<&str>) -> Option<String> {
        let found = published(&page::read(&Html::parse_document(html)), url)?;
        Some(jiff::Timestamp::from_millisecond(found).expect("in range").strftime("%F").to_string())
    }

    #[test]
    fn the_best_statement_goes_first_and_a_change_is_never_taken() {
        let meta = "<meta property='article:published_time' content='2021-11-02'>";
        let linked = r#"<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2021-11-01","dateModified":"2022-01-01"}</script>"#;
        assert_eq!(day(&format!("{meta}{linked}"), None).as_deref(), Some("2021-11-01"));
        assert_eq!(day(meta, Some("https://a.example/2020/01/01/x")).as_deref(), Some("2021-11-02"));
        assert_eq!(day("<meta property='article:modified_time' content='2021-11-02'>", None), None);
        assert_eq!(day("<time class=updated datetime='2021-11-02'></time>", None), None);
    }

    #[test]
    fn visible_dates_count_outside_of_comments_and_lists() {
        assert_eq!(day("<div class='post-date'>٣ نوفمبر ٢٠٢١</div>", None).as_deref(), Some("2021-11-03"));
        assert_eq!(day("<h1>T</h1><b>X<!-- --> 3. November 2021</b>", None), Some("2021-11-03".into()));
        assert_eq!(day("<h1>T</h1><p>Last updated 3 November 2021</p>", None), None);
        assert_eq!(day("<div class=comments><time datetime='2021-11-02'></time></div>", None), None);
    }

    #[test]
    fn a_day_in_the_address_is_read_and_other_figures_are_not() {
        for url in [
            "https://a.example/2021/11/03/x",
            "https://a.example/news/2021-11-03-x.html",
            "https://a.example/2021/11/3/",
        ] {
            assert_eq!(day("", Some(url)).as_deref(), Some("2021-11-03"), "{url}");
        }
        for url in [
            "https://a.example/2021/11/x",
            "https://a.example/12021/11/03",
            "https://a.example/2021/45/03",
            "https://a.example/?d=2021-11-03",
        ] {
            assert_eq!(day("", Some(url)), None, "{url}");
        }
    }
}
