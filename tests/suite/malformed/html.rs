//! Pages without end, without tags, without sense.

use super::bytes::{page, page_with, prose};
use super::{Case, case, check};

const TOO_LARGE: &str = "extract.html_too_large";

/// A page of which the article must come through.
fn whole(name: &str, bytes: impl AsRef<[u8]>) -> Case {
    case(format!("{name}.html"), bytes).holds(&["that the well was built"])
}

fn with(name: &str, before: &str, within: &str) -> Case {
    whole(name, page_with("the well", before, within))
}

#[test]
fn an_article_comes_through_whatever_stands_around_it() {
    let n = 10_000;
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(page("the well").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check(
        &[
            whole("plain", page("the well")),
            with("deep-before", &"<div>".repeat(50_000), ""),
            with("deep-and-closed", &format!("{}{}", "<div>".repeat(50_000), "</div>".repeat(50_000)), ""),
            with("deep-spans", &format!("{}{}", "<span>".repeat(20_000), "</span>".repeat(20_000)), ""),
            with("open-formatting", &"<b><i><u>".repeat(3000), ""),
            with("nested-tables", &"<table><tr><td>".repeat(n), ""),
            with(
                "nested-tables-closed",
                &format!("{}{}", "<table><tr><td>".repeat(n), "</td></tr></table>".repeat(n)),
                "",
            ),
            with("nested-forms", &"<form>".repeat(n), ""),
            with("nested-lists", &format!("{}x{}", "<ul><li>".repeat(n), "</li></ul>".repeat(n)), ""),
            with("nested-links", &"<a href=x>".repeat(n), ""),
            with("nested-buttons", &"<button>".repeat(n), ""),
            with("nested-svg", &format!("{}{}", "<svg><g>".repeat(n), "</g></svg>".repeat(n)), ""),
            with("nested-math", &format!("{}{}", "<math><mrow>".repeat(n), "</mrow></math>".repeat(n)), ""),
            with("nested-templates", &format!("{}{}", "<template>".repeat(n), "</template>".repeat(n)), ""),
            with("end-tags-without-start", &"</div></p></b></table>".repeat(n), ""),
            with("giant-attribute", &format!("<div title=\"{}\"></div>", "x".repeat(20 << 20)), ""),
            with("giant-picture", "", &format!("<img src=\"data:image/png;base64,{}\">", "A".repeat(3 << 20))),
            with("giant-comment", &format!("<!--{}-->", "x".repeat(10 << 20)), ""),
            with("giant-script", &format!("<script>{}</script>", "if (a < b) { c(); }\n".repeat(500_000)), ""),
            with(
                "thousand-attributes",
                &format!("<div {}></div>", (0..5000).map(|i| format!("a{i}=b ")).collect::<String>()),
                "",
            ),
            with("siblings", &"<i></i>".repeat(100_000), ""),
            with("bad-references", "", "<p>&#x110000; &#0; &#xd800; &bogus; &amp &#x; &#99999999999999999999;</p>"),
            with("references-by-the-thousand", "", &format!("<p>{}</p>", "&amp;&#x41;&bogus;".repeat(5000))),
            with("conditional-comments", "<!--[if IE]><p>old</p><![endif]--><![if !IE]><p>x</p><![endif]>", ""),
            with("processing-instructions", &"<?php echo 1; ?>".repeat(1000), ""),
            with("cdata", "<![CDATA[ x ]]>", "<![CDATA[ y ]]>"),
            with("nul-bytes", "\0\0", "<p>nul \0 here</p>"),
            with("hole-of-nul-bytes", "", &format!("<p>a hole {} here</p>", "\0".repeat(4096))),
            with("odd-tags", "<1><><<<></><//><!><?>", "<x:y z><p/><br/><BR CLEAR=ALL>"),
            with("attributes-without-end", "<div class= id=\"a\" b='c d=e>x</div><p class='>y</p>", ""),
            with("title-without-end", "<title>The well", ""),
            with("script-without-end", "<script>if (a < b) c();\n", ""),
            with("style-without-end", "<style>p { color: red }\n", ""),
            with("comment-without-end", "<!-- the article <p>", ""),
            with("textarea-without-end", "<textarea>", ""),
            with("quote-without-end", "<a id=1 href=\"x>a link</a>", ""),
            with("frames-within", "<iframe src=x>", "</iframe>"),
            with("noscript", "<noscript><p>Please enable it</p></noscript>", ""),
            with("select-and-options", &format!("<select>{}</select>", "<option>x".repeat(n)), ""),
            whole("no-end-tags", page("the well").replace("</p>", "").replace("</article></body></html>", "")),
            whole("two-bodies", page("the well").replace("<article>", "<body class=x><html lang=fr><article>")),
            whole("no-head", page("the well").split_once("</head>").unwrap().1),
            whole("cut-in-a-tag", page("the well").replace("</article></body></html>", "<a href=\"x")),
            whole("lies-about-its-charset", page("the well").replace("<head>", "<head><meta charset=utf-16>")),
            whole("unknown-charset", page("the well").replace("<head>", "<head><meta charset=klingon>")),
            whole("utf-16", utf16),
            whole("bom", format!("\u{feff}{}", page("the well"))),
            whole("capitals", page("the well").replace("<p>", "<P>").replace("<article>", "<ARTICLE>")),
            whole(
                "xhtml",
                page("the well").replace(
                    "<!DOCTYPE html>",
                    "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x\">",
                ),
            ),
            case("no-suffix", page("the well")).holds(&["that the well was built"]),
        ],
        &[],
    );
}

#[test]
fn pages_without_end_or_sense_cost_themselves_at_most() {
    let never = |open: &str| format!("<!DOCTYPE html><body><p>{}</p>{open}{}", prose("the mill"), prose("the well"));
    check(
        &[
            case("comment-never-closed.html", never("<!-- ")).gives_anything(),
            case("script-never-closed.html", never("<script>")).gives_anything(),
            case("style-never-closed.html", never("<style>")).gives_anything(),
            case("title-never-closed.html", never("<title>")).gives_anything(),
            case("textarea-never-closed.html", never("<textarea>")).gives_anything(),
            case("template-never-closed.html", never("<template>")).gives_anything(),
            case("plaintext.html", never("<plaintext>")).holds(&["the mill was built"]),
            case("xmp.html", never("<xmp>")).gives_anything(),
            case("attribute-never-closed.html", never("<a href=\"")).gives_anything(),
            case("frameset.html", "<html><frameset cols=1><frame src=a><noframes>x</noframes></frameset></html>")
                .gives_anything(),
            case("empty-page.html", "<html></html>").rejects(1),
            case("empty-body.html", "<!DOCTYPE html><html><head><title>t</title></head><body></body></html>")
                .rejects(1),
            case("script-alone.html", "<html><script>x()</script></html>").rejects(1),
            case("angle-brackets.html", "<".repeat(200_000)).gives_anything(),
            case("angle-brackets-many.html", "<".repeat(2_000_000)).errors(&[TOO_LARGE]),
            case("closing-brackets.html", ">".repeat(200_000)).gives_anything(),
            case("ampersands.html", format!("<p>{}</p>", "&".repeat(200_000))).gives_anything(),
            case("no-space.html", format!("<p>{}</p>", "x".repeat(1 << 20))).gives_anything(),
            case("too-large.html", format!("<html><p>{}</p></html>", "word ".repeat(2 << 20))).errors(&[TOO_LARGE]),
            case("too-many-elements.html", format!("<html>{}</html>", "<br>".repeat(1_100_000))).errors(&[TOO_LARGE]),
            case("nothing.html", ""),
            case("blank.html", "  \n\n ").gives_anything(),
            case("nul-bytes.html", format!("<html><p>{}</p></html>", "\0".repeat(5000)))
                .gives_anything()
                .passes_over(1),
            case("text.html", "Only words, no tags.").gives(&["Only words, no tags."]),
            case("doctype-alone.html", "<!DOCTYPE html>").rejects(1),
            case("headings-nested.html", format!("<html>{}", "<h1>x".repeat(5000))).gives_anything(),
            case("quotes.html", format!("<html><p title={}>", "\"'".repeat(100_000))).gives_anything(),
            case("slashes.html", format!("<html><p {}>", "/".repeat(300_000))).gives_anything(),
            case("paragraphs.html", format!("<html>{}", "<p>".repeat(100_000))).gives_anything(),
            case("adoption.html", format!("<html>{}{}", "<a><b><p>".repeat(2000), "</a></b>".repeat(2000)))
                .gives_anything(),
            case("tables-of-text.html", format!("<html><table>{}", "x<tr>y<td>z".repeat(5000))).gives_anything(),
        ],
        &[],
    );
}

#[test]
fn a_field_that_holds_markup_is_no_danger_either() {
    let record = |html: String| format!("{}\n{{\"text\":\"after\"}}\n", serde_json::json!({"text": html}));
    check(
        &[
            case("deep.jsonl", record("<div>".repeat(50_000) + "inner words")).holds(&["inner words", "after"]),
            case("page.jsonl", record(page("the well"))).holds(&["that the well was built", "after"]),
            case("many.jsonl", record("<br>".repeat(1_100_000))).gives(&["after"]).errors(&[TOO_LARGE]),
            case("brackets.jsonl", record("<p>".to_owned() + &"<".repeat(300_000))).at_least(1),
            case("unclosed.jsonl", record("<p>inner words<p>more<script>x".into())).holds(&["inner words", "after"]),
        ],
        &[],
    );
}
