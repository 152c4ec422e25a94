/** One image, as large as it gets, with all that is known about it. */

import { isApiError, type Image, type ImageClient } from "../client/index.js";
import { confirmed } from "./confirm.js";
import { announce, byId, el } from "./dom.js";
import { Editor } from "./editor.js";
import * as format from "./format.js";
import { paintBehind } from "./placeholder.js";

const dialog = byId<HTMLDialogElement>("viewer");

export interface ViewerEvents {
  changed: (image: Image) => void;
  deleted: (id: string) => void;
  closed: (id: string) => void;
  neighbours: (id: string) => { before: string | undefined; after: string | undefined };
}

export class Viewer {
  #id: string | undefined;
  #editor: Editor | undefined;

  constructor(
    private readonly client: ImageClient,
    private readonly events: ViewerEvents,
  ) {
    dialog.oncancel = (event) => {
      event.preventDefault();
      void this.#leave(() => this.close());
    };
    dialog.onkeydown = (event) => this.#key(event);
  }

  async open(id: string): Promise<void> {
    this.#id = id;
    this.#editor = undefined;
    let image: Image;
    try {
      image = await this.client.get(id);
    } catch (error) {
      if (isApiError(error, "IMAGE_NOT_FOUND")) {
        this.#gone(id);
      } else {
        announce(format.problem(error));
      }
      return;
    }
    if (this.#id === id) {
      this.#show(image);
    }
  }

  close(): void {
    const id = this.#id;
    this.#id = undefined;
    this.#editor = undefined;
    dialog.close();
    dialog.replaceChildren();
    if (id) {
      this.events.closed(id);
    }
  }

  #show(image: Image): void {
    this.#editor = undefined;
    const { before, after } = this.events.neighbours(image.id);
    const picture = el("img", {
      src: image.imageUrl,
      alt: image.altText ?? "",
      width: image.width,
      height: image.height,
    });
    const frame = el("div", { class: "stage" }, picture);
    paintBehind(frame, picture, image.thumbhash);
    const turn = (to: string | undefined, label: string, sign: string, side: string) =>
      el(
        "button",
        { type: "button", class: `turn ${side}`, "aria-label": label, disabled: !to, onclick: () => to && void this.#leave(() => this.open(to)) },
        sign,
      );
    dialog.replaceChildren(
      el("div", { class: "theatre" }, frame, turn(before, "Previous image", "‹", "left"), turn(after, "Next image", "›", "right")),
      this.#facts(image),
    );
    if (!dialog.open) {
      dialog.showModal();
    }
    byId("viewer-close").focus();
  }

  #facts(image: Image): HTMLElement {
    const close = el(
      "button",
      { type: "button", id: "viewer-close", class: "quiet", onclick: () => void this.#leave(() => this.close()) },
      "Close",
    );
    const edit = el("button", { type: "button", onclick: () => this.#edit(image) }, "Edit");
    const remove = el("button", { type: "button", class: "danger", onclick: () => void this.#delete(image) }, "Delete");
    const fact = (name: string, value: string | undefined) =>
      value ? [el("dt", {}, name), el("dd", {}, value)] : [];
    return el(
      "div",
      { class: "side" },
      el("div", { class: "side-head" }, el("h2", { id: "viewer-title" }, image.title ?? "Untitled"), close),
      image.description ? el("p", { class: "description" }, image.description) : undefined,
      image.tags.length > 0
        ? el("ul", { class: "tags", "aria-label": "Tags" }, ...image.tags.map((tag) => el("li", { class: "tag" }, tag)))
        : undefined,
      el(
        "dl",
        {},
        ...fact("Album", image.albumId),
        ...fact("Alt text", image.altText ?? "None yet: describe what it shows"),
        ...fact("Uploaded", format.time(image.uploadedAt)),
        ...fact("Changed", image.version > 1 ? format.time(image.updatedAt) : undefined),
        ...fact("File", `${image.originalFilename}, ${format.bytes(image.fileSize)}`),
        ...fact("Size", `${image.width} × ${image.height} pixels`),
        ...fact("Stored as", `${image.format}, quality ${image.quality}, ${format.bytes(image.processedSize)}`),
        ...fact("Version", String(image.version)),
        ...fact("Id", image.id),
      ),
      el("div", { class: "row end" }, remove, edit),
    );
  }

  #edit(image: Image): void {
    const back = (image: Image) => this.#show(image);
    this.#editor = new Editor(this.client, image, {
      saved: (image) => {
        this.events.changed(image);
        back(image);
      },
      cancelled: () => back(image),
      gone: () => this.#gone(image.id),
    });
    dialog
      .querySelector(".side")
      ?.replaceChildren(el("h2", { id: "viewer-title" }, `Edit ${image.title ?? "image"}`), this.#editor.form);
    this.#editor.focus();
  }

  async #delete(image: Image): Promise<void> {
    const name = image.title ? `“${image.title}”` : "this image";
    if (!(await confirmed(`Delete ${name}?`, "The picture and all that is said about it will be gone. This can not be undone."))) {
      return;
    }
    try {
      await this.client.delete(image.id);
    } catch (error) {
      if (!isApiError(error, "IMAGE_NOT_FOUND")) {
        byId("viewer-title").after(el("p", { class: "error", role: "alert" }, format.problem(error)));
        return;
      }
    }
    this.#forget(image.id);
    announce("Deleted");
  }

  /** Somebody else deleted it. */
  #gone(id: string): void {
    this.#forget(id);
    announce("This image is no longer there");
  }

  #forget(id: string): void {
    this.#id = undefined;
    this.#editor = undefined;
    dialog.close();
    dialog.replaceChildren();
    this.events.deleted(id);
  }

  /** Asks before throwing away what was typed. */
  async #leave(go: () => unknown): Promise<void> {
    if (!this.#editor?.isDirty || (await confirmed("Leave without saving?", "What you typed will be lost.", "Leave"))) {
      go();
    }
  }

  #key(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (typing || !this.#id || !dialog.open || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const { before, after } = this.events.neighbours(this.#id);
    const to = event.key === "ArrowLeft" ? before : event.key === "ArrowRight" ? after : undefined;
    if (to) {
      event.preventDefault();
      void this.#leave(() => this.open(to));
    }
  }
}
