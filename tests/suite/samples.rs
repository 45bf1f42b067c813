//! The samples: every kind of noise ends as their README says.

use std::collections::BTreeMap;

use crate::support::{Bench, Corpus, samples, text, told};

fn built() -> (Bench, Corpus) {
    let bench = Bench::new();
    let result = bench.build_from(&[&samples()], "corpus", &[]);
    assert!(result.status.success(), "{}", told(&result));
    let corpus = Corpus::open(&bench.at("corpus"));
    (bench, corpus)
}

#[test]
fn every_document_that_is_not_kept_has_its_reason() {
    let (_bench, corpus) = built();
    let documents = corpus.documents();
    let reasons: BTreeMap<&str, &str> = documents
        .iter()
        .filter(|(_, d)| text(d, "verdict") != "kept")
        .map(|(origin, d)| (origin.as_str(), text(d, "reason")))
        .collect();
    let expected = BTreeMap::from([
        ("broken/cut.jsonl.gz#2", "read.bad_compression"),
        ("feeds/archive.jsonl.gz#10", "dedup.exact"),
        ("feeds/notes.jsonl.zst#4", "dedup.near"),
        ("feeds/wire.jsonl#0", "dedup.near"),
        ("feeds/wire.jsonl#9", "read.bad_json"),
        ("feeds/wire.jsonl#11", "dedup.near"),
        ("feeds/wire.jsonl#12", "clean.no_text"),
        ("feeds/wire.jsonl#13", "length.min_words"),
        ("feeds/wire.jsonl#14", "repetition.max_top_2_gram"),
        ("feeds/wire.jsonl#15", "quality.min_function_words"),
        ("feeds/wire.jsonl#16", "dedup.near"),
        ("news/ar/library.txt#0", "dedup.exact"),
        ("tables/library.parquet#0", "dedup.exact"),
        ("tables/library.parquet#2", "dedup.exact"),
        ("tables/library.parquet#3", "dedup.exact"),
    ]);
    assert_eq!(reasons, expected);
    assert_eq!(corpus.manifest.total("documents"), 76);
    assert_eq!(corpus.manifest.total("passed_over"), 8);
}

#[test]
fn pages_end_as_the_article_alone() {
    let (_bench, corpus) = built();
    let market = corpus.texts_of("news/ar/market.txt");
    assert_eq!(market.len(), 3);
    assert!(market[0].starts_with("عاد سوق الخميس") && market[1].ends_with("كان وفيرا هذه السنة."), "{market:?}");
    let ferry = corpus.texts_of("news/en/ferry.txt");
    assert_eq!(ferry.len(), 4);
    assert!(ferry[3].ends_with("the bread was still warm."), "{ferry:?}");
    assert_eq!(corpus.texts_of("news/fa/pomegranate.txt").len(), 3);
    let rows = corpus.rows("data");
    let first = |source: &str| rows.iter().find(|r| text(r, "source") == source).unwrap();
    let market = first("news/ar/market.txt");
    assert_eq!(
        ["title", "site", "category", "author"].map(|c| text(market, c)),
        ["سوق الخميس في قرية الزعفران يعود بعد الشتاء", "بريد الضفة", "اقتصاد", "ليلى منصور"]
    );
    let ferry = first("news/en/ferry.txt");
    assert_eq!(
        ["category", "author", "published"].map(|c| text(ferry, c)),
        ["Lake", "Tomas Ekberg", "2024-02-05T00:00:00Z"]
    );
}

#[test]
fn every_charset_is_decoded() {
    let (_bench, corpus) = built();
    for (source, begins) in [
        ("news/ar/bees.windows-1256.txt", "أحصى النحالون"),
        ("news/ar/mill.iso-8859-6.txt", "انتهى العمال"),
        ("news/ar/mint.utf-16.txt", "لا يحتاج النعناع"),
        ("news/ar/kites.bom.txt", "ملأت الطائرات"),
        ("news/fr/fleurs.windows-1252.txt", "Le marché aux fleurs est revenu"),
    ] {
        assert!(corpus.texts_of(source)[0].starts_with(begins), "{source}: {:?}", corpus.texts_of(source));
    }
}

#[test]
fn a_page_of_html_keeps_its_kinds_and_loses_its_frame() {
    let (_bench, corpus) = built();
    let rows = corpus.rows("data");
    let page: Vec<_> = rows.iter().filter(|r| text(r, "source") == "web/sourdough.html").collect();
    let kinds: Vec<&str> = page.iter().map(|r| text(r, "kind")).collect();
    for kind in ["paragraph", "heading", "list", "quote", "table", "code"] {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    let code = page.iter().find(|r| text(r, "kind") == "code").unwrap();
    assert!(text(code, "text").contains("\n  salt = flour * 0.02"), "{code:?}");
    let all: String = page.iter().map(|r| text(r, "text")).collect();
    for frame in ["Privacy policy", "Ten ways", "smells of apples today", "© 2024"] {
        assert!(!all.contains(frame), "{frame} is in the text");
    }
    assert_eq!(text(page[0], "site"), "The Slow Kitchen");
    assert_eq!(text(page[0], "published"), "2023-11-03T00:00:00Z");
}

#[test]
fn wrapped_lines_are_paragraphs() {
    let (_bench, corpus) = built();
    let mill = corpus.texts_of("news/en/mill.wrapped.txt");
    assert_eq!(mill.len(), 4);
    assert!(mill[0].starts_with("The water mill at Cray Bridge has started to grind flour again, for the first time"));
}

#[test]
fn alike_is_not_equal_and_a_copy_names_its_keeper_with_the_evidence() {
    let (_bench, corpus) = built();
    let documents = corpus.documents();
    for origin in ["feeds/wire.jsonl#4", "feeds/wire.jsonl#5", "feeds/wire.jsonl#6", "feeds/wire.jsonl#7"] {
        assert_eq!(text(&documents[origin], "verdict"), "kept", "{origin}");
    }
    let copy = &documents["feeds/wire.jsonl#11"];
    assert_eq!(copy["duplicate_of"], documents["feeds/wire.jsonl#1"]["doc_id"]);
    let similarity = copy["similarity"].as_f64().unwrap();
    assert!((0.8..1.0).contains(&similarity), "{similarity}");
}
