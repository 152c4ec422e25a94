/** The filter, kept in the address so that a reload or a link shows the same. */

import type { ListFilter } from "../client/index.js";
import { byId } from "./dom.js";

export interface Filter {
  albumId: string;
  tag: string;
  sortOrder: "desc" | "asc";
}

const album = byId<HTMLInputElement>("album");
const tag = byId<HTMLInputElement>("tag");
const order = byId<HTMLSelectElement>("order");
const clear = byId("clear");

/** Calls `changed` whenever a person chose something else. */
export function watchFilter(changed: () => void): void {
  const form = byId("filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    remember();
    changed();
  });
  clear.addEventListener("click", () => {
    album.value = "";
    tag.value = "";
    remember();
    changed();
    album.focus();
  });
  addEventListener("popstate", () => {
    recall();
    changed();
  });
  recall();
}

export function filter(): Filter {
  return {
    albumId: album.value.trim(),
    tag: tag.value.trim(),
    sortOrder: order.value === "asc" ? "asc" : "desc",
  };
}

/** The filter as the API takes it: what is not chosen is not sent. */
export function listFilter({ albumId, tag, sortOrder }: Filter): ListFilter {
  return { sortOrder, ...(albumId ? { albumId } : {}), ...(tag ? { tag } : {}) };
}

/** Chooses a tag as if by hand. */
export function chooseTag(name: string): void {
  tag.value = name;
  tag.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Offers what has been seen; the API has no list of albums or tags. */
export function suggest(albumId: string | undefined, tags: readonly string[]): void {
  if (albumId) {
    offer("albums", albumId);
  }
  for (const name of tags) {
    offer("tags", name);
  }
}

const offered = new Set<string>();

function offer(list: "albums" | "tags", value: string): void {
  const key = `${list}/${value}`;
  if (!offered.has(key)) {
    offered.add(key);
    const option = document.createElement("option");
    option.value = value;
    byId(list).append(option);
  }
}

function remember(): void {
  const query = new URLSearchParams();
  const { albumId, tag, sortOrder } = filter();
  if (albumId) {
    query.set("album", albumId);
  }
  if (tag) {
    query.set("tag", tag);
  }
  if (sortOrder === "asc") {
    query.set("order", "asc");
  }
  history.pushState(null, "", query.size > 0 ? `?${query}` : "/");
  clear.hidden = !albumId && !tag;
}

function recall(): void {
  const query = new URLSearchParams(location.search);
  album.value = query.get("album") ?? "";
  tag.value = query.get("tag") ?? "";
  order.value = query.get("order") === "asc" ? "asc" : "desc";
  clear.hidden = !album.value && !tag.value;
}
