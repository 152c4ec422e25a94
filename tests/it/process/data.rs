//! What is in a data folder, as somebody sees it who has nothing but the files.

use std::{collections::BTreeSet, fs, path::Path};

use rusqlite::Connection;

/// Markers of work that is not finished.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pending {
    pub uploads: u32,
    pub deletions: u32,
}

impl Pending {
    /// What the database holds while nobody writes. Reads a copy: opening the original would tidy it up.
    pub fn read(data: &Path) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for name in ["metadata.sqlite", "metadata.sqlite-wal"] {
            // There is no log after an orderly end.
            if data.join(name).exists() {
                fs::copy(data.join(name), copy.path().join(name)).unwrap();
            }
        }
        let database = Connection::open(copy.path().join("metadata.sqlite")).unwrap();
        let count = |kind: &str| {
            database
                .query_row("SELECT count(*) FROM pending WHERE kind = ?1", [kind], |row| row.get(0))
                .unwrap()
        };
        let pending = Self {
            uploads: count("UPLOAD"),
            deletions: count("DELETE"),
        };
        let all: u32 = database
            .query_row("SELECT count(*) FROM pending", [], |row| row.get(0))
            .unwrap();
        assert_eq!(all, pending.uploads + pending.deletions);
        pending
    }
}

/// Every stored file, also one that is not finished, by its path.
pub fn files(data: &Path) -> BTreeSet<String> {
    let root = data.join("files");
    let mut files = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}

/// Copies all of a folder into another one.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
