// Made from openapi.json by build.mjs.

export interface paths {
    "/api-docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["apiDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dev/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The key set behind the tokens */
        get: operations["devKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dev/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A token for anyone who asks
         * @description As plain text, or as JSON when asked for.
         */
        get: operations["devToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the service and what it depends on are up
         * @description `degraded` still serves; answers are at most 5 seconds old.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's images, page by page
         * @description Walking the cursors visits every image that existed throughout exactly once, whatever is
         *     uploaded or deleted meanwhile. A page can be shorter than its limit without being the last.
         */
        get: operations["listImages"];
        put?: never;
        /**
         * Upload an image, or finish a direct upload
         * @description As a form with the file, up to 4 MiB everywhere; or as JSON with the `uploadId` of a file that
         *     was sent the way that `POST /uploads` told.
         */
        post: operations["uploadImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One image */
        get: operations["getImage"];
        put?: never;
        post?: never;
        /** Delete an image and its files */
        delete: operations["deleteImage"];
        options?: never;
        head?: never;
        /**
         * Change what is said about an image
         * @description Only as it was last seen: one of two concurrent changes from one version wins, the other is
         *     answered `VERSION_MISMATCH` with the current version. Read the image again then, and decide.
         */
        patch: operations["updateImage"];
        trace?: never;
    };
    "/images/{user}/thumbnails/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The middle of a picture, 400×400 pixels */
        get: operations["getThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{user}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A picture of at most 2048×2048 pixels */
        get: operations["getFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was counted and timed since the start
         * @description In Prometheus' text format. On AWS, CloudWatch has the same measurements.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a direct upload
         * @description Send the file as the answer says within 10 minutes, then finish with `POST /images` and the
         *     `uploadId` within the hour.
         */
        post: operations["startUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send the file of a direct upload
         * @description To the URL of the answer of `POST /uploads`, which is signed: user, type and exact length hold,
         *     once, for 10 minutes. On AWS this is the bucket.
         */
        put: operations["putUpload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
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
export type $defs = Record<string, never>;
export interface operations {
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
