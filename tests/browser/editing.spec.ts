import { api, card, expect, picture, signIn, test, type Page } from "./support";

function field(page: Page, label: string) {
  return page.getByRole("form", { name: "Edit" }).getByLabel(label);
}

test("edit, then delete, by keyboard", async ({ page, server, user }) => {
  const client = await api(server, user);
  await client.upload(new File([picture("a.png").buffer], "a.png"), { title: "Gate" });
  await client.upload(new File([picture("b.png", 1).buffer], "b.png"), { title: "Tower" });
  await signIn(page, user);
  await card(page, "Tower").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#viewer-title")).toHaveText("Tower");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("#viewer-title")).toHaveText("Gate");
  await expect(page.locator("dl")).toContainText("160 × 120 pixels");

  await page.getByRole("button", { name: "Edit" }).press("Enter");
  await expect(field(page, "Title")).toBeFocused();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Castle gate");
  await field(page, "Alt text").fill("A gate");
  await field(page, "Tags").fill("castle, medieval");
  await page.keyboard.press("Enter");
  await expect(page.locator("#viewer-title")).toHaveText("Castle gate");
  await page.keyboard.press("Escape");
  await expect(card(page, "Castle gate")).toBeFocused();
  await expect(page.locator("li", { has: card(page, "Castle gate") }).locator(".tag")).toHaveText(["castle", "medieval"]);
  await expect(card(page, "Castle gate").locator("img")).toHaveAttribute("alt", "A gate");

  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  const question = page.locator("#confirm");
  await expect(question).toContainText("Delete “Castle gate”?");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator("#viewer-title")).toHaveText("Castle gate");
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  await question.getByRole("button", { name: "Delete" }).press("Enter");
  await expect(page.locator(".caption")).toHaveText(["Tower"]);
  await expect(page.locator("#count")).toHaveText("1 image");
  await expect(card(page, "Tower")).toBeFocused();
  await page.reload();
  await expect(page.locator(".caption")).toHaveText(["Tower"]);
});

test("two tabs: what does not touch is merged, what does is asked", async ({ page, context, server, user }) => {
  const client = await api(server, user);
  const { id } = await client.upload(new File([picture("a.png").buffer], "a.png"), { title: "Gate", tags: ["castle"] });
  await signIn(page, user);
  const other = await context.newPage();
  await other.goto("/");
  for (const tab of [page, other]) {
    await card(tab, "Gate").click();
    await tab.getByRole("button", { name: "Edit" }).click();
  }
  await field(other, "Title").fill("North gate");
  await field(other, "Description").fill("With two towers");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.locator("#viewer-title")).toHaveText("North gate");

  await field(page, "Title").fill("South gate");
  await field(page, "Tags").fill("castle, gate");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "changed elsewhere" })).toBeVisible();
  await expect(field(page, "Title")).toHaveValue("South gate");
  await expect(field(page, "Description")).toHaveValue("With two towers");
  await expect(page.locator("#edit-title-note")).toContainText("Saved elsewhere: North gate");
  await page.getByRole("button", { name: "Use this" }).click();
  await expect(field(page, "Title")).toHaveValue("North gate");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("#viewer-title")).toHaveText("North gate");
  const image = await client.get(id);
  expect([image.title, image.description, image.tags, image.version]).toEqual([
    "North gate",
    "With two towers",
    ["castle", "gate"],
    3,
  ]);
});

test("what the service refuses is told at the field", async ({ page, server, user }) => {
  const client = await api(server, user);
  await client.upload(new File([picture("a.png").buffer], "a.png"), { title: "Gate" });
  await signIn(page, user);
  await card(page, "Gate").click();
  await page.getByRole("button", { name: "Edit" }).click();
  await field(page, "Album").fill("no spaces allowed");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("#edit-albumId-note")).toHaveText("must be 1 to 64 letters, digits, '_' or '-'");
  await expect(field(page, "Album")).toHaveAttribute("aria-invalid", "true");

  await page.keyboard.press("Escape");
  await expect(page.locator("#confirm")).toContainText("Leave without saving?");
  await page.locator("#confirm").getByRole("button", { name: "Cancel" }).click();
  await expect(field(page, "Album")).toHaveValue("no spaces allowed");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Leave" }).click();
  await expect(card(page, "Gate")).toBeFocused();
});

test("an image that is gone when it is saved", async ({ page, server, user }) => {
  const client = await api(server, user);
  const { id } = await client.upload(new File([picture("a.png").buffer], "a.png"), { title: "Gate" });
  await signIn(page, user);
  await card(page, "Gate").click();
  await page.getByRole("button", { name: "Edit" }).click();
  await client.delete(id);
  await field(page, "Title").fill("Late");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("#viewer")).toBeHidden();
  await expect(page.locator(".card")).toHaveCount(0);
});
