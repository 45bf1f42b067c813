//! Damage in JSON: what is broken is one record, and reading goes on with the next that is whole.

use std::io;
use std::ops::Range;

use crate::model::document::{Body, RawDocument};
use crate::read::json_record::BAD_JSON;
use crate::read::unpack::fault_of;
use crate::read::{FAULT_TEXT_BYTES, broken};

use super::resync::{Found, balanced};
use super::{CONTEXT_BYTES, Reading, Step};

/// Bytes of damage that are searched for the next record at first; more of them where it is not among these.
const FIRST_SEARCH: usize = 1 << 10;

impl Reading<'_, '_> {
    /// An error of the stream within a value: it and the value are one record.
    pub(super) fn interrupted(&mut self, error: &io::Error) -> Step<()> {
        let (reason, detail) = fault_of(error);
        self.give(broken(self.met.records, reason, detail, self.values.held()))?;
        self.pass_run()
    }

    /// A value above the limit, or one that has no end: then another record begins within it.
    pub(super) fn too_long(&mut self) -> Step<()> {
        if self.values.held().starts_with(b"{")
            && let Found::At(next) = self.search.next_like_others(self.values.held())
        {
            let detail = "it has no end before the next record";
            let document = broken(self.met.records, BAD_JSON, detail.into(), &self.values.held()[..next]);
            return self.end_run(document, self.values.offset(), next);
        }
        let mut document = broken(self.met.records, "read.record_too_large", String::new(), self.values.held());
        let start = self.values.offset();
        let long = self.values.skip_value();
        let long = self.told(long)?.unwrap_or(start..self.values.offset());
        document.bytes = self.span(long.clone());
        set_detail(&mut document, &long);
        self.give(document)
    }

    /// What is broken from here on, up to the next record, as one record.
    pub(super) fn run(&mut self, detail: &str) -> Step<()> {
        let start = self.values.offset();
        let (shown, length) = self.end_of_damage()?;
        let shown = shown.as_deref().unwrap_or(&self.values.held()[..length]);
        let document = broken(self.met.records, BAD_JSON, detail.into(), shown);
        self.end_run(document, start, length)
    }

    /// As [`Self::run`], where its fault is told.
    pub(super) fn pass_run(&mut self) -> Step<()> {
        let (_, length) = self.end_of_damage()?;
        self.values.skip(length);
        Ok(())
    }

    pub(super) fn end_run(&mut self, mut document: RawDocument, start: u64, length: usize) -> Step<()> {
        self.values.skip(length);
        document.bytes = self.span(start..self.values.offset());
        self.give(document)
    }

    /// Passes over the damage from here on but for its last bytes, and gives their number; its beginning too, where that
    /// was passed over. It ends before the next record, or with the value that begins it, as brackets and quotes tell,
    /// where that comes first and something follows that may; else with the file.
    ///
    /// The look grows with the damage, so that the work is in proportion to it.
    fn end_of_damage(&mut self) -> Step<(Option<Vec<u8>>, usize)> {
        self.search.begin(self.values.held(), self.values.indent());
        let (mut window, mut from, mut shown) = (FIRST_SEARCH, 1, None);
        loop {
            let ahead = self.values.ahead(window + CONTEXT_BYTES).map(|_| ());
            if self.told(ahead)?.is_none() {
                continue;
            }
            let (held, at_end) = (self.values.held(), self.values.at_end());
            let looked = held.len().min(window);
            let end = if shown.is_none() { balanced(held, looked, at_end) } else { None };
            let to = end.unwrap_or(looked);
            match self.search.next(held, from, to, at_end) {
                Found::At(next) => {
                    self.comma_taken = true;
                    return Ok((shown, next));
                }
                Found::None(seen) if seen == to && (end.is_some() || at_end && to == held.len()) => {
                    // That the file ends here as well is no other fault.
                    self.structure_told |= end.is_none();
                    return Ok((shown, to));
                }
                Found::None(seen) => from = seen,
            }
            if window as u64 <= self.max {
                window *= 4;
                continue;
            }
            // No record is held while another is searched for.
            shown.get_or_insert_with(|| held[..looked.min(FAULT_TEXT_BYTES)].to_vec());
            self.values.skip(from.saturating_sub(CONTEXT_BYTES));
            from = from.min(CONTEXT_BYTES);
        }
    }
}

fn set_detail(document: &mut RawDocument, span: &Range<u64>) {
    if let Body::Broken(fault) = &mut document.body {
        fault.detail = format!("a record of {} bytes; read it with a larger --max-record", span.end - span.start);
    }
}
