-- Times are milliseconds since the Unix epoch, ids their canonical text.

CREATE TABLE images (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    album_id TEXT,
    uploaded_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    file_size INTEGER NOT NULL,
    processed_size INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    mime_type TEXT NOT NULL,
    format TEXT NOT NULL,
    bucket TEXT NOT NULL,
    main_key TEXT NOT NULL,
    thumbnail_key TEXT NOT NULL,
    thumbhash TEXT NOT NULL,
    original_filename TEXT NOT NULL,
    title TEXT,
    alt_text TEXT,
    -- One a line: a tag holds no control character.
    tags TEXT NOT NULL,
    -- Last: the only one that may spill into further pages.
    description TEXT
) STRICT;

CREATE INDEX images_by_user ON images (user_id, uploaded_at, id);
CREATE INDEX images_by_album ON images (user_id, album_id, uploaded_at, id) WHERE album_id IS NOT NULL;

-- The tags once more, in the order of lists, so that a filtered page reads nothing that it does not show.
CREATE TABLE image_tags (
    user_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    image_id TEXT NOT NULL,
    album_id TEXT,
    PRIMARY KEY (user_id, tag, uploaded_at, image_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_tags_by_album ON image_tags (user_id, album_id, tag, uploaded_at, image_id)
WHERE album_id IS NOT NULL;

-- How many images a user has in an album; in all of them where the album is ''.
CREATE TABLE image_counts (
    user_id TEXT NOT NULL,
    album_id TEXT NOT NULL,
    images INTEGER NOT NULL,
    PRIMARY KEY (user_id, album_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending (
    image_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_id TEXT NOT NULL,
    main_key TEXT NOT NULL,
    thumbnail_key TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    -- 1: the upload was given up on, its image can not be committed any more.
    abandoned INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (image_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX pending_by_time ON pending (kind, begun_at, image_id);

CREATE TABLE idempotency (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    begun_at INTEGER NOT NULL,
    -- NULL while the request runs.
    result TEXT,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_time ON idempotency (begun_at);

CREATE TABLE direct_uploads (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    filename TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    -- NULL until it is finished.
    result TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX direct_uploads_by_time ON direct_uploads (begun_at);
