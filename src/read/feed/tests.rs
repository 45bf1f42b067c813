//! Feeds whole, damaged and of other kinds.

use super::*;
use crate::model::document::Body;
use crate::read::ReadOptions;
use crate::read::fields::FieldMap;
use crate::read::recognise::recognise;
use crate::read::unpack::Unpacked;

fn read(bytes: &[u8]) -> Vec<RawDocument> {
    let options = ReadOptions::default();
    let fields = FieldMap::new(&options.fields, &options.keep);
    let slice = Slice {
        content: Unpacked { reader: Box::new(std::io::Cursor::new(bytes.to_vec())), plain: None, start: 0 },
        head: bytes,
        charset: recognise(bytes, true, "a.xml").charset,
        range: 0..u64::MAX,
        options: &options,
        fields: &fields,
        scratch: std::path::Path::new("."),
    };
    let mut all = Vec::new();
    Feed.read(slice, &mut |document| {
        all.push(document);
        Ok(true)
    })
    .unwrap();
    all
}

const RSS: &str = "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>\n<rss version='2.0'><channel>\
    <title>صحيفة</title><language>ar</language><copyright>CC BY</copyright>\
    <item><title>خبر &amp;quot;أول&amp;quot;</title><link>http://a.example/1?x=1&amp;y=2</link><guid>g1</guid><dc:creator><![CDATA[سلمى]]></dc:creator>\
    <category>محلي</category><category>آخر</category><pubDate>Tue, 02 Jan 2018 10:00:00 GMT</pubDate>\
    <description>موجز</description><content:encoded><![CDATA[<p>نص <b>كامل</b></p>]]></content:encoded></item>\
    <item><title>broken<description>x</item>\
    <item><title>AT&T &b;</title><description>Fünf &amp;lt; sechs &amp;amp; mehr</description></item></channel></rss>";

#[test]
fn items_of_rss_are_documents_and_a_broken_one_costs_itself() {
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(RSS.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for bytes in [RSS.as_bytes(), &utf16] {
        let found = read(bytes);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].body, Body::Fragment("<p>نص <b>كامل</b></p>".into()));
        let metadata = &found[0].metadata;
        assert_eq!(metadata.title.as_deref(), Some("خبر \"أول\""));
        assert_eq!(metadata.url.as_deref(), Some("http://a.example/1?x=1&y=2"));
        assert_eq!(metadata.author.as_deref(), Some("سلمى"));
        assert_eq!(metadata.category.as_deref(), Some("محلي"));
        assert_eq!((metadata.language.as_deref(), metadata.site.as_deref()), (Some("ar"), Some("صحيفة")));
        assert_eq!(metadata.license.as_deref(), Some("CC BY"));
        assert_eq!(metadata.published, Some(1_514_887_200_000));
        assert!(matches!(&found[1].body, Body::Broken(fault) if fault.reason == BAD_XML));
        assert_eq!(found[2].body, Body::Text("Fünf < sechs & mehr".into()));
        assert_eq!(found[2].metadata.title.as_deref(), Some("AT&T &b;"));
    }
}

#[test]
fn entries_of_atom_hold_text_html_and_xhtml() {
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de'><title>Blatt</title>\
        <entry><title type='html'>Ein &lt;b&gt;Titel&lt;/b&gt;</title><link rel='self' href='http://a.example/s'/><link href='http://a.example/1'/><id>urn:1</id>\
        <author><name>Anna</name><email>a@a.example</email></author><updated>2020-01-03T00:00:00Z</updated><published>2020-01-02T00:00:00Z</published>\
        <category term='Kultur'/><summary>kurz</summary><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Text &amp; mehr</p></div></content></entry>\
        <entry><title>b</title><content type='text'>1 &lt; 2</content></entry>\
        <entry><title>c</title><content type='html'>&lt;p&gt;نص&lt;/p&gt;</content></entry></feed>";
    let found = read(atom.as_bytes());
    let bodies: Vec<&Body> = found.iter().map(|d| &d.body).collect();
    let xhtml = "<div xmlns='http://www.w3.org/1999/xhtml'><p>Text &amp; mehr</p></div>";
    assert_eq!(
        bodies,
        [&Body::Fragment(xhtml.into()), &Body::Text("1 < 2".into()), &Body::Fragment("<p>نص</p>".into())]
    );
    let metadata = &found[0].metadata;
    assert_eq!(metadata.title.as_deref(), Some("Ein Titel"));
    assert_eq!(metadata.url.as_deref(), Some("http://a.example/1"));
    assert_eq!((metadata.author.as_deref(), metadata.category.as_deref()), (Some("Anna"), Some("Kultur")));
    assert_eq!((metadata.language.as_deref(), metadata.published), (Some("de"), Some(1_577_923_200_000)));
}

#[test]
fn items_of_rdf_stand_beside_their_channel() {
    let rdf = "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel rdf:about='c'><title>S</title><items><rdf:Seq><rdf:li resource='u'/></rdf:Seq></items></channel>\
        <item rdf:about='http://a.example/1'><title>T</title><link>http://a.example/1</link><description>d</description><dc:date>2004-05-06</dc:date></item></rdf:RDF>";
    let found = read(rdf.as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].metadata.source_id.as_deref(), Some("http://a.example/1"));
    assert_eq!(found[0].metadata.site.as_deref(), Some("S"));
}

fn titles(documents: &[RawDocument]) -> Vec<&str> {
    let title = |d: &'_ RawDocument| matches!(&d.body, Body::Broken(_));
    documents.iter().map(|d| if title(d) { "-" } else { d.metadata.title.as_deref().unwrap_or("?") }).collect()
}

fn rss(inner: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<rss version='2.0'><channel><title>c</title><link>http://a.example/</link><x:leaf>words</x:leaf>\
         <image><url>u</url><title>c</title></image><itunes:owner><itunes:name>n</itunes:name></itunes:owner>{inner}\
         <textInput><title>Search</title><description>d</description></textInput></channel></rss>\n"
    )
}

fn item_of(title: &str) -> String {
    format!("<item><title>{title}</title><description>words of {title}</description></item>\n")
}

#[test]
fn items_whose_opening_tag_is_damaged_and_holes_are_errors() {
    let (a, b, c) = (item_of("a"), item_of("b"), item_of("c"));
    let hole = "\0".repeat(3000);
    for (inner, found) in [
        (String::new(), vec![]),
        (format!("{a}<!-- note -->{c}"), vec!["a", "c"]),
        (format!("{a}{}{c}", b.replace("<item>", "<itfm>")), vec!["a", "-", "c"]),
        (format!("{}{c}", b.replace("<item>", "<i\0em>")), vec!["-", "c"]),
        (format!("{a}{}{c}", b.replace("item>", "itfm>")), vec!["a", "c"]),
        (format!("{a}{}{c}", "x".repeat(3000)), vec!["a", "-", "c"]),
        (format!("{a}{hole}{c}"), vec!["a", "-", "c"]),
        (format!("{a}{}{c}", b.replace("words", &hole)), vec!["a", "-", "c"]),
        ("<story><body>words</body></story>".into(), vec!["-"]),
    ] {
        assert_eq!(titles(&read(rss(&inner).as_bytes())), found, "{inner}");
    }
    let zeros = format!("{}{hole}", rss(&a));
    assert_eq!(titles(&read(zeros.as_bytes())), ["a"]);
    let damaged = rss(&format!("{a}{}", b.replace("<item>", "<itfm>")));
    let Body::Broken(fault) = &read(damaged.as_bytes())[1].body else { panic!("it is an error") };
    assert!(fault.text.as_deref().is_some_and(|text| text.starts_with("<itfm><title>b</title>")), "{fault:?}");
    assert!(fault.detail.contains("<itfm>"), "{}", fault.detail);
}

#[test]
fn a_file_without_items_is_an_error_where_it_is_no_empty_feed() {
    let atom =
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><id>i</id><author><name>n</name></author></feed>";
    for (text, errors) in [
        (atom, 0),
        ("<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel><title>S</title></channel></rdf:RDF>", 0),
        ("<?xml version='1.0'?><feed><product><description>words</description></product></feed>", 1),
        ("<?xml version='1.0'?><feed><row a='b'/></feed>", 1),
        ("<?xml version='1.0'?><rss version='2.0'><channel><title>t</tit", 1),
        (&atom[..80], 1),
    ] {
        assert_eq!(titles(&read(text.as_bytes())).len(), errors, "{text}");
    }
}

#[test]
fn html_by_hand_in_a_body_ends_where_the_body_does() {
    let by_hand =
        "<item><title>b</title><description><p>one<br>two<img src=x></p><li>three</description><guid>g</guid></item>";
    let found = read(rss(&format!("{}{by_hand}{}", item_of("a"), item_of("c"))).as_bytes());
    assert_eq!(titles(&found), ["a", "b", "c"]);
    assert_eq!(found[1].body, Body::Fragment("<p>one<br>two<img src=x></p><li>three".into()));
    assert_eq!(found[1].metadata.source_id.as_deref(), Some("g"));
    let twice = "<item><title>b</title><description>&amp;lt;p&amp;gt;words&amp;lt;/p&amp;gt;</description></item>";
    assert_eq!(read(rss(twice).as_bytes())[0].body, Body::Fragment("<p>words</p>".into()));
}

#[test]
fn names_may_have_other_prefixes() {
    let atom = "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:title>f</a:title><a:entry><a:title>T</a:title><a:content>x</a:content></a:entry></a:feed>";
    let encoded = "<item><title>T</title><description>Teaser.</description><c:encoded xmlns:c=\"http://purl.org/rss/1.0/modules/content/\">x</c:encoded></item>";
    for text in [atom, &rss(encoded)] {
        let found = read(text.as_bytes());
        assert_eq!((titles(&found), &found[0].body), (vec!["T"], &Body::Text("x".into())), "{text}");
    }
}

#[test]
fn text_in_base64_is_decoded() {
    let atom = |text: &str| {
        format!(
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><content type='text/html' mode='base64'>{text}</content></entry></feed>"
        )
    };
    assert_eq!(read(atom("PHA+\nd29yZHM8L3A+").as_bytes())[0].body, Body::Fragment("<p>words</p>".into()));
    assert_eq!(read(atom("PGI+eDwvYj4h").as_bytes())[0].body, Body::Fragment("<b>x</b>!".into()));
    assert_eq!(read(atom("no: base").as_bytes())[0].body, Body::Text("no: base".into()));
}
