//! How files are compressed: told by their first bytes, and by the endings of their names.

/// Longest beginning by which a member is known, in bytes.
pub const MAGIC_BYTES: usize = 10;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, any number of members.
    Gzip,
    /// Zstandard, any number of frames.
    Zstd,
    /// bzip2, any number of streams.
    Bzip2,
    /// xz, any number of streams.
    Xz,
}

impl Compression {
    /// All of them, and the endings of their names.
    const ALL: [(Self, &'static [&'static str]); 4] = [
        (Self::Gzip, &["gz", "gzip", "tgz"]),
        (Self::Zstd, &["zst", "zstd"]),
        (Self::Bzip2, &["bz2", "bzip2", "tbz2"]),
        (Self::Xz, &["xz", "txz"]),
    ];

    /// What the first bytes of a file say.
    pub fn of(head: &[u8]) -> Self {
        Self::ALL.iter().map(|(c, _)| *c).find(|c| c.begins(head)).unwrap_or(Self::None)
    }

    /// Whether a member of this compression begins so.
    pub fn begins(self, bytes: &[u8]) -> bool {
        match (self, bytes) {
            (Self::Gzip, [0x1f, 0x8b, 0x08, flags, ..]) => *flags < 0x20,
            (Self::Zstd, [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) => true,
            // After the size of blocks comes the first block, or the end of a stream without any.
            (Self::Bzip2, [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]) => {
                rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17\x72\x45\x38\x50\x90")
            }
            (Self::Xz, bytes) => bytes.starts_with(b"\xfd7zXZ\0"),
            _ => false,
        }
    }

    /// Whether `bytes`, all that there are, are the beginning of a member and too few to hold one.
    pub fn is_cut(self, bytes: &[u8]) -> bool {
        let magic: &[u8] = match self {
            Self::None => return false,
            Self::Gzip => b"\x1f\x8b\x08",
            Self::Zstd => b"\x28\xb5\x2f",
            Self::Bzip2 => b"BZh",
            Self::Xz => b"\xfd7z",
        };
        let seen = bytes.len().min(magic.len());
        (1..MAGIC_BYTES).contains(&bytes.len()) && bytes[..seen] == magic[..seen]
    }

    /// The first byte of a member that holds something.
    pub fn first_byte(self) -> u8 {
        match self {
            Self::Gzip | Self::None => 0x1f,
            Self::Zstd => 0x28,
            Self::Bzip2 => b'B',
            Self::Xz => 0xfd,
        }
    }

    /// The compression that the ending of a name stands for, where its content is none of it.
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        Self::ALL.iter().find(|(_, endings)| endings.contains(&ending.as_str())).map(|(c, _)| *c)
    }

    /// The name without the suffix of its compression.
    pub fn strip_suffix(self, name: &str) -> &str {
        let endings = Self::ALL.iter().find(|(c, _)| *c == self).map_or(&[][..], |(_, endings)| endings);
        match name.rsplit_once('.') {
            Some((stem, ending)) if endings.contains(&ending.to_ascii_lowercase().as_str()) => stem,
            _ => name,
        }
    }
}
