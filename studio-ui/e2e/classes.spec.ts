/** Two classes that a hand mixes: heard, kept, found again, and told from a dropped sound's own mix. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, hear, hearAsIs, instrumentChoice, openPage, peakOf, placeOf, pressPad } from './page';
import { violations } from './reach';
import { drumlin, startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openPage(page, server, '/?capture', 'gamma-tones');
});
test.afterEach(({ page }) => expectCalm(page));

const instrument = () => join(server.root, 'home/instruments/gamma-tones.drumlin');
const first = (page: Page) => page.getByRole('combobox', { name: 'Class', exact: true });
const plus = (page: Page) => page.getByRole('combobox', { name: 'Mix with another class' });
const second = (page: Page) => page.getByRole('combobox', { name: 'Second class' });
const slider = (page: Page) => page.getByRole('slider', { name: 'Mix' });
const undo = (page: Page) => page.keyboard.press('Control+z');

/** Mix two classes, with so many steps of the keyboard from half to the first. */
async function mix(page: Page, one: string, other: string, steps = 0): Promise<void> {
  await first(page).selectOption(one);
  await plus(page).selectOption(other);
  await slider(page).focus();
  for (let i = 0; i < steps; i++) await page.keyboard.press('ArrowLeft');
  await slider(page).blur();
}

async function keep(page: Page): Promise<{ path: string; bytes: Buffer }> {
  const kept = page.waitForResponse(/\/api\/kept$/);
  await page.keyboard.press('k');
  const { folder, sounds } = (await (await kept).json()) as { folder: string; sounds: { name: string }[] };
  const path = join(folder, sounds[0]!.name);
  return { path, bytes: readFileSync(path) };
}

/** What `drumlin generate` writes at the place of the pad. */
async function generated(page: Page, ...words: string[]): Promise<Buffer> {
  const { x, y } = await placeOf(page);
  const out = join(server.root, 'generated.wav');
  drumlin('generate', instrument(), '--at', `${x},${y}`, ...words, '--out', out, '--force');
  return readFileSync(out);
}

test('at rest there is nothing of it, and it goes as it came', async ({ page }) => {
  await expect(first(page)).toHaveValue('');
  await expect(plus(page)).toBeHidden();
  await first(page).selectOption('snare');
  await expect(slider(page)).toBeHidden();
  await plus(page).selectOption('hat');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '50 % snare, 50 % hat');
  await expect(second(page)).toHaveValue('hat');
  await page.getByRole('button', { name: 'Leave hat out' }).click();
  await expect(slider(page)).toBeHidden();
  await expect(plus(page)).toBeVisible();
  await first(page).selectOption('');
  await expect(plus(page)).toBeHidden();
  await instrumentChoice(page).selectOption('alpha-tones'); // which has no classes
  await expect(first(page)).toBeHidden();
  await expect(plus(page)).toBeHidden();
});

test('a mix is kept as `drumlin generate --class` writes it, wherever the pad goes', async ({ page }) => {
  await mix(page, 'snare', 'hat', 20);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '70 % snare, 30 % hat');
  await pressPad(page, -0.6, 0.4);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '70 % snare, 30 % hat');
  const { path, bytes } = await keep(page);
  expect(bytes.equals(await generated(page, '--class', 'snare=0.7,hat=0.3'))).toBe(true);
  expect(bytes.equals(await generated(page, '--class', 'snare'))).toBe(false);
  await page.reload();
  await expect(page.locator('.isReady')).toBeVisible();
  await page.getByLabel('Sound file to find on the pad').setInputFiles(path);
  await expect(slider(page)).toHaveAttribute(
    'aria-valuetext',
    /^(70 % snare, 30 % hat|30 % hat, 70 % snare)$/,
  );
  await pressPad(page, 0.5, -0.4); // found again it is still by hand
  await expect(slider(page)).toBeVisible();
});

test('it sounds while the slider moves', async ({ page }) => {
  await hearAsIs(page);
  await mix(page, 'kick', 'snare');
  const box = (await slider(page).boundingBox())!;
  const { samples, hits } = await hear(page, 1, async () => {
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    for (let i = 1; i <= 8; i++) await page.mouse.move(box.x + box.width / 2 + 3 * i, box.y + box.height / 2);
  });
  expect(hits.length).toBeGreaterThan(1);
  expect(peakOf(samples)).toBeGreaterThan(0.1);
  const words = (await slider(page).getAttribute('aria-valuetext'))!;
  await page.mouse.up();
  await expect(slider(page)).toHaveAttribute('aria-valuetext', words);
  await undo(page); // the whole drag is one step
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '50 % kick, 50 % snare');
  await undo(page);
  await expect(slider(page)).toBeHidden();
  await expect(first(page)).toHaveValue('kick');
});

test('keys reach all of it, and a step through the classes keeps what they are mixed with', async ({
  page,
}) => {
  await page.keyboard.press('n');
  await expect(first(page)).toHaveValue('kick');
  await first(page).focus();
  await page.keyboard.press('Tab');
  await expect(plus(page)).toBeFocused();
  await page.keyboard.press('h'); // the system's list goes to what is typed
  await expect(second(page)).toHaveValue('hat');
  await page.keyboard.press('n');
  await expect(first(page)).toHaveValue('snare');
  await expect(second(page)).toHaveValue('hat');
  const spoken = page.getByTestId('spoken');
  await expect(spoken).toContainText('Playing snare and hat');
  await first(page).focus();
  for (const part of [slider(page), second(page), page.getByRole('button', { name: 'Leave hat out' })]) {
    await page.keyboard.press('Tab');
    await expect(part).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(slider(page)).toBeHidden();
  await expect(first(page)).toHaveValue('snare');
});

test('the history goes back to it', async ({ page }) => {
  await mix(page, 'snare', 'hat');
  const { bytes } = await keep(page);
  await page.keyboard.press('h');
  const mixed = page.getByTestId('drawer').getByRole('button', { name: 'Back to snare and hat' });
  await expect(mixed).toBeVisible(); // it was heard before the next change
  await page.keyboard.press('Escape');
  await first(page).selectOption('');
  await pressPad(page, 0.8, 0.8);
  await expect(slider(page)).toBeHidden();
  await page.keyboard.press('h');
  await mixed.click();
  await page.keyboard.press('Escape');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '50 % snare, 50 % hat');
  expect((await keep(page)).bytes.equals(bytes)).toBe(true);
});

test("a dropped sound's own mix stays near it, one by hand everywhere", async ({ page }) => {
  await page.getByLabel('Sound file to find on the pad').setInputFiles(join(server.root, 'drops/tone_1.wav'));
  await expect(page.getByText(/dB off$/)).toBeVisible();
  await page.keyboard.press('Escape');
  const own = first(page).locator('option:checked');
  await expect(own).toHaveText(/^As dropped/);
  await expect(plus(page)).toBeHidden();
  const { x, y } = await placeOf(page);
  await pressPad(page, -x, -y);
  await expect(own).toHaveText(/^By place/);
  await pressPad(page, x, y);
  await expect(own).toHaveText(/^As dropped/);
  await mix(page, 'kick', 'hat');
  await pressPad(page, -x, -y);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '50 % kick, 50 % hat');
});

test('nothing moves but what it consists of', async ({ page }) => {
  await first(page).selectOption('snare');
  const boxes = () =>
    page.evaluate(() =>
      [
        ...document.querySelectorAll('.pad, .canvas, .look, .readouts, .target, section, .transport button'),
      ].map((part) => part.getBoundingClientRect().toJSON() as object),
    );
  const before = await boxes();
  await plus(page).selectOption('hat');
  await expect(slider(page)).toBeVisible();
  expect(await boxes()).toEqual(before);
  const list = await second(page).boundingBox();
  await slider(page).focus();
  await page.keyboard.press('Home');
  expect(await second(page).boundingBox()).toEqual(list);
});

test("it is in everyone's reach, in the light and in the dark", async ({ page }) => {
  await mix(page, 'snare', 'hat');
  expect(await violations(page)).toEqual([]);
});

test('long names have room on every screen', async ({ page }) => {
  await instrumentChoice(page).selectOption('default');
  await expect(first(page).locator('option')).toHaveCount(15); // it has come
  await mix(page, 'hihat_closed', 'tambourine');
  const parts = [first(page), slider(page), second(page), page.getByRole('button', { name: /^Leave/ })];
  const looks = page.getByRole('button', { name: 'Spectrogram' });
  for (const viewport of [
    { width: 1280, height: 720 },
    { width: 1024, height: 664 },
    { width: 820, height: 1180 },
    { width: 768, height: 1024 },
    { width: 960, height: 540 },
    { width: 384, height: 812 },
  ]) {
    await test.step(`at ${viewport.width} x ${viewport.height}`, async () => {
      await page.setViewportSize(viewport);
      const boxes = await Promise.all([...parts, looks].map(async (part) => (await part.boundingBox())!));
      boxes.slice(1).forEach(({ x }, i) => expect(x).toBeGreaterThanOrEqual(boxes[i]!.x + boxes[i]!.width));
      for (const { width, height } of boxes.slice(0, 3)) {
        expect(width).toBeGreaterThanOrEqual(48);
        expect(height).toBeGreaterThanOrEqual(24);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    });
  }
});
