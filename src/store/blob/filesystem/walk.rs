//! Walking the folder in the order of keys.

use std::{
    collections::BinaryHeap,
    fs,
    io::{self, ErrorKind},
    path::Path,
    time::SystemTime,
};

use crate::{
    domain::{BlobKey, Timestamp},
    store::blob::BlobEntry,
};

/// The first `wanted` files under `prefix` behind `after`, in key order. Memory is bounded by
/// `wanted`, however many files a folder has: of each only the smallest names are kept.
pub(super) fn page(root: &Path, prefix: &str, after: &str, wanted: usize) -> io::Result<Vec<BlobEntry>> {
    let mut walk = Walk {
        root,
        after,
        wanted,
        found: Vec::new(),
    };
    walk.visit(prefix)?;
    Ok(walk.found)
}

struct Walk<'a> {
    root: &'a Path,
    after: &'a str,
    wanted: usize,
    found: Vec<BlobEntry>,
}

impl Walk<'_> {
    fn visit(&mut self, folder: &str) -> io::Result<()> {
        let mut behind = String::new();
        loop {
            let room = self.wanted - self.found.len();
            let entries = self.smallest(folder, &behind, room)?;
            let last = entries.len() < room;
            for entry in entries {
                if entry.ends_with('/') {
                    self.visit(&entry)?;
                } else {
                    self.found.extend(self.entry(&entry)?);
                }
                if self.found.len() == self.wanted {
                    return Ok(());
                }
                behind = entry;
            }
            // Folders without files, or files removed meanwhile, may leave room.
            if last {
                return Ok(());
            }
        }
    }

    /// The smallest entries behind `behind` that can lead to files of this page. A folder ends with
    /// `/`, so that it sorts like the keys of the files in it.
    fn smallest(&self, folder: &str, behind: &str, count: usize) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut smallest = BinaryHeap::new();
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            // Other names are not ours, and neither is what links point to.
            let Some(name) = name.to_str().filter(|name| is_segment(name)) else {
                continue;
            };
            let (key, wanted) = if kind.is_dir() {
                let key = format!("{folder}{name}/");
                let wanted = *key > *self.after || self.after.starts_with(&key);
                (key, wanted)
            } else {
                let key = format!("{folder}{name}");
                let wanted = kind.is_file() && *key > *self.after;
                (key, wanted)
            };
            if wanted && *key > *behind {
                smallest.push(key);
                if smallest.len() > count {
                    smallest.pop();
                }
            }
        }
        Ok(smallest.into_sorted_vec())
    }

    /// `None` when the file is gone by now.
    fn entry(&self, key: &str) -> io::Result<Option<BlobEntry>> {
        let metadata = match fs::symlink_metadata(self.root.join(key)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            metadata => metadata?,
        };
        let since_epoch = metadata
            .modified()?
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Ok(key.parse().ok().map(|key: BlobKey| BlobEntry {
            key,
            size: metadata.len(),
            modified_at: Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)),
        }))
    }
}

fn is_segment(name: &str) -> bool {
    format!("{}{name}", BlobKey::IMAGES).parse::<BlobKey>().is_ok()
}
