/** A dropped sound and what is mixed back of it: heard, kept and found again exactly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, hear, hearAsIs, openPage, placeOf, pressPad, readWav24 } from './page';
import { violations } from './reach';
import { drumlin, startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openPage(page, server, '/?capture');
});
test.afterEach(({ page }) => expectCalm(page));

const instrument = () => join(server.root, 'home/instruments/alpha-tones.drumlin');
const dropFile = () => join(server.root, 'drops/tone_1.wav');
const slider = (page: Page) => page.getByRole('slider', { name: 'Like the original' });

/** Drop a sound and stay where it is found at once. */
async function drop(page: Page, file = dropFile()): Promise<void> {
  await page.getByLabel('Sound file to find on the pad').setInputFiles(file);
  await expect(page.getByText(/dB off$/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/searching/)).toBeHidden();
}

/** The file that `drumlin generate` writes of the dropped sound with so much of it mixed back. */
function generated(percent: number): Buffer {
  const out = join(server.root, `like-${percent}.wav`);
  drumlin(
    'generate',
    instrument(),
    '--like',
    dropFile(),
    '--residual',
    `${percent}`,
    '--out',
    out,
    '--force',
  );
  return readFileSync(out);
}

async function keep(page: Page): Promise<{ path: string; bytes: Buffer }> {
  const kept = page.waitForResponse(/\/api\/kept$/);
  await page.keyboard.press('k');
  const { folder, sounds } = (await (await kept).json()) as { folder: string; sounds: { name: string }[] };
  const path = join(folder, sounds[0]!.name);
  return { path, bytes: readFileSync(path) };
}

const differ = (one: Float32Array, other: Float32Array): number =>
  one.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other[i]!)), 0);

test('at rest there is no such control, and it goes with the dropped sound', async ({ page }) => {
  await expect(slider(page)).toBeHidden();
  await page.keyboard.press('o'); // nothing to mix back: nothing happens
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await drop(page);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '0 %');
  await page.getByRole('button', { name: 'Forget the dropped sound' }).click();
  await expect(slider(page)).toBeHidden();
});

test('all of it is the dropped sound: what is heard, what is kept, and what the command line writes', async ({
  page,
}) => {
  await hearAsIs(page);
  await drop(page);
  const heard = await hear(page, 1.2, () => page.keyboard.press('o'));
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '100 %');
  const { bytes } = await keep(page);
  expect(bytes.equals(generated(100))).toBe(true);
  const kept = readWav24(bytes);
  const { frame } = heard.hits[0]!;
  expect(differ(kept.subarray(0, 30000), heard.samples.subarray(frame, frame + 30000))).toBeLessThan(
    2 ** -23,
  );
  expect(differ(kept, readWav24(generated(0)))).toBeGreaterThan(0.01);
});

test('it is a slider of the keyboard, each gesture one step', async ({ page }) => {
  await drop(page);
  await slider(page).focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '3 %');
  await page.keyboard.press('End');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '100 %');
  for (const before of ['3 %', '2 %', '1 %', '0 %']) {
    await page.keyboard.press('Control+z');
    await expect(slider(page)).toHaveAttribute('aria-valuetext', before);
  }
  await page.keyboard.press('Control+Shift+z');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '1 %');
});

test('it fades as the pad moves away, and undo brings all of it back', async ({ page }) => {
  await drop(page);
  const { x, y } = await placeOf(page);
  await page.keyboard.press('o');
  const whole = (await keep(page)).bytes;
  await pressPad(page, -x, -y);
  const away = await placeOf(page);
  const { bytes } = await keep(page);
  const out = join(server.root, 'away.wav');
  drumlin('generate', instrument(), '--at', `${away.x},${away.y}`, '--out', out, '--force');
  expect(differ(readWav24(bytes), readWav24(readFileSync(out)))).toBeLessThan(0.02);
  for (let i = 0; i < 2; i++) await page.keyboard.press('Control+z'); // the keep and the move
  await expect.poll(() => placeOf(page)).toEqual({ x, y });
  expect((await keep(page)).bytes.equals(whole)).toBe(true);
});

test('a kept sound that is dropped back is the same again, strike and all', async ({ page }) => {
  await drop(page);
  await slider(page).focus();
  await page.keyboard.press('End');
  for (let i = 0; i < 4; i++) await page.keyboard.press('PageDown');
  const percent = (await slider(page).getAttribute('aria-valuetext'))!;
  expect(percent).not.toBe('100 %');
  const velocity = page.getByRole('slider', { name: 'Velocity' });
  await velocity.focus();
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowLeft');
  const { path, bytes } = await keep(page);
  await page.reload();
  await expect(page.locator('.isReady')).toBeVisible();
  await page.getByLabel('Sound file to find on the pad').setInputFiles(path);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', percent);
  await expect(velocity).toHaveAttribute('aria-valuetext', '70 %');
  expect((await keep(page)).bytes.equals(bytes)).toBe(true);
});

test('history goes back to it', async ({ page }) => {
  await drop(page);
  const { x, y } = await placeOf(page);
  await page.keyboard.press('o');
  const { bytes } = await keep(page);
  await pressPad(page, 0.9, 0.9);
  await page.getByRole('button', { name: 'Forget the dropped sound' }).click();
  await expect(slider(page)).toBeHidden();
  await page.keyboard.press('h');
  const entries = page.getByTestId('drawer').getByRole('button', { name: /^Back to/ });
  const there = entries.filter({ hasText: `${x.toFixed(2)}, ${y.toFixed(2)}` });
  await there.first().click(); // as it was found, and then with all of it
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '100 %');
  await page.keyboard.press('Escape');
  expect((await keep(page)).bytes.equals(bytes)).toBe(true);
});

test('a kept file whose dropped sound is not here is found by its sound, and that is said calmly', async ({
  page,
}) => {
  const [given, out] = [join(server.root, 'drops/tone_0.wav'), join(server.root, 'elsewhere.wav')];
  drumlin('generate', instrument(), '--like', given, '--residual', '60', '--out', out);
  await page.getByLabel('Sound file to find on the pad').setInputFiles(out);
  await expect(page.getByTestId('notice')).toHaveText(/not here any more/);
  await expect(page.getByTestId('notice')).not.toHaveClass(/trouble/);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', '0 %');
  await page.keyboard.press('o'); // it can itself be mixed back
  await page.keyboard.press('Escape');
  expect(differ(readWav24((await keep(page)).bytes), readWav24(readFileSync(out)))).toBe(0);
});

test("it is in everyone's reach, in the light and in the dark", async ({ page }) => {
  await drop(page);
  await page.keyboard.press('o');
  expect(await violations(page)).toEqual([]);
});
