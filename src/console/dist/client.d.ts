// Made from src/console/client by build.mjs.

interface components {
	schemas: {
		/** @description A token for the `Authorization` header. Not `Debug`: it must not get into a log. */
		DevToken: {
			/**
			 * Format: int64
			 * @description Seconds.
			 */
			expiresIn: number;
			token: string;
		};
		/** @description How to send the file: `method` to `url` with exactly these `headers` and the announced length */
		DirectUpload: {
			/** Format: date-time */
			expiresAt: string;
			/**
			 * @example {
			 *       "Content-Type": "image/jpeg",
			 *       "If-None-Match": "*"
			 *     }
			 */
			headers: {
				[key: string]: string;
			};
			/** @enum {string} */
			method: "PUT";
			uploadId: string;
			/** Format: uri */
			url: string;
		};
		/** @description The body of every error (api.md, "Errors"). */
		Error: {
			code: components["schemas"]["ErrorCode"];
			/**
			 * Format: int64
			 * @description With `VERSION_MISMATCH`.
			 */
			currentVersion?: number;
			/**
			 * @description Each refused field and why with `VALIDATION_FAILED`, `width` and `height` with
			 *     `INVALID_DIMENSIONS`, sometimes `directUpload` with `FILE_TOO_LARGE`.
			 */
			details?: Record<string, never>;
			/** @description The family of the code. */
			error: string;
			/** @description For a person. */
			message: string;
			/** @description Names the request in the service's log; the header `X-Request-Id` as well. */
			requestId: string;
			/**
			 * Format: int64
			 * @description Seconds, with `RATE_LIMIT_EXCEEDED`.
			 */
			retryAfter?: number;
		};
		/** @enum {string} */
		ErrorCode: "INVALID_REQUEST" | "VALIDATION_FAILED" | "INVALID_FILE_TYPE" | "INVALID_DIMENSIONS" | "CORRUPT_IMAGE" | "INVALID_CURSOR" | "UNAUTHORIZED" | "NOT_AUTHORIZED" | "IMAGE_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "REQUEST_TIMEOUT" | "VERSION_MISMATCH" | "REQUEST_IN_PROGRESS" | "PRECONDITION_FAILED" | "FILE_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "IDEMPOTENCY_KEY_REUSED" | "RATE_LIMIT_EXCEEDED" | "IMAGE_PROCESSING_FAILED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
		/** @description What to make an image of that was uploaded directly */
		FinishUpload: {
			/** @example castles */
			albumId?: string | null;
			/** @description What the picture shows, for those who can not see it */
			altText?: string | null;
			description?: string | null;
			/**
			 * @example [
			 *       "castle",
			 *       "medieval"
			 *     ]
			 */
			tags?: string[];
			/** @example Castle gate */
			title?: string | null;
			/**
			 * @description From the answer of `POST /uploads`
			 * @example 01ARZ3NDEKTSV4RRFFQ69G5FAV
			 */
			uploadId: string;
		};
		Health: {
			/** @description `up` or `down` for each dependency; those that are not configured are left out. */
			services: {
				[key: string]: string;
			};
			/** @description `healthy`, `degraded` or `unhealthy`. */
			status: string;
			/** Format: date-time */
			timestamp: string;
			version: string;
		};
		/** @description The image object (api.md). */
		Image: {
			/** @example castles */
			albumId?: string;
			/** @example Grey castle gate with two towers */
			altText?: string;
			/**
			 * Format: double
			 * @description `width` / `height`, rounded to three decimals.
			 * @example 1.778
			 */
			aspectRatio: number;
			/** Format: date-time */
			createdAt: string;
			description?: string;
			/**
			 * Format: int64
			 * @description Bytes uploaded.
			 */
			fileSize: number;
			format: string;
			/**
			 * Format: int32
			 * @example 1080
			 */
			height: number;
			/** @example 01ARZ3NDEKTSV4RRFFQ69G5FAV */
			id: string;
			/** Format: uri */
			imageUrl: string;
			/**
			 * @description Of the stored file.
			 * @example image/webp
			 */
			mimeType: string;
			/** @example IMG_1234.jpg */
			originalFilename: string;
			/**
			 * Format: int64
			 * @description Bytes of the stored main file.
			 */
			processedSize: number;
			processingStatus: string;
			/** Format: int32 */
			quality: number;
			s3Bucket: string;
			s3Key: string;
			tags: string[];
			/**
			 * @description Base64 of a ThumbHash: what to paint until the thumbnail is there.
			 * @example 1QcSHQRnh493V4dIh4eXh1h4kJUI
			 */
			thumbhash: string;
			thumbnailKey: string;
			/** Format: uri */
			thumbnailUrl: string;
			/** @example Castle gate */
			title?: string;
			/** Format: date-time */
			updatedAt: string;
			/** Format: date-time */
			uploadedAt: string;
			/** @example alice */
			userId: string;
			/**
			 * Format: int64
			 * @description One higher after each change.
			 */
			version: number;
			/**
			 * Format: int32
			 * @description Pixels of the upload as a person sees it, before fitting.
			 * @example 1920
			 */
			width: number;
		};
		ImageList: {
			images: components["schemas"]["ListedImage"][];
			pagination: components["schemas"]["Pagination"];
			/**
			 * Format: int64
			 * @description All of the caller's images, or those of the album; left out when `tag` filters.
			 * @example 142
			 */
			totalCount?: number;
		};
		/** @description Absent: unchanged; `null`: removed; `tags` replaces all tags */
		ImagePatch: {
			/** @example castles */
			albumId?: string | null;
			/** @description What the picture shows, for those who can not see it */
			altText?: string | null;
			description?: string | null;
			/**
			 * @example [
			 *       "castle",
			 *       "medieval"
			 *     ]
			 */
			tags?: string[];
			/** @example Castle gate */
			title?: string | null;
			/**
			 * Format: int64
			 * @description The version last seen; required unless `If-Match` is sent
			 */
			version?: number;
		};
		/** @description What a list shows of each image (api.md, `GET /images`). */
		ListedImage: {
			/** @example castles */
			albumId?: string;
			/** @example Grey castle gate with two towers */
			altText?: string;
			/**
			 * Format: int32
			 * @example 1080
			 */
			height: number;
			/** @example 01ARZ3NDEKTSV4RRFFQ69G5FAV */
			id: string;
			/** Format: uri */
			imageUrl: string;
			tags: string[];
			/**
			 * @description Base64 of a ThumbHash: what to paint until the thumbnail is there.
			 * @example 1QcSHQRnh493V4dIh4eXh1h4kJUI
			 */
			thumbhash: string;
			/** Format: uri */
			thumbnailUrl: string;
			/** @example Castle gate */
			title?: string;
			/** Format: date-time */
			uploadedAt: string;
			/** @example alice */
			userId: string;
			/**
			 * Format: int64
			 * @description One higher after each change.
			 */
			version: number;
			/**
			 * Format: int32
			 * @description Pixels of the upload as a person sees it, before fitting.
			 * @example 1920
			 */
			width: number;
		};
		Pagination: {
			hasMore: boolean;
			limit: number;
			/** @description For the parameter `cursor`; absent on the last page. */
			nextCursor?: string;
		};
		/** @description What will be uploaded */
		StartUpload: {
			/** @enum {string} */
			contentType: "image/jpeg" | "image/png" | "image/webp";
			/**
			 * @description For display
			 * @example IMG_1.jpg
			 */
			filename?: string;
			/**
			 * Format: int64
			 * @description Bytes
			 * @example 8123456
			 */
			size: number;
		};
		/** @description A file and what there is to say about it. Parts may come in any order; unknown ones are ignored */
		UploadForm: {
			/** @example castles */
			albumId?: string;
			/** @description What the picture shows, for those who can not see it */
			altText?: string;
			description?: string;
			/**
			 * Format: binary
			 * @description JPEG, PNG or WebP of at most 10 MiB, 100×100 to 8000×8000 pixels. Its first bytes tell what it is, not its name or declared type
			 */
			file: string;
			/**
			 * @example [
			 *       "castle",
			 *       "medieval"
			 *     ]
			 */
			tags?: string[];
			/**
			 * @description Another way to write `tags`
			 * @example [
			 *       "castle",
			 *       "medieval"
			 *     ]
			 */
			"tags[]"?: string[];
			/** @example Castle gate */
			title?: string;
		};
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: never;
	pathItems: never;
}
interface operations {
	apiDocs: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OpenAPI 3.1 */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": Record<string, never>;
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
		};
	};
	devKeys: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description RFC 7517 */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": Record<string, never>;
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
		};
	};
	devToken: {
		parameters: {
			query: {
				/**
				 * @description Who the token is for
				 * @example alice
				 */
				sub: string;
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description The token */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["DevToken"];
					"text/plain": string;
				};
			};
			/** @description VALIDATION_FAILED */
			400: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	health: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description Up */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Health"];
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description Metadata or storage is down */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Health"];
				};
			};
		};
	};
	listImages: {
		parameters: {
			query?: {
				/** @description Images in a page */
				limit?: number;
				/** @description `nextCursor` of the page before; it belongs to the caller, the filter and the order */
				cursor?: string;
				/** @description Only images of this album */
				albumId?: string;
				/** @description Only images that carry this tag */
				tag?: string;
				/** @description By time of upload: newest first or oldest first */
				sortOrder?: "desc" | "asc";
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description One page */
			200: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["ImageList"];
				};
			};
			/** @description INVALID_CURSOR, VALIDATION_FAILED */
			400: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INVALID_CURSOR" | "VALIDATION_FAILED";
					};
				};
			};
			/** @description UNAUTHORIZED */
			401: {
				headers: {
					/** @description `Bearer error="invalid_token"` */
					"WWW-Authenticate"?: string;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNAUTHORIZED";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description RATE_LIMIT_EXCEEDED */
			429: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "RATE_LIMIT_EXCEEDED";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	uploadImage: {
		parameters: {
			query?: never;
			header?: {
				/** @description A retry with the same key within 24 hours answers with the first result and stores nothing new */
				"Idempotency-Key"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["FinishUpload"];
				"multipart/form-data": components["schemas"]["UploadForm"];
			};
		};
		responses: {
			/** @description The image */
			201: {
				headers: {
					/** @description `true` when this is the first result once more */
					"Idempotent-Replayed"?: string;
					/** @description Path of the image */
					Location?: string;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Image"];
				};
			};
			/** @description CORRUPT_IMAGE, INVALID_DIMENSIONS, INVALID_FILE_TYPE, INVALID_REQUEST, VALIDATION_FAILED */
			400: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "CORRUPT_IMAGE" | "INVALID_DIMENSIONS" | "INVALID_FILE_TYPE" | "INVALID_REQUEST" | "VALIDATION_FAILED";
					};
				};
			};
			/** @description UNAUTHORIZED */
			401: {
				headers: {
					/** @description `Bearer error="invalid_token"` */
					"WWW-Authenticate"?: string;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNAUTHORIZED";
					};
				};
			};
			/** @description UPLOAD_NOT_FOUND */
			404: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UPLOAD_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description REQUEST_IN_PROGRESS */
			409: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description FILE_TOO_LARGE */
			413: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "FILE_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description RATE_LIMIT_EXCEEDED */
			429: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "RATE_LIMIT_EXCEEDED";
					};
				};
			};
			/** @description IMAGE_PROCESSING_FAILED, INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "IMAGE_PROCESSING_FAILED" | "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	getImage: {
		parameters: {
			query?: never;
			header?: {
				/** @description `ETag` of an earlier answer: 304 when nothing changed */
				"If-None-Match"?: string;
			};
			path: {
				/**
				 * @description Id of an image
				 * @example 01ARZ3NDEKTSV4RRFFQ69G5FAV
				 */
				id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description The image */
			200: {
				headers: {
					/** @description The version in quotes */
					ETag?: string;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Image"];
				};
			};
			/** @description Not changed since */
			304: {
				headers: {
					/** @description The version in quotes */
					ETag?: string;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content?: never;
			};
			/** @description UNAUTHORIZED */
			401: {
				headers: {
					/** @description `Bearer error="invalid_token"` */
					"WWW-Authenticate"?: string;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNAUTHORIZED";
					};
				};
			};
			/** @description NOT_AUTHORIZED */
			403: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "NOT_AUTHORIZED";
					};
				};
			};
			/** @description IMAGE_NOT_FOUND */
			404: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "IMAGE_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description RATE_LIMIT_EXCEEDED */
			429: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "RATE_LIMIT_EXCEEDED";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	deleteImage: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				/**
				 * @description Id of an image
				 * @example 01ARZ3NDEKTSV4RRFFQ69G5FAV
				 */
				id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description It is gone */
			204: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content?: never;
			};
			/** @description UNAUTHORIZED */
			401: {
				headers: {
					/** @description `Bearer error="invalid_token"` */
					"WWW-Authenticate"?: string;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNAUTHORIZED";
					};
				};
			};
			/** @description NOT_AUTHORIZED */
			403: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "NOT_AUTHORIZED";
					};
				};
			};
			/** @description IMAGE_NOT_FOUND */
			404: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "IMAGE_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description RATE_LIMIT_EXCEEDED */
			429: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "RATE_LIMIT_EXCEEDED";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	updateImage: {
		parameters: {
			query?: never;
			header?: {
				/** @description The version last seen, in quotes; may stand in for `version` */
				"If-Match"?: string;
			};
			path: {
				/**
				 * @description Id of an image
				 * @example 01ARZ3NDEKTSV4RRFFQ69G5FAV
				 */
				id: string;
			};
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["ImagePatch"];
			};
		};
		responses: {
			/** @description The image as it is now */
			200: {
				headers: {
					/** @description The version in quotes */
					ETag?: string;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Image"];
				};
			};
			/** @description INVALID_REQUEST, VALIDATION_FAILED */
			400: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INVALID_REQUEST" | "VALIDATION_FAILED";
					};
				};
			};
			/** @description UNAUTHORIZED */
			401: {
				headers: {
					/** @description `Bearer error="invalid_token"` */
					"WWW-Authenticate"?: string;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNAUTHORIZED";
					};
				};
			};
			/** @description NOT_AUTHORIZED */
			403: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "NOT_AUTHORIZED";
					};
				};
			};
			/** @description IMAGE_NOT_FOUND */
			404: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "IMAGE_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description VERSION_MISMATCH */
			409: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "VERSION_MISMATCH";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description RATE_LIMIT_EXCEEDED */
			429: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "RATE_LIMIT_EXCEEDED";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	getThumbnail: {
		parameters: {
			query?: never;
			header?: {
				/** @description `ETag` of an earlier answer: 304 when nothing changed */
				"If-None-Match"?: string;
			};
			path: {
				/**
				 * @description Id of the owner
				 * @example alice
				 */
				user: string;
				/**
				 * @description Id of the image, and `.webp`
				 * @example 01ARZ3NDEKTSV4RRFFQ69G5FAV.webp
				 */
				file: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description WebP; it never changes */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"image/webp": number[];
				};
			};
			/** @description Not changed since */
			304: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content?: never;
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	getFile: {
		parameters: {
			query?: never;
			header?: {
				/** @description `ETag` of an earlier answer: 304 when nothing changed */
				"If-None-Match"?: string;
			};
			path: {
				/**
				 * @description Id of the owner
				 * @example alice
				 */
				user: string;
				/**
				 * @description Id of the image, and `.webp`
				 * @example 01ARZ3NDEKTSV4RRFFQ69G5FAV.webp
				 */
				file: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description WebP; it never changes */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"image/webp": number[];
				};
			};
			/** @description Not changed since */
			304: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content?: never;
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	metrics: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description The measurements */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"text/plain": string;
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
		};
	};
	startUpload: {
		parameters: {
			query?: never;
			header?: {
				/** @description A retry with the same key within 24 hours answers with the first result and stores nothing new */
				"Idempotency-Key"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["StartUpload"];
			};
		};
		responses: {
			/** @description How to send the file */
			201: {
				headers: {
					/** @description `true` when this is the first result once more */
					"Idempotent-Replayed"?: string;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["DirectUpload"];
				};
			};
			/** @description INVALID_FILE_TYPE, INVALID_REQUEST, VALIDATION_FAILED */
			400: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INVALID_FILE_TYPE" | "INVALID_REQUEST" | "VALIDATION_FAILED";
					};
				};
			};
			/** @description UNAUTHORIZED */
			401: {
				headers: {
					/** @description `Bearer error="invalid_token"` */
					"WWW-Authenticate"?: string;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNAUTHORIZED";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description REQUEST_IN_PROGRESS */
			409: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description FILE_TOO_LARGE */
			413: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "FILE_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description RATE_LIMIT_EXCEEDED */
			429: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "RATE_LIMIT_EXCEEDED";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Requests that the tightest limit allows; where limits are on */
					"X-RateLimit-Limit"?: number;
					/** @description Requests left of them */
					"X-RateLimit-Remaining"?: number;
					/** @description When one more is free: seconds since 1970 */
					"X-RateLimit-Reset"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
	putUpload: {
		parameters: {
			query?: never;
			header: {
				/** @description As in the answer of `POST /uploads` */
				"If-None-Match": "*";
			};
			path: {
				/** @description `uploadId` of the answer of `POST /uploads`, which has the whole URL */
				id: string;
			};
			cookie?: never;
		};
		requestBody: {
			content: {
				"image/jpeg": number[];
				"image/png": number[];
				"image/webp": number[];
			};
		};
		responses: {
			/** @description The file is there */
			200: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content?: never;
			};
			/** @description INVALID_REQUEST */
			400: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INVALID_REQUEST";
					};
				};
			};
			/** @description NOT_AUTHORIZED */
			403: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "NOT_AUTHORIZED";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TIMEOUT */
			408: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "REQUEST_TIMEOUT";
					};
				};
			};
			/** @description PRECONDITION_FAILED */
			412: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "PRECONDITION_FAILED";
					};
				};
			};
			/** @description INTERNAL_ERROR */
			500: {
				headers: {
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "INTERNAL_ERROR";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE */
			503: {
				headers: {
					/** @description Seconds to wait before the next try; always with `RATE_LIMIT_EXCEEDED`, `REQUEST_IN_PROGRESS` and `SERVICE_UNAVAILABLE` */
					"Retry-After"?: number;
					/** @description Names the request in the service's log */
					"X-Request-Id"?: string;
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Error"] & {
						/** @enum {string} */
						code?: "SERVICE_UNAVAILABLE";
					};
				};
			};
		};
	};
}
type Image$1 = components["schemas"]["Image"];
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
/** Larger files do not fit through every host of the service in one request. */
export declare const DIRECT_UPLOAD_FROM: number;
/** Bytes of the largest file that the service takes. */
export declare const MAX_FILE_SIZE: number;
export declare class ImageClient {
	#private;
	constructor({ baseUrl, token, retries, maxRetryDelay }: ClientOptions);
	/** Uploads one file, by the way that fits its size. */
	upload(file: Blob, options?: UploadOptions): Promise<Image$1>;
	get(id: string, { signal }?: CallOptions): Promise<Image$1>;
	/** One page. `pages` and `images` walk all of them. */
	list(filter?: ListFilter, { signal }?: CallOptions): Promise<ImagePage>;
	/** All pages from the first, or from `filter.cursor`, each fetched when it is asked for. */
	pages(filter?: ListFilter, options?: CallOptions): AsyncGenerator<ImagePage, void, undefined>;
	/** All images, page by page behind the scenes. */
	images(filter?: ListFilter, options?: CallOptions): AsyncGenerator<ListedImage, void, undefined>;
	/**
	 * Changes an image as it was at `version`; `VERSION_MISMATCH` when somebody was faster.
	 *
	 * Silence is not tried again: the change may have been made, and a second try would meet it as
	 * somebody else's.
	 */
	update(id: string, version: number, patch: ImagePatch, { signal }?: CallOptions): Promise<Image$1>;
	/**
	 * Changes an image whatever happened to it meanwhile: reads it, asks `change` what to do, and
	 * starts over when somebody else was faster. `change` must decide by what it is given, as it may
	 * be called again; `undefined` means that nothing is left to do.
	 */
	edit(id: string, change: (image: Image$1) => ImagePatch | undefined, { attempts, ...options }?: CallOptions & {
		attempts?: number;
	}): Promise<Image$1>;
	delete(id: string, { signal }?: CallOptions): Promise<void>;
	/** Also for a service that is not well: its report comes with 503. */
	health({ signal }?: CallOptions): Promise<Health>;
}
/** A token of a server that runs with `AUTH=dev`, which asks for no password. */
export declare function devToken(baseUrl: string, user: string, { signal }?: CallOptions): Promise<string>;
export type ErrorCode = components["schemas"]["ErrorCode"];
interface Extras {
	VALIDATION_FAILED: {
		details: Record<string, string>;
	};
	INVALID_DIMENSIONS: {
		details: {
			width: number;
			height: number;
		};
	};
	VERSION_MISMATCH: {
		currentVersion: number;
	};
}
export type ApiErrorWith<C extends ErrorCode> = ApiError & {
	code: C;
} & (C extends keyof Extras ? Extras[C] : unknown);
interface ErrorContext {
	status: number;
	/** To be named when asking the people who run the service. */
	requestId?: string | undefined;
	/** Seconds to wait before the next try, where the service says so. */
	retryAfter?: number | undefined;
	details?: Record<string, unknown> | undefined;
	currentVersion?: number | undefined;
}
/** An answer that says no. `message` is written for a person; act on `code`. */
export declare class ApiError extends Error implements ErrorContext {
	readonly code: ErrorCode;
	readonly name = "ApiError";
	readonly status: number;
	readonly requestId: string | undefined;
	readonly retryAfter: number | undefined;
	readonly details: Record<string, unknown> | undefined;
	readonly currentVersion: number | undefined;
	constructor(code: ErrorCode, message: string, context: ErrorContext);
}
/** No answer came: no network, the server is down, or its CORS rules refuse this page. */
export declare class NetworkError extends Error {
	readonly name = "NetworkError";
}
/**
 * Tells whether a caught value is an answer with this code; what comes with the code is typed then:
 * `if (isApiError(error, "VERSION_MISMATCH")) reload(error.currentVersion)`.
 */
export declare function isApiError<C extends ErrorCode>(error: unknown, code: C): error is ApiErrorWith<C>;
export declare function isApiError(error: unknown): error is ApiError;

export {
	Image$1 as Image,
};

export {};
