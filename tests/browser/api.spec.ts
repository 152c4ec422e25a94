/** What browsers do with the API itself: other origins, and Swagger UI. */

import { createServer } from "node:http";

import { ALLOWED_ORIGIN, expect, picture, signIn, test, upload } from "./support";

/** What happens to calls of a page with this origin. */
async function calls(page: import("./support").Page, url: string, port: number) {
  const frontend = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>A frontend</title>");
  });
  await new Promise<void>((resolve) => frontend.listen(port, "127.0.0.1", resolve));
  try {
    await page.goto(`http://localhost:${port}/`);
    return await page.evaluate(async (url) => {
      const attempt = async (path: string, options?: RequestInit) => {
        try {
          const response = await fetch(url + path, options);
          return `${response.status} ${response.headers.get("X-Request-Id") ? "with" : "without"} request id`;
        } catch {
          return "refused";
        }
      };
      const headers = { Authorization: "Bearer x", "Content-Type": "application/json", "If-Match": '"1"' };
      return {
        simple: await attempt("/health"),
        preflighted: await attempt("/images/01ARZ3NDEKTSV4RRFFQ69G5FAV", { method: "PATCH", headers, body: "{}" }),
        otherMethod: await attempt("/images", { method: "PUT", headers }),
      };
    }, url);
  } finally {
    frontend.closeAllConnections();
    frontend.close();
  }
}

test("an allowed origin may call, preflight included", async ({ context, server }) => {
  const page = await context.newPage();
  expect(await calls(page, server.url, Number(new URL(ALLOWED_ORIGIN).port))).toEqual({
    simple: "200 with request id",
    preflighted: "401 with request id",
    otherMethod: "refused",
  });
});

test("another origin may not", async ({ context, server }) => {
  const page = await context.newPage();
  expect(await calls(page, server.url, Number(new URL(ALLOWED_ORIGIN).port) + 1)).toEqual({
    simple: "refused",
    preflighted: "refused",
    otherMethod: "refused",
  });
});

test("the page is found by its other name", async ({ page, server, user }) => {
  await page.goto(server.url.replace("localhost", "127.0.0.1"));
  await page.waitForURL(`${server.url}/`);
  await signIn(page, user);
  await upload(page, picture("a.png"));
  await expect(page.locator(".card")).toHaveCount(1);
});

test("Swagger UI: authorize, upload a file, see the answer", async ({ page, user }) => {
  await page.goto("/swagger");
  await page.getByLabel("Call as").fill(user);
  await page.locator("#sign-in").getByRole("button").click();
  await expect(page.locator("#status")).toHaveText(`Calls are made as ${user}.`);

  const operation = page.locator("#operations-images-uploadImage");
  await operation.locator(".opblock-summary").click();
  await operation.locator("input[type=file]").setInputFiles(picture("swagger.png"));
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table");
  await expect(answer.locator(".response .response-col_status").first()).toContainText("201");
  await expect(answer).toContainText('"originalFilename": "swagger.png"');
});
