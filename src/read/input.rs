//! What the user pointed at, as files with one source each, in order of source.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::store::region::Region;

use super::nesting::holds_members;
use super::source::{STDIN, escaped, sort_by_source};
use super::unpack::Raw;

/// One input file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Where it is.
    pub path: PathBuf,
    /// The name that identifies it in the dataset.
    pub source: String,
    /// Size when it was found.
    pub bytes: u64,
    /// Time of its last change, nanoseconds since the epoch.
    pub modified: i128,
    /// It holds what came by the standard input.
    #[serde(default)]
    pub is_stdin: bool,
    /// Why it could not be looked at, a folder among files or a file without a status: its size and time are then 0.
    #[serde(default)]
    pub fault: Option<String>,
}

/// The inputs, and what was seen that is not one.
#[derive(Debug, Default)]
pub struct Found {
    /// Files, by source.
    pub files: Vec<InputFile>,
    /// One line each: what was left out, and why.
    pub notes: Vec<String>,
}

/// What to look for, and where not to.
pub struct Search<'a> {
    /// Arguments: `[LABEL=]PATH`, a glob, or `-`.
    pub inputs: &'a [String],
    /// Globs that a source must match, if there is any.
    pub include: &'a [String],
    /// Globs that a source must not match.
    pub exclude: &'a [String],
    /// Folders that are never inputs: the output and the scratch folder.
    pub never: &'a [PathBuf],
    /// The file that holds what came by the standard input.
    pub stdin: Option<&'a Path>,
}

/// Finds every input file once, under its longest source.
///
/// # Errors
/// [`Error::NothingToRead`] when an argument names nothing or nothing is left, [`Error::SameSource`], [`Error::Usage`] for a bad glob.
pub fn find(search: &Search<'_>) -> Result<Found> {
    let mut finder = Finder {
        never: search.never.iter().filter_map(|p| fs::canonicalize(p).ok()).collect(),
        by_file: BTreeMap::new(),
        notes: Vec::new(),
    };
    for input in search.inputs {
        finder.add(input, search.stdin)?;
    }
    let mut found = finder.finish()?;
    let include = glob_set(search.include)?;
    let exclude = glob_set(search.exclude)?;
    found.files.retain(|f| (search.include.is_empty() || include.is_match(&f.source)) && !exclude.is_match(&f.source));
    if found.files.is_empty() {
        return Err(Error::NothingToRead(nothing(search)));
    }
    Ok(found)
}

fn nothing(search: &Search<'_>) -> String {
    let inputs = search.inputs.iter().map(|i| format!("`{i}`")).collect::<Vec<_>>().join(", ");
    if search.include.is_empty() && search.exclude.is_empty() {
        format!("there is no file in {inputs} (names that begin with a dot are read only when named)")
    } else {
        format!("no file in {inputs} has a source that --include and --exclude let through")
    }
}

/// A set of globs on sources; `*` stays within a name, `**` does not.
///
/// # Errors
/// [`Error::Usage`] naming the glob that cannot be read.
pub fn glob_set(globs: &[String]) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(glob_of(glob)?);
    }
    set.build().map_err(|e| Error::Usage(format!("these globs cannot be used together: {e}")))
}

fn glob_of(glob: &str) -> Result<globset::Glob> {
    GlobBuilder::new(glob)
        .literal_separator(true)
        .build()
        .map_err(|e| Error::Usage(format!("`{glob}` is no glob: {}", e.kind())))
}

/// What makes two paths one file.
type FileId = (u64, u64);

struct Finder {
    never: Vec<PathBuf>,
    by_file: BTreeMap<(FileId, PathBuf), InputFile>,
    notes: Vec<String>,
}

impl Finder {
    fn add(&mut self, input: &str, stdin: Option<&Path>) -> Result<()> {
        let (label, path) = split_label(input);
        let prefix = label.map(|l| format!("{l}/")).unwrap_or_default();
        if path == STDIN {
            let spool = stdin.expect("the standard input is spooled before inputs are looked for");
            return self.stdin(spool, format!("{prefix}{STDIN}"));
        }
        let place = Path::new(path);
        match fs::metadata(place) {
            Ok(m) if m.is_dir() => self.folder(place, &prefix, None).map(|_| ()),
            Ok(m) if m.is_file() => {
                let name = place.file_name().map(|n| escaped(Path::new(n))).unwrap_or_default();
                self.file(place, format!("{prefix}{name}"))
            }
            Ok(_) => Err(Error::NothingToRead(format!(
                "`{path}` is neither a file nor a folder; pipe it to `-` as JSON lines"
            ))),
            Err(_) if path.contains(['*', '?', '[', '{']) => self.glob(path, &prefix),
            Err(e) => Err(Error::NothingToRead(format!("`{path}`: {e}"))),
        }
    }

    fn glob(&mut self, glob: &str, prefix: &str) -> Result<()> {
        let mut base = PathBuf::new();
        let mut rest = Vec::new();
        for part in Path::new(glob).components() {
            let text = part.as_os_str().to_string_lossy();
            if rest.is_empty() && !text.contains(['*', '?', '[', '{']) {
                base.push(part);
            } else if let Component::Normal(name) = part {
                rest.push(name.to_string_lossy().into_owned());
            }
        }
        let matcher = glob_of(&rest.join("/"))?.compile_matcher();
        let folder = if base.as_os_str().is_empty() { Path::new(".") } else { &base };
        if self.folder(folder, prefix, Some(&matcher))? == 0 {
            return Err(Error::NothingToRead(format!("no file matches `{glob}`")));
        }
        Ok(())
    }

    /// Adds the files below `folder`; gives how many there are, met before or not.
    fn folder(&mut self, folder: &Path, prefix: &str, matcher: Option<&globset::GlobMatcher>) -> Result<usize> {
        let mut files = 0;
        let never = self.never.clone();
        let walk = WalkBuilder::new(folder)
            .standard_filters(false)
            .hidden(true)
            .follow_links(true)
            .filter_entry(move |e| {
                never.is_empty()
                    || !e.file_type().is_some_and(|t| t.is_dir())
                    || fs::canonicalize(e.path()).map_or(true, |p| !never.contains(&p))
            })
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    self.notes.push(format!("left out: {e}"));
                    if let Some((path, e)) = place_of(&e) {
                        let source = escaped(path.strip_prefix(folder).unwrap_or(path));
                        if !source.is_empty() && matcher.is_none_or(|m| m.is_match(&source)) {
                            self.unreadable(path, format!("{prefix}{source}"), e);
                        }
                    }
                    continue;
                }
            };
            let kind = entry.file_type();
            if kind.is_some_and(|t| t.is_dir()) {
                continue;
            }
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let source = escaped(below);
            if matcher.is_some_and(|m| !m.is_match(&source)) {
                continue;
            }
            if kind.is_some_and(|t| t.is_file()) {
                self.file(entry.path(), format!("{prefix}{source}"))?;
                files += 1;
            } else {
                self.notes.push(format!("left out: `{}` is neither a file nor a folder", entry.path().display()));
            }
        }
        Ok(files)
    }

    /// Adds what came by the standard input; it lies in the scratch folder.
    fn stdin(&mut self, spool: &Path, source: String) -> Result<()> {
        let metadata = fs::metadata(spool).map_err(|e| Error::io("read", spool, e))?;
        let file = InputFile { is_stdin: true, ..of_metadata(spool, source, &metadata) };
        self.by_file.insert((file_id(&metadata), spool.to_owned()), file);
        Ok(())
    }

    /// Adds a folder or file that cannot be looked at, so that it is an error of its own; a link that leads nowhere is none.
    fn unreadable(&mut self, path: &Path, source: String, error: &io::Error) {
        let is_link = fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
        if error.kind() == io::ErrorKind::NotFound || is_link && error.kind() != io::ErrorKind::PermissionDenied {
            return;
        }
        let fault = Some(format!("cannot be looked at: {}", error.kind()));
        let file = InputFile { path: path.to_owned(), source, fault, ..InputFile::default() };
        self.by_file.insert(((0, 0), path.to_owned()), file);
    }

    fn file(&mut self, path: &Path, source: String) -> Result<()> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(e) => {
                self.notes.push(format!("left out: `{}`: {e}", path.display()));
                self.unreadable(path, source, &e);
                return Ok(());
            }
        };
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if self.never.iter().any(|n| real.starts_with(n)) {
            self.notes.push(format!("left out: `{}` lies in the output or scratch folder", path.display()));
            return Ok(());
        }
        let id = file_id(&metadata);
        let key = (id, if id == (0, 0) { real } else { PathBuf::new() });
        let file = of_metadata(path, source, &metadata);
        match self.by_file.get_mut(&key) {
            // One file reached twice is read once, under its longest source; equal lengths by their bytes.
            Some(held) => {
                if (held.source.len(), &file.source) < (file.source.len(), &held.source) {
                    *held = file;
                }
            }
            None => {
                self.by_file.insert(key, file);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Found> {
        let mut files: Vec<InputFile> = self.by_file.into_values().collect();
        files.sort_by(|a, b| a.source.as_bytes().cmp(b.source.as_bytes()).then_with(|| a.path.cmp(&b.path)));
        for pair in files.windows(2) {
            if pair[0].source == pair[1].source {
                return Err(Error::SameSource {
                    source_name: pair[0].source.clone(),
                    first: pair[0].path.clone(),
                    second: pair[1].path.clone(),
                });
            }
        }
        let names: Vec<&str> = files.iter().map(|f| f.source.as_str()).collect();
        refuse_members(&files, &names)?;
        let order = sort_by_source(&names, |index| is_archive(&files[index]));
        let mut slots: Vec<Option<InputFile>> = files.into_iter().map(Some).collect();
        let files = order.into_iter().filter_map(|index| slots[index].take()).collect();
        Ok(Found { files, notes: self.notes })
    }
}

fn of_metadata(path: &Path, source: String, metadata: &fs::Metadata) -> InputFile {
    let (bytes, modified) = (metadata.len(), modified(metadata));
    InputFile { path: path.to_owned(), source, bytes, modified, ..InputFile::default() }
}

/// The path that a walk could not look at, and what the system said.
fn place_of(error: &ignore::Error) -> Option<(&Path, &io::Error)> {
    match error {
        ignore::Error::WithDepth { err, .. } => place_of(err),
        ignore::Error::WithPath { path, err } => Some((path, err.io_error()?)),
        _ => None,
    }
}

fn is_archive(file: &InputFile) -> bool {
    let region = fs::File::open(&file.path).and_then(Region::whole);
    region.is_ok_and(|region| holds_members(&Raw::file(region), &file.source))
}

/// A file named like a member of an archive beside it would have the member's source.
fn refuse_members(files: &[InputFile], names: &[&str]) -> Result<()> {
    for (at, name) in names.iter().enumerate() {
        for (end, _) in name.match_indices('!') {
            if let Ok(outer) = names.binary_search(&&name[..end])
                && is_archive(&files[outer])
            {
                return Err(Error::SameSource {
                    source_name: name[..=end].to_owned(),
                    first: files[outer].path.clone(),
                    second: files[at].path.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Cuts `LABEL=PATH` where the whole is no path that exists and the label is one name.
fn split_label(input: &str) -> (Option<&str>, &str) {
    match input.split_once('=') {
        Some((label, path))
            if !label.is_empty()
                && !label.contains(['/', '\\'])
                && !path.is_empty()
                && fs::symlink_metadata(input).is_err() =>
        {
            (Some(label), path)
        }
        _ => (None, input),
    }
}

#[cfg(unix)]
fn file_id(metadata: &fs::Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn file_id(_: &fs::Metadata) -> FileId {
    (0, 0)
}

/// The time of the last change of a file in nanoseconds since the epoch; 0 where the system does not say.
pub fn modified(metadata: &fs::Metadata) -> i128 {
    metadata
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |d| i128::try_from(d.as_nanos()).unwrap_or(i128::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(inputs: &[String]) -> Result<Vec<String>> {
        let search = Search { inputs, include: &[], exclude: &[], never: &[], stdin: None };
        Ok(find(&search)?.files.into_iter().map(|f| f.source).collect())
    }

    fn tree() -> (tempfile::TempDir, impl Fn(&str) -> String) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a/x.txt", "a/deep/y.txt", "b/x.txt", "a/.hidden.txt"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let root = folder.path().to_owned();
        (folder, move |name: &str| root.join(name).to_str().unwrap().to_owned())
    }

    #[test]
    fn a_source_is_the_path_below_the_folder_or_the_base_name() {
        let (_folder, at) = tree();
        assert_eq!(sources(&[at("a")]).unwrap(), ["deep/y.txt", "x.txt"]);
        assert_eq!(sources(&[at("a/x.txt")]).unwrap(), ["x.txt"]);
        assert_eq!(sources(&[format!("news={}", at("a"))]).unwrap(), ["news/deep/y.txt", "news/x.txt"]);
        assert_eq!(sources(&[at("*/x.txt")]).unwrap(), ["a/x.txt", "b/x.txt"]);
        assert_eq!(sources(&[at("a/.hidden.txt")]).unwrap(), [".hidden.txt"]);
    }

    #[test]
    fn a_file_reached_twice_is_read_once_under_its_longest_source() {
        let (_folder, at) = tree();
        assert_eq!(sources(&[at("a/x.txt"), at(""), at("a")]).unwrap(), ["a/deep/y.txt", "a/x.txt", "b/x.txt"]);
        assert_eq!(sources(&[at("a"), at("a/*.txt")]).unwrap(), ["deep/y.txt", "x.txt"]);
    }

    #[test]
    fn two_files_with_one_source_are_refused_by_name() {
        let (_folder, at) = tree();
        let error = sources(&[at("a/x.txt"), at("b/x.txt")]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("a/x.txt") && error.to_string().contains("b/x.txt"), "{error}");
        assert_eq!(sources(&[format!("l={}", at("a/x.txt")), at("b/x.txt")]).unwrap(), ["l/x.txt", "x.txt"]);
    }

    #[test]
    fn nothing_to_read_is_an_error_of_its_own() {
        let (_folder, at) = tree();
        fs::create_dir(at("empty")).unwrap();
        for input in [at("empty"), at("missing"), at("*/z.txt")] {
            assert_eq!(sources(&[input]).unwrap_err().exit_code(), 3);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_in_a_circle_are_noted_and_walked_once() {
        let (folder, at) = tree();
        std::os::unix::fs::symlink(folder.path(), at("a/loop")).unwrap();
        let inputs = [at("a")];
        let found = find(&Search { inputs: &inputs, include: &[], exclude: &[], never: &[], stdin: None }).unwrap();
        // Through the link each file has a longer source; the walk ends where the link meets its own folder.
        assert_eq!(found.files.len(), 3);
        assert_eq!(found.notes.len(), 1, "{:?}", found.notes);
    }
}
