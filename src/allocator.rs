//! The allocator: mimalloc for the many small texts of threads, the system for the few large ones, which it gives back to
//! the system when they are freed and grows without copying. Where there is no more memory the program ends in order.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;

use mimalloc::MiMalloc;

/// Bytes from which on the system allocates.
const LARGE: usize = 8 << 20;

/// Allocates by size.
pub struct BySize;

// SAFETY: a block is freed and grown by the allocator that made it, since its size says which that was.
unsafe impl GlobalAlloc for BySize {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises on `layout` are passed on.
        let block = unsafe { if layout.size() < LARGE { MiMalloc.alloc(layout) } else { System.alloc(layout) } };
        or_end(block, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let is_small = layout.size() < LARGE;
        // SAFETY: as above.
        let block = unsafe { if is_small { MiMalloc.alloc_zeroed(layout) } else { System.alloc_zeroed(layout) } };
        or_end(block, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `block` came from the same allocator, since `layout` is that of its allocation.
        unsafe { if layout.size() < LARGE { MiMalloc.dealloc(block, layout) } else { System.dealloc(block, layout) } }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let grown = match (layout.size() < LARGE, size < LARGE) {
            // SAFETY: both sizes belong to the allocator that made `block`.
            (true, true) => unsafe { MiMalloc.realloc(block, layout, size) },
            // SAFETY: as above.
            (false, false) => unsafe { System.realloc(block, layout, size) },
            // SAFETY: the new block is another one and has room for what both hold; `size` fits the alignment by the
            // caller's promise.
            _ => unsafe {
                let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                std::ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                self.dealloc(block, layout);
                new
            },
        };
        or_end(grown, size)
    }
}

/// `block`, which must be there: what was finished is kept, and the same command goes on from it.
fn or_end(block: *mut u8, bytes: usize) -> *mut u8 {
    if block.is_null() {
        // Nothing here allocates.
        let _ = writeln!(
            std::io::stderr(),
            "tamis: no memory for {bytes} bytes more; give it more, or run the same command with --threads 1, \
             with a smaller --memory, or with a smaller --max-record: it goes on where it stopped"
        );
        std::process::exit(3);
    }
    block
}
