/** From an answer to a value or an error. */

import { ApiError, errorFrom } from "./errors.js";
import type { Answer } from "./transport.js";

export function succeeded(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) {
    return answer;
  }
  throw errorFrom(answer);
}

export function json<T>(answer: Answer): T {
  try {
    return JSON.parse(answer.text) as T;
  } catch {
    throw new ApiError("INTERNAL_ERROR", "The answer is not JSON", { status: answer.status });
  }
}
