//! Tables of every kind, whole and cut.

use super::*;
use crate::model::document::Fault;
use crate::read::ReadOptions;
use crate::read::recognise::recognise;
use crate::read::unpack::{HEAD_BYTES, Unpacked};
use std::io::Write;
use std::ops::Range;

fn read(bytes: &[u8], range: Range<u64>, options: &ReadOptions) -> (Vec<RawDocument>, Met) {
    let start = range.start.saturating_sub(1);
    let content = std::io::Cursor::new(bytes[start as usize..].to_vec());
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let fields = FieldMap::new(&options.fields, &options.keep);
    let slice = Slice {
        content: Unpacked { reader: Box::new(content), plain: None, start },
        head,
        charset: recognise(head, bytes.len() < HEAD_BYTES, "a.csv").charset,
        range,
        options,
        fields: &fields,
        scratch: std::path::Path::new("."),
    };
    let mut all = Vec::new();
    let met = Delimited
        .read(slice, &mut |document| {
            all.push(document);
            Ok(true)
        })
        .unwrap();
    assert_eq!(met.records - met.passed_over, all.len() as u64);
    (all, met)
}

fn all(bytes: &[u8]) -> Vec<RawDocument> {
    read(bytes, 0..u64::MAX, &ReadOptions::default()).0
}

fn text(document: &RawDocument) -> &str {
    match &document.body {
        Body::Text(text) => text,
        Body::Broken(Fault { reason, .. }) => reason,
        _ => panic!("a table gives texts"),
    }
}

fn texts(bytes: &[u8]) -> Vec<String> {
    all(bytes).iter().map(|d| text(d).to_owned()).collect()
}

#[test]
fn a_table_gives_its_rows_in_any_charset() {
    let table = "عنوان;نص;تاريخ\r\nخبر;\"سطر; أول\r\nسطر \"\"ثان\"\"\";2020-01-02\r\nآخر;نص طويل آخر;2020-01-03\r\n";
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let arabic = encoding_rs::WINDOWS_1256.encode(table).0.into_owned();
    for bytes in [table.as_bytes().to_vec(), format!("\u{feff}{table}").into_bytes(), utf16, arabic] {
        let found = all(&bytes);
        let texts: Vec<&str> = found.iter().map(text).collect();
        assert_eq!(texts, ["سطر; أول\r\nسطر \"ثان\"", "نص طويل آخر"]);
        assert_eq!(found[1].metadata.title.as_deref(), Some("آخر"));
        assert_eq!(found[0].metadata.published, Some(1_577_923_200_000));
    }
}

#[test]
fn spans_are_those_of_the_rows() {
    let table = "title,text\na,\"b\nc\"\n\nd,e\n";
    let cut = |d: &RawDocument| d.bytes.map(|b| &table[b.start as usize..b.end as usize]);
    let found: Vec<_> = all(table.as_bytes()).iter().map(cut).collect();
    assert_eq!(found, [Some("a,\"b\nc\""), Some("d,e")]);
}

#[test]
fn ragged_rows_keep_their_text_or_are_errors() {
    let table = "id,text,date\n1,one and two,2020-01-01\n2,with, commas, in it,2020-01-02\n3\n4,short\n5,five,2020-01-05,,\n\
                 6,six,2020-01-06\n7,seven,2020-01-07\n8,eight,2020-01-08\n";
    let found = all(table.as_bytes());
    let texts: Vec<&str> = found.iter().map(text).collect();
    assert_eq!(texts[..5], ["one and two", "with, commas, in it", BAD_CSV, "short", "five"]);
    assert_eq!(found[1].metadata.published, Some(1_577_923_200_000));
}

#[test]
fn an_unclosed_quote_costs_its_own_row() {
    let rows: String = (0..50).map(|n| format!("{n},\"a title\",\"Ein Text, der lang ist {n}\"\n")).collect();
    let table = format!("id,title,text\n{}", rows.replace("7,\"a title\",", "7,\"a title,"));
    let found = texts(table.as_bytes());
    assert_eq!(found.len(), 50);
    assert_eq!(found.iter().filter(|t| t.starts_with("Ein Text, der lang ist")).count(), 45);
}

#[test]
fn databases_write_no_value_and_line_ends_as_escapes() {
    let table = "1\tعنوان\tسطر\\\nسطر\\tثان\n2\t\\N\tنص هنا كله على سطر واحد\n3\tآخر\tنص آخر هنا على سطر\n4\t\\N\tنص رابع هنا على سطر\n";
    let found = all(table.as_bytes());
    assert_eq!(
        found.iter().map(text).collect::<Vec<_>>(),
        ["سطر\nسطر\tثان", "نص هنا كله على سطر واحد", "نص آخر هنا على سطر", "نص رابع هنا على سطر"]
    );
}

#[test]
fn kept_columns_stand_in_extra_as_strings() {
    let options = ReadOptions { keep: vec!["stars".into(), "note".into()], ..ReadOptions::default() };
    let found = read("stars,note,text\n5,\"a \"\"b\"\"\",c\n,NULL,d\n".as_bytes(), 0..u64::MAX, &options).0;
    assert_eq!(found[0].metadata.extra.as_deref(), Some(r#"{"note":"a \"b\"","stars":"5"}"#));
    assert_eq!(found[1].metadata.extra.as_deref(), Some(r#"{"note":null,"stars":""}"#));
}

#[test]
fn a_table_without_text_is_one_error() {
    assert_eq!(texts(b"a,b\n1,2\n3,4\n"), [NO_TEXT_FIELD]);
}

#[test]
fn no_more_of_a_row_without_an_end_is_read_for_cuts_than_their_limit_wants() {
    let mut file = tempfile::tempfile().unwrap();
    let rows: String = (0..50).map(|n| format!("{n},a title,a text that is long\n")).collect();
    file.write_all(format!("id,title,text\n{rows}50,a title,\"open").as_bytes()).unwrap();
    file.write_all(&b"one word of text after another\n".repeat(1 << 21)).unwrap();
    let charset = recognise(rows.as_bytes(), false, "a.csv").charset;
    let bytes = file.metadata().unwrap().len();
    let big = BigFile { file: &file, bytes, compression: Compression::None, charset, part_bytes: 1 << 20 };
    assert!(matches!(Delimited.cuts(&big), Some(Cuts::Bytes(cuts)) if cuts.is_empty()));
    // The copy that is read shares the place in the file.
    assert!(file.stream_position().unwrap() < 4 * MAX_CUT_ROW);
}

/// What the slices of a table give in turn, and how often it was cut.
fn sliced(table: &str, options: &ReadOptions) -> (Vec<RawDocument>, usize) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(table.as_bytes()).unwrap();
    let head = &table.as_bytes()[..table.len().min(HEAD_BYTES)];
    let charset = recognise(head, table.len() < HEAD_BYTES, "a.csv").charset;
    let bytes = table.len() as u64;
    let big = BigFile { file: &file, bytes, compression: Compression::None, charset, part_bytes: 50_000 };
    let Some(Cuts::Bytes(cuts)) = Delimited.cuts(&big) else { panic!("a plain file is cut") };
    let count = cuts.len();
    let bounds: Vec<u64> = std::iter::once(0).chain(cuts).chain([u64::MAX]).collect();
    let (mut sliced, mut records) = (Vec::new(), 0);
    for pair in bounds.windows(2) {
        let (mut piece, met) = read(table.as_bytes(), pair[0]..pair[1], options);
        piece.iter_mut().for_each(|d| d.record += records);
        records += met.records;
        sliced.append(&mut piece);
    }
    (sliced, count)
}

#[test]
fn slices_give_what_the_whole_gives() {
    let mut table = String::from("\u{feff}id,title,text\r\n");
    for n in 0..3000 {
        let odd = if n % 97 == 0 { "\"open" } else { "closed" };
        table += &format!("{n},{odd} title,\"Zeile, eins\r\n\r\nقال \"\"نعم\"\" {n}\r\n{}\"\r\n", "x".repeat(n % 300));
    }
    let (sliced, cuts) = sliced(&table, &ReadOptions::default());
    assert!(cuts > 5);
    let whole = all(table.as_bytes());
    assert_eq!(sliced, whole);
    assert!(whole.len() >= 2969);
}

#[test]
fn a_text_in_quotes_ends_where_they_end() {
    let rows: String = (0..9).map(|n| format!("{n},A title,\"a text, of words\",2021-01-0{n}\n")).collect();
    let odd = "x,Bad,\"the text of it\",2021-02-03,extra,more\ny,Odd,\"Yes\", he said, and left,2021-02-03\n";
    let found = all(format!("id,title,text,date\n{rows}{odd}").as_bytes());
    assert_eq!(text(&found[9]), "the text of it");
    assert_eq!(found[9].metadata.published, Some(1_612_310_400_000));
    assert!(text(&found[10]).ends_with("he said, and left"));
}

#[test]
fn comments_before_the_header_leave_titles_and_ids() {
    let found = all("# exported by x\n# on a day\nid,title,text\n1,A,\"one, two\"\n2,B,three\n".as_bytes());
    assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["one, two", "three"]);
    assert_eq!(found[1].metadata.title.as_deref(), Some("B"));
}

#[test]
fn joined_tables_have_the_header_again_and_other_line_ends() {
    let rows =
        |from: usize, end: &str| (from..from + 9).map(|n| format!("{n},A,\"text of {n}\"{end}")).collect::<String>();
    let table = format!("id,title,text\n{}id,title,text\n{}{}", rows(0, "\n"), rows(9, "\r"), rows(18, "\n"));
    let wanted: Vec<String> = (0..27).map(|n| format!("text of {n}")).collect();
    assert_eq!(texts(table.as_bytes()), wanted);
}

#[test]
fn tables_of_other_columns_may_be_joined_wherever_the_file_is_cut() {
    let words = "walls, rain and carts ".repeat(20);
    let rows = |row: &dyn Fn(usize) -> String, from: usize| (from..from + 400).map(row).collect::<String>();
    let first = rows(&|n| format!("{n},A{n},\"text {n} {words}\"\n"), 0);
    let second = rows(&|n| format!("\"text {n} {words}\",A{n},2020-01-02,{n}\n"), 400);
    let third = rows(&|n| format!("{n},A{n},\"text {n} {words}\"\n"), 800);
    // Spreadsheets write a mark before each.
    let table = format!("\u{feff}id,title,text\n{first}\u{feff}text,title,date,id\n{second}id,title,text\n{third}");
    let whole = all(table.as_bytes());
    let is_right = |(n, d): (usize, &RawDocument)| {
        text(d).starts_with(&format!("text {n} walls"))
            && d.metadata.title == Some(format!("A{n}"))
            && d.metadata.source_id == Some(n.to_string())
    };
    assert_eq!(whole.len(), 1200);
    assert!(whole.iter().enumerate().all(is_right));
    let (sliced, cuts) = sliced(&table, &ReadOptions::default());
    assert!((1..6).contains(&cuts), "{cuts}");
    assert_eq!(sliced, whole);
}

#[test]
fn a_table_is_read_by_names_of_the_recipe_wherever_it_is_cut() {
    let words = "walls and carts ".repeat(10);
    let fields = crate::read::fields::FieldNames { text: vec!["lyrics".into()], ..Default::default() };
    let options = ReadOptions { fields, ..ReadOptions::default() };
    let rows = |from: usize| (from..from + 500).map(|n| format!("{n},A{n},song {n} {words}\n")).collect::<String>();
    // Without a column for text the recipe's way it is no header, but a row like others.
    let table = format!("id,title,lyrics\n{}id,title,text\n{}", rows(0), rows(500));
    let (whole, _) = read(table.as_bytes(), 0..u64::MAX, &options);
    assert_eq!((whole.len(), text(&whole[500]), text(&whole[1000])), (1001, "text", &*format!("song 999 {words}")));
    assert_eq!(sliced(&table, &options).0, whole);
}

#[test]
fn headers_again_leave_big_tables_to_be_cut_and_rows_of_names_are_rows() {
    let words = "walls and carts ".repeat(10);
    let named = |n: usize| format!("\"{n}\",\"A{n}\",\"text {n} {words}\"\n");
    // As R writes: the column of row names has no name.
    let table = format!("\"title\",\"text\"\n{}", (0..1000).map(named).collect::<String>());
    let (sliced, cuts) = sliced(&table, &ReadOptions::default());
    assert!(cuts > 1 && sliced.len() == 1000 && text(&sliced[999]).starts_with("text 999"), "{cuts}");
    for (header, row) in [("title,text", "Date,Text"), ("text,label", "content,author"), ("word,text", "text,texte")] {
        let rows = format!("one,{words}\n").repeat(9);
        let table = format!("{header}\n{rows}{row}\n{rows}");
        assert_eq!(all(table.as_bytes()).len(), 19, "{row}");
    }
    // The names of rows alone stand without a name.
    let table = "\"text\"\n\"1\",\"Short story, commas 1\"\n\"2\",\"Short story, commas 2\"\n";
    assert_eq!(texts(table.as_bytes()), ["Short story, commas 1", "Short story, commas 2"]);
}

#[test]
fn lines_of_a_text_that_look_like_rows_leave_it_whole() {
    let rows = |from: usize| (from..from + 90).map(|n| format!("{n},A,\"text of {n}\"\n")).collect::<String>();
    let odd = "90,B,\"He said \"yes\" to it.\nThe poem has lines:\n1,\"one thing\nand another, of prose\nand so on\nthe end\"\n";
    let found = texts(format!("id,title,text\n{}{odd}{}", rows(0), rows(91)).as_bytes());
    assert_eq!(found.len(), 181);
    assert!(found[90].starts_with("He said") && found[90].ends_with("the end"), "{}", found[90]);
}

#[test]
fn a_column_that_is_mostly_blank_tells_no_rows_apart() {
    let row = |n: usize| {
        let note = if n.is_multiple_of(20) || n > 1200 { "7" } else { "" };
        let end = if n > 1200 && n.is_multiple_of(7) { "" } else { "\"" };
        format!("A {n},{note},\"text {n} of rain{end}\n")
    };
    let table = format!("title,note,text\n{}", (1..=2000).map(row).collect::<String>());
    assert_eq!(texts(table.as_bytes()).len(), 2000);
}

#[test]
fn separators_of_prose_make_no_columns() {
    let prose = |n: usize| format!("Text {n} of rain{}", ", of walls".repeat(n % 4));
    let wanted: Vec<String> = (0..40).map(prose).collect();
    for (header, before, after) in [
        ("text", "", ""),
        ("id,text", "7,", ""),
        ("id,title,text", "7,A title,", ""),
        ("text,id", "", ",7"),
        ("id,text,place", "7,", ",Rome"),
    ] {
        let rows: String = wanted.iter().map(|text| format!("{before}{text}{after}\n")).collect();
        assert_eq!(texts(format!("{header}\n{rows}").as_bytes()), wanted, "{header}");
    }
}

#[test]
fn a_row_with_a_hole_is_an_error_since_its_ends_may_be_of_two() {
    let rows = |from: usize| (from..from + 9).map(|n| format!("{n},A,the story of {n}\n")).collect::<String>();
    let table = format!("id,title,text\n{}18,A,the sto{}y of 20\n{}", rows(0), "\0".repeat(90), rows(9));
    let found = texts(table.as_bytes());
    assert_eq!((found.len(), &*found[8], &*found[9], &*found[10]), (19, "the story of 8", BAD_CSV, "the story of 9"));
}

#[test]
fn a_header_wider_than_the_head_of_a_file_names_its_columns() {
    for width in [9_000, 40_000] {
        let names: String = (0..width).map(|n| format!("c{n},")).collect();
        let rows: String = (0..3).map(|n| format!("{}a story {n}\n", ",".repeat(width))).collect();
        assert_eq!(texts(format!("{names}text\n{rows}").as_bytes()), ["a story 0", "a story 1", "a story 2"]);
    }
}

#[test]
fn a_title_before_the_header_is_no_row() {
    let rows: String = (0..9).map(|n| format!("{n};T{n};the story of {n}, at last\n")).collect();
    for title in ["Export of articles\n", "Export of articles;;\n\n", "\n\n", "\"sep=;\"\n", "Articles, all\nof 2020\n"]
    {
        for mark in ["", "\u{feff}"] {
            let found = all(format!("{mark}{title}id;title;text\n{rows}").as_bytes());
            assert_eq!(found.len(), 9, "{title:?}");
            assert_eq!((text(&found[8]), found[8].metadata.title.as_deref()), ("the story of 8, at last", Some("T8")));
        }
    }
}

#[test]
fn rows_before_a_header_are_no_title() {
    let rows: String = (0..9).map(|n| format!("{n};T{n};the story of {n}, at last\n")).collect();
    let found = texts(format!("7;T7;the last story of another table\nid;title;text\n{rows}").as_bytes());
    assert!(found.len() >= 10 && found[0].contains("the last story"), "{found:?}");
}

#[test]
fn what_is_said_in_a_quoted_text_begins_no_rows() {
    let row = |title: &str, text: &str| format!("\"{title}\",\"{}\"\n", text.replace('"', "\"\""));
    let talk = "\"Yes,\" he said.\n\n\"No,\" she answered.\n\nThey went on, without a word.\n\n".repeat(1300);
    let short: String = (0..5).map(|n| row(&format!("short {n}"), "A short text of some length.")).collect();
    let table = format!("\"title\",\"text\"\n{short}{}{}", row("long", &talk), row("after", "A short text."));
    let found = texts(table.as_bytes());
    assert_eq!((found.len(), found[5].as_str(), found[6].as_str()), (7, talk.as_str(), "A short text."));
}

#[test]
fn names_of_rows_are_told_by_quotes_and_tabs() {
    let body = |row: &dyn Fn(u32) -> String| (0..9).map(row).collect::<String>();
    let text = |n: u32| format!("Number {n}, said the man in the street");
    let tables = [
        "\"id\",\"text\"\n".to_owned() + &body(&|n| format!("\"{n}\",\"a{n}x\",\"{}\"\n", text(n))),
        "id\ttext\n".to_owned() + &body(&|n| format!("{n}\ta{n}x\t{}\n", text(n))),
        "\"text\"\n".to_owned() + &body(&|n| format!("\"text{n}\",\"{}\"\n", text(n))),
        "text\n".to_owned() + &body(&|n| format!("doc{n}\t{}\n", text(n))),
    ];
    for table in tables {
        assert_eq!(texts(table.as_bytes()), (0..9).map(text).collect::<Vec<_>>(), "{table}");
    }
}

#[test]
fn texts_of_one_column_are_quoted_where_they_have_to_be() {
    let plain: String = (0..9).map(|n| format!("نص قصير رقم {n} عن المدينة\n")).collect();
    let found = texts(format!("text\n{plain}\"سطر أول\nسطر ثان\"\n\"He said \"\"go\"\" and left\"\n").as_bytes());
    assert_eq!((found.len(), &found[9..]), (11, &["سطر أول\nسطر ثان".into(), "He said \"go\" and left".into()][..]));
    let found = texts(format!("text\n{plain}\"\"\n\"two\nlines\"\n").as_bytes());
    assert_eq!((found.len(), found.last().unwrap().as_str()), (11, "two\nlines"));
}

#[test]
fn quotes_at_the_beginning_of_prose_are_its_own() {
    let rows = "1,One text of words\n2,Another text of words\n3,\"No\", he said, and left.\n";
    assert_eq!(texts(format!("id,text\n{rows}").as_bytes())[2], "\"No\", he said, and left.");
}

#[test]
fn the_charset_of_a_row_is_judged_once() {
    let rows: String = (0..4000).map(|n| format!("{n},Où êtes-vous allé\n")).collect();
    let row = "Dès l'été, elle a été reçue à l'hôtel où l'on fête Noël, ".repeat(1000);
    let own = encoding_rs::WINDOWS_1252.encode(&row).0;
    let table = [format!("id,text\n{rows}4000,").as_bytes(), &own, b"fin\n"].concat();
    let begun = std::time::Instant::now();
    let found = texts(&table);
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    assert!(found[4000] == row + "fin", "{}", found[4000].chars().take(80).collect::<String>());
}

#[test]
fn short_cells_of_thai_are_no_utf_8() {
    let thai = "ตลาดในหมู่บ้านเปิดใหม่อีกครั้ง ชาวนานำผักและไข่มาขาย";
    let table = format!("title\ttext\nรถยก\t{thai}\nหกสด\t{thai}\nรถสด\t{thai}\n");
    let found = all(&encoding_rs::WINDOWS_874.encode(&table).0);
    let titles: Vec<_> = found.iter().map(|d| d.metadata.title.clone().unwrap()).collect();
    assert_eq!(titles, ["รถยก", "หกสด", "รถสด"]);
}

#[test]
fn a_table_whose_first_texts_are_long_is_told_by_a_longer_head() {
    let long = "A line of a long text, with commas, as it goes on.\n".repeat(3000);
    let table = format!("text,likes\n\"{long}\",5\n\"{long}\",6\nshort,7\n");
    assert!(texts(table.as_bytes()) == [long.clone(), long, "short".into()]);
}

#[test]
fn few_lines_of_prose_at_the_end_of_a_look_begin_no_rows() {
    let prose = ("It was late, and dark again.\n".repeat(3) + "Plain lines without any of it.\n").repeat(700);
    for shift in 0..12 {
        let table = format!("title,text\na,b\nc,\"first\n{}\n{prose}\"\nd,e\n", "x".repeat(11 * shift));
        assert_eq!(texts(table.as_bytes()).len(), 3, "{shift}");
    }
}

#[test]
fn backslashes_escape_in_and_out_of_quotes_where_every_quote_has_one() {
    let rows = "1,The \\\"first\\\" text\n2,\"The second, \\\"quoted\\\" text\"\n3,Third\n";
    let expected = ["The \"first\" text", "The second, \"quoted\" text", "Third"];
    assert_eq!(texts(format!("id,text\n{rows}").as_bytes()), expected);
    let column = "text\n\"One \\\"text\\\", and so on\"\n\"Two\nlines\"\n";
    assert_eq!(texts(column.as_bytes()), ["One \"text\", and so on", "Two\nlines"]);
}

#[test]
fn quotes_that_stand_twice_in_few_texts_tell_what_stands_around_them() {
    let plain: String = (0..40).map(|n| format!("Title {n}\tA text with a path C:\\new of number {n}\n")).collect();
    let found = texts(format!("title\ttext\n{plain}Last\t\"He said \"\"no\"\" and left\"\n").as_bytes());
    assert_eq!(found[40], "He said \"no\" and left");
}

#[test]
fn a_first_text_that_no_head_holds_leaves_the_table_one() {
    for line in ["word here and there. ", "word, here, and there.\n"] {
        let long = format!("{}\n", line.repeat(250_000));
        for (header, first) in [("num,wording", "1,"), ("text", ""), ("artist\tlyrics", "Ann\t"), ("num\ttext", "1\t")]
        {
            let rows = ["Another text, of words.", &long, "A third, of words."].map(|t| format!("{first}\"{t}\"\n"));
            let found = texts(format!("{header}\n{}{}{}", rows[1], rows[0], rows[2]).as_bytes());
            assert!(found.iter().any(|text| text == &long) && found.len() <= 4, "{header}: {}", found.len());
        }
    }
}

#[test]
fn line_ends_of_utf_16_are_characters() {
    // Both bytes of a line end and of a quote stand in other characters.
    let long = "今天早上村里的市场重新开放，农民们带来了∢蔬菜。\n".repeat(2_000);
    let table = format!("\u{feff}num\twording\n1\t\"{long}\"\n2\t第二篇短文在这里。\n3\t第三篇短文也在这里。\n");
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = table.encode_utf16().flat_map(bytes).collect();
        assert_eq!(texts(&bytes), [long.as_str(), "第二篇短文在这里。", "第三篇短文也在这里。"]);
    }
}

#[test]
fn names_of_rows_have_no_spaces_and_their_texts_may_escape_quotes() {
    let lines = ["Who wrote Hamlet?\tShakespeare wrote it.", "Where is Rome?\tRome lies in Italy."];
    assert_eq!(texts(format!("text\n{}\n{}\n", lines[0], lines[1]).as_bytes()), lines);
    for name in ["2020-01-01", "1.5", "http://a.example/0", "doc1"] {
        assert_eq!(
            texts(format!("text\n{name}\tA text, of words.\n{name}\tAnother text.\n").as_bytes())[1],
            "Another text."
        );
    }
    for separator in [',', '\t'] {
        let rows = format!("\"text\"\n\"1\"{separator}\"She left.\"\n\"2\"{separator}\"He said, \\\"no.\\\"\"\n");
        assert_eq!(texts(rows.as_bytes()), ["She left.", "He said, \"no.\""]);
    }
}

#[test]
fn columns_that_are_never_filled_need_no_name() {
    let rows = "ham,The house by the river was sold last week.,,,\nham,Nobody came to the meeting on the hill.,,,\n\
                spam,Rain fell all night long on the old town.,,,\n";
    assert_eq!(texts(format!("v1,v2,,,\n{rows}").as_bytes()).len(), 3);
    assert_eq!(texts(rows.as_bytes()).len(), 3);
}
