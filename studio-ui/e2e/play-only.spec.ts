/** The form that is hosted: playing alone. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { expectCalm, openPage, pressPad } from './page';
import { startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer('play-only');
});
test.afterAll(() => server.stop());

test('the hosted page plays and downloads, and has neither crate nor learning', async ({ page }) => {
  await openPage(page, server, '/#learn');
  await expect(page.getByTestId('drawer')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Learn a folder' })).toBeHidden();
  await expect(page.getByRole('button', { name: 'Crate' })).toBeHidden();
  await pressPad(page, 0.4, 0.4);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /Download/ }).click();
  expect(readFileSync(await (await download).path()).toString('latin1', 0, 4)).toBe('RIFF');
  expectCalm(page);
});

test('a server that goes away is told calmly', async ({ page }) => {
  await page.setViewportSize({ width: 768, height: 1024 });
  await openPage(page, server);
  const boxes = () =>
    page
      .locator('button, select, canvas')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as object));
  const before = await boxes();
  await server.stop();
  await expect(page.getByText('Not connected, trying again')).toBeVisible();
  expect(await boxes()).toEqual(before); // nothing moves, nothing is pushed out of the window
});
