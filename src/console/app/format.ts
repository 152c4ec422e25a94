/** Numbers, times and mistakes as a person reads them. */

import { ApiError, NetworkError, isApiError } from "../client/index.js";

export function bytes(count: number): string {
  return count < 1024 * 1024 ? `${Math.max(1, Math.round(count / 1024))} kB` : `${(count / 1024 / 1024).toFixed(1)} MB`;
}

export function count(images: number): string {
  return images === 1 ? "1 image" : `${images.toLocaleString("en")} images`;
}

const TIME = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function time(rfc3339: string): string {
  return TIME.format(new Date(rfc3339));
}

/** What went wrong and what to do about it. */
export function problem(error: unknown): string {
  if (isApiError(error, "VALIDATION_FAILED")) {
    return Object.entries(error.details ?? {})
      .map(([field, reason]) => `${label(field)} ${reason}`)
      .join("; ");
  }
  if (isApiError(error, "INVALID_DIMENSIONS")) {
    const { width, height } = error.details;
    return `${error.message}; this one has ${width}×${height}`;
  }
  if (isApiError(error, "RATE_LIMIT_EXCEEDED")) {
    return `Too many requests. Try again in ${error.retryAfter ?? "some"} seconds`;
  }
  if (error instanceof ApiError && error.status >= 500) {
    return `${error.message} (request ${error.requestId ?? "unknown"})`;
  }
  if (error instanceof ApiError || error instanceof NetworkError) {
    return error.message;
  }
  return "Something went wrong on this page";
}

const LABELS: Record<string, string> = {
  albumId: "Album",
  title: "Title",
  description: "Description",
  altText: "Alt text",
  tags: "Tags:",
  sub: "The name",
};

function label(field: string): string {
  return LABELS[field] ?? field;
}
