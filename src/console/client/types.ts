/** The shapes of the API under short names, and what callers may ask for. */

import type { components, operations } from "./schema.js";

export type Image = components["schemas"]["Image"];
export type ListedImage = components["schemas"]["ListedImage"];
export type ImagePage = components["schemas"]["ImageList"];
export type Health = components["schemas"]["Health"];
/** Absent: unchanged. `null`: removed. */
export type ImagePatch = Omit<components["schemas"]["ImagePatch"], "version">;
export type ListFilter = NonNullable<operations["listImages"]["parameters"]["query"]>;

/** What an image is given with its upload. */
export interface Annotations {
  albumId?: string;
  title?: string;
  description?: string;
  altText?: string;
  tags?: string[];
}

export interface UploadProgress {
  /** `sending` counts bytes; `processing` waits for the service to make the image. */
  phase: "sending" | "processing";
  /** From 0 to 1. Without XMLHttpRequest (in Node) only 1 is told. */
  fraction: number;
}

export interface UploadOptions extends Annotations {
  /** Needed for a `Blob`, which has no name. */
  filename?: string;
  onProgress?: (progress: UploadProgress) => void;
  /** Made anew for each call unless given; the same for all tries of one call. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface CallOptions {
  signal?: AbortSignal;
}

/** A token, or who gets one. `renew` is set after the service refused the last one. */
export type TokenSource = string | ((renew: boolean) => string | Promise<string>);

export interface ClientOptions {
  /** Such as `https://images.lego-api.com`, or `""` for the page's own host. */
  baseUrl: string;
  token: TokenSource;
  /** Tries after the first one; 4 unless given. */
  retries?: number;
  /** Longest wait between tries in milliseconds; 30,000 unless given. */
  maxRetryDelay?: number;
}
