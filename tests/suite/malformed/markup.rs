//! SGML, feeds and books: cut, mis-nested, with parts that are missing.

use super::bytes::{ZipMember, prose, zip};
use super::{Case, case, check};

fn says(subject: &str) -> String {
    format!("that {subject} was built")
}

const BAD_SGML: &str = "read.bad_sgml";
const BAD_XML: &str = "read.bad_xml";

#[test]
fn a_damaged_sgml_document_costs_itself() {
    let doc = |subject: &str| format!("<DOC>\n<DOCNO>{subject}</DOCNO>\n<TEXT>\n{}\n</TEXT>\n</DOC>\n", prose(subject));
    let dump = |middle: &str| format!("{}{middle}{}", doc("the well"), doc("the tower"));
    let two = [says("the well"), says("the tower")];
    let three = [says("the well"), says("the inn"), says("the tower")];
    let inn = doc("the inn");
    let file = |name: &str, middle: &str| case(format!("{name}.sgml"), dump(middle));
    let cases: Vec<Case> = vec![
        file("whole", &inn).holds(&three),
        file("lower-case", &inn.to_lowercase()).at_least(2).gives_anything().or_more_errors(),
        file("garbage-between", "garbage\n").gives_anything().or_more_errors(),
        file("text-without-end", &inn.replace("</TEXT>\n", "")).at_least(2).or_more_errors(),
        file("document-without-end", &inn.replace("</DOC>\n", "")).at_least(2).or_more_errors(),
        file("entities", &inn.replace("village", "&lsquo;village&rsquo; &bogus; &#x110000; &")).holds(&three),
        file("bare-brackets", &inn.replace("village", "a < b > c")).holds(&three),
        file("empty-text", "<DOC>\n<DOCNO>x</DOCNO>\n<TEXT>\n</TEXT>\n</DOC>\n").gives_anything().or_more_errors(),
        file("no-text", "<DOC>\n<DOCNO>x</DOCNO>\n</DOC>\n").gives_anything().or_more_errors(),
        file("starts-alone", &"<DOC>\n".repeat(50_000)).gives_anything().or_more_errors(),
        file("ends-alone", &"</DOC>\n".repeat(50_000)).gives_anything().or_more_errors(),
        file("brackets", &format!("<DOC><TEXT>{}</TEXT></DOC>", "<".repeat(200_000))).gives_anything().or_more_errors(),
        case("cut.sgml", &dump("")[..dump("").len() - 60]).at_least(1).or_more_errors(),
        case(
            "extractor",
            format!(
                "<doc id=\"1\" url=\"u\" title=\"t\">\nt\n\n{}\n</doc>\n<doc id=\"2\" url=\"v\" title=\"w\">\n{}",
                prose("the well"),
                prose("the tower")
            ),
        )
        .holds(&three[..1])
        .errors(&[BAD_SGML]),
        // What stands behind a hole may be of another document.
        file("hole-of-nul-bytes", &inn.replace("<TEXT>", &format!("<TEXT>{}", "\0".repeat(4096))))
            .holds(&two)
            .errors(&[BAD_SGML]),
        file("hole-between", &"\0".repeat(900)).holds(&two).errors(&[BAD_SGML]),
        file("two-in-one", &format!("{}{inn}", doc("the inn")).replace("</DOC>\n<DOC>", "</D>\n<D>"))
            .holds(&two)
            .errors(&[BAD_SGML]),
        case("one-line.sgml", dump(&inn).replace('\n', " ")).holds(&three),
        case("indented.sgml", dump(&inn).replace('\n', "\n  ")).holds(&three),
        case("root.xml", format!("<?xml version=\"1.0\"?>\n<root>\n{}</root>\n", dump(&inn))).holds(&three),
        case("wrapped", format!("<DOCS>\n{}</DOCS>\n", dump(&inn))).holds(&three),
        case("wrapped.txt", format!("<DOCS>\n{}</DOCS>\n", dump(&inn))).holds(&three),
        case("zeros-of-a-block.sgml", format!("{}{}", dump(&inn), "\0".repeat(65_536))).holds(&three),
        case(
            "abstracts.xml",
            format!(
                "<feed>\n<doc>\n<title>Wikipedia: Well</title>\n<url>u</url>\n<abstract>{}</abstract>\n<links>\n</links>\n</doc>\n</feed>\n",
                prose("the well")
            ),
        )
        .holds(&two[..1]),
        case("zeros-at-the-end.sgml", format!("{}{}", dump(&inn), "\0".repeat(512))).holds(&three),
    ];
    check(&cases, &[]);
}

#[test]
fn a_damaged_feed_gives_every_item_that_is_whole() {
    let item = |subject: &str| {
        format!(
            "<item><title>t</title><link>http://a.example/</link><description>{}</description></item>",
            prose(subject)
        )
    };
    let feed = |items: &str| {
        format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed</title>{items}</channel></rss>")
    };
    let dump = |middle: &str| feed(&format!("{}{middle}{}", item("the well"), item("the tower")));
    let two = [says("the well"), says("the tower")];
    let three = [says("the well"), says("the inn"), says("the tower")];
    let inn = item("the inn");
    let laughs: String =
        (1..10).map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10))).collect();
    let file = |name: &str, middle: &str| case(format!("{name}.xml"), dump(middle));
    check(
        &[
            file("whole", &inn).holds(&three),
            file("cdata", &format!("<item><description><![CDATA[<p>{}</p>]]></description></item>", prose("the inn"))).holds(&three),
            file("markup-as-entities", &format!("<item><description>&lt;p&gt;{}&lt;/p&gt;</description></item>", prose("the inn"))).holds(&three),
            file("unknown-entities", &inn.replace("village", "village &nbsp; &bogus; &")).at_least(2).or_more_errors(),
            file("item-without-end", &inn.replace("</item>", "")).at_least(2).or_more_errors(),
            file("nested-wrong", &inn.replace("</description></item>", "</item></description>")).at_least(2).or_more_errors(),
            file("opening-tag", &inn.replace("<item>", "<itfm>")).holds(&two).errors(&[BAD_XML]),
            file("opening-tag-with-a-nul", &inn.replace("<item>", "<i\0em>")).holds(&two).errors(&[BAD_XML]),
            file("hole-between", &"\0".repeat(3000)).holds(&two).errors(&[BAD_XML]),
            file("words-between", &"x".repeat(3000)).holds(&two).errors(&[BAD_XML]),
            file("html-by-hand", &inn.replace("village", "<p>village<br><img src=x></p>")).holds(&three),
            case("zeros-of-a-block.xml", format!("{}{}", dump(""), "\0".repeat(65_536))).holds(&two),
            case("stories.xml", feed("<story><body>words</body></story>")).errors(&[BAD_XML]),
            case("catalogue.rdf", "<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"r\"><x:book><x:title>T</x:title></x:book></rdf:RDF>").passes_over(1),
            file("cdata-without-end", "<item><description><![CDATA[ words</description></item>").at_least(1).gives_anything().or_more_errors(),
            file("item-of-nothing", "<item/><item></item>").gives_anything().or_more_errors(),
            file("deep", &format!("<item>{}</item>", "<a>".repeat(50_000))).at_least(1).gives_anything().or_more_errors(),
            case("cut.xml", &dump("")[..dump("").len() - 80]).at_least(1).or_more_errors(),
            case("no-items.xml", feed("")),
            case("laughs.xml", dump("").replace("?>", &format!("?><!DOCTYPE rss [<!ENTITY l0 \"laugh\">{laughs}]>")).replace("village", "&l9;")).at_least(2),
            case("external.xml", dump("").replace("?>", "?><!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>").replace("village", "&x;")).at_least(2),
            case("atom-cut.xml", format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><content type=\"html\">&lt;p&gt;{}</content></entry><entry><content>", prose("the well")))
                .at_least(1)
                .or_more_errors(),
            case("two-hold.xml", dump("")).holds(&two),
        ],
        &[],
    );
}

const BAD_BOOK: [&str; 1] = ["read.bad_epub"];

#[test]
fn a_book_is_read_where_its_container_or_package_is_wrong() {
    let chapter = format!("<html><body><p>{}</p></body></html>", prose("the well"));
    let package = "<package><metadata xmlns:dc='d'><dc:title>Book</dc:title></metadata><manifest><item id='a' href='c.xhtml' media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine></package>";
    let members = |path: &str, real: &str, package: &str| {
        let container = format!("<container><rootfiles><rootfile full-path='{path}'/></rootfiles></container>");
        let folder = real.rsplit_once('/').map_or("", |(folder, _)| folder);
        vec![
            ZipMember::stored("mimetype", "application/epub+zip"),
            ZipMember::deflated("META-INF/container.xml", container),
            ZipMember::deflated(real, package),
            ZipMember::deflated(format!("{folder}/c.xhtml"), &chapter),
        ]
    };
    let book =
        |name: &str, members: &[ZipMember]| case(format!("{name}.epub"), zip(members)).holds(&[says("the well")]);
    let at = |path: &str, real: &str| members(path, real, package);
    let of = |package: &str| members("O/c.opf", "O/c.opf", package);
    let whole = of(package);
    let deflated = ZipMember::deflated("mimetype", "application/epub+zip");
    check(
        &[
            book("here", &at("./O/c.opf", "O/c.opf")),
            book("root", &at("/O/c.opf", "O/c.opf")),
            book("backslash", &at("O\\c.opf", "O/c.opf")),
            book("encoded", &at("My%20B/c.opf", "My B/c.opf")),
            book("another-case", &at("o/C.opf", "O/c.opf")),
            book("wrong", &at("no.opf", "O/c.opf")).errors(&BAD_BOOK),
            book("package-cut", &of(&package[..60])).errors(&BAD_BOOK),
            book("package-damaged", &{
                let mut members = whole.clone();
                members[2].crc ^= 1;
                members
            })
            .errors(&BAD_BOOK),
            book("container-cut", &{
                let mut members = whole.clone();
                members[1] = ZipMember::deflated("META-INF/container.xml", "<container><root");
                members
            })
            .errors(&BAD_BOOK),
            book("id-in-another-case", &of(&package.replace("idref='a'", "idref='A'"))),
            book("kind-not-told", &of(&package.replace("application/xhtml+xml", "application/octet-stream"))),
            book("deflated-mimetype", &[&[deflated][..], &whole[1..]].concat()),
            book("misplaced-mimetype", &[&whole[1..], &whole[..1]].concat()),
            book("without-mimetype", &whole[1..]),
        ],
        &[],
    );
}

#[test]
fn a_damaged_book_costs_itself() {
    let member = |name: &str, text: &str| ZipMember::deflated(name, text);
    let container = "<?xml version=\"1.0\"?><container><rootfiles><rootfile full-path=\"OEBPS/book.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>";
    let package = "<?xml version=\"1.0\"?><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>Book</dc:title></metadata>\
                   <manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/><item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\
                   <spine><itemref idref=\"a\"/><itemref idref=\"b\"/></spine></package>";
    let chapter = |subject: &str| {
        format!("<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>{}</p></body></html>", prose(subject))
    };
    let whole = [
        ZipMember::stored("mimetype", "application/epub+zip"),
        member("META-INF/container.xml", container),
        member("OEBPS/book.opf", package),
        member("OEBPS/a.xhtml", &chapter("the well")),
        member("OEBPS/b.xhtml", &chapter("the tower")),
    ];
    let with = |index: usize, change: &dyn Fn(&mut ZipMember)| {
        let mut members = whole.clone();
        change(&mut members[index]);
        zip(&members)
    };
    let bytes = zip(&whole);
    let tower = [says("the tower")];
    let book = |name: &str, bytes: Vec<u8>| case(format!("{name}.epub"), bytes);
    check(
        &[
            book("whole", bytes.clone()).at_least(1),
            book("without-package", with(2, &|m| m.name = b"OEBPS/x".to_vec())).count(1).errors(&BAD_BOOK),
            book("without-container", with(1, &|m| m.name = b"x".to_vec())).count(1),
            book("without-a-chapter", with(3, &|m| m.name = b"x".to_vec())).holds(&tower).errors(&["read.bad_epub"]),
            book("damaged-chapter", with(3, &|m| m.crc ^= 1)).holds(&tower).errors(&["read.bad_epub"]),
            book("damaged-package", with(2, &|m| m.packed[5] ^= 0xff)).count(1).errors(&BAD_BOOK),
            book("encrypted", with(4, &|m| m.flags = 1)).holds(&[says("the well")]).errors(&["read.bad_epub"]),
            book(
                "package-reaches-out",
                with(2, &|m| *m = member("OEBPS/book.opf", &package.replace("a.xhtml", "../../../../etc/passwd"))),
            )
            .holds(&tower)
            .errors(&["read.bad_epub"]),
            book(
                "package-mis-nested",
                with(2, &|m| *m = member("OEBPS/book.opf", &package.replace("</manifest>", ""))),
            )
            .gives_anything()
            .or_more_errors(),
            book("cut", bytes[..bytes.len() - 100].to_vec()).gives_anything().or_more_errors(),
            book("cut-early", bytes[..120].to_vec()).gives_anything().or_more_errors(),
            book("magic-alone", bytes[..58].to_vec()).gives_anything().or_more_errors(),
        ],
        &[],
    );
}
