//! Parquet files that are cut, lie about themselves, hold no text, or hold it in odd types.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, LargeStringArray, ListArray, ListBuilder,
    NullArray, StringArray, StringBuilder, StringViewArray, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use arrow::record_batch::RecordBatch;

use super::bytes::{flipped, gzip, prose, texts};
use super::{case, check};

const BAD: &str = "read.bad_parquet";
const NO_FIELD: &str = "read.no_text_field";

/// A file of these columns, in row groups of `rows`.
fn file(columns: Vec<(&str, ArrayRef)>, rows: usize) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows))
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn strings<T: AsRef<str>>(texts: &[T]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

#[test]
fn a_damaged_file_costs_what_is_damaged() {
    let texts = texts(60);
    let whole = file(vec![("text", strings(&texts))], 20);
    let n = whole.len();
    let footer = u32::from_le_bytes(whole[n - 8..n - 4].try_into().unwrap()) as usize;
    let first_page = whole.windows(20).position(|w| texts[3].as_bytes().starts_with(w)).unwrap_or(200);
    let with_footer_length = |length: u32| [&whole[..n - 8], &length.to_le_bytes(), b"PAR1"].concat();
    let mut cases = vec![
        case("whole.parquet", &whole).gives(&texts),
        case("packed.parquet.gz", gzip(&whole)).gives(&texts),
        case("packed-wrong-sum.parquet.gz", {
            let packed = gzip(&whole);
            flipped(&packed, packed.len() - 6)
        })
        .gives(&texts)
        .errors(&["read.bad_compression"]),
        case("packed-cut.parquet.gz", &gzip(&whole)[..n / 3]).errors(&["read.bad_compression"]),
        case("without-suffix", &whole).gives(&texts),
        case("under-another-name.jsonl", &whole).gives(&texts),
        case("bytes-after.parquet", [&whole[..], b"x"].concat()).gives(&texts).errors(&[BAD]),
        case("line-end-after.parquet", [&whole[..], b"\r\n"].concat()).gives(&texts),
        case("zeros-after.parquet", [&whole[..], &[0; 4000]].concat()).gives(&texts),
        case("two-in-one.parquet", [&whole[..], &file(vec![("text", strings(&["more"]))], 10)].concat())
            .gives(&[&texts[..], &["more".to_owned()]].concat()),
        case("two-in-one-cut.parquet", [&whole[..], &whole[..n / 2]].concat()).gives(&texts).errors(&[BAD]),
        case("damaged-before.parquet", [&flipped(&whole, n - 12 - footer / 2)[..n - 1], &whole].concat())
            .at_least(60)
            .errors(&[BAD]),
        case("no-magic-at-the-end.parquet", flipped(&whole, n - 1)).errors(&[BAD]),
        case("no-magic-at-the-beginning.parquet", flipped(&whole, 0)).at_least(0).gives_anything().or_more_errors(),
        case("footer-length-of-zero.parquet", with_footer_length(0)).errors(&[BAD]),
        case("footer-length-beyond-the-file.parquet", with_footer_length(u32::MAX)).errors(&[BAD]),
        case("footer-length-of-the-file.parquet", with_footer_length(n as u32)).errors(&[BAD]),
        case("footer-length-short.parquet", with_footer_length(footer as u32 / 2)).errors(&[BAD]),
        case("footer-of-zeros.parquet", [&whole[..n - 8 - footer], &vec![0; footer], &whole[n - 8..]].concat())
            .errors(&[BAD]),
        case("first-page.parquet", flipped(&whole, first_page + 40)).at_least(40).gives_anything().or_more_errors(),
        case("pages-of-zeros.parquet", [&whole[..4], &vec![0; 400], &whole[404..]].concat())
            .among(&texts, 40)
            .errors(&[BAD]),
        case("encrypted.parquet", [b"PARE", &whole[4..n - 4], b"PARE"].concat()).errors(&[BAD]),
        case("magic-alone.parquet", b"PAR1").errors(&[BAD]),
        case("text-under-the-name.parquet", "Plain words.").gives(&["Plain words."]),
        case("not-fetched.parquet", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n")
            .errors(&["read.unreadable"]),
        case("nothing.parquet", b""),
    ];
    for at in [5, 12, 100, n / 4, n / 2, n - footer - 8, n - footer / 2, n - 8, n - 5, n - 1] {
        cases.push(case(format!("cut-{at:05}.parquet"), &whole[..at]).errors(&[BAD]));
    }
    // Damage anywhere: at worst the file; never the run.
    for i in 0..40 {
        let at = 4 + i * (n - 4) / 40;
        cases.push(case(format!("flipped-{at:05}.parquet"), flipped(&whole, at)).gives_anything().or_more_errors());
    }
    check(&cases, &[]);
}

/// A file of one row group whose column `text` holds these bytes and says that they are strings.
fn said_to_be_strings(values: &[&[u8]]) -> Vec<u8> {
    let schema = parse_message_type("message m { required binary text (UTF8); }").unwrap();
    let properties = Arc::new(WriterProperties::builder().set_dictionary_enabled(false).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let values: Vec<ByteArray> = values.iter().map(|v| ByteArray::from(v.to_vec())).collect();
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn a_string_that_is_none_costs_its_wrong_bytes() {
    let many: Vec<String> = (0..600).map(|i| format!("The story of {i}.")).collect();
    let mut values: Vec<&[u8]> = many.iter().map(|t| t.as_bytes()).collect();
    values[400] = b"bad \xff byte";
    let mut expected = many.clone();
    expected[400] = "bad \u{fffd} byte".into();
    check(&[case("wrong-string.parquet", said_to_be_strings(&values)).gives(&expected)], &[]);
}

#[test]
fn a_damaged_column_beside_the_text_costs_its_values() {
    let texts = texts(60);
    let titles: Vec<String> = (0..60).map(|i| format!("Title {i} of {}", i * i * 7)).collect();
    let languages: Vec<&str> = vec!["en"; 60];
    let columns = vec![("lang", strings(&languages)), ("text", strings(&texts)), ("title", strings(&titles))];
    let whole = file(columns, 20);
    let group = |texts: &[String]| [&texts[..20], &texts[40..]].concat();
    let at = |of: &str| whole.windows(of.len()).position(|w| w == of.as_bytes()).unwrap();
    let with_zeros = |at: usize| [&whole[..at], &[0xff; 8], &whole[at + 8..]].concat();
    // Its pages begin before the first value.
    let (title, text) = (at(&titles[20]) - 20, at(&texts[20]) - 20);
    check(
        &[
            case("whole.parquet", &whole).gives(&texts),
            case("damaged-title.parquet", with_zeros(title)).gives(&texts).errors(&[BAD]),
            case("damaged-text.parquet", with_zeros(text)).gives(&group(&texts)).errors(&[BAD]),
        ],
        &[],
    );
}

/// The file with its columns in another one, as in a summary of a folder.
fn summary(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter};
    let whole = file(columns, 10);
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::from(whole)).unwrap();
    let groups = metadata.row_groups().iter().map(|group| {
        let columns = group
            .columns()
            .iter()
            .map(|column| column.clone().into_builder().set_file_path("part-0.parquet".into()).build().unwrap());
        group.clone().into_builder().set_column_metadata(columns.collect()).build().unwrap()
    });
    let metadata = ParquetMetaData::new(metadata.file_metadata().clone(), groups.collect());
    let mut bytes = b"PAR1".to_vec();
    ParquetMetaDataWriter::new(&mut bytes, &metadata).finish().unwrap();
    bytes
}

#[test]
fn a_summary_of_other_files_is_passed_over() {
    let words = ["one", "two", "three"];
    let numbers: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
    check(
        &[
            case("_metadata", summary(vec![("text", strings(&words))])).passes_over(1),
            case("_common_metadata", file(vec![("id", numbers)], 10)),
        ],
        &[],
    );
}

#[test]
fn values_that_grow_beyond_measure_are_stopped() {
    let value = "word ".repeat(20_000);
    let column = StringArray::from_iter_values(std::iter::repeat_n(&value, 3000));
    let batch = RecordBatch::try_from_iter(vec![("text", Arc::new(column) as ArrayRef)]).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let bomb = writer.into_inner().unwrap();
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    check(&[case("bomb.parquet", bomb).at_least(2000).errors(&["read.suspicious_ratio"])], &[]);
}

#[test]
fn columns_of_every_kind_give_their_text_or_say_why_not() {
    let words = ["one", "two", "three"];
    let some: ArrayRef = Arc::new(StringArray::from(vec![Some("one"), None, Some("three")]));
    let nulls: ArrayRef = Arc::new(StringArray::from(vec![None::<&str>; 3]));
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let arabic = "أعلنت وزارة الصحة اليوم عن حملة جديدة في المدارس";
    let legacy: ArrayRef = Arc::new(BinaryArray::from_vec(vec![&encoding_rs::WINDOWS_1256.encode(arabic).0, b"one"]));
    let bytes: ArrayRef = Arc::new(BinaryArray::from_vec(vec![b"one", b"bad \xff byte", b"three"]));
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("one"), None, Some("more")]);
    lists.append_null();
    lists.append_value([Some("three")]);
    let nested: ArrayRef =
        Arc::new(StructArray::from(vec![(Arc::new(Field::new("text", DataType::Utf8, true)), strings(&words))]));
    check(
        &[
            case("no-rows.parquet", file(vec![("text", strings::<&str>(&[]))], 10)),
            case("no-columns-of-text.parquet", file(vec![("id", numbers.clone())], 10)).errors(&[NO_FIELD]),
            case("numbers.parquet", file(vec![("text", numbers.clone())], 10)).count(3),
            case("nulls.parquet", file(vec![("text", nulls)], 10)).rejects(3),
            case("null-type.parquet", file(vec![("text", Arc::new(NullArray::new(3)))], 10)).rejects(3),
            case("some-nulls.parquet", file(vec![("text", some.clone())], 1)).gives(&["one", "three"]).rejects(1),
            case("legacy.parquet", file(vec![("text", legacy)], 10)).gives(&[arabic, "one"]),
            case("binary.parquet", file(vec![("text", bytes)], 10)).gives(&["one", "bad \u{fffd} byte", "three"]),
            case("large.parquet", file(vec![("text", Arc::new(LargeStringArray::from(words.to_vec())))], 10))
                .gives(&words),
            case("views.parquet", file(vec![("text", Arc::new(StringViewArray::from(words.to_vec())))], 10))
                .gives(&words),
            case("lists.parquet", file(vec![("text", Arc::new(lists.finish()))], 10))
                .gives(&["one\n\nmore", "three"])
                .rejects(1),
            case("sections.parquet", {
                let item = |texts: [&str; 3]| {
                    let of = |name: &str, values: &[&str]| -> (Arc<Field>, ArrayRef) {
                        (Arc::new(Field::new(name, DataType::Utf8, true)), strings(values))
                    };
                    StructArray::from(vec![
                        of("heading", &["first", "", "third"]),
                        of("text", &texts),
                        of("id", &["x"; 3]),
                    ])
                };
                let items = item(words);
                let field = Arc::new(Field::new("item", items.data_type().clone(), true));
                let offsets = OffsetBuffer::from_lengths([2, 0, 1]);
                let lists = ListArray::new(field, offsets, Arc::new(items), None);
                file(vec![("sections", Arc::new(lists))], 10)
            })
            .gives(&["first\n\none\n\ntwo", "third\n\nthree"])
            .rejects(1),
            case("unknown-name.parquet", {
                let texts: Vec<String> = words.iter().map(|w| prose(w)).collect();
                file(vec![("k1", strings(&words)), ("zz", strings(&texts)), ("n", numbers.clone())], 10)
            })
            .holds(&words.map(|w| format!("say that {w} was built"))),
            case("two-unknown-names.parquet", {
                let texts: Vec<String> = words.iter().map(|w| prose(w)).collect();
                file(vec![("yy", strings(&texts)), ("zz", strings(&texts))], 10)
            })
            .errors(&[NO_FIELD]),
            case("flattened.parquet", file(vec![("doc.text", strings(&words))], 10)).gives(&words),
            case("spaces.parquet", file(vec![(" text ", strings(&words))], 10)).gives(&words),
            case("numbers-beside.parquet", file(vec![("text", numbers.clone()), ("body", strings(&words))], 10))
                .gives(&words),
            case("nested.parquet", file(vec![("article", nested)], 10)).gives(&words),
            case(
                "floats.parquet",
                file(
                    vec![
                        ("text", strings(&words)),
                        ("date", Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY, -0.0]))),
                    ],
                    10,
                ),
            )
            .gives(&words),
            case(
                "booleans.parquet",
                file(
                    vec![("title", Arc::new(BooleanArray::from(vec![true, false, true]))), ("text", strings(&words))],
                    10,
                ),
            )
            .gives(&words),
            case("same-name-in-another-case.parquet", file(vec![("TEXT", strings(&words)), ("Text", some)], 10))
                .count(3),
            case("empty-strings.parquet", file(vec![("text", strings(&["", " ", "\n"]))], 10)).rejects(3),
            case("thousand-columns.parquet", {
                let mut columns: Vec<(String, ArrayRef)> =
                    (0..1000).map(|i| (format!("c{i}"), numbers.clone())).collect();
                columns.push(("text".into(), strings(&words)));
                file(columns.iter().map(|(n, c)| (n.as_str(), c.clone())).collect(), 10)
            })
            .gives(&words),
            case(
                "large-value.parquet",
                file(vec![("text", strings(&["one".to_owned(), "x ".repeat(2 << 20), "three".into()]))], 10),
            )
            .count(3),
        ],
        &[],
    );
}
