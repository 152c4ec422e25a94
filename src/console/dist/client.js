// Made from src/console/client by build.mjs.

// client/errors.ts
var ApiError = class extends Error {
  constructor(code, message, context) {
    super(message);
    this.code = code;
    this.status = context.status;
    this.requestId = context.requestId;
    this.retryAfter = context.retryAfter;
    this.details = context.details;
    this.currentVersion = context.currentVersion;
  }
  code;
  name = "ApiError";
  status;
  requestId;
  retryAfter;
  details;
  currentVersion;
};
var NetworkError = class extends Error {
  name = "NetworkError";
};
function isApiError(error, code) {
  return error instanceof ApiError && (code === void 0 || error.code === code);
}
function errorFrom({ status, header, text }) {
  const body = parse(text);
  return new ApiError(body?.code ?? codeOf(status), body?.message ?? `The service answered ${status}`, {
    status,
    requestId: body?.requestId ?? header("X-Request-Id") ?? void 0,
    retryAfter: body?.retryAfter ?? seconds(header("Retry-After")),
    details: body?.details,
    currentVersion: body?.currentVersion
  });
}
function parse(text) {
  try {
    const body = JSON.parse(text);
    return typeof body === "object" && body !== null && "code" in body ? body : void 0;
  } catch {
    return void 0;
  }
}
function codeOf(status) {
  switch (status) {
    case 401:
      return "UNAUTHORIZED";
    case 403:
      return "NOT_AUTHORIZED";
    case 404:
      return "NOT_FOUND";
    case 405:
      return "METHOD_NOT_ALLOWED";
    case 408:
      return "REQUEST_TIMEOUT";
    case 412:
      return "PRECONDITION_FAILED";
    case 413:
      return "FILE_TOO_LARGE";
    case 429:
      return "RATE_LIMIT_EXCEEDED";
    case 502:
    case 503:
    case 504:
      return "SERVICE_UNAVAILABLE";
    default:
      return status < 500 ? "INVALID_REQUEST" : "INTERNAL_ERROR";
  }
}
function seconds(retryAfter) {
  const value = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(value) && value >= 0 ? value : void 0;
}

// client/answer.ts
function succeeded(answer) {
  if (answer.status >= 200 && answer.status < 300) {
    return answer;
  }
  throw errorFrom(answer);
}
function json(answer) {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new ApiError("INTERNAL_ERROR", "The answer is not JSON", { status: answer.status });
  }
}

// client/retry.ts
async function withRetries(attempt, repeatable, { retries, maxDelay }, signal) {
  for (let tried = 0; ; tried += 1) {
    try {
      return await attempt(tried);
    } catch (error) {
      const delay = passes(error, repeatable) ? delayAfter(error, tried) : Infinity;
      if (tried >= retries || delay > maxDelay) {
        throw error;
      }
      await sleep(delay, signal);
    }
  }
}
function passes(error, repeatable) {
  if (error instanceof NetworkError) {
    return repeatable;
  }
  if (!(error instanceof ApiError)) {
    return false;
  }
  switch (error.code) {
    case "RATE_LIMIT_EXCEEDED":
    case "REQUEST_IN_PROGRESS":
      return true;
    case "SERVICE_UNAVAILABLE":
      return repeatable || error.status === 503;
    default:
      return false;
  }
}
function delayAfter(error, tried) {
  if (error instanceof ApiError && error.retryAfter !== void 0) {
    return error.retryAfter * 1e3;
  }
  return 250 * 2 ** tried * (0.75 + Math.random() / 2);
}
function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

// client/transport.ts
var send = (request) => request.onSent && typeof XMLHttpRequest === "function" ? sendWithProgress(request) : sendByFetch(request);
async function sendByFetch({ method, url, headers, body, signal, onSent }) {
  try {
    const response = await fetch(url, {
      method,
      headers,
      // Tokens travel in a header; cookies of other services have no business here.
      credentials: "omit",
      ...body === void 0 ? {} : { body },
      ...signal ? { signal } : {}
    });
    onSent?.(1, 1);
    return { status: response.status, header: (name) => response.headers.get(name), text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw new NetworkError("The image service can not be reached", { cause: error });
  }
}
function sendWithProgress({ method, url, headers, body, signal, onSent }) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    signal?.addEventListener("abort", abort);
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) {
      xhr.setRequestHeader(name, value);
    }
    xhr.upload.onprogress = ({ loaded, total }) => onSent?.(loaded, total);
    xhr.onload = () => resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), text: xhr.responseText });
    xhr.onerror = () => reject(new NetworkError("The image service can not be reached"));
    xhr.onabort = () => reject(signal?.reason);
    xhr.onloadend = () => signal?.removeEventListener("abort", abort);
    xhr.send(body ?? null);
  });
}

// client/upload.ts
async function uploadMultipart(api, file, options, key) {
  const form = new FormData();
  for (const [name, value] of Object.entries(annotations(options))) {
    for (const text of Array.isArray(value) ? value : [value]) {
      form.append(name === "tags" ? "tags[]" : name, text);
    }
  }
  form.append("file", file, filename(file, options));
  const request = {
    method: "POST",
    url: "/images",
    headers: { "Idempotency-Key": key },
    body: form,
    signal: options.signal,
    onSent: progress(options)
  };
  return json(await api.call(request));
}
async function uploadDirectly(api, file, options, key) {
  const { signal } = options;
  const post = (url, step, body) => ({
    method: "POST",
    url,
    headers: { "Content-Type": "application/json", "Idempotency-Key": `${key}.${step}` },
    body: JSON.stringify(body),
    signal
  });
  const start = { filename: filename(file, options), contentType: file.type, size: file.size };
  const ticket = json(await api.call(post("/uploads", "start", start)));
  await api.retrying((tried) => put(ticket, file, options, tried), signal);
  options.onProgress?.({ phase: "processing", fraction: 1 });
  const finish = { uploadId: ticket.uploadId, ...annotations(options) };
  return json(await api.call(post("/images", "finish", finish)));
}
async function put({ url, method, headers }, file, options, tried) {
  const request = { method, url, headers, body: file, signal: options.signal, onSent: progress(options) };
  try {
    succeeded(await send(request));
  } catch (error) {
    const arrived = tried > 0 && error instanceof ApiError && error.status === 412;
    if (!arrived) {
      throw error;
    }
  }
}
function progress({ onProgress }) {
  return onProgress && ((sent, total) => onProgress({ phase: sent < total ? "sending" : "processing", fraction: total > 0 ? sent / total : 1 }));
}
function annotations({ albumId, title, description, altText, tags }) {
  const all = { albumId, title, description, altText, tags };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== void 0));
}
function filename(file, { filename: filename2 }) {
  return filename2 ?? (file instanceof File ? file.name : "upload");
}

// client/client.ts
var DIRECT_UPLOAD_FROM = 4 * 1024 * 1024;
var MAX_FILE_SIZE = 10 * 1024 * 1024;
var ImageClient = class {
  #baseUrl;
  #token;
  #retry;
  #api;
  constructor({ baseUrl, token, retries = 4, maxRetryDelay = 3e4 }) {
    this.#baseUrl = baseUrl.replace(/\/$/, "");
    this.#token = token;
    this.#retry = { retries, maxDelay: maxRetryDelay };
    this.#api = {
      call: (request) => this.#call(request, true),
      retrying: (attempt, signal) => withRetries(attempt, true, this.#retry, signal)
    };
  }
  /** Uploads one file, by the way that fits its size. */
  async upload(file, options = {}) {
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
  async get(id, { signal } = {}) {
    return json(await this.#call({ method: "GET", url: imagePath(id), headers: {}, signal }, true));
  }
  /** One page. `pages` and `images` walk all of them. */
  async list(filter = {}, { signal } = {}) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) {
      if (value !== void 0) {
        query.set(name, String(value));
      }
    }
    const url = query.size > 0 ? `/images?${query}` : "/images";
    return json(await this.#call({ method: "GET", url, headers: {}, signal }, true));
  }
  /** All pages from the first, or from `filter.cursor`, each fetched when it is asked for. */
  async *pages(filter = {}, options = {}) {
    let page = await this.list(filter, options);
    yield page;
    while (page.pagination.nextCursor) {
      page = await this.list({ ...filter, cursor: page.pagination.nextCursor }, options);
      yield page;
    }
  }
  /** All images, page by page behind the scenes. */
  async *images(filter = {}, options = {}) {
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
  async update(id, version, patch, { signal } = {}) {
    const request = {
      method: "PATCH",
      url: imagePath(id),
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...patch, version }),
      signal
    };
    return json(await this.#call(request, false));
  }
  /**
   * Changes an image whatever happened to it meanwhile: reads it, asks `change` what to do, and
   * starts over when somebody else was faster. `change` must decide by what it is given, as it may
   * be called again; `undefined` means that nothing is left to do.
   */
  async edit(id, change, { attempts = 5, ...options } = {}) {
    for (let attempt = 1; ; attempt += 1) {
      const image = await this.get(id, options);
      const patch = change(image);
      if (patch === void 0) {
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
  async delete(id, { signal } = {}) {
    const request = { method: "DELETE", url: imagePath(id), headers: {}, signal };
    const attempt = async (tried) => {
      try {
        await this.#once(request);
      } catch (error) {
        if (tried === 0 || !isApiError(error, "IMAGE_NOT_FOUND")) {
          throw error;
        }
      }
    };
    await withRetries(attempt, true, this.#retry, signal);
  }
  /** Also for a service that is not well: its report comes with 503. */
  async health({ signal } = {}) {
    const answer = await send({ method: "GET", url: `${this.#baseUrl}/health`, headers: {}, signal });
    if (answer.status !== 200 && answer.status !== 503) {
      throw errorFrom(answer);
    }
    return json(answer);
  }
  #call(request, repeatable) {
    return withRetries(() => this.#once(request), repeatable, this.#retry, request.signal);
  }
  /** One try, or two when the token had run out. */
  async #once(request) {
    try {
      return await this.#authorized(request, false);
    } catch (error) {
      if (typeof this.#token !== "function" || !isApiError(error, "UNAUTHORIZED")) {
        throw error;
      }
      return this.#authorized(request, true);
    }
  }
  async #authorized(request, renew) {
    const token = typeof this.#token === "function" ? await this.#token(renew) : this.#token;
    const answer = await send({
      ...request,
      url: this.#baseUrl + request.url,
      headers: { ...request.headers, Authorization: `Bearer ${token}` }
    });
    return succeeded(answer);
  }
};
async function devToken(baseUrl, user, { signal } = {}) {
  const url = `${baseUrl.replace(/\/$/, "")}/dev/token?sub=${encodeURIComponent(user)}`;
  return succeeded(await send({ method: "GET", url, headers: { Accept: "text/plain" }, signal })).text;
}
function imagePath(id) {
  return `/images/${encodeURIComponent(id)}`;
}
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
export {
  ApiError,
  DIRECT_UPLOAD_FROM,
  ImageClient,
  MAX_FILE_SIZE,
  NetworkError,
  devToken,
  isApiError
};
