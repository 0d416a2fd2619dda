/** The library: a folder is scanned, searched, heard, judged and tagged by keys; files are sorted and come back. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { count, find, focused, list, openLibrary as open, panel, row, search, undo } from './library-page';
import { expectCalm, hear, nextHits, peakOf } from './page';
import { violations } from './reach';
import { startServer, type Server } from './server';

const SORTED_MS = 60_000;
const SCREENS = {
  laptop: { width: 1280, height: 720 },
  'tablet-wide': { width: 1024, height: 768 },
  'tablet-tall': { width: 768, height: 1024 },
};

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.describe.configure({ timeout: 180_000 });

const folder = () => join(server.root, 'sounds');
const openLibrary = (page: Page) => open(page, server);
/** Path and content of every file below a folder. */
function contents(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) found.set(name, readFileSync(path).toString('base64'));
  }
  return found;
}

test.describe.serial('the library', () => {
  test('a folder is added, scanned and searched while typing', async ({ page }) => {
    await openLibrary(page);
    await find(page, 'kick', '13 sounds');
    await find(page, 'kick ash', '4 sounds');
    await find(page, 'tag:tom', '12 sounds');
    await search(page).fill('<fast');
    await expect(count(page)).toContainText('<fast');
    await expect(row(page, 'tom_0.wav').first()).toBeVisible(); // what was found before stays
    await search(page).press('Escape');
    await expect(count(page)).toHaveText('49 sounds');
    expectCalm(page, { refused: 422 });
  });

  test('arrow keys hear the next sound at once, at one loudness', async ({ page }) => {
    await openLibrary(page);
    await find(page, 'snare oak', '4 sounds');
    const first = await hear(page, 0.4, () => page.keyboard.press('ArrowDown'));
    expect(first.hits.length).toBe(1);
    expect(peakOf(first.samples)).toBeGreaterThan(0.02);
    await expect(focused(page)).toHaveText('snare_0.wav');
    await expect(page.getByRole('img', { name: 'Waveform of snare_0.wav' })).toBeVisible();
    const second = await hear(page, 0.4, () => page.keyboard.press('ArrowDown'));
    expect(second.hits.length).toBe(1);
    await expect(focused(page)).toHaveText('snare_1.wav');
    await page.keyboard.press('ArrowUp');
    await expect(focused(page)).toHaveText('snare_0.wav');
    expectCalm(page);
  });

  test('keys keep, reject and tag; one undo takes all of it back', async ({ page }) => {
    await openLibrary(page);
    await find(page, 'hat elm', '4 sounds');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect(focused(page)).toHaveText('hat_1.wav');
    await expect(row(page, 'kept hat_0.wav')).toBeVisible();
    await page.keyboard.press('x');
    await expect(row(page, 'rejected hat_1.wav')).toBeVisible();
    await expect(focused(page)).toHaveText('hat_2.wav');
    await page.keyboard.press('5');
    await expect(panel(page).getByRole('button', { name: 'Without closed hat' })).toBeVisible();
    await page.keyboard.press('t');
    await page.keyboard.type('Crispy, gold');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(panel(page).getByRole('button', { name: 'Without gold' })).toBeVisible();
    await expect(row(page, 'hat_2.wav')).toContainText('Crispy');
    await page.getByRole('button', { name: 'Rejected' }).click();
    await expect(count(page)).toHaveText('1 sound');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await expect(count(page)).toHaveText('4 sounds');

    for (const left of ['Crispy', 'closed hat', undefined]) {
      await undo(page);
      if (left) await expect(row(page, 'hat_2.wav')).toContainText(left);
      else await expect(row(page, 'hat_2.wav')).not.toContainText('closed hat');
    }
    await undo(page);
    await expect(row(page, 'rejected hat_1.wav')).toHaveCount(0);
    await page.keyboard.press('Control+Shift+z');
    await expect(row(page, 'rejected hat_1.wav')).toBeVisible();
    await undo(page);
    await undo(page);
    await expect(row(page, 'kept hat_0.wav')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Undo' }).first()).toBeDisabled();
    expectCalm(page);
  });

  test('many sounds are tagged at once, in one step', async ({ page }) => {
    await openLibrary(page);
    await find(page, 'tom', '12 sounds');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(focused(page)).toHaveText('3 sounds');
    await page.keyboard.press('Control+a');
    await expect(focused(page)).toHaveText('12 sounds');
    await page.keyboard.press('9');
    await expect(panel(page).getByRole('button', { name: 'percussion' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await find(page, 'tag:percussion', '12 sounds');
    await list(page).focus();
    await undo(page);
    await find(page, 'tom -tag:percussion', '12 sounds');
    expectCalm(page);
  });

  test('more like a sound comes from the library and from the instrument', async ({ page }) => {
    await openLibrary(page);
    await find(page, 'kick ash', '4 sounds');
    await page.keyboard.press('ArrowDown');
    await panel(page).getByRole('button', { name: 'More like this' }).click();
    const alike = page.getByRole('region', { name: 'More like this' });
    await expect(alike.getByRole('button', { name: /^kick_/ }).first()).toBeVisible();
    await expect(alike.getByRole('button', { name: 'The same', exact: true })).toBeVisible({
      timeout: 30_000,
    });
    const made = await hear(page, 0.4, () =>
      alike.getByRole('button', { name: 'The same', exact: true }).click(),
    );
    expect(made.hits.length).toBe(1);
    await search(page).fill('');
    await list(page).focus();
    await page.keyboard.press('s');
    await expect(page.locator('search')).toContainText('like kick_0.wav');
    await expect(list(page).getByRole('option').nth(0)).toContainText('kick_0.wav');
    await expect(list(page).getByRole('option').nth(1)).toContainText('kick');
    await page.getByLabel('Like a file').setInputFiles(join(folder(), 'oak/snare/snare_3.wav'));
    await expect(page.locator('search')).toContainText('like snare_3.wav');
    await expect(list(page).getByRole('option').nth(0)).toContainText('snare_3.wav');
    await page.keyboard.press('Escape');
    await expect(count(page)).toHaveText('49 sounds');
    await page.keyboard.press('p');
    await expect(page.locator('search')).toContainText('like the pad');
    await page.getByRole('button', { name: 'Order by name again' }).click();
    await expect(count(page)).toHaveText('49 sounds');
    expectCalm(page);
  });

  test('files are sorted by a plan that was seen, and undo brings each of them back', async ({ page }) => {
    await openLibrary(page);
    const before = contents(folder());
    await page.keyboard.press('o');
    await page.getByRole('button', { name: 'Show the plan' }).click();
    const folders = page.getByRole('list', { name: 'Folders of the plan' });
    await expect(folders.getByRole('listitem')).toHaveText(['hat 12', 'kick 13', 'snare 12', 'tom 12']);
    expect(contents(folder())).toEqual(before);
    await page.getByRole('button', { name: 'Move 49 files' }).click();
    await expect(page.getByTestId('notice')).toContainText('49 files sorted', { timeout: SORTED_MS });
    expect(readdirSync(join(folder(), 'Sorted/tom')).length).toBe(12);
    expect(existsSync(join(folder(), 'oak/tom/tom_0.wav'))).toBe(false);
    await find(page, 'in:Sorted', '49 sounds');
    await list(page).focus();
    await undo(page);
    await expect(page.getByTestId('notice')).toContainText('Undone: Sort 49 files', { timeout: SORTED_MS });
    expect(contents(folder())).toEqual(before);
    expectCalm(page);
  });

  test('the map hears what is under the mouse, and a lasso selects', async ({ page }) => {
    await openLibrary(page);
    await page.keyboard.press('m');
    const map = page.getByRole('img', { name: /^Map of 49 sounds/ });
    await expect(map).toBeVisible();
    const box = (await map.boundingBox())!;
    const line = [
      [0.02, 0.12],
      [0.98, 0.12],
      [0.98, 0.98],
      [0.02, 0.98],
    ].map(([x, y]) => [box.x + x! * box.width, box.y + y! * box.height] as const);
    await page.getByRole('button', { name: 'Lasso' }).click();
    await page.mouse.move(...line[0]!);
    await page.mouse.down();
    for (const place of line) await page.mouse.move(...place, { steps: 4 });
    await page.mouse.up();
    await expect(focused(page)).toHaveText(/^4\d sounds$/);
    await page.keyboard.press('Escape');
    await page.mouse.click(box.x + 4, box.y + box.height / 3);
    const played = nextHits(page, 1);
    await page.getByRole('button', { name: 'Make one for this gap' }).click();
    await played;
    await page.getByRole('button', { name: 'On the pad' }).click();
    await expect(page.getByTestId('pad')).toBeVisible();
    expectCalm(page);
  });

  test('everyone can use it, in the light and in the dark', async ({ page }) => {
    await openLibrary(page);
    await page.keyboard.press('ArrowDown');
    await expect(focused(page)).toHaveText(/\.wav$/);
    expect(await violations(page)).toEqual([]);
    for (const key of ['o', 'f', 'm']) {
      await page.keyboard.press(key);
      await expect(panel(page)).toBeVisible();
      expect(await violations(page), key).toEqual([]);
    }
    expectCalm(page);
  });

  test('the page is whole on every screen', async ({ page }) => {
    await openLibrary(page);
    await page.keyboard.press('ArrowDown');
    await expect(focused(page)).toHaveText(/\.wav$/);
    for (const [name, viewport] of Object.entries(SCREENS)) {
      await test.step(`a ${name}`, async () => {
        await page.setViewportSize(viewport);
        for (const part of ['Keep', 'Reject']) {
          await expect(panel(page).getByRole('button', { name: part })).toBeInViewport({ ratio: 1 });
        }
        const size = await page.evaluate(() => {
          const { scrollWidth, scrollHeight } = document.documentElement;
          return { width: scrollWidth, height: scrollHeight };
        });
        expect(size).toEqual(viewport);
      });
    }
    expectCalm(page);
  });
});
