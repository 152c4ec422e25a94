/** One request: by XMLHttpRequest where progress is wanted and there is one, by `fetch` otherwise. */

import { NetworkError } from "./errors.js";

export interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: Blob | FormData | string;
  signal?: AbortSignal | undefined;
  onSent?: ((sent: number, total: number) => void) | undefined;
}

export interface Answer {
  status: number;
  header: (name: string) => string | null;
  text: string;
}

export type Send = (request: Request) => Promise<Answer>;

/** `fetch` tells nothing about the bytes of a body that are sent; XMLHttpRequest does. */
export const send: Send = (request) =>
  request.onSent && typeof XMLHttpRequest === "function" ? sendWithProgress(request) : sendByFetch(request);

async function sendByFetch({ method, url, headers, body, signal, onSent }: Request): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers,
      // Tokens travel in a header; cookies of other services have no business here.
      credentials: "omit",
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
    onSent?.(1, 1);
    return { status: response.status, header: (name) => response.headers.get(name), text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw new NetworkError("The image service can not be reached", { cause: error });
  }
}

function sendWithProgress({ method, url, headers, body, signal, onSent }: Request): Promise<Answer> {
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
    xhr.onload = () =>
      resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), text: xhr.responseText });
    xhr.onerror = () => reject(new NetworkError("The image service can not be reached"));
    xhr.onabort = () => reject(signal?.reason);
    xhr.onloadend = () => signal?.removeEventListener("abort", abort);
    xhr.send(body ?? null);
  });
}
