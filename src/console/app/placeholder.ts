/** What is painted until a picture is there. */

import { thumbHashToDataURL } from "thumbhash";

/** Decodes the base64 of a ThumbHash; nothing for one that is damaged. */
export function placeholder(thumbhash: string): string | undefined {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** Paints the placeholder behind a picture and fades the picture in when it has arrived. */
export function paintBehind(frame: HTMLElement, image: HTMLImageElement, thumbhash: string): void {
  const url = placeholder(thumbhash);
  if (url) {
    frame.style.backgroundImage = `url(${url})`;
  }
  image.classList.add("loading");
  image.addEventListener("load", () => {
    image.classList.remove("loading");
    frame.style.backgroundImage = "";
  });
  image.addEventListener("error", () => image.classList.replace("loading", "broken"));
}
