/** The form that changes what is said about an image. */

import { isApiError, type Image, type ImageClient } from "../client/index.js";
import { announce, el } from "./dom.js";
import * as format from "./format.js";
import { FIELDS, draftOf, merge, patchBetween, type Draft, type Field } from "./merge.js";

const LABELS: Record<Field, string> = {
  title: "Title",
  altText: "Alt text",
  description: "Description",
  albumId: "Album",
  tags: "Tags, between commas",
};
const LIMITS: Record<Field, number> = { title: 255, altText: 255, description: 5000, albumId: 64, tags: 1100 };

type Input = HTMLInputElement | HTMLTextAreaElement;

export interface EditorEvents {
  saved: (image: Image) => void;
  cancelled: () => void;
  gone: () => void;
}

export class Editor {
  readonly form: HTMLFormElement;
  readonly #inputs = {} as Record<Field, Input>;
  readonly #notes = {} as Record<Field, HTMLElement>;
  readonly #alert = el("p", { class: "error", role: "alert" });
  readonly #save = el("button", { class: "primary" }, "Save");
  #base: Image;

  constructor(
    private readonly client: ImageClient,
    image: Image,
    private readonly events: EditorEvents,
  ) {
    this.#base = image;
    this.form = el(
      "form",
      { class: "editor", "aria-label": "Edit", onsubmit: (event) => void this.#submit(event) },
      this.#alert,
      ...FIELDS.map((field) => this.#row(field)),
      el(
        "div",
        { class: "row end" },
        el("button", { type: "button", onclick: () => this.events.cancelled() }, "Cancel"),
        this.#save,
      ),
    );
    this.#fill(draftOf(image));
  }

  focus(): void {
    this.#inputs.title.focus();
  }

  /** Whether something would be lost by leaving. */
  get isDirty(): boolean {
    return Object.keys(patchBetween(draftOf(this.#base), this.#draft())).length > 0;
  }

  #row(field: Field): HTMLElement {
    const id = `edit-${field}`;
    const list = field === "albumId" ? "albums" : undefined;
    const attributes = { id, name: field, list, maxlength: LIMITS[field], "aria-describedby": `${id}-note`, autocomplete: "off" };
    const input = field === "description" ? el("textarea", { ...attributes, rows: 3 }) : el("input", attributes);
    const note = el("p", { class: "note", id: `${id}-note` });
    this.#inputs[field] = input;
    this.#notes[field] = note;
    return el("div", { class: "field" }, el("label", { for: id }, LABELS[field]), input, note);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    this.#clearNotes();
    const patch = patchBetween(draftOf(this.#base), this.#draft());
    if (Object.keys(patch).length === 0) {
      this.events.cancelled();
      return;
    }
    this.#save.disabled = true;
    try {
      const image = await this.client.update(this.#base.id, this.#base.version, patch);
      announce("Saved");
      this.events.saved(image);
    } catch (error) {
      await this.#explain(error);
    } finally {
      this.#save.disabled = false;
    }
  }

  async #explain(error: unknown): Promise<void> {
    if (isApiError(error, "VERSION_MISMATCH")) {
      await this.#resolveConflict();
    } else if (isApiError(error, "IMAGE_NOT_FOUND")) {
      this.events.gone();
    } else if (isApiError(error, "VALIDATION_FAILED")) {
      for (const [field, reason] of Object.entries(error.details)) {
        this.#note(field as Field, reason);
      }
      this.#alert.textContent = error.message;
    } else {
      this.#alert.textContent = format.problem(error);
    }
  }

  /** Somebody else was faster: their changes come in, and a person decides where both changed. */
  async #resolveConflict(): Promise<void> {
    let theirs: Image;
    try {
      theirs = await this.client.get(this.#base.id);
    } catch (error) {
      await this.#explain(error);
      return;
    }
    const { draft, disputed } = merge(draftOf(this.#base), this.#draft(), draftOf(theirs));
    this.#base = theirs;
    this.#fill(draft);
    for (const field of disputed) {
      const value = draftOf(theirs)[field];
      this.#note(field, `Saved elsewhere: ${value === "" ? "(empty)" : value}`, () => {
        this.#inputs[field].value = value;
      });
    }
    this.#alert.textContent =
      disputed.length > 0
        ? "This image was changed elsewhere while you edited it. Look at the marked fields, then save again."
        : "This image was changed elsewhere while you edited it. Those changes are in the form now; save again to add yours.";
    (disputed[0] ? this.#inputs[disputed[0]] : this.#save).focus();
  }

  #note(field: Field, text: string, take?: () => void): void {
    const note = this.#notes[field];
    if (!note) {
      return;
    }
    note.replaceChildren(text);
    this.#inputs[field].setAttribute("aria-invalid", "true");
    if (take) {
      const use = () => {
        take();
        note.replaceChildren();
        this.#inputs[field].removeAttribute("aria-invalid");
        this.#inputs[field].focus();
      };
      note.append(" ", el("button", { type: "button", class: "quiet small", onclick: use }, "Use this"));
    }
  }

  #clearNotes(): void {
    this.#alert.textContent = "";
    for (const field of FIELDS) {
      this.#notes[field].replaceChildren();
      this.#inputs[field].removeAttribute("aria-invalid");
    }
  }

  #fill(draft: Draft): void {
    for (const field of FIELDS) {
      this.#inputs[field].value = draft[field];
    }
  }

  #draft(): Draft {
    return Object.fromEntries(FIELDS.map((field) => [field, this.#inputs[field].value])) as Draft;
  }
}
