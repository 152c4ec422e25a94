//! A cache that all instances share. Keys, values and lifetimes are in the data model.
//!
//! An old copy is never shown, except where a write could not reach Redis and another instance
//! reads there, or this one ended before it could make up for it; such a copy ends with its lifetime:
//!
//! - A reader fills only what it was told is missing, under the ticket that it got then. A write
//!   takes the ticket away, and so does a Redis that loses it: whoever was slow fills nothing.
//! - A writer replaces an older copy and never puts one where there is none.
//! - List pages belong to the generation that was read before the store was asked. It is a time, so
//!   that one that was lost is never given out again.
//! - What a write could not change here is [owed]: until it is made up for, this instance reads nothing.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{Cache, CachedImage, CachedPage, Generation, Ticket};
use crate::{
    domain::{Image, ImageId, ListQuery, SortOrder, UserId},
    metrics,
    redis::{Client, Script, Unavailable},
};

mod owed;

use owed::{Debt, Owed};

const IMAGE_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Longer than any request may take; a reader that is slower fills nothing.
const TICKET_LIFETIME: Duration = Duration::from_secs(30);
const GENERATION_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
const PAGE_LIFETIME: Duration = Duration::from_secs(60);
/// By then the store's indexes show a write.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// What stands under an image's key begins with one of these.
const IMAGE: u8 = b'i';
const TICKET: u8 = b't';
const TOMBSTONE: &[u8] = b"deleted";

/// Keeps an image. `ARGV`: the reader's ticket or nothing, version, value, lifetime.
const KEEP: &str = "\
local held = redis.call('GET', KEYS[1])
if not held then return 0 end
local version = string.match(held, '^i(%d+)\\n')
if held == ARGV[1] or (version and tonumber(version) < tonumber(ARGV[2])) then
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
  return 1
end
if ARGV[1] == '' and string.sub(held, 1, 1) == 't' then redis.call('DEL', KEYS[1]) end
return 0";

/// The user's generation and its age, in microseconds. `ARGV`: whether to begin a new one, lifetime.
const GENERATION: &str = "\
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local held = tonumber(redis.call('GET', KEYS[1]) or nil)
if ARGV[1] == '1' or not held then
  held = math.max(now, (held or 0) + 1)
  redis.call('SET', KEYS[1], string.format('%.0f', held), 'PX', ARGV[2])
end
return {held, now - held}";

/// Cheap to clone.
#[derive(Clone)]
pub struct RedisCache(Arc<Inner>);

struct Inner {
    redis: Arc<Client>,
    keep: Script,
    generation: Script,
    owed: Owed,
}

impl RedisCache {
    pub fn new(redis: Arc<Client>) -> Self {
        Self(Arc::new(Inner {
            redis,
            keep: Script::new(KEEP),
            generation: Script::new(GENERATION),
            owed: Owed::default(),
        }))
    }

    /// Writes whose change did not reach Redis at first, since the start.
    pub fn lost_updates(&self) -> u64 {
        self.0.owed.total()
    }

    /// Whether what is in Redis can be believed. Otherwise it is being mended.
    fn is_sound(&self) -> bool {
        if self.0.owed.is_nothing() {
            return true;
        }
        if let Some(debts) = self.0.owed.take() {
            let inner = self.0.clone();
            // On its own: it must come to an end even when whoever reads goes away.
            tokio::spawn(async move { inner.settle(debts).await });
        }
        false
    }

    async fn update(&self, debt: Debt, update: impl Future<Output = Result<(), Unavailable>> + Send) {
        if update.await.is_err() {
            self.0.owed.add(debt);
        }
    }
}

impl Inner {
    async fn settle(&self, debts: Vec<Debt>) {
        let mut left = debts.into_iter();
        while let Some(debt) = left.next() {
            let settled = match &debt {
                Debt::Image(id) => self.redis.delete(image_key(*id)).await,
                Debt::User(user) => self.advance(user).await,
            };
            if settled.is_err() {
                self.owed.put_back(std::iter::once(debt).chain(left));
                return;
            }
        }
        self.owed.put_back(std::iter::empty());
    }

    async fn advance(&self, user: &UserId) -> Result<(), Unavailable> {
        self.generation(user, true).await.map(drop)
    }

    async fn generation(&self, user: &UserId, advance: bool) -> Result<Generation, Unavailable> {
        let key = format!("user:{user}:generation");
        let arguments = vec![
            Bytes::from_static(if advance { b"1" } else { b"0" }),
            millis(GENERATION_LIFETIME),
        ];
        let (micros, age): (u64, i64) = self.redis.run(&self.generation, key, arguments).await?;
        Ok(Generation {
            micros,
            settled: i128::from(age) >= SETTLED_AFTER.as_micros().cast_signed(),
        })
    }

    async fn keep(&self, ticket: &str, image: &Image) -> Result<(), Unavailable> {
        let arguments = vec![
            ticket.to_owned().into(),
            image.version.to_string().into(),
            encode_image(image),
            millis(IMAGE_LIFETIME),
        ];
        self.redis
            .run::<i64>(&self.keep, image_key(image.id), arguments)
            .await
            .map(drop)
    }
}

#[async_trait]
impl Cache for RedisCache {
    async fn image(&self, id: ImageId) -> CachedImage {
        if !self.is_sound() {
            return CachedImage::Unknown;
        }
        let ticket = Ticket::random();
        let value = encode_ticket(ticket).into();
        let found = match self.0.redis.get_or_set(image_key(id), value, TICKET_LIFETIME).await {
            Ok(None) => CachedImage::Missing(ticket),
            Ok(Some(held)) => decode(&held),
            Err(Unavailable) => return CachedImage::Unknown,
        };
        metrics::cache_read(matches!(found, CachedImage::Present(_) | CachedImage::Deleted));
        found
    }

    async fn fill_image(&self, ticket: Ticket, image: &Image) {
        // A failure keeps nothing, which is no loss.
        let _ = self.0.keep(&encode_ticket(ticket), image).await;
    }

    async fn renew_image(&self, image: &Image) {
        self.update(Debt::Image(image.id), self.0.keep("", image)).await;
    }

    async fn forget_image(&self, id: ImageId) {
        self.update(Debt::Image(id), self.0.redis.delete(image_key(id))).await;
    }

    async fn bury_image(&self, id: ImageId) {
        let tombstone = Bytes::from_static(TOMBSTONE);
        let burial = self.0.redis.set(image_key(id), tombstone, IMAGE_LIFETIME);
        self.update(Debt::Image(id), burial).await;
    }

    async fn generation(&self, user: &UserId) -> Option<Generation> {
        if !self.is_sound() {
            return None;
        }
        self.0.generation(user, false).await.ok()
    }

    async fn advance(&self, user: &UserId) {
        self.update(Debt::User(user.clone()), self.0.advance(user)).await;
    }

    async fn page(&self, generation: Generation, query: &ListQuery) -> Option<CachedPage> {
        let held = self.0.redis.get(page_key(generation, query)).await.ok()?;
        let page = held.and_then(|held| serde_json::from_slice(&held).ok());
        metrics::cache_read(page.is_some());
        page
    }

    async fn keep_page(&self, generation: Generation, query: &ListQuery, page: &CachedPage) {
        let value = serde_json::to_vec(page).expect("text, numbers and lists of them always serialise");
        let _ = self
            .0
            .redis
            .set(page_key(generation, query), value.into(), PAGE_LIFETIME)
            .await;
    }

    async fn ping(&self) -> Option<bool> {
        Some(self.0.redis.ping().await)
    }
}

fn image_key(id: ImageId) -> String {
    format!("image:{id}")
}

fn page_key(generation: Generation, query: &ListQuery) -> String {
    format!("user:{}:images:{}:{}", query.user, generation.micros, hash(query))
}

/// Tells the lists of one user apart.
fn hash(query: &ListQuery) -> String {
    let ListQuery {
        user: _,
        album,
        tag,
        order,
        limit,
        after,
    } = query;
    let parts = (
        album.as_ref().map(|album| album.as_str()),
        tag.as_ref().map(|tag| tag.as_str()),
        *order == SortOrder::Ascending,
        limit,
        after,
    );
    let text = serde_json::to_vec(&parts).expect("text, numbers and lists of them always serialise");
    let digest: [u8; 32] = Sha256::digest(text).into();
    let [number, ..] = digest.as_chunks().0 else {
        unreachable!("a digest is longer than that")
    };
    format!("{:032x}", u128::from_be_bytes(*number))
}

fn encode_ticket(Ticket(number): Ticket) -> String {
    format!("{}{number:016x}", char::from(TICKET))
}

/// The version stands in front, where the script finds it.
fn encode_image(image: &Image) -> Bytes {
    let mut value = format!("{}{}\n", char::from(IMAGE), image.version).into_bytes();
    serde_json::to_writer(&mut value, image).expect("text, numbers and lists of them always serialise");
    value.into()
}

/// What another version of this program has written may not be understood.
fn decode(held: &[u8]) -> CachedImage {
    let understood = match held {
        TOMBSTONE => Some(CachedImage::Deleted),
        [TICKET, number @ ..] => std::str::from_utf8(number)
            .ok()
            .and_then(|number| u64::from_str_radix(number, 16).ok())
            .map(|number| CachedImage::Missing(Ticket(number))),
        [IMAGE, rest @ ..] => rest
            .iter()
            .position(|byte| *byte == b'\n')
            .and_then(|end| serde_json::from_slice(&rest[end + 1..]).ok())
            .map(CachedImage::Present),
        _ => None,
    };
    understood.unwrap_or(CachedImage::Unknown)
}

fn millis(duration: Duration) -> Bytes {
    duration.as_millis().to_string().into()
}
