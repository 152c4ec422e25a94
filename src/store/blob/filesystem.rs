//! Files in a folder.
