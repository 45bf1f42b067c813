//! Laws of wikitext, and articles as wikis write them.

use super::*;
use crate::model::paragraph::Kind;

fn document(language: &str, source: &str) -> Document {
    let mut site = WikiSite::new(Some(language.into()));
    site.declare(6, "ملف");
    site.declare(10, "قالب");
    let metadata = Metadata { title: Some("عنوان".into()), ..Metadata::default() };
    extract_article(source, &site, metadata)
}

fn text_of(source: &str) -> String {
    document("ar", source).text
}

fn blocks_in(language: &str, source: &str) -> Vec<(Kind, String)> {
    let document = document(language, source);
    let lines: Vec<&str> = document.text.split('\n').collect();
    let text =
        |block: &crate::model::document::Block| lines[block.lines.start as usize..block.lines.end as usize].join("\n");
    document.blocks.iter().map(|block| (block.kind, text(block))).collect()
}

fn blocks(source: &str) -> Vec<(Kind, String)> {
    blocks_in("ar", source)
}

fn block(kind: Kind, text: &str) -> (Kind, String) {
    (kind, text.into())
}

#[test]
fn an_arabic_article_keeps_its_running_text_alone() {
    let source = "{{معلومات مدينة\n| الاسم = عمان\n| صورة = [[ملف:a.jpg|تصغير]]\n| السكان = {{formatnum:4007526}}\n}}\n\
        [[ملف:Amman.jpg|تصغير|يسار|250بك|منظر [[عمان]] من {{لغة|ar|الجبل}}]]\n\
        '''عمان''' ({{إنج|Amman}}، {{نطق|x}}) هي [[عاصمة]] [[الأردن|المملكة الأردنية]] <ref name=\"a\">كتاب [[x]]</ref>،\n\
        وتقع على ارتفاع {{تحويل|750|م|قدم}} عن سطح البحر.<ref name=\"a\" />{{حقيقة|تاريخ=2020}}\n\n\
        == التاريخ ==\n{{مفصلة|تاريخ عمان}}\nسكنها [[بنو عمون|العمونيون]] قبل {{formatnum:3000}} سنة.\n\n\
        == مراجع ==\n{{مراجع}}\n{{تصنيف كومنز|Amman}}\n[[تصنيف:عمان|*]]\n[[fr:Amman]]\n__لاتحريرقسم__\n";
    let expected = [
        block(Kind::Paragraph, "عمان (Amman) هي عاصمة المملكة الأردنية، وتقع على ارتفاع 750 م عن سطح البحر."),
        block(Kind::Heading, "التاريخ"),
        block(Kind::Paragraph, "سكنها العمونيون قبل 3000 سنة."),
    ];
    assert_eq!(blocks(source), expected);
}

#[test]
fn an_english_article_keeps_its_running_text_alone() {
    let source = "{{Short description|x}}{{Infobox\n| a = {{plainlist|\n* b\n}}\n}}\n'''Foo''' ({{IPAc-en|f}}; born {{birth date|1950|1|2}}, [[Rome]])\n\
        is {{convert|5|km|mi|abbr=on}} from {{lang|fr|l'eau}} &ndash; \"{{nowrap|10&nbsp;°C}}\" <!-- hidden\n\n --> and\n\
        [[list]]s of [[Bar (disambiguation)|]] [[:Category:Baz]] [[w:en:Qux]] [http://x.example some words] [http://y.example].\n\
        {| class=\"wikitable\"\n|-\n! a || b\n|-\n| {{x|{{!}}}} || {|\n| nested\n|}\n|}\n<gallery>\nFile:a.jpg|caption\n</gallery>\n\
        It <b>is</b> x<sub>2</sub><math>\\frac{1}{2}</math>.";
    let expected = [
        block(
            Kind::Paragraph,
            "Foo (born 1950-1-2, Rome) is 5 km from l'eau – \"10 °C\" and lists of Bar Category:Baz Qux some words.",
        ),
        block(Kind::Paragraph, "It is x2."),
    ];
    assert_eq!(blocks_in("en", source), expected);
}

#[test]
fn chinese_lines_join_without_a_space_and_variants_show_the_first() {
    let source = "'''北京'''（{{bd|1}}）是-{zh-hans:中华人民共和国;zh-hant:中華民國}-的\n首都-{H|zh:x}-，-{文字}-。[[文件:a.jpg|缩略图|说明]]\n[[分类:北京]]";
    assert_eq!(blocks_in("zh", source), [block(Kind::Paragraph, "北京是中华人民共和国的首都，文字。")]);
    assert_eq!(text_of("س -{ا}- ص"), "س -{ا}- ص");
}

#[test]
fn a_list_is_one_block_without_its_marks() {
    let source = "مثل:\n* أول\n** ثان [[ثالث]]\n# رابع<br/>خامس\n\n; مصطلح : شرح\n: تتمة\n*\nنص\n: مسافة\n:: أخرى";
    let expected = [
        block(Kind::Paragraph, "مثل:"),
        block(Kind::List, "أول\nثان ثالث\nرابع خامس\nمصطلح\nشرح\nتتمة"),
        block(Kind::Paragraph, "نص"),
        block(Kind::Paragraph, "مسافة"),
        block(Kind::Paragraph, "أخرى"),
    ];
    assert_eq!(blocks(source), expected);
}

#[test]
fn a_heading_with_nothing_below_goes_out() {
    let source =
        "== a ==\n=== b ===\n=== c === <!-- x -->\ntext\n== d ==\n=== e ===\n{{x}}\n== f ==\n== ==\n[[Category:x]]";
    let expected = [block(Kind::Heading, "a"), block(Kind::Heading, "c"), block(Kind::Paragraph, "text")];
    assert_eq!(blocks(source), expected);
}

#[test]
fn code_is_literal_and_quotations_are_quotes() {
    let source = "نص\n<syntaxhighlight lang=\"c\">\n\n  if (a &lt; b) [[x]] {{y}}\n* c\n</syntaxhighlight>\n<blockquote>قال '''هو'''\n\nثم</blockquote>\n\
        {{اقتباس|قول ''مأثور''|قائل}} <nowiki>[[a]] ''b'' {{c}}</nowiki>\n<nowiki>* d</nowiki>";
    let expected = [
        block(Kind::Paragraph, "نص"),
        block(Kind::Code, "  if (a < b) [[x]] {{y}}\n* c"),
        block(Kind::Quote, "قال هو"),
        block(Kind::Quote, "ثم"),
        block(Kind::Quote, "قول مأثور"),
        block(Kind::Paragraph, "[[a]] ''b'' {{c}} * d"),
    ];
    assert_eq!(blocks(source), expected);
}

#[test]
fn lines_of_poems_and_breaks_are_lines_and_two_breaks_are_a_paragraph() {
    let source = "<poem>\nقفا نبك\n: من ذكرى\n\nبسقط اللوى\n</poem>\nسطر<br>ثان<br /><br>فقرة\n\n{{بداية قصيدة}}\n{{بيت|صدر|عجز}}\n{{بيت|ب|ج}}\n{{نهاية قصيدة}}";
    let expected = [
        block(Kind::Paragraph, "قفا نبك\nمن ذكرى"),
        block(Kind::Paragraph, "بسقط اللوى"),
        block(Kind::Paragraph, "سطر\nثان"),
        block(Kind::Paragraph, "فقرة"),
        block(Kind::Paragraph, "صدر عجز\nب ج"),
    ];
    assert_eq!(blocks(source), expected);
}

#[test]
fn templates_that_stand_for_words_show_them() {
    for (source, shown) in [
        ("{{convert|5|to|10|km|mi}}", "5 to 10 km"),
        ("{{cvt|5|ft|11|in|cm|0}}", "5 ft 11 in"),
        ("{{convert|1000|m|0}}", "1000 m"),
        ("{{تحويل|-5.5|كم|1}}", "-5.5 كم"),
        ("{{val|1.5|e=6|u=km}}", "1.5×10^6 km"),
        ("{{unité|5|km}}", "5 km"),
        ("{{lang-ar|نص|links=no}}", "نص"),
        ("{{lang|ar|نص {{nowrap|ب}}}}", "نص ب"),
        ("{{ill|Name|fr|Nom}} {{ill|A (b)|fr|lt=shown}}", "Name shown"),
        ("{{وصلة إنترويكي|تر=Sea|عر=بحر|لغ=en}} {{وصلة إنترويكي|نص=معروض|عر=بحر}}", "بحر معروض"),
        ("a{{spaced ndash}}b {{Abbr|x|long}} {{FORMATNUM:1234}}", "a – b x 1234"),
        ("{{s-|XIX|e}}, {{circa|1900}}", "XIXe siècle, c. 1900"),
        ("{{{1|default}}} {{PAGENAME}} x{{sfn|a|b}}{{Unknown|words}}y", "default عنوان xy"),
        ("{{ lang | fr | a = b | eau }}", "eau"),
        ("{{nowrap\n|1=x=y}}", "x=y"),
        ("{{قالب:لغة|ar|نص}} {{Template:Lang|ar|ب}}", "نص ب"),
    ] {
        assert_eq!(text_of(source), shown, "{source}");
    }
}

#[test]
fn what_is_never_closed_stays_as_words_without_its_marks() {
    for (source, left) in [
        ("{{معلومات\n| اسم = x\n| b\nنص باق", "نص باق"),
        ("قبل {{قالب وبعد", "قبل قالب وبعد"),
        ("قبل [[رابط\nوبعد", "قبل رابط وبعد"),
        ("قبل [[هدف|رابط\n\nوبعد", "قبل رابط\n\nوبعد"),
        ("قبل [http://x.example رابط\nوبعد", "قبل رابط وبعد"),
        ("[[ملف:a.jpg|تصغير|شرح\n\nنص", "نص"),
        ("نص <ref>مرجع\nباق", "نص باق"),
        ("نص <ref>مرجع\nباق <ref>آخر</ref> تمام", "نص باق تمام"),
        ("نص <!-- تعليق", "نص"),
        ("{| class=x\n! h\n| a\n|-\nنص", "نص"),
        ("نص }} ]] |} <gallery> <math> تمام", "نص |} تمام"),
        ("{{a|[[b}} نص", "نص"),
        ("{|\n| {{b\n|}\nنص", "نص"),
        ("a < b && c > d <foo> R&D __init__", "a < b && c > d <foo> R&D __init__"),
    ] {
        assert_eq!(text_of(source), left, "{source}");
    }
}

#[test]
fn entities_are_decoded_and_do_not_become_markup() {
    assert_eq!(
        text_of("10&nbsp;km &amp;nbsp;&amp;ndash; &#91;&#91;a&#93;&#93; &lt;b&gt; &#39;&#39;c&#39;&#39;"),
        "10 km – [[a]] <b> ''c''"
    );
    assert_eq!(text_of("&#42; نجمة"), "* نجمة");
}

#[test]
fn a_line_of_nothing_but_a_comment_does_not_part_a_list() {
    assert_eq!(blocks("* a\n<!-- x -->\n* b\n<!-- y --> {|\n|c\n|}"), [block(Kind::List, "a\nb")]);
}

#[test]
fn hostile_input_takes_linear_time() {
    // Quadratic work on these would take many minutes.
    let count = 600_000;
    let started = std::time::Instant::now();
    for piece in [
        "{",
        "}",
        "[",
        "]",
        "{{",
        "[[",
        "{|\n",
        "\n|}",
        "<ref>",
        "<ref",
        "<",
        "<math>",
        "<poem>",
        "<!--",
        "-->",
        "&",
        "'",
        "''",
        "(\u{1D}",
        "{{lang|",
        "{{nowrap|x",
        "[[a|",
        "[[a|[[b]]",
        "[[ملف:",
        "[http://x ",
        "__",
        "-{",
        "-{zh:",
        ";",
        "{{convert|",
        "\n*",
        "\n=",
        "\n",
        "\n ",
        "----<ref/>",
        "<br>",
        "{{quote|",
        "</ref>",
        "<references>",
        "({{x}}",
        ",{{x}}",
        "<blockquote>",
        "{{{",
        "{{ill|a=",
        "<b",
        "|",
        "x<pre>",
        "{{#if:",
        " ",
        "\n;a: ",
        "<nowiki>",
        "<!-- -->\n",
        "{{a}}{|",
        "'''''a",
        "[[x]]]",
        "<ref name=",
        "=",
    ] {
        for language in ["ar", "zh"] {
            document(language, &piece.repeat(count / piece.len()));
        }
        let closed =
            format!("{}{}", piece.repeat(count / 2 / piece.len()), "}}".repeat(count / 8) + &"]]".repeat(count / 8));
        document("zh", &closed);
    }
    assert!(started.elapsed().as_secs() < 300, "took {:?}", started.elapsed());
}

#[test]
fn any_mixture_of_marks_gives_ordered_blocks_without_marks_of_ours() {
    const PIECES: &[&str] = &[
        "{{",
        "}}",
        "{",
        "}",
        "{{{",
        "[[",
        "]]",
        "[",
        "]",
        "|",
        "\n",
        "\n\n",
        " ",
        "{|",
        "\n{|",
        "\n|}",
        "\n|-",
        "<ref>",
        "</ref>",
        "<ref ",
        "/>",
        ">",
        "<",
        "نص",
        "ملف:",
        "تصنيف:",
        "fr:",
        "a",
        "م",
        "=",
        "\n== ",
        " ==",
        "\n* ",
        "\n# ",
        "\n; ",
        ": ",
        "''",
        "'''",
        "'",
        "&nbsp;",
        "&amp;",
        "&#1605;",
        "&",
        ";",
        "-{",
        "}-",
        "zh-hans:",
        "__",
        "__TOC__",
        "<!--",
        "-->",
        "<nowiki>",
        "</nowiki>",
        "<pre>",
        "</pre>",
        "<poem>",
        "</poem>",
        "<br>",
        "<blockquote>",
        "</blockquote>",
        "<table>",
        "</table>",
        "lang|ar|",
        "convert|5|km|",
        "quote|",
        "1=",
        "text=",
        "http://x.example ",
        "(",
        ")",
        "،",
        ",",
        "北",
        "。",
        "----",
        "\u{2}",
        "\u{1D}",
        "\u{5}",
        "\t",
        "😀",
        "{{قالب|",
        "ill|x|lt=",
        "<h2>",
        "</h2>",
        "<li>",
        "<math>",
        "</math>",
        "#",
        "val|5|u=",
        "\r",
    ];
    let mut state = 1u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for round in 0..20_000 {
        let source: String = (0..next(40) + 1).map(|_| PIECES[next(PIECES.len())]).collect();
        let document = document(if round % 2 == 0 { "zh" } else { "ar" }, &source);
        let lines: Vec<&str> = document.text.split('\n').collect();
        let mut reached = 0;
        for block in &document.blocks {
            let (start, end) = (block.lines.start as usize, block.lines.end as usize);
            assert!(start >= reached && start < end && end <= lines.len(), "{source:?}");
            let is_code = block.kind == Kind::Code;
            assert!(is_code || lines[start..end].iter().all(|l| !l.is_empty() && l.trim() == *l), "{source:?}");
            reached = end + 1;
        }
        assert!(document.text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'), "{source:?}");
    }
}
