//! Documents, lines and pairs as rows of the tables in `dataset`.

mod documents;
mod lines;
mod pairs;
mod records;

use arrow::array::{ArrayRef, RecordBatch, StringDictionaryBuilder};
use arrow::datatypes::{Int32Type, SchemaRef};

pub use documents::{DEDUP_EXACT, DEDUP_NEAR, DocumentRows};
pub use lines::LineRows;
pub use pairs::{PairCounts, PairRows};
pub use records::{KeptDocument, RecordRows, record_id, stride};

/// A batch is full at this many rows.
const BATCH_ROWS: usize = 4096;

/// Or when its texts have this many bytes: fields of a document are repeated on each of its records.
const BATCH_BYTES: usize = 64 << 20;

/// Builders of the columns of one table.
pub trait Columns: Default {
    /// The columns.
    fn schema() -> SchemaRef;

    /// What was appended since the last time, in order of the schema.
    fn finish(&mut self) -> Vec<ArrayRef>;
}

/// Rows of one table on their way to a batch.
#[derive(Default)]
pub struct Rows<C> {
    columns: C,
    count: usize,
    bytes: usize,
}

impl<C: Columns> Rows<C> {
    /// Counts a row that was appended, whose fields that can be large have `bytes` bytes.
    fn added(&mut self, bytes: usize) {
        self.count += 1;
        self.bytes += bytes;
    }

    /// Whether there is no row since the last batch.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether a batch is due.
    pub fn is_full(&self) -> bool {
        self.count >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    /// The rows since the last batch.
    pub fn batch(&mut self) -> RecordBatch {
        (self.count, self.bytes) = (0, 0);
        RecordBatch::try_new(C::schema(), self.columns.finish()).expect("builders are made by the schema")
    }
}

type Dictionary = StringDictionaryBuilder<Int32Type>;

/// Declares the builders of columns, in order of the schema: of a whole table, or (without one) of a part.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $builder:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub struct $name { $($field: $builder),+ }

        impl $name {
            fn arrays(&mut self) -> Vec<arrow::array::ArrayRef> {
                vec![$(std::sync::Arc::new(self.$field.finish())),+]
            }
        }
    };
    ($(#[$doc:meta])* $name:ident of $schema:path { $($fields:tt)+ }) => {
        columns!($(#[$doc])* $name { $($fields)+ });

        impl $crate::write::rows::Columns for $name {
            fn schema() -> arrow::datatypes::SchemaRef {
                $schema()
            }

            fn finish(&mut self) -> Vec<arrow::array::ArrayRef> {
                self.arrays()
            }
        }
    };
}

use columns;
