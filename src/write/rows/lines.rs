//! Rows of the ledger of lines: one for each that a rule removed, moved or repaired.

use arrow::array::{Int32Builder, StringBuilder};

use crate::dataset::ledger;
use crate::model::document::DocumentId;
use crate::model::lines::LineChange;

use super::{Dictionary, Rows, columns};

columns!(
    /// Columns of the ledger of lines.
    LineColumns of ledger::lines_schema {
        doc_id: StringBuilder,
        line: Int32Builder,
        rule: Dictionary,
        text: StringBuilder,
        replacement: StringBuilder,
    }
);

/// Rows of the ledger of lines.
pub type LineRows = Rows<LineColumns>;

impl LineRows {
    /// Appends one changed line.
    pub fn push(&mut self, id: DocumentId, change: &LineChange) {
        let c = &mut self.columns;
        c.doc_id.append_value(id.to_string());
        c.line.append_value(change.line as i32);
        c.rule.append_value(&change.rule);
        c.text.append_value(&change.text);
        c.replacement.append_option(change.replacement.as_deref());
        self.added(change.text.len() + change.replacement.as_ref().map_or(0, String::len));
    }
}
