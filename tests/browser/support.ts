/** A server for each file of tests, and a user of one's own for each test. */

import { AxeBuilder, base, expect, type Page } from "../../src/console/testing";
// @ts-expect-error plain modules, shared with the client's tests
import { bricks, png } from "../client/pictures.mjs";
// @ts-expect-error plain modules, shared with the client's tests
import { startServer } from "../client/server.mjs";

export { expect, type Page };

/** Origins that the server under test lets in besides its own. */
export const ALLOWED_ORIGIN = "http://localhost:39202";

export const COLOURS: [number, number, number][] = [
  [178, 34, 34],
  [0, 85, 160],
  [36, 120, 60],
  [240, 190, 40],
  [120, 120, 125],
];

/** A picture as a browser's file input takes it. */
export function picture(name: string, n = 0, width = 160, height = 120) {
  return { name, mimeType: "image/png", buffer: Buffer.from(png(width, height, COLOURS[n % COLOURS.length])) };
}

/** One that is worth looking at. */
export function wall(n: number, width = 800, height = 600): File {
  return new File([bricks(width, height, COLOURS[n % COLOURS.length], n)], `wall-${n}.png`);
}

interface Fixtures {
  user: string;
}

interface Shared {
  server: { url: string; stop: () => Promise<void> };
}

let users = 0;

export const test = base.extend<Fixtures, Shared>({
  server: [
    async ({}, use) => {
      const server = await startServer({ ALLOWED_ORIGINS: ALLOWED_ORIGIN });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  user: async ({}, use) => use(`user-${(users += 1)}-${Date.now()}`),
  // No page may log an error, and none may be stopped by its own policy.
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      // Refusals of the API are part of the tests; the browser logs each of them.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        errors.push(message.text());
      }
    });
    await use(page);
    expect(errors).toEqual([]);
  },
});

/** Opens the gallery and signs in as a person would. */
export async function signIn(page: Page, user: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("User name").fill(user);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Upload", exact: true })).toBeVisible();
  await expect(page.locator("#count")).not.toHaveText("Loading…");
}

export async function upload(page: Page, ...files: ReturnType<typeof picture>[]): Promise<void> {
  await page.locator("#files").setInputFiles(files);
  await expect(page.locator("#tray-title")).toHaveText(/uploaded/);
}

/** Calls the API without a page: what another tab or another program does. */
export async function api(server: { url: string }, user: string) {
  const module: string = "../../src/console/dist/client.js";
  const { ImageClient, devToken } = await import(module);
  return new ImageClient({ baseUrl: server.url, token: await devToken(server.url, user) });
}

export function card(page: Page, name: string) {
  return page.locator(".card").filter({ hasText: name });
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}
