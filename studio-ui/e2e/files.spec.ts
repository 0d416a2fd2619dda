/** What is written and read: kept files, dropped files, the way back. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, instrumentChoice, openPage, placeOf, pressPad } from './page';
import { drumlin, startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(({ page }) => openPage(page, server));
test.afterEach(({ page }) => expectCalm(page, { refused: 422 }));

const instrument = () => join(server.root, 'home/instruments/alpha-tones.drumlin');

async function kept(page: Page): Promise<{ folder: string; sounds: { name: string }[] }> {
  return (await page.request.get(new URL('/api/kept', page.url()).href)).json();
}

test('the kept file has the bytes of `drumlin generate` with the same controls', async ({ page }) => {
  await pressPad(page, 0.25, -0.5);
  const pitch = page.getByRole('slider', { name: 'Pitch' });
  await pitch.focus();
  for (let i = 0; i < 20; i++) await pitch.press('ArrowRight');
  const words = (await pitch.getAttribute('aria-valuetext'))!;
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByTestId('notice')).toContainText('Kept');
  const { folder, sounds } = await kept(page);
  const { x, y } = await placeOf(page);
  const out = join(server.root, 'generated.wav');
  drumlin('generate', instrument(), '--at', `${x},${y}`, '--set', `pitch=${parseFloat(words)}`, '--out', out);
  expect(readFileSync(join(folder, sounds[0]!.name)).equals(readFileSync(out))).toBe(true);
});

test('a class chosen by hand is kept as `drumlin generate --class` writes it, and undone', async ({
  page,
}) => {
  await instrumentChoice(page).selectOption('gamma-tones');
  await pressPad(page, 0.3, 0.1);
  const choice = page.getByRole('combobox', { name: 'Class', exact: true });
  await expect(choice).toHaveValue('');
  const legend = page.getByRole('list', { name: 'Kinds of sounds on the pad' });
  await page.keyboard.press('n');
  await expect(choice).toHaveValue('kick');
  await expect(legend.getByRole('button', { name: 'kick' })).toHaveAttribute('aria-pressed', 'true');
  await choice.selectOption('hat');
  await pressPad(page, -0.6, 0.4); // the hand's choice holds everywhere
  const { x, y } = await placeOf(page);
  await page.keyboard.press('k');
  await expect(page.getByTestId('notice')).toContainText('Kept hat');
  const { folder, sounds } = await kept(page);
  const file = join(server.root, 'home/instruments/gamma-tones.drumlin');
  const [out, byPlace] = ['hat.wav', 'by-place.wav'].map((name) => join(server.root, name)) as [
    string,
    string,
  ];
  drumlin('generate', file, '--at', `${x},${y}`, '--class', 'hat', '--out', out);
  const bytes = readFileSync(join(folder, sounds[0]!.name));
  expect(bytes.equals(readFileSync(out))).toBe(true);
  drumlin('generate', file, '--at', `${x},${y}`, '--out', byPlace);
  expect(bytes.equals(readFileSync(byPlace))).toBe(false);
  for (const before of ['hat', 'hat', 'kick', '']) {
    await page.keyboard.press('Control+z'); // the keep, the move, and the two choices
    await expect(choice).toHaveValue(before);
  }
});

test('the sound that plays is dragged out before it is kept', async ({ page }) => {
  await pressPad(page, 0.15, -0.7);
  const { x, y } = await placeOf(page);
  const rendered = page.waitForResponse((response) => response.url().endsWith('/sound'));
  await page.getByRole('img', { name: 'Waveform of the sound' }).hover();
  await (await rendered).finished();
  const drag = () =>
    page.getByRole('img', { name: 'Waveform of the sound' }).evaluate((picture) => {
      const dataTransfer = new DataTransfer();
      picture.dispatchEvent(new DragEvent('dragstart', { dataTransfer, bubbles: true }));
      picture.dispatchEvent(new DragEvent('dragend', { bubbles: true }));
      return { address: dataTransfer.getData('DownloadURL'), file: dataTransfer.files[0]?.name };
    });
  await expect.poll(async () => (await drag()).file).toMatch(/^drumlin_\w+\.wav$/);
  const [, type, name, url] = /^(audio\/wav):([^:]+):(.+)$/.exec((await drag()).address)!;
  expect([type, name]).toEqual(['audio/wav', (await drag()).file]);
  const out = join(server.root, 'dragged.wav');
  drumlin('generate', instrument(), '--at', `${x},${y}`, '--out', out);
  const response = await page.request.get(url!);
  expect((await response.body()).equals(readFileSync(out))).toBe(true);
});

test('a dropped WAV lands where `drumlin locate` says, and plays against the original', async ({ page }) => {
  const file = join(server.root, 'drops/tone_1.wav');
  const [found] = JSON.parse(drumlin('locate', instrument(), file, '--json'));
  await page.getByLabel('Sound file to find on the pad').setInputFiles(file);
  await expect(page.getByText('tone_1.wav', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape'); // no nearer place is wanted here
  expect(await placeOf(page)).toEqual({ x: found.x, y: found.y });
  await expect(page.getByText(`${found.fit_db.toFixed(1)} dB off`)).toBeVisible();
  await page.getByRole('button', { name: 'Original' }).click();
  await expect(page.getByRole('button', { name: 'Original' })).toHaveAttribute('aria-pressed', 'true');
});

test('a file dropped anywhere on the window is taken', async ({ page }) => {
  const bytes = [...readFileSync(join(server.root, 'drops/tone_0.wav'))];
  const transfer = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], 'mine.wav', { type: 'audio/wav' }));
    return transfer;
  }, bytes);
  const before = await placeOf(page);
  await page.dispatchEvent('header', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByText('Drop it: the pad moves to the sound')).toBeVisible();
  await page.dispatchEvent('header', 'drop', { dataTransfer: transfer });
  await expect(page.getByText('mine.wav', { exact: true })).toBeVisible();
  expect(await placeOf(page)).not.toEqual(before);
});

test('a kept file that is dropped back restores its place', async ({ page }) => {
  await pressPad(page, -0.35, 0.6);
  const place = await placeOf(page);
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByTestId('notice')).toContainText('Kept');
  const { folder, sounds } = await kept(page);
  await pressPad(page, 0.8, 0.8);
  await page.getByLabel('Sound file to find on the pad').setInputFiles(join(folder, sounds[0]!.name));
  await expect.poll(() => placeOf(page)).toEqual(place);
});

test('what is no sound is refused in the words of the server', async ({ page }) => {
  const before = await placeOf(page);
  await page
    .getByLabel('Sound file to find on the pad')
    .setInputFiles(join(server.root, 'sounds/odd/broken.wav'));
  await expect(page.getByTestId('notice')).toHaveClass(/trouble/);
  await expect(page.getByTestId('notice')).toContainText('broken.wav: ');
  expect(await placeOf(page)).toEqual(before);
});

test('undo takes back a keep, a slider, an instrument and a move, and redo does them again', async ({
  page,
}) => {
  const { folder } = await kept(page);
  const files = () =>
    existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.wav')).length : 0;
  const rest = await placeOf(page);
  const count = files();
  await pressPad(page, 0.5, 0.5);
  await instrumentChoice(page).selectOption('beta-tones');
  const pitch = page.getByRole('slider', { name: 'Pitch' });
  await pitch.focus();
  await pitch.press('ArrowRight');
  const high = await pitch.inputValue();
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect.poll(files).toBe(count + 1);
  await expect(page.getByText(/^Kept /).first()).toBeVisible(); // the page knows of it, and can take it back

  const undo = page.getByRole('button', { name: 'Undo' }).first();
  await undo.click();
  await expect.poll(files).toBe(count);
  await undo.click();
  await expect(pitch).not.toHaveValue(high);
  await undo.click();
  await expect(instrumentChoice(page)).toHaveValue('alpha-tones');
  await undo.click();
  await expect.poll(() => placeOf(page)).toEqual(rest);
  await expect(undo).toBeDisabled();

  for (let i = 0; i < 4; i++) await page.keyboard.press('Control+Shift+Z');
  await expect.poll(files).toBe(count + 1);
  await expect(instrumentChoice(page)).toHaveValue('beta-tones');
  await expect(pitch).toHaveValue(high);
});

test('the crate lists, downloads and deletes, and undo brings the file back', async ({ page }) => {
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByTestId('notice')).toContainText('Kept');
  const { folder, sounds } = await kept(page);
  const { name } = sounds[0]!;
  const bytes = readFileSync(join(folder, name));
  await page.keyboard.press('b');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: `Download ${name}` }).click();
  expect(readFileSync(await (await download).path()).equals(bytes)).toBe(true);
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await expect.poll(() => readdirSync(folder)).not.toContain(name);
  await page.getByTestId('notice').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => readdirSync(folder)).toContain(name);
  expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
});
