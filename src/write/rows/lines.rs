//! Rows of the ledger of lines: one for each that a rule removed, moved or repaired.

use arrow::array::{ArrayRef, Int32Builder, StringBuilder};
use arrow::datatypes::SchemaRef;

use crate::dataset::ledger;
use crate::model::document::DocumentId;
use crate::model::lines::LineChange;

use super::{Dictionary, Rows, columns};

columns!(LineColumns {
    doc_id: StringBuilder,
    line: Int32Builder,
    rule: Dictionary,
    text: StringBuilder,
    replacement: StringBuilder,
});

/// Rows of the ledger of lines.
#[derive(Default)]
pub struct LineRows {
    columns: LineColumns,
    rows: usize,
    bytes: usize,
}

impl LineRows {
    /// Appends one changed line.
    pub fn push(&mut self, id: DocumentId, change: &LineChange) {
        let c = &mut self.columns;
        c.doc_id.append_value(id.to_string());
        c.line.append_value(change.line as i32);
        c.rule.append_value(&change.rule);
        c.text.append_value(&change.text);
        c.replacement.append_option(change.replacement.as_deref());
        self.bytes += change.text.len() + change.replacement.as_ref().map_or(0, String::len);
        self.rows += 1;
    }
}

impl Rows for LineRows {
    fn schema(&self) -> SchemaRef {
        ledger::lines_schema()
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn columns(&mut self) -> Vec<ArrayRef> {
        (self.rows, self.bytes) = (0, 0);
        self.columns.finish()
    }
}
