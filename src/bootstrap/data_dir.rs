//! The folder of a local installation. One process owns it at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A locked data directory; the lock ends with the value, or with the process.
pub struct DataDir {
    root: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Creates the folder if need be and takes its lock.
    ///
    /// # Errors
    /// It can not be written, or another process owns it.
    pub fn open(root: &Path) -> io::Result<Self> {
        let about = |error: io::Error| io::Error::new(error.kind(), format!("data folder {}: {error}", root.display()));
        fs::create_dir_all(root).map_err(about)?;
        let lock = File::create(root.join("lock")).map_err(about)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                root: root.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(about(io::Error::other(
                "in use by another process of this service; stop it, or choose another folder with --data-dir",
            ))),
            Err(TryLockError::Error(error)) => Err(about(error)),
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn database(&self) -> PathBuf {
        self.root.join("metadata.sqlite")
    }

    pub fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    /// The key that signs upload URLs, made the first time.
    ///
    /// # Errors
    /// It can not be read or written.
    pub fn upload_key(&self) -> io::Result<[u8; 32]> {
        let path = self.root.join("upload-signing-key");
        match fs::read(&path) {
            Ok(key) => key.try_into().map_err(|_| {
                io::Error::other(format!(
                    "{}: not a key; remove the file to have a new one made",
                    path.display()
                ))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key: [u8; 32] = rand::random();
                // Under another name first: a crash must not leave half a key.
                let unfinished = path.with_extension("new");
                let mut options = OpenOptions::new();
                options.write(true).create(true).truncate(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.open(&unfinished)?;
                file.write_all(&key)?;
                file.sync_all()?;
                fs::rename(&unfinished, &path)?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }
}
