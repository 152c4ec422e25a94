// Tests live outside of this package, where its dependencies have no names.
export { expect, test as base, type Page } from "@playwright/test";
export { AxeBuilder } from "@axe-core/playwright";
