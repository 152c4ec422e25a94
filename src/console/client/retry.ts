/** Trying again: only what passes by itself, a bounded number of times, when the service says. */

import { ApiError, NetworkError } from "./errors.js";

export interface RetryOptions {
  /** Tries after the first one. */
  retries: number;
  /** Longest wait, in milliseconds. Who is told to wait longer gets the error instead. */
  maxDelay: number;
}

/**
 * `repeatable`: the service can not be made to do it twice. Otherwise only answers that say that
 * nothing was done are tried again, not silence.
 */
export async function withRetries<T>(
  attempt: (attempt: number) => Promise<T>,
  repeatable: boolean,
  { retries, maxDelay }: RetryOptions,
  signal: AbortSignal | undefined,
): Promise<T> {
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

function passes(error: unknown, repeatable: boolean): boolean {
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
      // 502 and 504 are said by what stands in front: whether the service did it is unknown.
      return repeatable || error.status === 503;
    default:
      return false;
  }
}

/** What the service asks for, or twice as long each time with some chance, so that clients spread. */
function delayAfter(error: unknown, tried: number): number {
  if (error instanceof ApiError && error.retryAfter !== undefined) {
    return error.retryAfter * 1000;
  }
  return 250 * 2 ** tried * (0.75 + Math.random() / 2);
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
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
