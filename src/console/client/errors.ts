/** What can go wrong, by the code that the service gives it. */

import type { components } from "./schema.js";
import type { Answer } from "./transport.js";

export type ErrorCode = components["schemas"]["ErrorCode"];
type ErrorBody = components["schemas"]["Error"];

/** What a code brings along besides its message. */
interface Extras {
  VALIDATION_FAILED: { details: Record<string, string> };
  INVALID_DIMENSIONS: { details: { width: number; height: number } };
  VERSION_MISMATCH: { currentVersion: number };
}

export type ApiErrorWith<C extends ErrorCode> = ApiError & { code: C } & (C extends keyof Extras ? Extras[C] : unknown);

/** What an error carries besides its code and its text. */
export interface ErrorContext {
  status: number;
  /** To be named when asking the people who run the service. */
  requestId?: string | undefined;
  /** Seconds to wait before the next try, where the service says so. */
  retryAfter?: number | undefined;
  details?: Record<string, unknown> | undefined;
  currentVersion?: number | undefined;
}

/** An answer that says no. `message` is written for a person; act on `code`. */
export class ApiError extends Error implements ErrorContext {
  override readonly name = "ApiError";
  readonly status: number;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly currentVersion: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    context: ErrorContext,
  ) {
    super(message);
    this.status = context.status;
    this.requestId = context.requestId;
    this.retryAfter = context.retryAfter;
    this.details = context.details;
    this.currentVersion = context.currentVersion;
  }
}

/** No answer came: no network, the server is down, or its CORS rules refuse this page. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/**
 * Tells whether a caught value is an answer with this code; what comes with the code is typed then:
 * `if (isApiError(error, "VERSION_MISMATCH")) reload(error.currentVersion)`.
 */
export function isApiError<C extends ErrorCode>(error: unknown, code: C): error is ApiErrorWith<C>;
export function isApiError(error: unknown): error is ApiError;
export function isApiError(error: unknown, code?: ErrorCode): boolean {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** Reads the service's own format; what stands in front of the service or beside it has others. */
export function errorFrom({ status, header, text }: Answer): ApiError {
  const body = parse(text);
  return new ApiError(body?.code ?? codeOf(status), body?.message ?? `The service answered ${status}`, {
    status,
    requestId: body?.requestId ?? header("X-Request-Id") ?? undefined,
    retryAfter: body?.retryAfter ?? seconds(header("Retry-After")),
    details: body?.details,
    currentVersion: body?.currentVersion,
  });
}

function parse(text: string): ErrorBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "code" in body ? (body as ErrorBody) : undefined;
  } catch {
    return undefined;
  }
}

/** For the gateway's and the bucket's own refusals, which know no codes. */
function codeOf(status: number): ErrorCode {
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

function seconds(retryAfter: string | null): number | undefined {
  const value = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(value) && value >= 0 ? value : undefined;
}
