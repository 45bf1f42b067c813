//! Panics of foreign parsers, made errors.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local!(static SILENT: Cell<bool> = const { Cell::new(false) });

/// Runs a parser; a panic becomes an error that says what it said, and nothing is printed.
pub fn guarded<T>(parse: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !SILENT.get() {
                previous(info);
            }
        }));
    });
    let outer = SILENT.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(parse));
    SILENT.set(outer);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown panic".into())
    })
}

/// Runs what is our own within a guarded parser: its panics are printed.
pub fn aloud<T>(run: impl FnOnce() -> T) -> T {
    let outer = SILENT.replace(false);
    let result = run();
    SILENT.set(outer);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(guarded(|| -> u8 { panic!("odd tree {}", 7) }), Err("odd tree 7".into()));
        assert_eq!(guarded(|| 5), Ok(5));
    }

    #[test]
    fn a_guarded_run_within_another_leaves_the_outer_one_silent() {
        assert_eq!(guarded(|| guarded(|| -> u8 { panic!("inner") })), Ok(Err("inner".into())));
    }
}
