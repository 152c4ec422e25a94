/** Accessibility of every state, and how it looks on a desk, on a phone and in the dark. */

import { api, card, expect, expectAccessible, picture, signIn, test, wall, type Page } from "./support";

const SIZES: Record<string, { width: number; height: number; dark?: boolean }> = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  dark: { width: 1280, height: 800, dark: true },
};

const TITLES = [
  "Castle gate",
  "Harbour at noon",
  "Space port",
  "Market square",
  "Lighthouse",
  "Railway station",
  "Monorail",
  "Windmill",
  "Town hall with a very long title that has no end",
];

for (const [name, { width, height, dark }] of Object.entries(SIZES)) {
  test(`${name}: every state is accessible and looks as it should`, async ({ page, server }, info) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
    const shot = async (state: string) => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      await page.screenshot({ path: info.outputPath(`${name}-${state}.png`) });
    };
    const user = `${name}-user`;
    const client = await api(server, user);
    for (const [n, title] of TITLES.entries()) {
      await client.upload(wall(n, 800, 500 + 60 * n), { title, altText: `A model: ${title}`, tags: ["model", `series-${n % 2}`] });
    }

    await page.goto("/");
    await expect(page.getByLabel("User name")).toBeVisible();
    await shot("welcome");
    await signIn(page, user);
    await expect(page.locator(".card img.loading")).toHaveCount(0);
    await shot("gallery");

    const bad = { name: "notes.txt", mimeType: "image/png", buffer: Buffer.from("no picture") };
    await page.locator("#files").setInputFiles([picture("new.png", 3), bad]);
    await expect(page.locator("#tray-title")).toHaveText("1 uploaded, 1 failed");
    await shot("uploads");
    await page.getByRole("button", { name: "Clear finished" }).click();

    await card(page, "Windmill").click();
    await expect(page.locator(".stage img.loading")).toHaveCount(0);
    await shot("viewer");
    await page.getByRole("button", { name: "Edit" }).click();
    await client.edit((await client.list()).images.find((image: { title?: string }) => image.title === "Windmill").id, () => ({
      title: "Mill",
    }));
    await page.getByLabel("Title").fill("Windmill with sails");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("button", { name: "Use this" })).toBeVisible();
    await shot("conflict");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.locator("#confirm")).toBeVisible();
    await shot("confirm");
  });
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

test("the gallery loads in under 100 kB", async ({ page }) => {
  let bytes = 0;
  page.on("response", async (response) => {
    bytes += (await response.body()).length;
  });
  await page.goto("/", { waitUntil: "networkidle" });
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(100_000);
});
