import { defineConfig } from "@playwright/test";

/** Debian's Chromium, which must not look for hosts of its own maker. */
export const CHROMIUM = {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export default defineConfig({
  testDir: "../../tests/browser",
  outputDir: "node_modules/.cache/browser",
  // One server, two cores: tests have users of their own, but not time of their own.
  workers: 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: CHROMIUM,
    viewport: { width: 1280, height: 800 },
    locale: "en",
    timezoneId: "UTC",
  },
});
