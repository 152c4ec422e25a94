/** Two people changed the same image: what of it can be put together without asking. */

import type { Image, ImagePatch } from "../client/index.js";

/** What the form has, as one types it. */
export type Draft = Record<Field, string>;
export type Field = (typeof FIELDS)[number];
export const FIELDS = ["title", "altText", "description", "albumId", "tags"] as const;

export function draftOf(image: Image): Draft {
  return {
    title: image.title ?? "",
    altText: image.altText ?? "",
    description: image.description ?? "",
    albumId: image.albumId ?? "",
    tags: image.tags.join(", "),
  };
}

/** Only what differs, so that nothing is written that nobody changed. */
export function patchBetween(base: Draft, draft: Draft): ImagePatch {
  const patch: ImagePatch = {};
  for (const field of FIELDS) {
    if (draft[field].trim() === base[field].trim()) {
      continue;
    }
    if (field === "tags") {
      patch.tags = draft.tags
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== "");
    } else {
      patch[field] = draft[field].trim() || null;
    }
  }
  return patch;
}

/**
 * Their changes where we made none. Where both changed a field to something else, ours stays and
 * the field is named, for a person to decide.
 */
export function merge(base: Draft, ours: Draft, theirs: Draft): { draft: Draft; disputed: Field[] } {
  const draft = { ...ours };
  const disputed: Field[] = [];
  for (const field of FIELDS) {
    if (ours[field] === base[field]) {
      draft[field] = theirs[field];
    } else if (theirs[field] !== base[field] && theirs[field] !== ours[field]) {
      disputed.push(field);
    }
  }
  return { draft, disputed };
}
