/** A question before something that can not be undone. */

import { byId } from "./dom.js";

const dialog = byId<HTMLDialogElement>("confirm");

/** Resolves to whether the answer was yes; Escape is a no. */
export function confirmed(title: string, text: string, yes = "Delete"): Promise<boolean> {
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = yes;
  byId("confirm-no").onclick = () => dialog.close("no");
  byId("confirm-yes").onclick = () => dialog.close("yes");
  dialog.returnValue = "no";
  dialog.showModal();
  // The harmless answer is the one that Enter gives.
  byId("confirm-no").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
