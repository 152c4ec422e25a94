/** The grid: pages that arrive while one scrolls. */

import type { Image, ImageClient, ImagePage, ListedImage } from "../client/index.js";
import { announce, byId, el } from "./dom.js";
import { chooseTag, filter, listFilter, suggest } from "./filter.js";
import * as format from "./format.js";
import { paintBehind } from "./placeholder.js";

const PAGE = 40;
/** Pixels below the visible part that are filled already. */
const AHEAD = 800;

const grid = byId("grid");
const more = byId<HTMLButtonElement>("more");
const empty = byId("empty");
const listError = byId("list-error");
const heading = byId("count");

/** One walk through the pages. */
interface Listing {
  pages: AsyncGenerator<ImagePage, void, undefined>;
  stop: AbortController;
  busy: boolean;
}

export class Gallery {
  /** Ids on the page, in order. */
  readonly #cards = new Map<string, HTMLLIElement>();
  readonly #watcher = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && void this.#loadMore(),
    { rootMargin: `${AHEAD}px` },
  );
  #listing: Listing | undefined;
  #total: number | undefined;
  #complete = false;

  constructor(
    private readonly client: ImageClient,
    private readonly open: (id: string) => void,
  ) {
    this.#readyForMore();
    this.#watcher.observe(more);
  }

  /** Starts over with the chosen filter. */
  async reload(): Promise<void> {
    this.#listing?.stop.abort();
    const stop = new AbortController();
    const pages = this.client.pages({ ...listFilter(filter()), limit: PAGE }, { signal: stop.signal });
    this.#listing = { pages, stop, busy: false };
    this.#cards.clear();
    grid.replaceChildren();
    this.#total = undefined;
    this.#complete = false;
    heading.textContent = "Loading…";
    more.hidden = true;
    empty.hidden = true;
    await this.#loadMore();
  }

  /** Stops what is under way and forgets what was shown. */
  close(): void {
    this.#listing?.stop.abort();
    this.#listing = undefined;
    this.#watcher.disconnect();
    grid.replaceChildren();
  }

  /** Ids before and after, as the grid shows them. */
  neighbours(id: string): { before: string | undefined; after: string | undefined } {
    const ids = [...this.#cards.keys()];
    const at = ids.indexOf(id);
    return { before: ids[at - 1], after: at < 0 ? undefined : ids[at + 1] };
  }

  /** Shows an image that has just been uploaded, if it belongs to what is shown. */
  add(image: Image): void {
    const { albumId, tag, sortOrder } = filter();
    suggest(image.albumId, image.tags);
    if ((albumId && image.albumId !== albumId) || (tag && !image.tags.includes(tag))) {
      return;
    }
    this.#changeTotal(1);
    if (this.#cards.has(image.id) || (sortOrder === "asc" && !this.#complete)) {
      return;
    }
    const card = this.#card(image);
    if (sortOrder === "desc") {
      // The order of a Map is that of insertion: the newest goes first.
      const others = [...this.#cards];
      this.#cards.clear();
      this.#cards.set(image.id, card);
      for (const [id, other] of others) {
        this.#cards.set(id, other);
      }
      grid.prepend(card);
    } else {
      this.#cards.set(image.id, card);
      grid.append(card);
    }
    this.#describe();
  }

  /** Shows an image as it is now. */
  replace(image: Image): void {
    suggest(image.albumId, image.tags);
    const card = this.#cards.get(image.id);
    if (card) {
      const renewed = this.#card(image);
      card.replaceWith(renewed);
      this.#cards.set(image.id, renewed);
    }
  }

  remove(id: string): void {
    const card = this.#cards.get(id);
    if (!card) {
      return;
    }
    const next = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    this.#cards.delete(id);
    this.#changeTotal(-1);
    this.#describe();
    (next?.querySelector("button") ?? byId("choose")).focus();
  }

  focus(id: string): void {
    this.#cards.get(id)?.querySelector("button")?.focus();
  }

  async #loadMore(): Promise<void> {
    const listing = this.#listing;
    if (!listing || listing.busy || this.#complete) {
      return;
    }
    listing.busy = true;
    listError.textContent = "";
    try {
      const { value: page } = await listing.pages.next();
      if (listing !== this.#listing) {
        return;
      }
      if (page) {
        this.#show(page);
      }
    } catch (error) {
      if (listing === this.#listing) {
        this.#failed(error);
      }
      return;
    }
    listing.busy = false;
    // The end may still be in view: the watcher tells about changes only.
    if (more.getBoundingClientRect().top < innerHeight + AHEAD) {
      await this.#loadMore();
    }
  }

  /** A generator that threw is spent, so trying again starts over. */
  #failed(error: unknown): void {
    listError.textContent = format.problem(error);
    heading.textContent = "Images";
    more.textContent = "Try again";
    more.hidden = false;
    more.onclick = () => {
      this.#readyForMore();
      void this.reload();
    };
  }

  #readyForMore(): void {
    more.textContent = "Show more";
    more.onclick = () => void this.#loadMore();
  }

  #show(page: ImagePage): void {
    this.#total = page.totalCount ?? this.#total;
    this.#complete = !page.pagination.hasMore;
    const cards: HTMLLIElement[] = [];
    for (const image of page.images) {
      suggest(image.albumId, image.tags);
      // One that was uploaded here meanwhile is shown already.
      if (!this.#cards.has(image.id)) {
        const card = this.#card(image);
        this.#cards.set(image.id, card);
        cards.push(card);
      }
    }
    grid.append(...cards);
    more.hidden = this.#complete;
    this.#describe();
  }

  #card(image: ListedImage | Image): HTMLLIElement {
    const name = image.title ?? image.altText ?? "Untitled";
    const picture = el("img", {
      src: image.thumbnailUrl,
      alt: image.altText ?? "",
      loading: "lazy",
      decoding: "async",
      width: 400,
      height: 400,
    });
    const frame = el("span", { class: "frame" }, picture);
    paintBehind(frame, picture, image.thumbhash);
    const button = el(
      "button",
      { class: "card", type: "button", onclick: () => this.open(image.id) },
      frame,
      el("span", { class: image.title ? "caption" : "caption untitled" }, name),
    );
    const tags = image.tags.slice(0, 3).map((tag) =>
      el("li", {}, el("button", { class: "tag", type: "button", onclick: () => chooseTag(tag) }, tag)),
    );
    return el("li", {}, button, tags.length > 0 ? el("ul", { class: "tags", "aria-label": "Tags" }, ...tags) : undefined);
  }

  #changeTotal(by: number): void {
    if (this.#total !== undefined) {
      this.#total = Math.max(0, this.#total + by);
    }
  }

  #describe(): void {
    const { albumId, tag } = filter();
    const where = `${albumId ? ` in “${albumId}”` : ""}${tag ? ` with tag “${tag}”` : ""}`;
    const shown = this.#cards.size;
    if (this.#total !== undefined) {
      heading.textContent = format.count(this.#total) + where;
    } else {
      // The API does not count the images with a tag.
      heading.textContent = `${format.count(shown)}${this.#complete ? "" : " so far"}${where}`;
    }
    empty.hidden = shown > 0 || !this.#complete;
    byId("empty-text").textContent = where
      ? "Nothing here matches the filter."
      : "Nothing here yet. Drop photos anywhere on this page, or choose Upload.";
    if (!empty.hidden) {
      announce(byId("empty-text").textContent ?? "");
    }
  }
}
