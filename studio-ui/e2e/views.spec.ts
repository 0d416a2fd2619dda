/** Every view: readable by everyone, whole on the screens it is made for, and pictured. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, openPage, placeOf, pressPad } from './page';
import { picture } from './pictures';
import { violations } from './reach';
import { startServer, type Server } from './server';

const DRAWERS = ['learn', 'compare', 'crate', 'history', 'keys', 'settings'];
const SCREENS = {
  laptop: { width: 1280, height: 720 },
  'tablet-wide': { width: 1024, height: 768 },
  'tablet-tall': { width: 768, height: 1024 },
  'tablet-large': { width: 820, height: 1180 },
};
/** What is left of a screen where everything is shown twice as large. */
const ZOOMED = {
  laptop: { width: 640, height: 360 },
  'large screen': { width: 960, height: 540 },
  tablet: { width: 384, height: 512 },
};

const BUILTIN = 'default'; // has many kinds of sounds
const FIRST_LOAD_BYTES = 250_000;

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }));
test.afterEach(({ page }) => expectCalm(page, { refused: forgiven.get(page) ?? 0 }));

/** The status of a request that a test has refused on purpose. */
const forgiven = new WeakMap<Page, number>();

/** Names of parts of the page that lie over each other or are cut off by what they lie in. */
const overlaps = (page: Page) =>
  page.evaluate(() => {
    const parts = [
      ...document.querySelectorAll('main button, main label, main input, main .canvas, main p, main .pad'),
    ]
      .filter((part) => !part.closest('.visually-hidden'))
      .filter((part) => ![...part.children].some((child) => child.matches('label, input, button')));
    const name = (part: Element) =>
      part.getAttribute('aria-label') ?? part.textContent?.trim() ?? part.className;
    const troubles: string[] = [];
    parts.forEach((part, i) => {
      const box = part.getBoundingClientRect();
      const card = part.closest('section, ul')?.getBoundingClientRect() ?? box;
      if (box.bottom > card.bottom + 0.5 || box.right > card.right + 0.5)
        troubles.push(`${name(part)} is cut off`);
      for (const other of parts.slice(i + 1)) {
        const next = other.getBoundingClientRect();
        const [width, height] = [
          Math.min(box.right, next.right) - Math.max(box.left, next.left),
          Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top),
        ];
        if (width > 1.5 && height > 1.5 && !part.contains(other) && !other.contains(part))
          troubles.push(`${name(part)} over ${name(other)}`);
      }
    });
    return troubles;
  });

/** Things to see: some history, something in the crate. */
async function play(page: Page): Promise<void> {
  for (const [x, y] of [
    [-0.5, 0.3],
    [0.1, 0.6],
    [0.45, -0.1],
  ] as const)
    await pressPad(page, x, y);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeEnabled();
}

test("nothing at rest or in a drawer is out of anyone's reach, in the light or in the dark", async ({
  page,
}) => {
  await openPage(page, server, '/', BUILTIN);
  await play(page);
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByTestId('notice')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByTestId('notice')).toBeHidden();
  expect(await violations(page, (theme) => picture(page, `play-${theme}`))).toEqual([]);
  for (const drawer of DRAWERS) {
    await page.evaluate((name) => (location.hash = name), drawer);
    await expect(page.getByTestId('drawer')).toBeVisible();
    if (drawer === 'learn') await expect(page.getByTestId('folder-count')).toBeVisible();
    expect(await violations(page, (theme) => picture(page, `${drawer}-${theme}`)), drawer).toEqual([]);
  }
});

for (const [name, viewport] of Object.entries(SCREENS)) {
  test(`the page is whole on a ${name}, and a notice covers no control`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await openPage(page, server, '/', BUILTIN);
    await test.step('a notice covers no control', async () => {
      const notice = page.getByTestId('notice');
      await page.keyboard.press('k');
      await expect(notice).toContainText('Kept');
      expect(await covered(page)).toEqual([]);
      await page.getByLabel('Sound file to find on the pad').setInputFiles({
        name: `${'a long name of no sound '.repeat(6)}.wav`,
        mimeType: 'audio/wav',
        buffer: Buffer.from('no sound'),
      });
      await expect(notice).toHaveClass(/trouble/);
      expect(await covered(page)).toEqual([]);
      forgiven.set(page, 422);
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await expect(notice).toBeHidden();
    });
    await test.step('the page is whole', () => isWhole(page, name));
  });
}

/** All of the page is in the window, and nothing lies over anything when a sound was dropped. */
async function isWhole(page: Page, name: string): Promise<void> {
  await play(page);
  const sizes = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return { width: scrollWidth, height: scrollHeight };
  });
  expect(sizes).toEqual(page.viewportSize());
  for (const part of [
    page.getByTestId('pad'),
    page.getByRole('button', { name: 'Keep' }),
    page.getByLabel('Velocity'),
  ]) {
    await expect(part).toBeInViewport({ ratio: 1 });
  }
  const pad = (await page.getByTestId('pad').boundingBox())!;
  expect(pad.width).toBeCloseTo(pad.height, 0);
  expect(pad.width).toBeGreaterThan(480);
  if (name.startsWith('tablet')) await picture(page, `play-${name}`);
  await page.getByLabel('Sound file to find on the pad').setInputFiles(join(server.root, 'drops/tone_1.wav'));
  await expect(page.getByText(/dB off/)).toBeVisible({ timeout: 60_000 }); // the first drop waits for the map
  expect(await overlaps(page)).toEqual([]);
  const kinds = page.getByRole('list', { name: 'Kinds of sounds on the pad' });
  for (const kind of await kinds.getByRole('button').all()) await expect(kind).toBeInViewport({ ratio: 1 });
}

/** Names of the controls that the notice lies over; it is itself in the window. */
async function covered(page: Page): Promise<unknown[]> {
  const box = (await page.getByTestId('notice').boundingBox())!;
  expect(box.y + box.height).toBeLessThanOrEqual(page.viewportSize()!.height);
  return page.evaluate(({ x, y, width, height }) => {
    const controls = [...document.querySelectorAll('button, input, select, .pad, .canvas')].filter(
      (part) => !part.closest('.visually-hidden, .notice'),
    );
    return controls
      .map((part) => [part.getAttribute('aria-label') ?? part.className, part.getBoundingClientRect()])
      .filter(([, other]) => {
        const { left, right, top, bottom } = other as DOMRect;
        return left < x + width && right > x && top < y + height && bottom > y;
      })
      .map(([words]) => words);
  }, box);
}

for (const [name, viewport] of Object.entries(ZOOMED)) {
  test(`nothing overlaps on a ${name} at 200 %, and all of it can be scrolled to`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await openPage(page, server, '/', BUILTIN);
    await play(page);
    expect(await overlaps(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    await page.getByRole('button', { name: 'Keep' }).scrollIntoViewIfNeeded();
    await expect(page.getByRole('button', { name: 'Keep' })).toBeInViewport({ ratio: 1 });
    for (const drawer of DRAWERS) {
      await page.evaluate((name) => (location.hash = name), drawer);
      const content = page.getByTestId('drawer').locator('.content');
      await expect(content).toBeVisible();
      if (drawer === 'learn') await expect(page.getByText('only mine')).toBeVisible();
      const [inner, outer] = await content.evaluate((part) => [part.scrollWidth, part.clientWidth]);
      expect(inner, drawer).toBe(outer);
    }
  });
}

test('nothing moves while sounds are played and notices come and go', async ({ page }) => {
  await openPage(page, server);
  const parts = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('button, input, select, canvas, h1')]
        .filter((part) => !part.closest('[data-testid="notice"]'))
        .map((part) => part.getBoundingClientRect().toJSON() as object),
    );
  const before = await parts();
  await play(page);
  await page.keyboard.press('k');
  await expect(page.getByTestId('notice')).toBeVisible();
  expect(await parts()).toEqual(before);
});

test('one key shows the spectrogram, one the attack, and a reload shows them again', async ({ page }) => {
  await openPage(page, server);
  await play(page);
  await page.keyboard.press('z');
  await expect(page.getByRole('img', { name: 'Waveform of the first 30 ms' })).toBeVisible();
  await page.keyboard.press('z');
  await page.keyboard.press('g');
  const colours = () =>
    page.getByRole('img', { name: 'Spectrogram of the sound' }).evaluate((picture) => {
      const canvas = picture.querySelector('canvas')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
  await expect.poll(colours).toBeGreaterThan(50);
  expect(await violations(page)).toEqual([]);
  await picture(page, 'spectrogram');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Spectrogram' })).toHaveAttribute('aria-pressed', 'true');
});

test('a name in the legend shows where its kind lies, and nothing moves', async ({ page }) => {
  await openPage(page, server);
  const legend = page.getByRole('list', { name: 'Kinds of sounds on the pad' });
  const snare = legend.getByRole('button', { name: 'snare' });
  const looks = async () => ({
    boxes: await legend
      .getByRole('button')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as object)),
    pad: await page
      .getByTestId('pad')
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL()),
  });
  const before = await looks();
  await snare.click();
  await expect(snare).toHaveAttribute('aria-pressed', 'true');
  const shown = await looks();
  expect(shown.boxes).toEqual(before.boxes);
  expect(shown.pad).not.toBe(before.pad);
  await snare.click();
  expect(await looks()).toEqual(before);
});

test('everything is done by keys alone', async ({ page }) => {
  await openPage(page, server);
  const rest = await placeOf(page);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowUp');
  expect(await placeOf(page)).toEqual({ x: rest.x + 0.02, y: rest.y + 0.002 });
  await page.keyboard.press('Shift+R');
  await expect.poll(() => placeOf(page)).not.toEqual({ x: rest.x + 0.02, y: rest.y + 0.002 });
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect.poll(() => placeOf(page)).toEqual(rest);
  await page.keyboard.press('i');
  await expect(page.getByRole('combobox', { name: 'Instrument' })).toHaveValue('beta-tones');
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Loop' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('k');
  await expect(page.getByTestId('notice')).toContainText('Kept');
  await page.keyboard.press('?');
  await expect(page.getByRole('heading', { name: 'Keys' })).toBeFocused();
  await expect(page.getByText('Play the compared instruments at the same spot')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('drawer')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Loop' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Loop' })).toHaveAttribute('aria-pressed', 'false');
});

test('the Tab key reaches the pad, and its two sliders tell the place in words', async ({ page }) => {
  await openPage(page, server);
  const across = page.getByRole('slider', { name: 'Place from left to right' });
  await page.getByRole('button', { name: 'Settings' }).focus();
  await page.keyboard.press('Tab');
  await expect(across).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(across).toHaveAttribute('aria-valuetext', /^0\.02, near (kick|snare|hat)$/);
  await expect(page.getByTestId('spoken')).toContainText('Playing');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('slider', { name: 'Place from bottom to top' })).toBeFocused();
});

test('a key that is typed into a field plays nothing', async ({ page }) => {
  await openPage(page, server, '/#learn');
  await page.getByLabel('Name').pressSequentially('kick i? b');
  await expect(page.getByLabel('Name')).toHaveValue('kick i? b');
  await expect(page.getByRole('heading', { name: 'Learn a folder' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Instrument' })).toHaveValue('alpha-tones');
});

test('several instruments are compared at the same spot', async ({ page }) => {
  await openPage(page, server, '/?capture');
  await page.keyboard.press('c');
  await expect(page.getByTestId('drawer').getByText('Beta tones')).toBeVisible();
  await page.waitForFunction(() => window.drumlinCapture!.hits.length >= 2);
  await page.getByRole('button', { name: 'Put on the pad' }).last().click();
  await expect(page.getByRole('combobox', { name: 'Instrument' })).not.toHaveValue('alpha-tones');
});

test('the first load is small', async ({ browser }) => {
  const page = await browser.newPage(); // one that has nothing of it yet
  const files: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (!response.url().includes('/api/') && response.status() === 200) files.push(response.body());
  });
  await openPage(page, server);
  const sizes = (await Promise.all(files)).map((file) => gzipSync(file).length);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((a, b) => a + b)).toBeLessThan(FIRST_LOAD_BYTES);
  await page.close();
});
