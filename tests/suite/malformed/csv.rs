//! Tables with ragged rows, quotes that never end, odd separators and line ends.

use super::{Case, case, check};

fn csv(name: &str, text: impl AsRef<[u8]>) -> Case {
    case(format!("{name}.csv"), text)
}

#[test]
fn a_broken_row_costs_itself_at_most() {
    let three = ["The first story.", "The second story.", "The third story."];
    let rows = three.map(|t| format!("7,{t},x\n"));
    let table = |rows: &[String; 3]| format!("id,text,note\n{}", rows.concat());
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(table(&rows).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let change = |row: &str| {
        let mut rows = rows.clone();
        rows[1] = row.to_owned();
        table(&rows)
    };
    let field = "y".repeat(10 << 20);
    check(
        &[
            csv("plain", table(&rows)).gives(&three),
            csv("crlf", table(&rows).replace('\n', "\r\n")).gives(&three),
            csv("cr-alone", table(&rows).replace('\n', "\r")).gives(&three),
            csv("bom", format!("\u{feff}{}", table(&rows))).gives(&three),
            csv("utf-16", utf16).gives(&three),
            csv("without-last-line-end", table(&rows).trim_end()).gives(&three),
            csv("blank-lines", table(&rows).replace('\n', "\n\n")).gives(&three),
            csv("quoted", change("7,\"The second story.\",x\n")).gives(&three),
            csv("quote-within", change("7,The second story.,5\" x\n")).gives(&three),
            csv("quote-never-closed", change("7,\"The second story.,x\n")).at_least(1).or_more_errors(),
            csv("text-after-a-quote", change("7,\"The second story.\" more,x\n")).count(3).or_more_errors(),
            csv("row-short", change("7\n")).beginning_of(&three, 1).gives_anything().or_more_errors(),
            // A comma too many may be one of the text.
            csv("row-long", change("7,The second story.,x,y,z\n")).holds(&three),
            csv("row-long-after-quotes", change("7,\"The second story.\",x,y,z\n")).gives(&three),
            csv("comments-first", format!("# by x\n# of today\n{}", table(&rows))).gives(&three),
            csv("separator-first", format!("sep=,\n{}", table(&rows))).gives(&three),
            csv("one-column-of-quotes", format!("text\n{}", three.map(|t| format!("\"{t}\"\n")).concat()))
                .gives(&three),
            csv("title-first", format!("Export of 2020\n\n{}", table(&rows))).gives(&three),
            csv("text-alone-with-commas", format!("text\n{}", three.map(|t| format!("{t} And, so on.\n")).concat()))
                .holds(&three),
            csv(
                "text-last-with-commas",
                format!("id,text\n{}", three.map(|t| format!("7,{t} And, so on.\n")).concat()),
            )
            .holds(&three),
            csv(
                "cell-of-noise",
                change(&format!("7,\"{}\",{}\n", "\u{1}\u{2}\u{3}\u{4} noise ".repeat(9), "z".repeat(2000))),
            )
            .gives(&[three[0], three[2]])
            .errors(&["read.not_text"]),
            csv("joined-in-other-order", format!("{}note,text,id\nx,The fourth story.,7\n", table(&rows)))
                .gives(&[three.as_slice(), &["The fourth story."]].concat())
                .passes_over(1),
            csv("row-empty-text", change("7,,x\n")).gives(&[three[0], three[2]]).rejects(1),
            csv("header-alone", "id,text,note\n"),
            csv("header-without-line-end", "id,text"),
            csv("no-column-of-text", "id,note\n1,2\n3,4\n").errors(&["read.no_text_field"]),
            csv("empty", ""),
            csv("blank", "\n\n\n").gives_anything().or_more_errors(),
            csv("nul-bytes", table(&rows).replace(",x", &format!(",{}\0", "z".repeat(300)))).gives(&three),
            csv("field-of-ten-megabytes", change(&format!("7,The second story.,{field}\n"))).gives(&three),
            csv("commas-alone", ",".repeat(200_000)).gives_anything().or_more_errors(),
            csv("quotes-alone", "\"".repeat(200_001)).gives_anything().or_more_errors(),
            csv("lines-alone", "\n".repeat(200_000)).gives_anything().or_more_errors(),
            csv(
                "many-columns",
                format!(
                    "text,{}\nThe first story.,{}\n",
                    (0..5000).map(|i| format!("c{i},")).collect::<String>(),
                    ",".repeat(5000)
                ),
            )
            .gives(&three[..1]),
            csv("same-name-twice", "id,text,text\n1,The first story.,x\n2,The second story.,y\n").count(2),
            csv("same-name-alone", "text,text\nThe first story.,x\n").count(1),
            case("tabs.tsv", table(&rows).replace(',', "\t")).gives(&three),
            case("tabs-as-commas.tsv", table(&rows)).gives(&three),
            csv("semicolons", table(&rows).replace(',', ";")).gives(&three),
            csv("json-lines", "{\"text\":\"The first story.\"}\n{\"text\":\"The second story.\"}\n").gives(&three[..2]),
        ],
        &[],
    );
}
