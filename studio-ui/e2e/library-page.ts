/** What the browser tests of the library share: how it is opened, searched and looked at. */
import { expect, type Page } from '@playwright/test';
import { openPage } from './page';
import type { Server } from './server';

const SCANNED_MS = 90_000;

export const list = (page: Page) => page.getByTestId('sounds');
export const row = (page: Page, name: string) => list(page).getByRole('option', { name });
export const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the library' });
export const count = (page: Page) => page.locator('#found');
export const panel = (page: Page) => page.getByRole('complementary', { name: 'Beside the list' });
export const focused = (page: Page) => panel(page).getByRole('heading', { level: 2 });
export const undo = (page: Page) => page.keyboard.press('Control+z');

/** Open the library, with the folder of synthesised drums in it: the first test adds it. */
export async function openLibrary(page: Page, server: Server): Promise<void> {
  await openPage(page, server, '/?capture', 'delta-tones');
  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Library' }).click();
  const add = page.getByRole('button', { name: 'Add this folder' });
  await expect(add.or(list(page))).toBeVisible({ timeout: 30_000 });
  if (await add.isVisible()) {
    await expect(page.getByTestId('folder-count')).toHaveText('50 sounds');
    await add.click();
    await expect(page.getByTestId('spoken')).toContainText('Scanned: 49 new, 1 that cannot be used', {
      timeout: SCANNED_MS,
    });
  }
  await expect(count(page)).toHaveText('49 sounds');
}

export async function find(page: Page, text: string, found: string): Promise<void> {
  await page.keyboard.press('/');
  await search(page).fill(text);
  await expect(count(page)).toHaveText(found);
}
