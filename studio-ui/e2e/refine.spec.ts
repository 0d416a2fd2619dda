/** What follows a drop: a nearer place is looked for in the background, unless the user moves on. */
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, openPage, placeOf, pressPad } from './page';
import { startServer, type Server } from './server';

const SEARCH_MS = 25_000; // ten seconds, and a slow machine around them

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(({ page }) => openPage(page, server));
test.afterEach(({ page }) => expectCalm(page));

const fit = (page: Page) => page.getByText(/dB off$/);
const fit_db = async (page: Page) => Number(/([\d.]+) dB/.exec((await fit(page).textContent())!)![1]);

/** Drop a sound and return where it was found at once, and how well that fits. */
async function drop(page: Page, name = 'drops/tone_1.wav') {
  const answer = page.waitForResponse(/\/locate$/);
  await page.getByLabel('Sound file to find on the pad').setInputFiles(join(server.root, name));
  const located = (await (await answer).json()) as { x: number; y: number; fit_db: number };
  await expect(fit(page)).toContainText('searching');
  return located;
}

test('a dropped sound is played at once and ends nearer, and undo goes back to the first place', async ({
  page,
}) => {
  const { x, y, fit_db: first_db } = await drop(page);
  expect(await placeOf(page)).toEqual({ x, y });
  const card = () => page.getByRole('region', { name: 'Sound' }).boundingBox();
  const box = await card();
  await expect.poll(() => fit_db(page), { timeout: SEARCH_MS }).toBeLessThan(first_db - 0.1);
  expect(await card()).toEqual(box);
  await expect(fit(page)).toContainText('fits', { timeout: SEARCH_MS });
  const nearer_db = await fit_db(page);
  expect(nearer_db).toBeLessThan(first_db - 0.1);
  await expect(page.getByTestId('fit-spoken')).toHaveText(
    `Now nearer: tone_1.wav fits well, ${nearer_db.toFixed(1)} decibels off`,
  );
  expect(await placeOf(page)).not.toEqual({ x, y });
  await page.keyboard.press('Control+z');
  await expect.poll(() => placeOf(page)).toEqual({ x, y });
  expect(await fit_db(page)).toBeCloseTo(first_db, 1);
});

test('Escape keeps the place that was found at once', async ({ page }) => {
  const { x, y, fit_db: first_db } = await drop(page);
  const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/refine'));
  await page.keyboard.press('Escape');
  await ended;
  await expect(fit(page)).toContainText(`${first_db.toFixed(1)} dB`);
  await expect(fit(page)).not.toContainText('searching');
  expect(await placeOf(page)).toEqual({ x, y });
});

test('a hand on the pad ends the search, and the pad stays where it went', async ({ page }) => {
  await drop(page);
  const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/refine'));
  await pressPad(page, 0.8, -0.8);
  const place = await placeOf(page);
  await ended;
  await expect(fit(page)).not.toContainText('searching');
  expect(await placeOf(page)).toEqual(place);
});
