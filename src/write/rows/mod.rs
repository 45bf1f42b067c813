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

/// Rows of one table on their way to a batch.
pub trait Rows {
    /// The columns.
    fn schema(&self) -> SchemaRef;

    /// Rows since the last batch.
    fn len(&self) -> usize;

    /// Whether there is no row since the last batch.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of text in them, those that can be large.
    fn bytes(&self) -> usize;

    /// Whether a batch is due.
    fn is_full(&self) -> bool {
        self.len() >= BATCH_ROWS || self.bytes() >= BATCH_BYTES
    }

    /// The rows since the last batch.
    fn columns(&mut self) -> Vec<ArrayRef>;

    /// The rows since the last batch, as a batch.
    fn batch(&mut self) -> RecordBatch {
        let columns = self.columns();
        RecordBatch::try_new(self.schema(), columns).expect("builders are made by the schema")
    }
}

type Dictionary = StringDictionaryBuilder<Int32Type>;

/// Declares a struct of column builders and how they finish, in order of the schema.
macro_rules! columns {
    ($name:ident { $($field:ident: $builder:ty),+ $(,)? }) => {
        #[derive(Default)]
        struct $name { $($field: $builder),+ }

        impl $name {
            fn finish(&mut self) -> Vec<arrow::array::ArrayRef> {
                vec![$(std::sync::Arc::new(self.$field.finish())),+]
            }
        }
    };
}

use columns;
