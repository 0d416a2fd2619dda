/** A piece: a track goes in, its timeline is mended by click and by key, a new piece comes out, is heard and kept. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, openPage, readWav24 } from './page';
import { picture } from './pictures';
import { violations } from './reach';
import { startServer, type Server } from './server';

const HEARD_MS = 60_000;
const RENDERED_MS = 60_000;
const BEAT_S = 0.5; // of the track, at 120 bpm
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
test.use({ actionTimeout: 15_000 });

/** The piece that the tests share: the first one drops the track. */
const NAME = 'track';
const drop = (name: string) => join(server.root, 'drops', name);

async function openPiece(page: Page): Promise<void> {
  await openPage(page, server, '/?capture', 'delta-tones');
  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Piece' }).click();
  await expect(page.getByRole('heading', { name: 'Drop a track' })).toBeVisible();
  const choice = page.getByRole('combobox', { name: 'Piece', exact: true });
  const known = await page.request.get(new URL('/api/pieces', page.url()).href);
  const names = ((await known.json()) as { name: string }[]).map(({ name }) => name);
  if (names.includes(NAME)) await choice.selectOption({ label: NAME });
  else await page.getByLabel('Choose a file').setInputFiles(drop('track.wav'));
  await expect(page.getByTestId('timeline')).toBeVisible({ timeout: HEARD_MS });
}

const tempo = (page: Page) => page.getByRole('group', { name: 'Tempo of the piece' }).locator('strong');
const key = (page: Page) => page.getByRole('group', { name: 'Key of the piece' }).locator('strong');
const form = (page: Page) => page.getByRole('group', { name: 'Form of the piece' }).locator('strong');
const parts = (page: Page) => page.getByRole('list', { name: 'Parts' }).getByRole('button');
const part = (page: Page) => page.getByRole('region', { name: /^Part / });
const boundary = (page: Page) => page.getByTestId('boundary').last();
const startOf = async (page: Page) => Number(await boundary(page).getAttribute('aria-valuenow'));

async function render(page: Page): Promise<void> {
  await page.keyboard.press('r');
  await expect(page.getByRole('button', { name: 'Rendered' })).toBeVisible({ timeout: RENDERED_MS });
}

/** What the ear gets now, and where in the piece that is. */
const snapshot = (page: Page) =>
  page.evaluate(() => {
    const { audio } = window.drumlinPieces!;
    const { analyser } = audio.heard!;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return { samples: [...samples], at_s: audio.position };
  });

const levelOf = (samples: readonly number[]) =>
  Math.sqrt(samples.reduce((sum, value) => sum + value ** 2, 0) / samples.length);

/** How well what was heard fits a file of stereo sound near a place, 1 for the very same. */
function likeness(heard: readonly number[], file: Buffer, at_s: number): number {
  const both = readWav24(file);
  const mono = Float32Array.from(
    { length: both.length / 2 },
    (_, i) => (both[2 * i]! + both[2 * i + 1]!) / 2,
  );
  const middle = Math.round(at_s * 44100) - heard.length;
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < heard.length; i++) sum += a[i]! * b[i]!;
    return sum;
  };
  let best = 0;
  for (let shift = -11025; shift < 11025; shift++) {
    const from = middle + shift;
    if (from < 0 || from + heard.length > mono.length) continue;
    const piece = mono.subarray(from, from + heard.length);
    best = Math.max(best, dot(heard, piece) / Math.sqrt(dot(heard, heard) * dot(piece, piece)));
  }
  return best;
}

test.describe('a piece', () => {
  test('a dropped track is heard, and wrong guesses are one click to mend', async ({ page }) => {
    await openPiece(page);
    await expect(form(page)).toHaveText(/^A/);
    const guessed = (await tempo(page).textContent())!;
    expect(guessed).toMatch(/^(60|120) bpm|^60–120 bpm/); // as the styles are counted
    await page.getByRole('button', { name: /^double tempo, / }).click();
    const slowest = async () => Number.parseFloat((await tempo(page).textContent())!);
    await expect.poll(async () => Math.round((await slowest()) / Number.parseFloat(guessed))).toBe(2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(tempo(page)).toHaveText(guessed);

    const heard = await key(page).textContent();
    const offer = page.getByRole('group', { name: 'Key of the piece' }).getByRole('button').first();
    const other = (await offer.textContent())!;
    await offer.click();
    await expect(key(page)).toHaveText(other);
    await page.keyboard.press('Control+z');
    await expect(key(page)).toHaveText(heard!);

    const style = page.getByRole('combobox', { name: 'Style of the part' });
    const first = await style.inputValue();
    await part(page).locator('.chip').first().click();
    await expect(style).not.toHaveValue(first);
    await page.keyboard.press('Control+z');
    await expect(style).toHaveValue(first);
    await page.keyboard.press('Control+Shift+z');
    await expect(style).not.toHaveValue(first);
    await page.keyboard.press('Control+z');
    await expect(style).toHaveValue(first);
    expectCalm(page);
  });

  test('parts are divided, moved and joined by keys alone', async ({ page }) => {
    await openPiece(page);
    const count = await parts(page).count();
    await page.getByRole('slider', { name: 'Place in the piece' }).focus();
    await page.keyboard.press('End');
    for (let bar = 0; bar < 2; bar++) await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('d');
    await expect(parts(page)).toHaveCount(count + 1);
    const begin = await startOf(page);

    await boundary(page).focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => startOf(page)).toBeCloseTo(begin - BEAT_S, 1);
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => startOf(page)).toBeLessThan(begin - BEAT_S - 0.4);
    await page.keyboard.press('Control+z');
    await expect.poll(() => startOf(page)).toBeCloseTo(begin - BEAT_S, 1);
    await page.keyboard.press('Control+z');
    await expect.poll(() => startOf(page)).toBeCloseTo(begin, 1);

    await boundary(page).focus();
    await page.keyboard.press('Delete');
    await expect(parts(page)).toHaveCount(count);
    expectCalm(page);
  });

  test('a boundary is dragged, and a part is given tempo, band, intro and ending', async ({ page }) => {
    await openPiece(page);
    const guessed = (await tempo(page).textContent())!;
    const count = await parts(page).count();
    await page.getByRole('slider', { name: 'Place in the piece' }).click({ position: { x: 300, y: 30 } });
    await page.keyboard.press('d');
    await expect(parts(page)).toHaveCount(count + 1);
    const before = await startOf(page);
    const box = (await boundary(page).boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x - 120, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => startOf(page)).toBeLessThan(before - 0.5);

    await parts(page).last().click();
    await page.getByRole('spinbutton', { name: /Tempo of the part/ }).fill('101.3');
    await page.keyboard.press('Enter');
    await expect(tempo(page)).toContainText('–');
    await expect(page.getByRole('list', { name: 'What had to be changed' })).toContainText('tempo');

    await page.getByRole('tab', { name: 'Band' }).click();
    const band = page.getByRole('list', { name: 'Who plays' }).getByRole('button');
    const players = await band.count();
    await band.last().click();
    await expect(band).toHaveCount(players - 1);
    await page.getByRole('combobox', { name: 'Add an instrument' }).selectOption('keys_bell');
    await expect(page.getByRole('button', { name: 'bell keys, take out' })).toBeVisible();

    await page.getByRole('tab', { name: /Intro/ }).click();
    await page.getByLabel('Climax from bar').fill('2');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('list', { name: 'Sections' })).toContainText('climax');
    await page.getByRole('combobox', { name: /^Ending/ }).selectOption('cut');
    await expect(page.getByRole('combobox', { name: /^Ending/ })).toHaveValue('cut');

    while (await page.getByRole('button', { name: 'Undo' }).isEnabled()) {
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.waitForTimeout(150);
    }
    await expect(parts(page)).toHaveCount(count);
    await expect(tempo(page)).toHaveText(guessed);
    expectCalm(page);
  });

  test('a piece is rendered, heard beside the track, and looped', async ({ page }) => {
    await openPiece(page);
    await render(page);
    await expect(page.getByRole('button', { name: 'Piece', exact: true }).last()).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    const url = await page.evaluate(() => window.drumlinPieces!.piece!.render!.url);
    const file = await (await page.request.get(new URL(url, page.url()).href)).body();
    await page.keyboard.press('Space');
    await page.waitForFunction(() => window.drumlinPieces!.audio.position > 2.5);
    const heard = await snapshot(page);
    expect(levelOf(heard.samples)).toBeGreaterThan(0.005);
    expect(likeness(heard.samples, file, heard.at_s)).toBeGreaterThan(0.95);

    await page.keyboard.press('x');
    await page.waitForTimeout(400);
    const track = await snapshot(page);
    expect(track.at_s).toBeGreaterThan(heard.at_s); // the clock ran on
    expect(levelOf(track.samples)).toBeGreaterThan(0.005);
    expect(likeness(track.samples, file, track.at_s)).toBeLessThan(0.9);

    await page.keyboard.press('o');
    const range = await page.evaluate(() => window.drumlinPieces!.audio.range!);
    await page.evaluate(({ end_s }) => window.drumlinPieces!.audio.seek(end_s - 0.3), range); // inside: the loop goes on
    await page.waitForTimeout(900);
    const looped = await snapshot(page);
    expect(looped.at_s).toBeGreaterThanOrEqual(range.start_s);
    expect(looped.at_s).toBeLessThan(range.end_s - 0.3);
    await page.keyboard.press('Space');
    await page.waitForTimeout(200);
    expect(levelOf((await snapshot(page)).samples)).toBeLessThan(1e-4);
    expectCalm(page);
  });

  test('drums are swapped for another instrument and for the place of the pad', async ({ page }) => {
    await openPiece(page);
    await page.getByRole('combobox', { name: 'Style of the part' }).selectOption('rock_indie_hopeful');
    await expect(parts(page).first()).toContainText('rock indie hopeful');
    await render(page);
    const renderId = () => page.evaluate(() => window.drumlinPieces!.piece!.render!.id);
    const first = await renderId();
    await page.getByRole('tab', { name: 'Drums' }).click();
    await page.getByRole('combobox', { name: /^Played by/ }).selectOption('delta-tones');
    await expect.poll(renderId, { timeout: RENDERED_MS }).not.toBe(first);
    const swapped = await renderId();
    const drum = page.getByRole('group', { name: "Take the pad's sound for" }).getByRole('button').first();
    await drum.click();
    await expect(drum).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(renderId, { timeout: RENDERED_MS }).not.toBe(swapped);
    await page.keyboard.press('Control+z');
    await expect(drum).toHaveAttribute('aria-pressed', 'false');
    await expect(page.getByRole('button', { name: 'Render again' })).toBeEnabled();
    await page.keyboard.press('Control+z');
    await expect(page.getByRole('combobox', { name: /^Played by/ })).toHaveValue('default');
    await page.keyboard.press('r'); // known already: at once, the same bytes
    await expect.poll(renderId).toBe(first);
    expectCalm(page);
  });

  test('a variation is another piece, and undo goes back', async ({ page }) => {
    await openPiece(page);
    await render(page);
    const renderId = () => page.evaluate(() => window.drumlinPieces!.piece!.render!.id);
    const first = await renderId();
    await page.getByRole('button', { name: 'Variation' }).click();
    await expect.poll(renderId, { timeout: RENDERED_MS }).not.toBe(first);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.keyboard.press('r');
    await expect.poll(renderId).toBe(first);
    expectCalm(page);
  });

  test('WAV, stems and MIDI are kept in the crate, and undo takes them back', async ({ page }) => {
    await openPiece(page);
    await page.getByLabel('Stems').check();
    await page.getByLabel('MIDI').check();
    await page.keyboard.press('k');
    await expect(page.getByTestId('notice')).toContainText('Kept track_01', { timeout: RENDERED_MS });
    const folder = join(server.root, 'home/crate/pieces/track_01');
    const file = readFileSync(join(folder, 'track.wav'));
    expect(readWav24(file).length).toBe(2 * 16 * 44100);
    expect(readFileSync(join(folder, 'track.mid')).toString('latin1', 0, 4)).toBe('MThd');
    expect(readFileSync(join(folder, 'stems/track drums.wav')).length).toBeGreaterThan(1e6);
    await page.keyboard.press('Control+z');
    await expect(page.getByTestId('spoken')).toContainText('Undone: Keep');
    expect(() => readFileSync(join(folder, 'track.wav'))).toThrow();
    expectCalm(page);
  });

  test("nothing of a piece is out of anyone's reach, in the light or in the dark", async ({ page }) => {
    await openPiece(page);
    await page.getByRole('combobox', { name: 'Piece', exact: true }).selectOption('New piece …');
    await expect(page.getByRole('list', { name: 'Earlier pieces' })).toBeVisible();
    expect(await violations(page, (theme) => picture(page, `piece-begin-${theme}`))).toEqual([]);
    await page.getByRole('list', { name: 'Earlier pieces' }).getByRole('button').first().click();
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
    expect(await violations(page, (theme) => picture(page, `piece-${theme}`))).toEqual([]);
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await violations(page), (await tab.textContent()) ?? '').toEqual([]);
    }
  });

  for (const [name, viewport] of Object.entries(SCREENS)) {
    test(`a piece is whole on a ${name}, and nothing jumps`, async ({ page }) => {
      await page.setViewportSize(viewport);
      await page.addInitScript(() => {
        const shifts: number[] = [];
        Object.assign(window, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const { value, hadRecentInput } = entry as PerformanceEntry & {
              value: number;
              hadRecentInput: boolean;
            };
            if (!hadRecentInput) shifts.push(value);
          }
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await openPiece(page);
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await page.waitForTimeout(600);
      await page.keyboard.press('Space');
      const size = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return { width: scrollWidth, height: scrollHeight };
      });
      expect(size).toEqual(viewport);
      for (const shown of [
        page.getByTestId('timeline'),
        page.getByRole('button', { name: 'Keep' }),
        page.getByRole('tab').first(),
      ])
        await expect(shown).toBeInViewport({ ratio: 1 });
      for (const tab of await page.getByRole('tab').all()) {
        const before = (await page.getByTestId('timeline').boundingBox())!;
        await tab.click();
        expect(await page.getByTestId('timeline').boundingBox()).toEqual(before);
      }
      const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
      expect(Math.max(0, ...shifts)).toBeLessThan(0.02);
      await picture(page, `piece-${name}`);
    });
  }
});

test('what is no music is refused in words, and nothing is lost', async ({ page }) => {
  await openPage(page, server);
  await page.keyboard.press('v');
  for (const { file, words } of [
    { file: 'silence.wav', words: /silent/ },
    { file: 'torn.wav', words: /truncated|cannot be decoded/ },
    { file: 'words.mp3', words: /cannot be decoded/ },
  ]) {
    await test.step(file, async () => {
      await page.getByLabel('Choose a file').setInputFiles(drop(file));
      await expect(page.getByRole('alert')).toContainText(words, { timeout: HEARD_MS });
      await expect(page.getByText('Choose a file')).toBeVisible(); // another can be dropped
    });
  }
  expectCalm(page);
});

test('a length and a style are enough to begin', async ({ page }) => {
  await openPage(page, server);
  await page.keyboard.press('v');
  await page.getByLabel('Seconds').fill('8');
  await page.getByLabel('Style of the piece').selectOption('rock_indie_hopeful');
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByTestId('timeline')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Part A 0:00.0 rock indie hopeful' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Track' })).toBeHidden();
  await page.keyboard.press('v'); // to the library
  await page.keyboard.press('v');
  await expect(page.getByTestId('pad')).toBeVisible();
  expectCalm(page);
});

test('the sound of a film is heard', async ({ page }) => {
  await openPage(page, server);
  await page.keyboard.press('v');
  const film = await page.evaluate(async () => {
    const context = new AudioContext();
    const out = context.createMediaStreamDestination();
    for (let beat = 0; beat < 8; beat++) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      gain.gain.setValueAtTime(0, 0);
      gain.gain.setValueAtTime(0.5, beat * 0.5);
      gain.gain.setTargetAtTime(0, beat * 0.5, 0.1);
      tone.connect(gain).connect(out);
      tone.start();
    }
    const canvas = document.createElement('canvas');
    const paint = canvas.getContext('2d')!;
    const timer = setInterval(() => paint.fillRect(Math.random() * 100, 0, 20, 20), 40);
    const stream = new MediaStream([...canvas.captureStream().getTracks(), ...out.stream.getTracks()]);
    const recorder = new MediaRecorder(stream, { mimeType: 'video/webm' });
    const blobs: Blob[] = [];
    recorder.ondataavailable = ({ data }) => blobs.push(data);
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, 3500));
    recorder.stop();
    await new Promise((resolve) => (recorder.onstop = resolve));
    clearInterval(timer);
    await context.close();
    const bytes = new Uint8Array(await new Blob(blobs).arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  });
  await page
    .getByLabel('Choose a file')
    .setInputFiles({ name: 'film.webm', mimeType: 'video/webm', buffer: Buffer.from(film, 'base64') });
  await expect(page.getByTestId('timeline')).toBeVisible({ timeout: HEARD_MS });
  await expect(page.getByRole('combobox', { name: 'Piece', exact: true })).toContainText('film');
  expectCalm(page);
});
