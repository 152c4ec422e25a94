/** Uploads: files from a drop or a choice, a few at a time, each with its progress. */

import { MAX_FILE_SIZE, type Image, type ImageClient } from "../client/index.js";
import { announce, byId, el } from "./dom.js";
import { filter } from "./filter.js";
import * as format from "./format.js";

const AT_ONCE = 3;

const tray = byId("tray");
const list = byId("uploads");
const title = byId("tray-title");

type State = "waiting" | "running" | "done" | "failed";

export class Uploads {
  readonly #all: Upload[] = [];

  constructor(
    private readonly client: ImageClient,
    private readonly uploaded: (image: Image) => void,
  ) {
    byId("tray-close").onclick = () => this.#clearFinished();
  }

  add(files: Iterable<File>): void {
    // What is uploaded while one looks at an album goes there.
    const albumId = filter().albumId || undefined;
    for (const file of files) {
      const upload = new Upload(file, albumId, () => this.#next());
      this.#all.push(upload);
      list.prepend(upload.row);
    }
    tray.hidden = this.#all.length === 0;
    this.#next();
  }

  /** Stops everything, for signing out. */
  close(): void {
    for (const upload of this.#all) {
      upload.cancel();
    }
    this.#all.length = 0;
    list.replaceChildren();
    tray.hidden = true;
  }

  #next(): void {
    const running = this.#all.filter(({ state }) => state === "running").length;
    for (const upload of this.#all.filter(({ state }) => state === "waiting").slice(0, AT_ONCE - running)) {
      void this.#run(upload);
    }
    this.#describe();
  }

  async #run(upload: Upload): Promise<void> {
    const image = await upload.run(this.client);
    if (image) {
      this.uploaded(image);
    }
    this.#next();
  }

  #clearFinished(): void {
    const left = this.#all.filter(({ state }) => state === "waiting" || state === "running");
    this.#all.splice(0, Infinity, ...left);
    list.replaceChildren(...left.map(({ row }) => row).reverse());
    tray.hidden = left.length === 0;
    this.#describe();
    if (tray.hidden) {
      byId("choose").focus();
    }
  }

  #describe(): void {
    const counted = (wanted: State) => this.#all.filter(({ state }) => state === wanted).length;
    const left = counted("waiting") + counted("running");
    const failed = counted("failed");
    const refused = failed > 0 ? `, ${failed} failed` : "";
    const text = left > 0 ? `Uploading ${left} of ${this.#all.length}` : `${counted("done")} uploaded${refused}`;
    if (title.textContent !== text) {
      title.textContent = text;
      if (left === 0 && this.#all.length > 0) {
        announce(text);
      }
    }
  }
}

/** One file on its way. */
class Upload {
  state: State = "waiting";
  readonly row: HTMLLIElement;
  readonly #progress: HTMLProgressElement;
  readonly #text = el("span", { class: "upload-text" }, "Waiting");
  readonly #action: HTMLButtonElement;
  #stop = new AbortController();

  constructor(
    private readonly file: File,
    private readonly albumId: string | undefined,
    private readonly changed: () => void,
  ) {
    this.#progress = el("progress", { max: 1, value: 0, "aria-label": `Progress of ${file.name}` });
    this.#action = el("button", { class: "quiet small", type: "button" });
    this.row = el(
      "li",
      { class: "upload" },
      el("span", { class: "upload-name" }, file.name),
      this.#action,
      this.#progress,
      this.#text,
    );
    this.#offer("Cancel", () => this.cancel());
  }

  async run(client: ImageClient): Promise<Image | undefined> {
    // The service would say the same, but only after the file has travelled.
    if (this.file.size > MAX_FILE_SIZE) {
      this.#fail(`File size exceeds 10MB limit; this one has ${format.bytes(this.file.size)}`, false);
      return undefined;
    }
    this.state = "running";
    this.#stop = new AbortController();
    try {
      const image = await client.upload(this.file, {
        ...(this.albumId ? { albumId: this.albumId } : {}),
        signal: this.#stop.signal,
        onProgress: ({ phase, fraction }) => {
          this.#progress.value = fraction;
          this.#text.textContent =
            phase === "sending" ? `${Math.round(fraction * 100)}% of ${format.bytes(this.file.size)}` : "Processing…";
        },
      });
      this.state = "done";
      this.#progress.hidden = true;
      this.#text.textContent = "Uploaded";
      this.#action.hidden = true;
      this.row.classList.add("done");
      return image;
    } catch (error) {
      if (this.#stop.signal.aborted) {
        this.#fail("Cancelled", true);
      } else {
        this.#fail(format.problem(error), !isRefusal(error));
      }
      return undefined;
    }
  }

  cancel(): void {
    this.#stop.abort();
    if (this.state === "waiting") {
      this.#fail("Cancelled", true);
      this.changed();
    }
  }

  #fail(text: string, again: boolean): void {
    this.state = "failed";
    this.row.classList.add("failed");
    this.#text.textContent = text;
    this.#progress.hidden = true;
    if (again) {
      this.#offer("Try again", () => {
        this.state = "waiting";
        this.row.classList.remove("failed");
        this.#progress.hidden = false;
        this.#progress.value = 0;
        this.#text.textContent = "Waiting";
        this.#offer("Cancel", () => this.cancel());
        this.changed();
      });
    } else {
      this.#action.hidden = true;
      announce(`${this.file.name}: ${text}`);
    }
  }

  #offer(label: string, act: () => void): void {
    this.#action.textContent = label;
    this.#action.setAttribute("aria-label", `${label}: ${this.file.name}`);
    this.#action.onclick = act;
    this.#action.hidden = false;
  }
}

/** Whether sending the same file again would be answered the same. */
function isRefusal(error: unknown): boolean {
  const status = (error as { status?: unknown }).status;
  return typeof status === "number" && status < 500 && status !== 408 && status !== 429;
}
