// What the client promises. The cases know neither Node nor a page: they run in both.

import { png } from "./pictures.mjs";

const file = (bytes, name = "a.png") => new File([bytes], name, { type: "image/png" });
const small = () => file(png(120, 100));
/** Too large for one request through Lambda. */
const large = () => file(png(120, 100, [0, 90, 160], 5 * 1024 * 1024), "large.png");

function equal(actual, expected, what = "") {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) {
    throw new Error(`${what} is ${a}, not ${e}`);
  }
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it should have failed");
}

let users = 0;

/**
 * `api` is the client's module, `url` a server's. `proxy(answers)` gives the URL of something in
 * front of the server: it answers in its place with each of `answers`, then passes on; `seen()` are
 * the requests that came.
 */
export function cases(api, { url, proxy }) {
  const { ImageClient, devToken, isApiError } = api;
  const newUser = () => `user-${(users += 1)}-${Math.random().toString(36).slice(2)}`;
  const connect = async (options = {}, user = newUser()) =>
    new ImageClient({ baseUrl: url, token: await devToken(url, user), ...options });

  return {
    "an upload keeps what it is given": async () => {
      const client = await connect();
      const given = { title: "Gate", description: "Two\nlines", altText: "A gate", albumId: "a-1", tags: ["x", "y"] };
      const image = await client.upload(small(), given);
      for (const [name, value] of Object.entries(given)) {
        equal(image[name], value, name);
      }
      equal([image.width, image.height, image.version, image.originalFilename], [120, 100, 1, "a.png"]);
      equal(await client.get(image.id), image);
    },

    "a file over 4 MiB goes directly, with its annotations": async () => {
      const front = await proxy([]);
      const client = await connect({ baseUrl: front.url });
      const image = await client.upload(large(), { title: "Large", tags: ["big"] });
      equal([image.title, image.tags, image.originalFilename], ["Large", ["big"], "large.png"]);
      equal((await front.seen()).map(({ method, path }) => `${method} ${path}`), ["POST /uploads", "POST /images"]);
    },

    "a service that takes less in one request is believed": async () => {
      const body = { error: "PayloadTooLarge", code: "FILE_TOO_LARGE", message: "", requestId: "r", details: { directUpload: "/uploads" } };
      const front = await proxy([{ status: 413, body }]);
      const client = await connect({ baseUrl: front.url });
      await client.upload(small());
      equal((await front.seen()).map(({ method, path }) => `${method} ${path}`), ["POST /images", "POST /uploads", "POST /images"]);
    },

    "progress ends at one": async () => {
      const client = await connect();
      for (const picture of [small(), large()]) {
        const seen = [];
        await client.upload(picture, { onProgress: (progress) => seen.push(progress) });
        equal(seen.at(-1), { phase: "processing", fraction: 1 });
        if (seen.some(({ fraction }) => fraction < 0 || fraction > 1)) {
          throw new Error(JSON.stringify(seen));
        }
      }
    },

    "retries keep their key and leave one image": async () => {
      const front = await proxy([
        { status: 503, headers: { "Retry-After": "0" } },
        // The server does it, but nobody hears of it.
        { lost: true },
        { status: 429, headers: { "Retry-After": "0" } },
        { status: 409, body: { code: "REQUEST_IN_PROGRESS", message: "", error: "", requestId: "r" }, headers: { "Retry-After": "0" } },
      ]);
      const client = await connect({ baseUrl: front.url });
      const image = await client.upload(small());
      const posts = await front.seen();
      equal(posts.length, 5);
      equal(new Set(posts.map(({ key }) => key)).size, 1);
      equal((await client.list()).images.map(({ id }) => id), [image.id]);
    },

    "retries end": async () => {
      const busy = { status: 503, headers: { "Retry-After": "0" } };
      const front = await proxy([busy, busy, busy, busy]);
      const client = await connect({ baseUrl: front.url, retries: 2 });
      equal((await failure(client.list())).code, "SERVICE_UNAVAILABLE");
      equal((await front.seen()).length, 3);
    },

    "nobody waits longer than they want to": async () => {
      const front = await proxy([{ status: 429, headers: { "Retry-After": "3600" } }]);
      const client = await connect({ baseUrl: front.url });
      const error = await failure(client.list());
      equal([error.code, error.status, error.retryAfter], ["RATE_LIMIT_EXCEEDED", 429, 3600]);
      equal((await front.seen()).length, 1);
    },

    "a change whose answer is lost is not made again": async () => {
      const front = await proxy([{ lost: true }]);
      const user = newUser();
      const direct = await connect({}, user);
      const image = await direct.upload(small());
      const client = await connect({ baseUrl: front.url }, user);
      const error = await failure(client.update(image.id, 1, { title: "Once" }));
      equal(error.name, "NetworkError");
      equal((await direct.get(image.id)).version, 2);
    },

    "a deletion whose answer is lost is a deletion": async () => {
      const front = await proxy([{ lost: true }]);
      const user = newUser();
      const direct = await connect({}, user);
      const image = await direct.upload(small());
      const client = await connect({ baseUrl: front.url }, user);
      await client.delete(image.id);
      equal((await failure(client.delete(image.id))).code, "IMAGE_NOT_FOUND");
    },

    "all pages are walked, each image once": async () => {
      const client = await connect();
      const uploaded = [];
      for (let n = 0; n < 7; n += 1) {
        uploaded.push((await client.upload(small(), { tags: n % 2 ? ["odd"] : [], albumId: n < 3 ? "first" : "rest" })).id);
      }
      const walk = async (filter) => {
        const ids = [];
        for await (const image of client.images({ limit: 2, sortOrder: "asc", ...filter })) {
          ids.push(image.id);
        }
        return ids;
      };
      equal(await walk({}), uploaded);
      equal(await walk({ sortOrder: "desc" }), uploaded.toReversed());
      equal(await walk({ tag: "odd" }), [uploaded[1], uploaded[3], uploaded[5]]);
      equal(await walk({ albumId: "first" }), uploaded.slice(0, 3));
      const { totalCount, pagination } = await client.list({ limit: 3 });
      equal([totalCount, pagination.limit, pagination.hasMore], [7, 3, true]);
    },

    "a stale change is refused with the current version": async () => {
      const client = await connect();
      const { id } = await client.upload(small());
      await client.update(id, 1, { title: "First" });
      const error = await failure(client.update(id, 1, { title: "Second" }));
      if (!isApiError(error, "VERSION_MISMATCH")) {
        throw error;
      }
      equal([error.currentVersion, error.status], [2, 409]);
    },

    "edits from two sides are both made": async () => {
      const client = await connect();
      const { id } = await client.upload(small());
      const add = (tag) => client.edit(id, ({ tags }) => (tags.includes(tag) ? undefined : { tags: [...tags, tag] }), { attempts: 20 });
      await Promise.all(["a", "b", "c", "d"].map(add));
      equal((await client.get(id)).tags.toSorted(), ["a", "b", "c", "d"]);
      equal((await add("a")).version, 5);
    },

    "refusals have codes and details": async () => {
      const client = await connect();
      const code = async (promise) => (await failure(promise)).code;
      equal(await code(client.upload(file(new TextEncoder().encode("no picture")))), "INVALID_FILE_TYPE");
      equal(await code(client.upload(file(png(120, 100).subarray(0, 200)))), "CORRUPT_IMAGE");
      equal(await code(client.upload(file(png(120, 100, [0, 0, 0], 10 * 1024 * 1024)))), "FILE_TOO_LARGE");
      equal(await code(client.get("01ARZ3NDEKTSV4RRFFQ69G5FAV")), "IMAGE_NOT_FOUND");
      equal(await code(client.list({ cursor: "x" })), "INVALID_CURSOR");
      const tiny = await failure(client.upload(file(png(20, 30))));
      equal([tiny.code, tiny.details.width, tiny.details.height], ["INVALID_DIMENSIONS", 20, 30]);
      const long = await failure(client.upload(small(), { title: "x".repeat(256) }));
      equal([long.code, Object.keys(long.details)], ["VALIDATION_FAILED", ["title"]]);
      const other = await connect();
      const { id } = await other.upload(small());
      equal(await code(client.get(id)), "NOT_AUTHORIZED");
    },

    "a token that ran out is renewed once": async () => {
      const user = newUser();
      const asked = [];
      const token = async (renew) => {
        asked.push(renew);
        return renew ? devToken(url, user) : "expired";
      };
      const client = await connect({ token });
      equal((await client.list()).totalCount, 0);
      equal(asked, [false, true]);
      equal((await failure((await connect({ token: "nonsense" })).list())).code, "UNAUTHORIZED");
    },

    "an aborted upload stops with the caller's reason": async () => {
      const client = await connect();
      for (const onProgress of [undefined, () => {}]) {
        const stop = new AbortController();
        const options = { signal: stop.signal, ...(onProgress ? { onProgress } : {}) };
        const upload = client.upload(large(), options);
        stop.abort();
        equal((await failure(upload)).name, "AbortError");
      }
    },

    "a server that is not there is a NetworkError": async () => {
      const front = await proxy([{ refused: true }, { refused: true }]);
      const client = await connect({ baseUrl: front.url, retries: 1 });
      equal((await failure(client.list())).name, "NetworkError");
      equal((await front.seen()).length, 2);
    },

    "health needs no token": async () => {
      const client = await connect({ token: "" });
      equal((await client.health()).status, "healthy");
    },
  };
}
