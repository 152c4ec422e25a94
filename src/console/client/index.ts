/** The typed client of the image service: one module without dependencies, for browsers and Node. */

export { DIRECT_UPLOAD_FROM, ImageClient, MAX_FILE_SIZE, devToken } from "./client.js";
export { ApiError, NetworkError, isApiError, type ApiErrorWith, type ErrorCode } from "./errors.js";
export type {
  Annotations,
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
  UploadProgress,
} from "./types.js";
