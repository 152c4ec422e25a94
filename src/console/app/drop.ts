/** Files that are dropped anywhere on the page, or chosen in a dialog. */

import { byId } from "./dom.js";

const overlay = byId("drop");
const input = byId<HTMLInputElement>("files");

export function watchFiles(wanted: () => boolean, take: (files: File[]) => void): void {
  // Entering a child leaves its parent: only as many leaves as enters are a way out.
  let depth = 0;
  const hasFiles = (event: DragEvent) => wanted() && (event.dataTransfer?.types.includes("Files") ?? false);
  addEventListener("dragenter", (event) => {
    if (hasFiles(event)) {
      depth += 1;
      overlay.hidden = false;
    }
  });
  addEventListener("dragleave", (event) => {
    if (hasFiles(event)) {
      depth = Math.max(0, depth - 1);
      overlay.hidden = depth === 0;
    }
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
    }
  });
  addEventListener("drop", (event) => {
    depth = 0;
    overlay.hidden = true;
    if (hasFiles(event)) {
      event.preventDefault();
      take([...(event.dataTransfer?.files ?? [])]);
    }
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (wanted() && files.length > 0) {
      take(files);
    }
  });
  byId("choose").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    // Choosing the same file again is a change then.
    input.value = "";
  });
}
