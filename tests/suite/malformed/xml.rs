//! Dumps of MediaWiki, and XML of no known kind: cut, mis-nested, with entities that grow or reach for files.

use super::bytes::{bzip2, prose};
use super::{Case, case, check};

const BAD: &str = "read.bad_xml";

const HEAD: &str = "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.10/\" version=\"0.10\" xml:lang=\"en\">\n<siteinfo><sitename>Wiki</sitename><namespaces><namespace key=\"0\" /><namespace key=\"1\">Talk</namespace></namespaces></siteinfo>\n";

fn page_of(title: &str, rest: &str) -> String {
    format!("<page><title>{title}</title><ns>0</ns><id>1</id>{rest}</page>\n")
}

fn revision(text: &str) -> String {
    format!(
        "<revision><id>2</id><timestamp>2020-01-01T00:00:00Z</timestamp><model>wikitext</model><text xml:space=\"preserve\">{text}</text></revision>"
    )
}

fn article(subject: &str) -> String {
    page_of(subject, &revision(&prose(subject)))
}

fn says(subject: &str) -> String {
    format!("that {subject} was built")
}

#[test]
fn a_damaged_page_costs_itself() {
    let dump = |middle: &str| format!("{HEAD}{}{middle}{}</mediawiki>\n", article("the well"), article("the tower"));
    let two = [says("the well"), says("the tower")];
    let three = [says("the well"), says("the inn"), says("the tower")];
    let whole = |name: &str, middle: &str| case(format!("{name}.xml"), dump(middle)).holds(&three);
    let bad = |name: &str, middle: &str| case(format!("{name}.xml"), dump(middle)).holds(&two).errors(&[BAD]);
    let passed = |name: &str, middle: &str| case(format!("{name}.xml"), dump(middle)).holds(&two).passes_over(1);
    let inn = article("the inn");
    let all = dump("");
    let second = all.find("<title>the tower").unwrap();
    let cases: Vec<Case> = vec![
        case("whole.xml", &all).holds(&two),
        case("whole.xml.bz2", bzip2(all.as_bytes())).holds(&two),
        whole("three", &inn),
        whole("declared", &inn),
        whole(
            "cdata",
            &page_of("the inn", &format!("<revision><text><![CDATA[{}]]></text></revision>", prose("the inn"))),
        ),
        whole("comments", &format!("<!-- between --><?pi x?>{inn}<!-- pages -->")),
        // Pages are found by their tags; one in a comment may be told as broken, but costs no other.
        whole("page-in-a-comment", &format!("<!-- <page> -->{inn}<!-- </page> -->")).or_more_errors(),
        whole("attributes", &inn.replace("<page>", "<page a='>' b=\"c\">")),
        whole("unknown-elements", &inn.replace("<id>1</id>", "<x:unknown y='z'><deep><deeper/></deep></x:unknown>")),
        whole(
            "deep-elements",
            &inn.replace("<id>1</id>", &format!("{}{}", "<a>".repeat(20_000), "</a>".repeat(20_000))),
        ),
        whole(
            "two-revisions",
            &page_of("the inn", &format!("{}{}", revision("Old words."), revision(&prose("the inn")))),
        ),
        whole(
            "entities",
            &inn.replace("of the village", "of &quot;the&quot; &#118;illage &amp;amp; &bogus; &#x110000; &#0;"),
        ),
        whole("no-namespace", &inn.replace("<ns>0</ns>", "")),
        whole("no-title", &inn.replace("<title>the inn</title>", "")),
        bad("cut-page", &inn[..inn.len() - 100]),
        bad("page-without-end", &inn.replace("</page>", "")),
        bad("text-without-end", &inn.replace("</text>", "")),
        bad("nested-wrong", &inn.replace("</text></revision>", "</revision></text>")),
        bad("bare-bracket", &inn.replace("of the village", "a < b of the village")),
        case("no-text.xml", dump(&page_of("the inn", "<revision><id>2</id></revision>"))).holds(&two).rejects(1),
        passed("text-deleted", &page_of("the inn", "<revision><text deleted=\"deleted\" /></revision>")),
        passed("talk", &inn.replace("<ns>0</ns>", "<ns>1</ns>")),
        passed("redirect", &inn.replace("<id>1</id>", "<redirect title=\"x\" />")),
        whole("namespace-of-no-number", &inn.replace("<ns>0</ns>", "<ns>999999999999999999999</ns>")),
        case("empty-text.xml", dump(&page_of("the inn", &revision("")))).gives_anything().or_more_errors(),
        case("cut-in-a-page.xml", &all[..second + 200]).holds(&two[..1]).errors(&[BAD]),
        case("cut-between-pages.xml", &all[..second - 6]).holds(&two[..1]),
        case("cut-in-the-head.xml", &HEAD[..120]).gives_anything().or_more_errors(),
        case("head-alone.xml", format!("{HEAD}</mediawiki>")),
        case("no-head.xml", &all[HEAD.len()..]).holds(&two),
        case("cut-in-front.xml", all.split_once("the village").unwrap().1).holds(&two[1..]).errors(&[BAD]),
        case("cut-in-front", all.split_once("<page>").unwrap().1).holds(&two[1..]).errors(&[BAD]),
        case(
            "prefixes.xml",
            all.replace("</", "</mw:")
                .replace("<page", "<mw:page")
                .replace("<title", "<mw:title")
                .replace("<ns", "<mw:ns")
                .replace("<id", "<mw:id")
                .replace("<revision", "<mw:revision")
                .replace("<timestamp", "<mw:timestamp")
                .replace("<model", "<mw:model")
                .replace("<text", "<mw:text")
                .replace("<mediawiki", "<mw:mediawiki")
                .replace("<siteinfo", "<mw:siteinfo")
                .replace("<sitename", "<mw:sitename")
                .replace("<namespaces", "<mw:namespaces")
                .replace("<namespace ", "<mw:namespace "),
        )
        .holds(&two),
        // What stands behind a hole may be of another page.
        bad("hole-of-nul-bytes", &inn.replace("</id>", &format!("</id>{}", "\0".repeat(4096)))),
        whole(
            "tags-in-cdata",
            &page_of(
                "the inn",
                &format!("<revision><text><![CDATA[</page> <page> {}]]></text></revision>", prose("the inn")),
            ),
        ),
        case("two-roots.xml", format!("{all}{all}")).holds(&[&two[..], &two].concat()),
        case("garbage-after.xml", format!("{all}garbage <<< &")).holds(&two).errors(&[BAD]),
        bad("opening-tag", &inn.replace("<page>", "<pagd>")),
        bad("opening-tag-with-a-nul", &inn.replace("<page>", "<pa\0ge>")),
        bad("no-opening-tag", &inn.replace("<page>", "")),
        bad("hole-between", &"\0".repeat(3000)),
        bad("words-between", &"x".repeat(3000)),
        bad("two-titles", &inn.replace("<ns>", "<title>the mill</title><ns>")),
        case("zeros-of-a-block.xml", format!("{all}{}", "\0".repeat(65_536))).holds(&two),
        case("capitals.xml", all.replace("page>", "PAGE>")).errors(&[BAD]),
        case("bad-utf-8.xml", {
            let mut bytes = dump(&inn).into_bytes();
            let at = bytes.windows(3).position(|w| w == b"inn".as_slice()).unwrap();
            bytes[at + 1] = 0xff;
            bytes
        })
        .count(3),
        case("pages-without-end.xml", format!("{HEAD}{}", "<page>".repeat(50_000)))
            .gives_anything()
            .errors(&[BAD])
            .or_more_errors(),
        case("ends-of-pages.xml", format!("{HEAD}{}", "</page>".repeat(50_000))).gives_anything().or_more_errors(),
        case("brackets.xml", format!("{HEAD}{}", "<".repeat(300_000))).gives_anything().or_more_errors(),
        case("templates-without-end.xml", dump(&page_of("t", &revision(&"{{".repeat(50_000))))).gives_anything(),
        case("links-without-end.xml", dump(&page_of("t", &revision(&"[[".repeat(50_000))))).gives_anything(),
        case("tables-without-end.xml", dump(&page_of("t", &revision(&"{|\n|\n".repeat(20_000))))).gives_anything(),
        case("quotes-without-end.xml", dump(&page_of("t", &revision(&"'''''".repeat(50_000))))).gives_anything(),
        case("nowiki-without-end.xml", dump(&page_of("t", &revision(&"&lt;nowiki&gt;&lt;ref&gt;".repeat(20_000)))))
            .gives_anything(),
    ];
    check(&cases, &[]);
}

#[test]
fn entities_neither_grow_nor_reach_for_files() {
    let laughs: String =
        (1..10).map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10))).collect();
    let laughs = format!("<!ENTITY l0 \"laugh\">{laughs}");
    let external =
        "<!ENTITY secret SYSTEM \"file:///etc/passwd\"><!ENTITY % more SYSTEM \"http://127.0.0.1:1/x.dtd\">%more;";
    let dump = |dtd: &str, text: &str| {
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE mediawiki [{dtd}]>{HEAD}{}{}</mediawiki>",
            page_of("x", &revision(&format!("{} {text}", prose("the well")))),
            article("the tower")
        )
    };
    let two = [says("the well"), says("the tower")];
    check(
        &[
            case("laughs.xml", dump(&laughs, "&l9;")).holds(&two),
            case("external.xml", dump(external, "&secret;")).holds(&two),
            case("unknown-entity.xml", dump("", "&unknown; &;")).holds(&two),
            case("long-doctype.xml", dump(&"<!ENTITY a \"b\">".repeat(70_000), "words"))
                .gives_anything()
                .or_more_errors()
                .passes_over(1),
            case("other-root.xml", "<?xml version=\"1.0\"?><catalogue><item>words</item></catalogue>").passes_over(1),
            case("prefixed-root.xml", "<?xml version=\"1.0\"?><x:mediawiki xmlns:x=\"y\"><x:page/></x:mediawiki>")
                .errors(&[BAD]),
            case("no-root.xml", "words without a tag").gives_anything().passes_over(1),
            case("laughs-elsewhere.xml", format!("<?xml version=\"1.0\"?><!DOCTYPE x [{laughs}]><x>&l9;</x>"))
                .passes_over(1),
            case("laughs.html", format!("<!DOCTYPE html [{laughs}]><html><p>{} &l9;</p></html>", prose("the well")))
                .holds(&two[..1]),
        ],
        &[],
    );
}
