/** Every call of the API. */

import { json, succeeded } from "./answer.js";
import { errorFrom, isApiError } from "./errors.js";
import { withRetries, type RetryOptions } from "./retry.js";
import { send, type Answer, type Request } from "./transport.js";
import type {
  CallOptions,
  ClientOptions,
  Health,
  Image,
  ImagePage,
  ImagePatch,
  ListFilter,
  ListedImage,
  TokenSource,
  UploadOptions,
} from "./types.js";
import { uploadDirectly, uploadMultipart, type Api } from "./upload.js";

/** Larger files do not fit through every host of the service in one request. */
export const DIRECT_UPLOAD_FROM = 4 * 1024 * 1024;
/** Bytes of the largest file that the service takes. */
export const MAX_FILE_SIZE = 10 * 1024 * 1024;

export class ImageClient {
  readonly #baseUrl: string;
  readonly #token: TokenSource;
  readonly #retry: RetryOptions;
  readonly #api: Api;

  constructor({ baseUrl, token, retries = 4, maxRetryDelay = 30_000 }: ClientOptions) {
    this.#baseUrl = baseUrl.replace(/\/$/, "");
    this.#token = token;
    this.#retry = { retries, maxDelay: maxRetryDelay };
    this.#api = {
      call: (request) => this.#call(request, true),
      retrying: (attempt, signal) => withRetries(attempt, true, this.#retry, signal),
    };
  }

  /** Uploads one file, by the way that fits its size. */
  async upload(file: Blob, options: UploadOptions = {}): Promise<Image> {
    const key = options.idempotencyKey ?? newKey();
    if (file.size > DIRECT_UPLOAD_FROM && file.size <= MAX_FILE_SIZE) {
      return uploadDirectly(this.#api, file, options, key);
    }
    try {
      return await uploadMultipart(this.#api, file, options, key);
    } catch (error) {
      if (isApiError(error, "FILE_TOO_LARGE") && error.details?.["directUpload"]) {
        return uploadDirectly(this.#api, file, options, key);
      }
      throw error;
    }
  }

  async get(id: string, { signal }: CallOptions = {}): Promise<Image> {
    return json(await this.#call({ method: "GET", url: imagePath(id), headers: {}, signal }, true));
  }

  /** One page. `pages` and `images` walk all of them. */
  async list(filter: ListFilter = {}, { signal }: CallOptions = {}): Promise<ImagePage> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) {
      if (value !== undefined) {
        query.set(name, String(value));
      }
    }
    const url = query.size > 0 ? `/images?${query}` : "/images";
    return json(await this.#call({ method: "GET", url, headers: {}, signal }, true));
  }

  /** All pages from the first, or from `filter.cursor`, each fetched when it is asked for. */
  async *pages(filter: ListFilter = {}, options: CallOptions = {}): AsyncGenerator<ImagePage, void, undefined> {
    let page = await this.list(filter, options);
    yield page;
    while (page.pagination.nextCursor) {
      page = await this.list({ ...filter, cursor: page.pagination.nextCursor }, options);
      yield page;
    }
  }

  /** All images, page by page behind the scenes. */
  async *images(filter: ListFilter = {}, options: CallOptions = {}): AsyncGenerator<ListedImage, void, undefined> {
    for await (const page of this.pages(filter, options)) {
      yield* page.images;
    }
  }

  /**
   * Changes an image as it was at `version`; `VERSION_MISMATCH` when somebody was faster.
   *
   * Silence is not tried again: the change may have been made, and a second try would meet it as
   * somebody else's.
   */
  async update(id: string, version: number, patch: ImagePatch, { signal }: CallOptions = {}): Promise<Image> {
    const request: Request = {
      method: "PATCH",
      url: imagePath(id),
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...patch, version }),
      signal,
    };
    return json(await this.#call(request, false));
  }

  /**
   * Changes an image whatever happened to it meanwhile: reads it, asks `change` what to do, and
   * starts over when somebody else was faster. `change` must decide by what it is given, as it may
   * be called again; `undefined` means that nothing is left to do.
   */
  async edit(
    id: string,
    change: (image: Image) => ImagePatch | undefined,
    { attempts = 5, ...options }: CallOptions & { attempts?: number } = {},
  ): Promise<Image> {
    for (let attempt = 1; ; attempt += 1) {
      const image = await this.get(id, options);
      const patch = change(image);
      if (patch === undefined) {
        return image;
      }
      try {
        return await this.update(id, image.version, patch, options);
      } catch (error) {
        if (attempt >= attempts || !isApiError(error, "VERSION_MISMATCH")) {
          throw error;
        }
      }
    }
  }

  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    const request: Request = { method: "DELETE", url: imagePath(id), headers: {}, signal };
    const attempt = async (tried: number) => {
      try {
        await this.#once(request);
      } catch (error) {
        // An earlier try may have done it without our hearing of it.
        if (tried === 0 || !isApiError(error, "IMAGE_NOT_FOUND")) {
          throw error;
        }
      }
    };
    await withRetries(attempt, true, this.#retry, signal);
  }

  /** Also for a service that is not well: its report comes with 503. */
  async health({ signal }: CallOptions = {}): Promise<Health> {
    const answer = await send({ method: "GET", url: `${this.#baseUrl}/health`, headers: {}, signal });
    if (answer.status !== 200 && answer.status !== 503) {
      throw errorFrom(answer);
    }
    return json(answer);
  }

  #call(request: Request, repeatable: boolean): Promise<Answer> {
    return withRetries(() => this.#once(request), repeatable, this.#retry, request.signal);
  }

  /** One try, or two when the token had run out. */
  async #once(request: Request): Promise<Answer> {
    try {
      return await this.#authorized(request, false);
    } catch (error) {
      if (typeof this.#token !== "function" || !isApiError(error, "UNAUTHORIZED")) {
        throw error;
      }
      return this.#authorized(request, true);
    }
  }

  async #authorized(request: Request, renew: boolean): Promise<Answer> {
    const token = typeof this.#token === "function" ? await this.#token(renew) : this.#token;
    const answer = await send({
      ...request,
      url: this.#baseUrl + request.url,
      headers: { ...request.headers, Authorization: `Bearer ${token}` },
    });
    return succeeded(answer);
  }
}

/** A token of a server that runs with `AUTH=dev`, which asks for no password. */
export async function devToken(baseUrl: string, user: string, { signal }: CallOptions = {}): Promise<string> {
  const url = `${baseUrl.replace(/\/$/, "")}/dev/token?sub=${encodeURIComponent(user)}`;
  return succeeded(await send({ method: "GET", url, headers: { Accept: "text/plain" }, signal })).text;
}

function imagePath(id: string): string {
  return `/images/${encodeURIComponent(id)}`;
}

/** `crypto.randomUUID` is missing on pages that came over plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
