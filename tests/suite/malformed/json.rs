//! JSON and JSON lines that are cut, joined, mistyped, nested without end or no JSON at all.

use super::bytes::{jsonl, texts};
use super::{Case, case, check};

const BAD: &str = "read.bad_json";
const NO_FIELD: &str = "read.no_text_field";
const NO_TEXT: usize = 1;

fn lines(name: &str, text: &str) -> Case {
    case(format!("{name}.jsonl"), text)
}

fn json(name: &str, text: &str) -> Case {
    case(format!("{name}.json"), text)
}

#[test]
fn a_broken_line_costs_itself() {
    let a = r#"{"text":"one"}"#;
    let b = r#"{"text":"two"}"#;
    let between = |broken: &str| format!("{a}\n{broken}\n{b}\n");
    let broken = |name: &str, line: &str| lines(name, &between(line)).gives(&["one", "two"]).errors(&[BAD]);
    let whole = |name: &str, line: &str, text: &str| lines(name, &between(line)).gives(&["one", text, "two"]);
    let mut cases = vec![
        broken("cut-in-the-middle", r#"{"text":"cut in the mid"#),
        broken("no-braces", r#""text":"x""#),
        broken("single-quotes", "{'text': 'x'}"),
        broken("no-quotes", "{text: x}"),
        broken("trailing-comma", r#"{"text":"x",}"#),
        broken("missing-comma", r#"{"text":"x" "id":1}"#),
        broken("missing-colon", r#"{"text" "x"}"#),
        broken("comment", r#"// {"text":"x"}"#),
        broken("a-word", "hello"),
        broken("closing-brace", "}"),
        broken("unfinished-escape", "{\"text\":\"x\\"),
        broken("deep-array", &"[".repeat(100_000)),
        broken("deep-object", &"{\"a\":".repeat(100_000)),
        broken("deep-in-an-unknown-field", &format!("{{\"x\":{}", "[".repeat(100_000))),
        lines("a-number", &between("17")).gives(&["one", "two"]).errors(&[BAD]),
        lines("a-list", &between("[1,2]")).gives(&["one", "two"]).errors(&[BAD]),
        lines("a-null", &between("null")).gives(&["one", "two"]).errors(&[BAD]),
        lines("no-text-field", &between(r#"{"id":3}"#)).gives(&["one", "two"]).errors(&[NO_FIELD]),
        lines("empty-object", &between("{}")).gives(&["one", "two"]).errors(&[NO_FIELD]),
        whole("lone-surrogate", r#"{"text":"lone \ud83d here"}"#, "lone \u{fffd} here"),
        whole("lone-low-surrogate", r#"{"text":"lone \ude00 here"}"#, "lone \u{fffd} here"),
        whole("bad-escape", r#"{"text":"C:\data and \q"}"#, "C:data and q"),
        whole("cut-unicode-escape", r#"{"text":"bad \u12 here"}"#, "bad u12 here"),
        whole("raw-tab", "{\"text\":\"a\tb\"}", "a b"),
        whole("huge-number", &format!(r#"{{"id":1{},"text":"x"}}"#, "0".repeat(5000)), "x"),
        whole("huge-exponent", r#"{"id":1e999999,"text":"x"}"#, "x"),
        whole("not-a-number", r#"{"score":NaN,"text":"x","a":[Infinity,-Infinity]}"#, "x"),
        whole("not-a-number-for-a-title", r#"{"title":NaN,"text":"x"}"#, "x"),
        whole("one-megabyte-key", &format!(r#"{{"{}":1,"text":"x"}}"#, "k".repeat(1 << 20)), "x"),
        whole("empty-key", r#"{"":1,"text":"x"}"#, "x"),
        whole("escaped-key", r#"{"\u0074ext":"x"}"#, "x"),
        whole("spaces-around", "  \t {\"text\" : \"x\" }  \r", "x"),
        whole("title-of-a-wrong-type", r#"{"title":{"a":[]},"url":7,"date":[],"text":"x"}"#, "x"),
        whole("list-with-nulls", r#"{"text":["x",null,"y"]}"#, "x\n\ny"),
        whole(
            "a-thousand-keys",
            &format!("{{{}\"text\":\"x\"}}", (0..1000).map(|i| format!("\"k{i}\":{i},")).collect::<String>()),
            "x",
        ),
    ];
    for (name, value) in
        [("null", "null"), ("empty", "\"\""), ("blank", "\" \\n\\t \""), ("true", "true"), ("empty-list", "[]")]
    {
        let line = format!("{{\"text\":{value}}}");
        cases.push(lines(&format!("text-is-{name}"), &between(&line)).gives(&["one", "two"]).rejects(NO_TEXT));
    }
    cases.push(whole("text-is-a-number", r#"{"text":12.5}"#, "12.5"));
    cases.push(whole("text-is-an-object", r#"{"text":{"value":"x"}}"#, "x"));
    check(&cases, &[]);
}

#[test]
fn what_stands_on_the_line_of_a_cut_record_is_not_lost() {
    let all = texts(8);
    let object = |i: usize| format!("{{\"id\": {i}, \"text\": \"{}\"}}", all[i]);
    let without = |lost: usize| [&all[..lost], &all[lost + 1..]].concat();
    let with = |line: String| format!("{}\n{line}\n{}\n", object(0), object(7));
    let rest = |from: usize| (from..7).map(object).collect::<Vec<_>>();
    let cut = object(1)[..23].to_owned();
    let behind = object(1)[23..].to_owned();
    let nested = format!("{{\"id\": 1, \"meta\": {}", object(2));
    check(
        &[
            lines("commas", &with(rest(1).join(","))).gives(&all),
            lines("commas-and-one-more", &with(format!("{},", rest(1).join(", ")))).gives(&all),
            lines("cut-then-whole", &with(format!("{cut}{}", rest(2).join("")))).gives(&without(1)).errors(&[BAD]),
            lines("end-then-whole", &with(format!("{behind}{}", rest(2).join(" ")))).gives(&without(1)).errors(&[BAD]),
            lines("pieces-between", &with(format!("{cut}{}{cut}{}{behind}", object(2), rest(3).join(&cut))))
                .gives(&without(1))
                .errors(&[BAD; 6]),
            lines("whole-then-cut", &with(format!("{}{cut}", rest(1).join("")))).gives(&all).errors(&[BAD]),
            lines("hole", &with(format!("{}{}{}", cut, "\0".repeat(200), &object(6)[23..])))
                .gives(&[&all[0], &all[7]])
                .errors(&[BAD]),
            // What a cut record holds is no record of its own.
            lines("cut-around-another", &with(nested)).gives(&[&all[0], &all[7]]).errors(&[BAD]),
        ],
        &[],
    );
}

#[test]
fn lines_end_as_they_may() {
    let texts = texts(4);
    let plain = String::from_utf8(jsonl(&texts)).unwrap();
    let [a, b, c] = ["one", "two", "three"].map(|t| format!("{{\"text\":\"{t}\"}}"));
    let three = ["one", "two", "three"];
    let utf16 = |text: &str, mark: bool| -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        mark.encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    check(
        &[
            lines("last-without-end", plain.trim_end()).gives(&texts),
            lines("last-cut", &plain[..plain.len() - 5]).gives(&texts[..3]).errors(&[BAD]),
            lines("crlf", &plain.replace('\n', "\r\n")).gives(&texts),
            lines("cr-alone", &format!("{a}\r{b}\r{c}\r")).gives(&three),
            lines("lf-cr", &plain.replace('\n', "\n\r")).gives(&texts),
            lines("blank-lines", &format!("\n\n  \n{a}\n\t\n\r\n{b}\n\n{c}\n\n\n")).gives(&three),
            lines("blank-only", " \n\n\t\n"),
            lines("nul-bytes-between", &format!("{a}\n\0\0\0\0\n{b}\n\0\n{c}\n")).gives(&three),
            lines("nul-bytes-before", &format!("{a}\n{}{b}\n{c}\n", "\0".repeat(600))).gives(&three),
            lines("nul-bytes-after", &format!("{a}\n{b}\n{c}\n{}", "\0".repeat(5000))).gives(&three),
            lines("bom", &format!("\u{feff}{a}\n{b}\n{c}\n")).gives(&three),
            lines("bom-of-each-line", &format!("\u{feff}{a}\n\u{feff}{b}\n\u{feff}{c}\n")).gives(&three),
            lines("bom-twice", &format!("\u{feff}\u{feff}{a}\n{b}\n{c}\n")).gives(&three),
            lines("bom-alone", "\u{feff}"),
            lines("record-separators", &format!("\x1e{a}\n\x1e{b}\n\x1e{c}\n")).gives(&three),
            lines("joined-first", &format!("{a}{b}\n{c}\n")).gives(&three),
            lines("joined-later", &format!("{a}\n{b}{c}\n")).gives(&three),
            lines("joined-all", &format!("{a}{b}{c}")).gives(&three),
            lines("array-under-the-name-of-lines", &format!("[{a},\n{b},\n{c}]\n")).gives(&three),
            lines("commas-at-the-ends", &format!("{a},\n{b},\n{c}\n")).gives(&three),
            lines("empty", ""),
            case("utf-16.jsonl", utf16(&plain, true)).gives(&texts),
            case("utf-16-without-mark.jsonl", utf16(&plain, false)).gives(&texts),
            case("utf-16-cut.jsonl", &utf16(&plain, true)[..utf16(&plain, true).len() - 31])
                .gives(&texts[..3])
                .errors(&[BAD]),
            case("utf-16.json", utf16(&format!("[{a},{b},{c}]"), true)).gives(&three),
            lines("objects-without-text", &"{}\n".repeat(2000)).errors(&[NO_FIELD; 2000]),
            lines("no-json-at-all", "Dear reader,\nthis is a letter.\n").errors(&[BAD, BAD]),
            lines("control-characters", &format!("{a}\n{{\"text\":\"bell \u{7} and \u{1b}[0m\"}}\n{b}\n")).count(3),
            case("bad-utf-8.jsonl", [a.as_bytes(), b"\n{\"text\":\"bad \xff\xfe byte\"}\n", b.as_bytes()].concat())
                .count(3),
            case("cut-utf-8.jsonl", [a.as_bytes(), b"\n{\"text\":\"cut \xd8\"}\n", b.as_bytes()].concat()).count(3),
        ],
        &[],
    );
}

#[test]
fn json_of_another_shape_gives_each_whole_record() {
    let [a, b, c] = ["one", "two", "three"].map(|t| format!("{{\"text\":\"{t}\"}}"));
    let three = ["one", "two", "three"];
    check(
        &[
            json("array", &format!("[{a},{b},{c}]")).gives(&three),
            json("array-cut", &format!("[{a},{b},{{\"text\":\"thr")).gives(&three[..2]).errors(&[BAD]).or_more_errors(),
            json("array-without-end", &format!("[{a},{b},{c}")).gives(&three).errors(&[BAD]),
            json("array-with-more-after", &format!("[{a},{b},{c}] x")).gives(&three).errors(&[BAD]).or_more_errors(),
            json("array-trailing-comma", &format!("[{a},{b},{c},]")).gives(&three).errors(&[BAD]),
            json("array-missing-comma", &format!("[{a} {b},{c}]")).gives(&three).errors(&[BAD]),
            json("array-broken-element", &format!("[{a},{{\"text\":\"x\",,}},{b},{c}]")).gives(&three).errors(&[BAD]),
            json("array-unclosed-string", &format!("[{a},{{\"text\":\"x}},{b},{c}]"))
                .among(&three, 2)
                .errors(&[BAD])
                .or_more_errors(),
            json("array-of-odd-things", &format!("[{a},1,null,[],{b},true,{c}]")).gives(&three).errors(&[NO_FIELD; 4]),
            json("array-of-strings", r#"["one","two","three"]"#).gives(&three),
            json("array-empty", "[]"),
            json("array-with-nan", &format!("[{a},{{\"score\":NaN,\"text\":\"two\"}},{c}]")).gives(&three),
            json("array-deep", &"[".repeat(100_000)).errors(&[BAD]).or_more_errors(),
            json("object-deep", &"{\"a\":".repeat(100_000)).errors(&[BAD]).or_more_errors(),
            json("array-deep-in-a-record", &format!("[{a},{{\"x\":{}{}}},{b}]", "[".repeat(5000), "]".repeat(5000)))
                .gives(&three[..2])
                .errors(&[NO_FIELD]),
            json("object-of-arrays", &format!("{{\"n\":3,\"articles\":[{a},{b},{c}]}}")).gives(&three),
            json("object-of-arrays-cut", &format!("{{\"n\":3,\"articles\":[{a},{b},{c}")).gives(&three).errors(&[BAD]),
            json("object-over-lines", "{\n  \"text\": \"one\"\n}\n").gives(&["one"]),
            json("objects-over-lines", "{\n\"text\": \"one\"\n}\n{\n\"text\": \"two\"\n}\n{\n\"text\":\"three\"\n}")
                .gives(&three),
            json("objects-run-together", &format!("{a}{b}{c}")).gives(&three),
            json("comment-in-front", &format!("// three\n[{a},{b},{c}]")).gives(&three).errors(&[BAD]).or_more_errors(),
            json("duplicate-keys", r#"[{"text":"x","text":"one"}]"#).count(1),
            json("text-without-json", "Dear reader, this is a letter.").errors(&[BAD]).or_more_errors(),
            json("number", "17").errors(&[NO_FIELD]),
            json("quote", "\"").errors(&[BAD]),
            json("brace", "{").errors(&[BAD]),
            json("bracket", "[").errors(&[BAD]),
            json("closing", "]}]}").errors(&[BAD]).or_more_errors(),
            json("empty", ""),
            json("blank", " \n ").errors(&[BAD]),
            json("bom", &format!("\u{feff}[{a},{b},{c}]")).gives(&three),
            json("empty-objects", &"{}".repeat(20_000)).errors(&vec![NO_FIELD; 20_000]),
            json("quotes-only", &"\"".repeat(200_001)).gives_anything().errors(&[BAD]).or_more_errors(),
            json("braces-only", &"{".repeat(200_000)).errors(&[BAD]).or_more_errors(),
            json("backslashes-only", &format!("[\"{}", "\\".repeat(200_000))).errors(&[BAD]).or_more_errors(),
            json("commas-only", &format!("[{}]", ",".repeat(200_000))).errors(&[BAD]).or_more_errors(),
            json("name-without-value", &format!("{{\"articles\":[{a},{b},{c}],\"n\":}}")).gives(&three).errors(&[BAD]),
            json(
                "many-records-by-name",
                &format!(
                    "{{{}\"z\":1}}",
                    (0..3000).map(|i| format!("\"k{i}\":{{\"text\":\"t{i}\"}},")).collect::<String>()
                ),
            )
            .count(3000),
        ],
        &[],
    );
}

#[test]
fn lines_that_hold_arrays_of_records_give_each() {
    let [a, b, c] = ["one", "two", "three"].map(|t| format!("{{\"text\":\"{t}\"}}"));
    check(
        &[
            lines("pages-of-answers", &format!("{{\"page\":1,\"data\":[{a},{b}]}}\n{{\"page\":2,\"data\":[{c}]}}\n"))
                .gives(&["one", "two", "three"]),
            lines("arrays", &format!("{a}\n[{b}, {c}]\n")).gives(&["one", "two", "three"]),
            lines("array-cut", &format!("{a}\n[{b},{{\"text\":\"thr\n{c}\n"))
                .gives(&["one", "two", "three"])
                .errors(&[BAD]),
            lines("pages-behind-a-mark", &format!("\u{feff}{{\"data\":[{a}]}}\n{{\"data\":[{b},{c}]}}\n"))
                .gives(&["one", "two", "three"]),
            // What a cut record held is no record.
            lines("cut-record-with-an-array", &format!("{a}\n{{\"tags\":[{b}],\"text\":\"thr\n{c}\n"))
                .gives(&["one", "three"])
                .errors(&[BAD]),
            lines("records-without-text", &format!("{a}\n{{\"data\":[{{\"id\":1}},{{\"id\":2}}]}}\n{b}\n"))
                .gives(&["one", "two"])
                .errors(&[NO_FIELD]),
        ],
        &[],
    );
}

#[test]
fn one_cut_record_costs_itself_in_json_of_any_shape() {
    let texts: Vec<String> = (0..300).map(|i| format!("story {i}")).collect();
    let [line, pretty] = [
        |text: &String| format!("{{\"id\": 1, \"text\": \"{text}\"}}"),
        |text: &String| format!("{{\n  \"id\": 1,\n  \"text\": \"{text}\"\n}}"),
    ];
    let with = |record: fn(&String) -> String, at: usize, cut: &str, between: &str| {
        let mut all: Vec<String> = texts.iter().map(record).collect();
        all.insert(at, cut.to_owned());
        all.join(between)
    };
    let cut = "{\"id\": 5, \"text\": \"cut";
    let open = "{\"id\": 5, \"text\": \"cut\",";
    let array = |text: String| format!("[\n{text}\n]");
    let broken = |case: Case| case.gives(&texts).errors(&[BAD]);
    check(
        &[
            broken(json("first-line", &with(line, 0, cut, "\n"))),
            broken(json("first-line-open", &with(line, 0, open, "\n"))),
            broken(case("first-line.txt", with(line, 0, cut, "\n"))),
            broken(case("first-line-without-ending", with(line, 0, "cut in front\"}", "\n"))),
            broken(json("first-line-long", &with(line, 0, &format!("{cut}{}", "x".repeat(100_000)), "\n"))),
            broken(json("line", &with(line, 150, cut, "\n"))),
            broken(json("over-lines", &with(pretty, 150, "{\n  \"id\": 5,\n  \"text\": \"cut", "\n"))),
            broken(json("run-together", &with(line, 150, cut, ""))),
            broken(json("array", &array(with(line, 150, cut, ",\n")))),
            broken(json("array-open", &array(with(line, 150, open, "\n")))).or_more_errors(),
            broken(json("array-on-one-line", &array(with(line, 150, cut, ",")))),
            broken(json("array-over-lines", &array(with(pretty, 150, "{\n  \"id\": 5,\n  \"text\": \"cut", ",\n")))),
            broken(json("wrapped", &format!("{{\"n\":1,\"data\":[{}]}}", with(line, 150, cut, ",")))),
        ],
        &[],
    );
}

#[test]
fn a_record_above_the_limit_costs_itself() {
    let [a, b] = ["one", "two"].map(|t| format!("{{\"text\":\"{t}\"}}"));
    let large = format!("{{\"text\":\"{}\"}}", "long ".repeat(2000));
    let two = ["one", "two"];
    let large_error = ["read.record_too_large"];
    check(
        &[
            lines("lines", &format!("{a}\n{large}\n{b}\n")).gives(&two).errors(&large_error),
            lines("first-line", &format!("{large}\n{a}\n{b}\n")).gives(&two).errors(&large_error),
            lines("last-line", &format!("{a}\n{b}\n{large}")).gives(&two).errors(&large_error),
            lines("long-garbage", &format!("{a}\n{}\n{b}\n", "x".repeat(50_000))).gives(&two).errors(&large_error),
            json("array", &format!("[{a},{large},{b}]")).gives(&two).errors(&large_error),
            json("strings", &format!("[\"one\",\"{}\",\"two\"]", "x".repeat(5000))).gives(&two).errors(&large_error),
            case("text.txt", "word ".repeat(1000)).errors(&large_error),
            case("page.html", format!("<p>{}</p>", "word ".repeat(1000))).errors(&large_error),
        ],
        &["--max-record", "1KB"],
    );
}
