/** Four sounds in the corners of the pad, and everything between them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, instrumentChoice, openPage, placeOf, pressPad, readWav24 } from './page';
import { violations } from './reach';
import { drumlin, startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openPage(page, server);
});
test.afterEach(({ page }) => expectCalm(page));

const PLACES = [
  [-0.5, 0.6],
  [0.5, 0.4],
  [-0.3, -0.6],
  [0.7, -0.2],
] as const;
const SPOTS = { A: [0, 0], B: [1, 0], C: [0, 1], D: [1, 1] } as const;
const EDGE = 64;

const square = (page: Page) => page.getByTestId('morph');
const across = (page: Page) => page.getByRole('slider', { name: 'Morph from left to right' });
const up = (page: Page) => page.getByRole('slider', { name: 'Morph from bottom to top' });
const mode = (page: Page) => page.getByRole('button', { name: 'Morph between four sounds' });

/** Put four places into the corners by their keys, and turn to the square; returns the places. */
async function fourPlaces(page: Page): Promise<{ x: number; y: number }[]> {
  const places = [];
  for (const [index, [x, y]] of PLACES.entries()) {
    await pressPad(page, x, y);
    await page.keyboard.press(`${index + 1}`);
    await expect(page.getByTestId('notice')).toContainText(`Corner ${'ABCD'[index]}`);
    places.push(await placeOf(page));
  }
  await page.keyboard.press('m');
  await expect(square(page)).toBeVisible();
  return places;
}

async function pressSquare(page: Page, u: number, v: number): Promise<void> {
  const box = (await square(page).boundingBox())!;
  const inner = box.width - 2 * EDGE;
  await page.mouse.click(box.x + EDGE + u * inner, box.y + EDGE + v * inner);
}

async function keep(page: Page): Promise<Buffer> {
  const kept = page.waitForResponse(/\/api\/kept$/);
  await page.keyboard.press('k');
  const { folder, sounds } = (await (await kept).json()) as { folder: string; sounds: { name: string }[] };
  return readFileSync(join(folder, sounds[0]!.name));
}

const instrument = () => join(server.root, 'home/instruments/alpha-tones.drumlin');

function generated(...words: string[]): Buffer {
  const out = join(server.root, 'generated.wav');
  drumlin('generate', instrument(), ...words, '--out', out, '--force');
  return readFileSync(out);
}

test('a corner is the very sound that was put there, by press and by name', async ({ page }) => {
  const places = await fourPlaces(page);
  for (const [index, corner] of (['A', 'B', 'C', 'D'] as const).entries()) {
    const { x, y } = places[index]!;
    const file = generated('--at', `${x},${y}`);
    await pressSquare(page, 0.5, 0.5);
    await page.getByRole('button', { name: new RegExp(`^Go to corner ${corner}`) }).click();
    await expect(across(page)).toHaveAttribute('aria-valuenow', `${SPOTS[corner][0]}`);
    await expect(across(page)).toHaveAttribute('aria-valuetext', new RegExp(`^${corner} \\w+ 100 %$`));
    expect((await keep(page)).equals(file)).toBe(true);
  }
  await pressSquare(page, 1.02, -0.02); // beside it is at its edge
  await expect(across(page)).toHaveAttribute('aria-valuenow', '1');
  await expect(up(page)).toHaveAttribute('aria-valuenow', '1');
  const { x, y } = places[1]!;
  await expect.poll(async () => (await keep(page)).equals(generated('--at', `${x},${y}`))).toBe(true);
});

test('between them lies what the command line writes', async ({ page }) => {
  const places = await fourPlaces(page);
  await page.getByRole('button', { name: /^Go to corner C/ }).click();
  for (let i = 0; i < 15; i++) await page.keyboard.press('ArrowRight');
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowUp');
  await expect(across(page)).toHaveAttribute('aria-valuenow', '0.3');
  await expect(up(page)).toHaveAttribute('aria-valuenow', '0.4');
  await expect(across(page)).toHaveAttribute(
    'aria-valuetext',
    /^A \w+ 28 %, B \w+ 12 %, C \w+ 42 %, D \w+ 18 %$/,
  );
  const corners = places.flatMap(({ x, y }) => ['--morph', `${x},${y}`]);
  const file = generated(...corners, '--mix', '0.3,0.6');
  await expect.poll(async () => (await keep(page)).equals(file)).toBe(true);
});

test('a drag is one step, undo goes back to where it began, and the hand with it', async ({ page }) => {
  await fourPlaces(page);
  await page.getByRole('button', { name: /^Go to corner A/ }).click();
  const box = (await square(page).boundingBox())!;
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  for (let i = 0; i < 12; i++) await page.mouse.move(box.x + 200 + 12 * i, box.y + 200 + 9 * i);
  await page.mouse.up();
  const there = await across(page).getAttribute('aria-valuenow');
  expect(Number(there)).toBeGreaterThan(0.3);
  const bytes = await keep(page);
  for (const at of [there, '0']) {
    await page.keyboard.press('Control+z'); // the keep, then the drag
    await expect(across(page)).toHaveAttribute('aria-valuenow', at!);
  }
  await page.keyboard.press('Control+Shift+z');
  await expect(across(page)).toHaveAttribute('aria-valuenow', there!);
  expect((await keep(page)).equals(bytes)).toBe(true);
});

test('putting a sound into a corner is a step as well', async ({ page }) => {
  await instrumentChoice(page).selectOption('gamma-tones');
  await expect(page.getByRole('combobox', { name: 'Class', exact: true })).toBeVisible(); // it has come
  await page.keyboard.press('m');
  const corner = page.getByRole('button', { name: /^Go to corner D/ });
  const before = (await corner.getAttribute('aria-label'))!;
  const other = ['kick', 'snare', 'hat'].find((name) => !before.endsWith(name))!;
  await page.getByRole('combobox', { name: 'Class', exact: true }).selectOption(other);
  await page.getByRole('button', { name: 'Put the sound that plays into corner D' }).click();
  await expect(corner).toHaveAccessibleName(`Go to corner D, ${other}`);
  await page.keyboard.press('Control+z');
  await expect(corner).toHaveAccessibleName(before);
});

test('corners take sounds of the history and of the crate', async ({ page }) => {
  await pressPad(page, -0.5, 0.6);
  const kept = await placeOf(page);
  const keptBytes = await keep(page);
  await pressPad(page, 0.7, -0.2);
  const heard = await placeOf(page);
  await pressPad(page, 0, 0.9);
  await page.keyboard.press('m');
  await page.keyboard.press('h');
  const drawer = page.getByTestId('drawer');
  const entry = drawer
    .getByRole('listitem')
    .filter({ hasText: `${heard.x.toFixed(2)}, ${heard.y.toFixed(2)}` });
  await entry.getByRole('button', { name: /into corner C$/ }).click();
  await expect(page.getByTestId('notice')).toContainText('Corner C');
  await page.keyboard.press('b');
  await drawer
    .getByRole('listitem')
    .first()
    .getByRole('button', { name: /into corner B$/ })
    .click();
  await expect(page.getByTestId('notice')).toContainText('Corner B');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Go to corner B/ }).click();
  expect((await keep(page)).equals(keptBytes)).toBe(true);
  await page.getByRole('button', { name: /^Go to corner C/ }).click();
  expect((await keep(page)).equals(generated('--at', `${heard.x},${heard.y}`))).toBe(true);
  expect(kept).not.toEqual(heard);
});

test('a dropped sound with all of it mixed back is met exactly, and fades between', async ({ page }) => {
  const file = join(server.root, 'drops/tone_1.wav');
  await page.getByLabel('Sound file to find on the pad').setInputFiles(file);
  await expect(page.getByText(/dB off$/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  const bytes = await keep(page);
  await page.keyboard.press('2');
  await page.keyboard.press('m');
  const like = page.getByRole('slider', { name: 'Like the original' });
  await pressSquare(page, 0.9, 0.1); // 81 % of B: what is beyond one half, twice
  await expect(like).toHaveAttribute('aria-valuetext', '62 %');
  await pressSquare(page, 0.5, 0.5);
  await expect(like).toHaveAttribute('aria-valuetext', '0 %');
  await page.getByRole('button', { name: /^Go to corner B/ }).click();
  await expect(like).toHaveAttribute('aria-valuetext', '100 %');
  const again = await keep(page);
  expect(again.equals(bytes)).toBe(true);
  expect(readWav24(again).length).toBe(30000);
});

test('at once there is something in every corner, and the button and the key turn to and fro', async ({
  page,
}) => {
  await expect(mode(page)).toHaveAttribute('aria-pressed', 'false');
  await mode(page).click();
  await expect(square(page)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Go to corner/ })).toHaveCount(4);
  await expect(across(page)).toHaveAttribute('aria-valuetext', /^A \w+ 100 %$/); // what plays is in A
  await page.keyboard.press('Shift+R'); // another sound, which is not in the square
  await expect(across(page)).toHaveAttribute('aria-valuetext', /^A \w+ 100 %$/);
  await instrumentChoice(page).selectOption('beta-tones');
  await expect(page.getByRole('button', { name: /^Go to corner/ })).toHaveCount(4);
  await page.keyboard.press('m');
  await expect(page.getByTestId('pad')).toBeVisible();
});

test("the square is in everyone's reach, in the light and in the dark", async ({ page }) => {
  await fourPlaces(page);
  await pressSquare(page, 0.3, 0.6);
  expect(await violations(page)).toEqual([]);
  await mode(page).focus();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Put the sound that plays into corner D' })).toBeFocused();
});

/** What lies over something else, or is cut off by its card. */
const troubles = (page: Page) =>
  page.evaluate(() => {
    const boxes = [...document.querySelectorAll('main button, main input, main label, main .canvas')]
      .filter((part) => !part.closest('.visually-hidden') && !part.matches('.visually-hidden, label > *'))
      .map((part) => [part, part.getBoundingClientRect()] as const);
    const name = (part: Element) => part.getAttribute('aria-label') ?? part.textContent?.trim();
    return boxes.flatMap(([part, box], i) => {
      const card = part.closest('section')?.getBoundingClientRect();
      const isCut = card && box.bottom > card.bottom + 0.5;
      const over = boxes.slice(i + 1).filter(([other, next]) => {
        const width = Math.min(box.right, next.right) - Math.max(box.left, next.left);
        const height = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
        return width > 1.5 && height > 1.5 && !part.contains(other) && !other.contains(part);
      });
      return [
        ...(isCut ? [`${name(part)} is cut`] : []),
        ...over.map(([other]) => `${name(part)}/${name(other)}`),
      ];
    });
  });

test('nothing lies over anything on every screen, on the pad and in the square', async ({ page }) => {
  await instrumentChoice(page).selectOption('default'); // many kinds, many names
  await page.getByLabel('Sound file to find on the pad').setInputFiles(join(server.root, 'drops/tone_1.wav'));
  await expect(page.getByRole('slider', { name: 'Like the original' })).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  for (const view of ['pad', 'morph']) {
    await expect(page.getByTestId(view)).toBeVisible();
    for (const viewport of [
      { width: 1280, height: 720 },
      { width: 1280, height: 664 },
      { width: 768, height: 1024 },
      { width: 384, height: 812 },
    ]) {
      await test.step(`${view} at ${viewport.width} x ${viewport.height}`, async () => {
        await page.setViewportSize(viewport);
        expect(await troubles(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
      });
    }
    await page.keyboard.press('m');
  }
});
