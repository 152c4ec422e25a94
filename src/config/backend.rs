//! Where things are kept, as far as this build can keep them there.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataBackend {
    #[cfg(any(feature = "local", not(feature = "aws")))]
    Sqlite,
    #[cfg(feature = "aws")]
    DynamoDb,
}

impl MetadataBackend {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            #[cfg(any(feature = "local", not(feature = "aws")))]
            "sqlite" => Some(Self::Sqlite),
            #[cfg(feature = "aws")]
            "dynamodb" => Some(Self::DynamoDb),
            _ => None,
        }
    }

    /// Whether it is on this machine: then this process owns it.
    pub fn is_local(self) -> bool {
        match self {
            #[cfg(any(feature = "local", not(feature = "aws")))]
            Self::Sqlite => true,
            #[cfg(feature = "aws")]
            Self::DynamoDb => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobBackend {
    #[cfg(any(feature = "local", not(feature = "aws")))]
    Files,
    #[cfg(feature = "aws")]
    S3,
}

impl BlobBackend {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            #[cfg(any(feature = "local", not(feature = "aws")))]
            "files" => Some(Self::Files),
            #[cfg(feature = "aws")]
            "s3" => Some(Self::S3),
            _ => None,
        }
    }

    /// Whether it is on this machine: then this process owns it.
    pub fn is_local(self) -> bool {
        match self {
            #[cfg(any(feature = "local", not(feature = "aws")))]
            Self::Files => true,
            #[cfg(feature = "aws")]
            Self::S3 => false,
        }
    }
}
