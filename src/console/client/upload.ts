/** The two ways of a file to the service. */

import { json, succeeded } from "./answer.js";
import { ApiError } from "./errors.js";
import { send, type Answer, type Request } from "./transport.js";
import type { components } from "./schema.js";
import type { Annotations, Image, UploadOptions } from "./types.js";

/** What an upload needs of the client. */
export interface Api {
  /** With token and retries. */
  call: (request: Request) => Promise<Answer>;
  /** Retries alone, for what needs no token. */
  retrying: <T>(attempt: (tried: number) => Promise<T>, signal: AbortSignal | undefined) => Promise<T>;
}

/** In one request, together with its annotations. */
export async function uploadMultipart(api: Api, file: Blob, options: UploadOptions, key: string): Promise<Image> {
  const form = new FormData();
  for (const [name, value] of Object.entries(annotations(options))) {
    for (const text of Array.isArray(value) ? value : [value]) {
      form.append(name === "tags" ? "tags[]" : name, text);
    }
  }
  form.append("file", file, filename(file, options));
  const request: Request = {
    method: "POST",
    url: "/images",
    headers: { "Idempotency-Key": key },
    body: form,
    signal: options.signal,
    onSent: progress(options),
  };
  return json<Image>(await api.call(request));
}

/** Straight to the storage, then by name. Each step has a key of its own: they are different requests. */
export async function uploadDirectly(api: Api, file: Blob, options: UploadOptions, key: string): Promise<Image> {
  const { signal } = options;
  const post = (url: string, step: string, body: unknown): Request => ({
    method: "POST",
    url,
    headers: { "Content-Type": "application/json", "Idempotency-Key": `${key}.${step}` },
    body: JSON.stringify(body),
    signal,
  });
  const start = { filename: filename(file, options), contentType: file.type, size: file.size };
  const ticket = json<components["schemas"]["DirectUpload"]>(await api.call(post("/uploads", "start", start)));
  await api.retrying((tried) => put(ticket, file, options, tried), signal);
  options.onProgress?.({ phase: "processing", fraction: 1 });
  const finish = { uploadId: ticket.uploadId, ...annotations(options) };
  return json<Image>(await api.call(post("/images", "finish", finish)));
}

async function put(
  { url, method, headers }: components["schemas"]["DirectUpload"],
  file: Blob,
  options: UploadOptions,
  tried: number,
): Promise<void> {
  const request: Request = { method, url, headers, body: file, signal: options.signal, onSent: progress(options) };
  try {
    succeeded(await send(request));
  } catch (error) {
    // The URL takes one file: an earlier try arrived without our hearing of it.
    const arrived = tried > 0 && error instanceof ApiError && error.status === 412;
    if (!arrived) {
      throw error;
    }
  }
}

function progress({ onProgress }: UploadOptions): Request["onSent"] {
  return (
    onProgress &&
    ((sent, total) => onProgress({ phase: sent < total ? "sending" : "processing", fraction: total > 0 ? sent / total : 1 }))
  );
}

function annotations({ albumId, title, description, altText, tags }: Annotations): Annotations {
  const all = { albumId, title, description, altText, tags };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function filename(file: Blob, { filename }: UploadOptions): string {
  return filename ?? (file instanceof File ? file.name : "upload");
}
