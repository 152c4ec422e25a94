/** Puts the page together: who is signed in decides what is shown. */

import { byId } from "./dom.js";
import { watchFiles } from "./drop.js";
import { watchFilter } from "./filter.js";
import * as format from "./format.js";
import { Gallery } from "./gallery.js";
import { Session } from "./session.js";
import { Uploads } from "./uploads.js";
import { Viewer } from "./viewer.js";

/** Everything that belongs to one signed-in user. */
interface Desk {
  gallery: Gallery;
  uploads: Uploads;
}

let desk: Desk | undefined;

function open(session: Session): void {
  const { client } = session;
  const gallery: Gallery = new Gallery(client, (id) => void viewer.open(id));
  const viewer = new Viewer(client, {
    changed: (image) => gallery.replace(image),
    deleted: (id) => gallery.remove(id),
    closed: (id) => gallery.focus(id),
    neighbours: (id) => gallery.neighbours(id),
  });
  desk = { gallery, uploads: new Uploads(client, (image) => gallery.add(image)) };
  byId("user").textContent = session.user;
  show(true);
  void gallery.reload();
}

function show(signedIn: boolean): void {
  byId("welcome").hidden = signedIn;
  for (const id of ["account", "choose", "gallery"]) {
    byId(id).hidden = !signedIn;
  }
}

async function signIn(user: string): Promise<void> {
  const error = byId("sign-in-error");
  error.textContent = "";
  try {
    open(await Session.signIn(user));
  } catch (reason) {
    show(false);
    error.textContent = format.problem(reason);
  }
}

function signOut(): void {
  Session.signOut();
  desk?.gallery.close();
  desk?.uploads.close();
  desk = undefined;
  show(false);
  byId("name").focus();
}

function start(): void {
  // Pictures and direct uploads come from the public host: a page from its other name would not be
  // allowed to use them.
  if (location.hostname === "127.0.0.1" || location.hostname === "[::1]") {
    location.hostname = "localhost";
    return;
  }
  byId("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    void signIn(byId<HTMLInputElement>("name").value.trim());
  });
  byId("sign-out").addEventListener("click", signOut);
  watchFilter(() => void desk?.gallery.reload());
  watchFiles(
    () => desk !== undefined && document.querySelector("dialog[open]") === null,
    (files) => desk?.uploads.add(files),
  );
  const user = Session.remembered();
  if (user) {
    void signIn(user);
  } else {
    show(false);
  }
}

start();
