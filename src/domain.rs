//! What the service talks about: validated types without I/O. A value of one of these types is
//! valid by construction, so nothing below `http` checks it again.

pub mod field;
pub mod id;
pub mod image;
pub mod key;
pub mod page;
pub mod text;
pub mod time;
pub mod upload;

pub use field::FieldError;
pub use id::{AlbumId, ImageId, UploadId, UserId, Version};
pub use image::{Annotations, Change, Image, ImagePatch};
pub use key::BlobKey;
pub use page::{Cursor, ImagePage, ListQuery, Position, SortOrder};
pub use text::{AltText, Description, Filename, Tag, Tags, Title};
pub use time::Timestamp;
pub use upload::{Completion, DirectUpload, Fingerprint, IdempotencyKey, Lease, Pending, PendingKind};
