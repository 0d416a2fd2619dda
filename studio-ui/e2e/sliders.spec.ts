/** The sliders beside the pad: never more than six, in an order that reads well. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, instrumentChoice, openPage, placeOf } from './page';
import { violations } from './reach';
import { drumlin, startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }));
test.afterEach(({ page }) => expectCalm(page));

const controls = (page: Page) => page.getByRole('region', { name: 'Controls' });
const named = (page: Page, name: string) => controls(page).getByRole('slider', { name });
const names = (page: Page) => controls(page).locator('label').allInnerTexts();
const more = (page: Page) => controls(page).getByRole('button', { name: /^More controls/ });

const PAGES = [
  ['Pitch', 'Length', 'Knob 1', 'Knob 2', 'Velocity'],
  ['Knob 3', 'Knob 4', 'Knob 5', 'Knob 6', 'Knob 7'],
  ['Knob 8', 'Knob 9'],
];

test('where an instrument has a decay it stands in place of the length, and its units are read well', async ({
  page,
}) => {
  await openPage(page, server, '/', 'delta-tones');
  expect(await names(page)).toEqual(['Pitch', 'Decay', 'Brightness', 'Noisiness', 'Attack', 'Velocity']);
  await expect(more(page)).toBeHidden();
  await expect(named(page, 'Attack')).toHaveAttribute('aria-valuetext', '0.0 ms');
  const decay = named(page, 'Decay');
  await expect(decay).toHaveAttribute('aria-valuetext', '×1.00');
  await decay.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
  const words = (await decay.getAttribute('aria-valuetext'))!;
  expect(words).toMatch(/^×0\.\d\d$/);
  const kept = page.waitForResponse(/\/api\/kept$/);
  await page.keyboard.press('k');
  const { folder, sounds } = (await (await kept).json()) as { folder: string; sounds: { name: string }[] };
  const { x, y } = await placeOf(page);
  const [file, out] = ['home/instruments/delta-tones.drumlin', 'decay.wav'].map((it) =>
    join(server.root, it),
  );
  drumlin('generate', file!, '--at', `${x},${y}`, '--set', `decay=${words.slice(1)}`, '--out', out!);
  expect(readFileSync(join(folder, sounds[0]!.name)).equals(readFileSync(out!))).toBe(true);
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await expect(decay).toHaveAttribute('aria-valuetext', '×1.00'); // keys lead back to rest
});

test('a length that a note has is kept where no slider shows it, told, and let go at one press', async ({
  page,
}) => {
  await openPage(page, server, '/', 'alpha-tones');
  const length = named(page, 'Length');
  await length.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('PageDown');
  const words = (await length.getAttribute('aria-valuetext'))!;
  await instrumentChoice(page).selectOption('delta-tones');
  const cut = page.getByRole('button', { name: `Cut at ${words}: play the whole sound` });
  await expect(cut).toBeVisible();
  await expect(length).toBeHidden();
  await cut.click();
  await expect(cut).toBeHidden();
  await page.keyboard.press('Control+z');
  await expect(cut).toBeVisible();
  await instrumentChoice(page).selectOption('alpha-tones');
  await expect(length).toHaveAttribute('aria-valuetext', words);
});

test('of many controls six places are shown, and the way on leads around', async ({ page }) => {
  await openPage(page, server, '/', 'epsilon-tones');
  const box = async () => (await controls(page).boundingBox())!;
  const [place, button] = [await box(), (await more(page).boundingBox())!];
  for (const [index, page_] of [...PAGES, PAGES[0]!].entries()) {
    expect(await names(page)).toEqual(page_);
    await expect(more(page)).toHaveText(`More controls ${(index % 3) + 1} of 3`);
    expect([await box(), await more(page).boundingBox()]).toEqual([place, button]);
    if (index < PAGES.length) await more(page).click();
  }
});

test('what is turned on a further page holds, and another instrument begins at the first', async ({
  page,
}) => {
  await openPage(page, server, '/', 'epsilon-tones');
  await named(page, 'Velocity').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Tab'); // the sliders stand before the way on
  await expect(named(page, 'Knob 7')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(named(page, 'Knob 7')).toHaveAttribute('aria-valuetext', '0.01');
  for (let i = 0; i < 3; i++) await more(page).click();
  await expect(named(page, 'Knob 7')).toHaveAttribute('aria-valuetext', '0.01');
  await instrumentChoice(page).selectOption('beta-tones');
  await expect.poll(() => names(page)).toEqual(['Pitch', 'Length', 'Bright', 'Velocity']);
  await instrumentChoice(page).selectOption('epsilon-tones');
  await expect.poll(() => names(page)).toEqual(PAGES[0]);
});

test('the panel keeps its size, whatever the instrument', async ({ page }) => {
  for (const viewport of [
    { width: 1280, height: 720 },
    { width: 820, height: 1180 },
  ]) {
    await page.setViewportSize(viewport);
    await openPage(page, server, '/', 'alpha-tones');
    const panel = (await controls(page).boundingBox())!;
    for (const [name, count] of [
      ['beta-tones', 4],
      ['delta-tones', 6],
      ['epsilon-tones', 5],
    ] as const) {
      await instrumentChoice(page).selectOption(name);
      await expect(controls(page).getByRole('slider')).toHaveCount(count);
      expect(await controls(page).boundingBox(), name).toEqual(panel);
    }
  }
});

test("they are in everyone's reach, in the light and in the dark", async ({ page }) => {
  await openPage(page, server, '/', 'epsilon-tones');
  await more(page).click();
  expect(await violations(page)).toEqual([]);
});
