import { api, card, expect, picture, signIn, test, upload, type Page } from "./support";

function filter(page: Page, label: string) {
  return page.getByRole("search").getByLabel(label);
}

test("sign in, upload three photos and one bad file, reload", async ({ page, user }) => {
  await signIn(page, user);
  await expect(page.locator("#empty")).toContainText("Nothing here yet");
  const bad = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") };
  await page.locator("#files").setInputFiles([picture("a.png", 0), picture("b.png", 1), bad, picture("c.png", 2)]);
  await expect(page.locator("#tray-title")).toHaveText("3 uploaded, 1 failed");
  const refused = page.locator(".upload").filter({ hasText: "notes.png" });
  await expect(refused).toContainText("Only JPEG, PNG, and WebP images are supported");
  await expect(refused.getByRole("button")).toBeHidden();
  await expect(page.locator(".card")).toHaveCount(3);
  await expect(page.locator(".card img.loading, .card img.broken")).toHaveCount(0);
  await expect(page.locator("#count")).toHaveText("3 images");

  await page.reload();
  await expect(page.locator(".card")).toHaveCount(3);
  await expect(page.locator("#user")).toHaveText(user);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("User name")).toBeVisible();
  await expect(page.locator(".card")).toHaveCount(0);
});

test("files can be dropped, and what the page can tell is refused before it is sent", async ({ page, user }) => {
  await signIn(page, user);
  await page.evaluate(
    ([bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes ?? [])], "dropped.png", { type: "image/png" }));
      data.items.add(new File([new Uint8Array(11 * 1024 * 1024)], "huge.png", { type: "image/png" }));
      for (const type of ["dragenter", "dragover", "drop"]) {
        dispatchEvent(new DragEvent(type, { dataTransfer: data, cancelable: true, bubbles: true }));
      }
    },
    [[...picture("x.png").buffer]],
  );
  await expect(page.locator("#tray-title")).toHaveText("1 uploaded, 1 failed");
  await expect(page.locator(".upload").filter({ hasText: "huge.png" })).toContainText("exceeds 10MB limit; this one has 11.0 MB");
  await expect(page.locator(".card")).toHaveCount(1);
});

test("a large file goes directly to storage", async ({ page, user }) => {
  await signIn(page, user);
  const large = picture("large.png");
  // A chunk that decoders skip may stand between the others.
  const padding = Buffer.alloc(5 * 1024 * 1024 + 12);
  padding.writeUInt32BE(5 * 1024 * 1024, 0);
  padding.write("teSt", 4);
  padding.writeUInt32BE(crc32(padding.subarray(4, -4)), padding.length - 4);
  const buffer = Buffer.concat([large.buffer.subarray(0, 33), padding, large.buffer.subarray(33)]);
  const put = page.waitForRequest((request) => request.method() === "PUT");
  await upload(page, { ...large, buffer });
  expect((await put).headers()["if-none-match"]).toBe("*");
  await expect(page.locator(".card")).toHaveCount(1);
});

function crc32(bytes: Uint8Array): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    }
  }
  return ~value >>> 0;
}

test("a title that is markup shows as text", async ({ page, server, user }) => {
  const title = "<img src=x onerror=\"document.title='owned'\">";
  const client = await api(server, user);
  const file = new File([picture("x.png").buffer], "<b>x.png");
  await client.upload(file, { title, description: title, altText: title, tags: ["<i>tag</i>"] });
  await signIn(page, user);
  await expect(page.locator(".caption")).toHaveText(title);
  await expect(page.locator(".tag")).toHaveText("<i>tag</i>");
  await page.locator(".card").click();
  await expect(page.locator("#viewer-title")).toHaveText(title);
  await expect(page.locator(".description")).toHaveText(title);
  await expect(page.locator("dd").filter({ hasText: "<b>x.png" })).toBeVisible();
  await page.getByRole("button", { name: "Edit" }).click();
  await expect(page.locator("#edit-title")).toHaveValue(title);
  expect(await page.title()).toBe("Gallery");
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
});

test("placeholders are painted before thumbnails arrive", async ({ page, server, user }) => {
  await (await api(server, user)).upload(new File([picture("x.png", 1).buffer], "x.png"));
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/thumbnails/**", async (route) => {
    await held;
    await route.continue();
  });
  await signIn(page, user);
  const frame = page.locator(".frame");
  await expect(frame).toHaveAttribute("style", /background-image: url\("data:image\/png;base64,/);
  await expect(frame.locator("img")).toHaveCSS("opacity", "0");
  release();
  await expect(frame.locator("img")).toHaveCSS("opacity", "1");
});

test("a hundred images arrive while one scrolls", async ({ page, server, user }) => {
  test.setTimeout(180_000);
  const client = await api(server, user);
  for (let n = 0; n < 100; n += 1) {
    const tags = n % 10 === 0 ? ["tenth"] : [];
    const file = new File([picture("x.png", n, 120, 100).buffer], `${n}.png`);
    await client.upload(file, { title: `No. ${n}`, tags, ...(n < 30 ? { albumId: "early" } : {}) });
  }
  await signIn(page, user);
  await expect(page.locator("#count")).toHaveText("100 images");
  const first = await page.locator(".card").count();
  expect(first).toBeLessThan(100);
  await expect(async () => {
    await page.mouse.wheel(0, 4000);
    expect(await page.locator(".card").count()).toBe(100);
  }).toPass();
  await expect(page.locator("#more")).toBeHidden();
  const titles = await page.locator(".caption").allTextContents();
  expect(titles).toEqual(Array.from({ length: 100 }, (_, n) => `No. ${99 - n}`));

  await filter(page, "Order").selectOption("asc");
  await expect(page.locator(".caption").first()).toHaveText("No. 0");

  await filter(page, "Album").fill("early");
  await filter(page, "Album").press("Enter");
  await expect(page.locator("#count")).toHaveText("30 images in “early”");
  await filter(page, "Tag").fill("tenth");
  await filter(page, "Tag").press("Enter");
  await expect(page.locator("#count")).toHaveText("3 images in “early” with tag “tenth”");
  expect(new URL(page.url()).search).toBe("?album=early&tag=tenth&order=asc");

  await page.reload();
  await expect(page.locator(".caption")).toHaveText(["No. 0", "No. 10", "No. 20"]);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.locator("#count")).toHaveText("100 images");
  await page.goBack();
  await expect(page.locator(".card")).toHaveCount(3);

  await filter(page, "Tag").fill("none such");
  await filter(page, "Tag").press("Enter");
  await expect(page.locator("#empty")).toHaveText("Nothing here matches the filter.");
});

test("a list that fails can be tried again", async ({ page, user }) => {
  await page.route("**/images?*", (route) => route.fulfill({ status: 500, body: "" }));
  await page.goto("/");
  await page.getByLabel("User name").fill(user);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "500" })).toBeVisible();
  await page.unroute("**/images?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("#empty")).toContainText("Nothing here yet");
});

test("names that can not be users are refused in words", async ({ page }) => {
  await page.goto("/");
  await page.getByLabel("User name").fill("../etc");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.locator("#sign-in-error")).toContainText("The name must be 1 to 128 letters");
});

test("a card that was deleted elsewhere goes when it is opened", async ({ page, server, user }) => {
  const client = await api(server, user);
  const { id } = await client.upload(new File([picture("x.png").buffer], "x.png"), { title: "Short-lived" });
  await signIn(page, user);
  await client.delete(id);
  await card(page, "Short-lived").click();
  await expect(page.locator("#status")).toHaveText("This image is no longer there");
  await expect(page.locator(".card")).toHaveCount(0);
});
