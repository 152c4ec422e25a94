/** A question before something that can not be undone. */

import { byId } from "./dom.js";

const dialog = byId<HTMLDialogElement>("confirm");

/** Resolves to whether the answer was yes; Escape is a no. */
export function confirmed(title: string, text: string, yes = "Delete"): Promise<boolean> {
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = yes;
  dialog.showModal();
  // The harmless answer is the one that Enter gives.
  byId("confirm-no").focus();
  return new Promise((resolve) => {
    // Not by the event `close`: that comes so late that it would answer the next question as well.
    const answer = (yes: boolean) => () => {
      dialog.close();
      resolve(yes);
    };
    byId("confirm-no").onclick = answer(false);
    byId("confirm-yes").onclick = answer(true);
    dialog.oncancel = () => resolve(false);
  });
}
