//! The blocking work: files below one root, staged, synced and renamed into place.

use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use ulid::Ulid;

use crate::{domain::BlobKey, store::blob::Fetched};

/// Files that are being written. No key starts like this.
const STAGING: &str = "staging";

pub(super) struct Files {
    pub(super) root: PathBuf,
    /// Held while folders come and go, so that none is removed between its making and its first file,
    /// and whoever finds one can rely on its being on disk.
    folders: Mutex<()>,
}

impl Files {
    /// Makes what is missing and removes what was being written when the last process ended.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        // The root itself may be reached through a link; nothing below it may.
        let root = root.canonicalize()?;
        let staging = root.join(STAGING);
        make_folder(&staging)?;
        for entry in fs::read_dir(&staging)? {
            fs::remove_file(entry?.path())?;
        }
        Ok(Self {
            root,
            folders: Mutex::new(()),
        })
    }

    pub(super) fn put(&self, key: &BlobKey, bytes: &[u8]) -> io::Result<()> {
        let staged = self.stage(bytes)?;
        let path = self.root.join(key.as_str());
        {
            let _folders = self.lock_folders();
            self.make_parents(key)?;
            fs::rename(&staged.path, &path)?;
        }
        sync_parent(&path)
    }

    /// `false`: there was a file, which stays.
    pub(super) fn put_new(&self, key: &BlobKey, bytes: &[u8]) -> io::Result<bool> {
        let staged = self.stage(bytes)?;
        let path = self.root.join(key.as_str());
        {
            let _folders = self.lock_folders();
            self.make_parents(key)?;
            match fs::hard_link(&staged.path, &path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
                linked => linked?,
            }
        }
        sync_parent(&path)?;
        Ok(true)
    }

    pub(super) fn get(&self, key: &BlobKey, limit: u64) -> io::Result<Fetched> {
        let Some((path, _)) = self.find(key)? else {
            return Ok(Fetched::Missing);
        };
        let mut file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Fetched::Missing),
            file => file?,
        };
        // Of what was opened, which may have replaced what was found.
        let size = file.metadata()?.len();
        if size > limit {
            return Ok(Fetched::TooLarge);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).map_err(io::Error::other)?);
        file.read_to_end(&mut bytes)?;
        Ok(Fetched::Found(Bytes::from(bytes)))
    }

    pub(super) fn exists(&self, key: &BlobKey) -> io::Result<bool> {
        Ok(self.find(key)?.is_some())
    }

    pub(super) fn delete(&self, key: &BlobKey) -> io::Result<()> {
        let Some((path, _)) = self.find(key)? else {
            return Ok(());
        };
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            removed => removed?,
        }
        sync_parent(&path)?;
        let _folders = self.lock_folders();
        for folder in path.ancestors().skip(1) {
            // Only empty ones can be removed; the top folders stay.
            let is_top = folder.parent() == Some(&self.root);
            if is_top || fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn ping(&self) -> io::Result<()> {
        fs::metadata(self.root.join(STAGING)).map(drop)
    }

    /// A file and what is known of it; never one that is reached through a link.
    fn find(&self, key: &BlobKey) -> io::Result<Option<(PathBuf, Metadata)>> {
        let mut path = self.root.clone();
        let mut found = None;
        for segment in key.as_str().split('/') {
            path.push(segment);
            let metadata = match fs::symlink_metadata(&path) {
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    return Ok(None);
                }
                metadata => metadata?,
            };
            refuse_link(&path, &metadata)?;
            found = Some(metadata);
        }
        Ok(found.filter(Metadata::is_file).map(|metadata| (path, metadata)))
    }

    /// The caller holds the lock of the folders.
    fn make_parents(&self, key: &BlobKey) -> io::Result<()> {
        let mut path = self.root.clone();
        let (folders, _) = key.as_str().rsplit_once('/').unwrap_or_default();
        for segment in folders.split('/') {
            path.push(segment);
            make_folder(&path)?;
        }
        Ok(())
    }

    fn stage(&self, bytes: &[u8]) -> io::Result<Staged> {
        let path = self.root.join(STAGING).join(Ulid::generate().to_string());
        let mut file = File::create_new(&path)?;
        let staged = Staged { path };
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(staged)
    }

    fn lock_folders(&self) -> MutexGuard<'_, ()> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A complete file under a name of its own, removed when dropped unless it was renamed.
struct Staged {
    path: PathBuf,
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Gone when it was renamed; what stays is removed when the folder is opened again.
        let _ = fs::remove_file(&self.path);
    }
}

/// Durable when it returns, whoever made it.
fn make_folder(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => refuse_link(path, &metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir(path)?;
            sync_parent(path)
        }
        Err(error) => Err(error),
    }
}

fn refuse_link(path: &Path, metadata: &Metadata) -> io::Result<()> {
    if metadata.is_symlink() {
        return Err(io::Error::new(
            ErrorKind::PermissionDenied,
            format!("{} is a symbolic link", path.display()),
        ));
    }
    Ok(())
}

/// Makes the entry of `path` in its folder durable.
fn sync_parent(path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    match File::open(parent) {
        // Somebody has removed the file, and then its empty folder.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        folder => folder?.sync_all(),
    }
}
