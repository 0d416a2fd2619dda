/** What is heard: the audio thread's output, sample by sample. */
import { expect, test } from '@playwright/test';
import {
  expectCalm,
  hear,
  hearAsIs,
  largestStep,
  nextHits,
  openPage,
  peakOf,
  placeOf,
  pressPad,
  soundOf,
} from './page';
import { startServer, type Server } from './server';

const SILENCE = 1e-6;
const STEP_OF_24_BITS = 2 ** -22;

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.beforeEach(async ({ page }) => {
  await openPage(page, server, '/?capture');
  await hearAsIs(page);
});
test.afterEach(({ page }) => expectCalm(page));

test('a press on the pad plays the sound of that place, sample by sample', async ({ page }) => {
  const { samples, hits } = await hear(page, 1, () => pressPad(page, 0.3, -0.4));
  const expected = await soundOf(page, 'alpha-tones', await placeOf(page));
  const played = samples.subarray(hits[0]!.frame, hits[0]!.frame + expected.length);
  expect(hits).toHaveLength(1);
  expect(peakOf(samples.subarray(0, hits[0]!.frame))).toBe(0);
  expect(peakOf(expected)).toBeGreaterThan(0.2);
  expect(peakOf(played.map((value, i) => value - expected[i]!))).toBeLessThan(STEP_OF_24_BITS);
});

test('another place sounds different', async ({ page }) => {
  const left = await hear(page, 0.5, () => pressPad(page, -0.8, 0));
  const right = await hear(page, 0.5, () => pressPad(page, 0.8, 0));
  const cut = ({ samples, hits }: typeof left) => samples.subarray(hits[0]!.frame, hits[0]!.frame + 10_000);
  expect(peakOf(cut(left).map((value, i) => value - cut(right)[i]!))).toBeGreaterThan(0.2);
});

test('dragging is heard while the hand moves, and ends with the place where it stops', async ({ page }) => {
  const box = (await page.getByTestId('pad').boundingBox())!;
  const { samples, hits } = await hear(page, 1.5, async () => {
    await page.mouse.move(box.x + 100, box.y + 300);
    await page.mouse.down();
    for (let i = 1; i <= 10; i++) await page.mouse.move(box.x + 100 + 40 * i, box.y + 300);
    await page.mouse.up();
  });
  const last = hits.at(-1)!.frame;
  const expected = await soundOf(page, 'alpha-tones', await placeOf(page));
  const heard = samples.subarray(last + 500, last + 10_000); // after the fade of the hit before
  expect(hits.length).toBeGreaterThan(1);
  expect(peakOf(heard.map((value, i) => value - expected[i + 500]!))).toBeLessThan(STEP_OF_24_BITS);
});

test('the loop hits on every beat, to the frame', async ({ page }) => {
  await page.getByRole('spinbutton', { name: /Tempo/ }).fill('240');
  await page.getByRole('spinbutton', { name: /Tempo/ }).press('Enter');
  const { hits } = await hear(page, 2, () => page.getByRole('button', { name: 'Loop' }).click());
  const gaps = hits.slice(1).map(({ frame }, i) => frame - hits[i]!.frame);
  expect(gaps.length).toBeGreaterThan(5);
  expect(new Set(gaps)).toEqual(new Set([11025]));
});

test('in the loop a changed sound enters on the next hit, without a click', async ({ page }) => {
  await page.getByRole('spinbutton', { name: /Tempo/ }).fill('240');
  await page.getByRole('spinbutton', { name: /Tempo/ }).press('Enter');
  const places = [
    [-0.5, 0.95],
    [0.4, 0.95],
  ] as const;
  const steps: number[] = [];
  for (const [x, y] of places) {
    await pressPad(page, x, y);
    steps.push(largestStep(await soundOf(page, 'alpha-tones', await placeOf(page))));
  }
  await page.getByRole('button', { name: 'Loop' }).click();
  await nextHits(page, 3); // the press before it has died away: from here on only the loop is heard
  const { samples, hits } = await hear(page, 4, async () => {
    for (let i = 0; i < 6; i++) {
      const [x, y] = places[i % 2]!;
      await pressPad(page, x, y);
      await nextHits(page, 2);
    }
  });
  const gaps = hits.slice(1).map(({ frame }, i) => frame - hits[i]!.frame);
  const remains = hits.slice(1).map(({ frame }) => peakOf(samples.subarray(frame - 60, frame)));
  expect(new Set(hits.map(({ id }) => id)).size).toBeGreaterThan(2);
  expect(new Set(gaps)).toEqual(new Set([11025]));
  // The tones still sound when the next hit cuts them: without the fade that step would be the click.
  expect(Math.max(...remains)).toBeGreaterThan(5 * Math.max(...steps));
  expect(largestStep(samples)).toBeLessThan(1.5 * Math.max(...steps));
});

test('Escape stops the loop and falls silent', async ({ page }) => {
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Loop' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Loop' })).toHaveAttribute('aria-pressed', 'false');
  const { samples } = await hear(page, 1, () => page.waitForTimeout(50));
  expect(peakOf(samples.subarray(4096))).toBeLessThan(SILENCE); // what was on its way is past
});

test('a sound that arrives after Escape is shown and not heard', async ({ page }) => {
  await page.routeWebSocket(/api\/play/, (socket) => {
    const toServer = socket.connectToServer();
    toServer.onMessage((message) => void setTimeout(() => socket.send(message), 400));
  });
  await page.reload();
  await expect(page.locator('.isReady')).toBeVisible();
  await expect(page.locator('.card')).toContainText('peak'); // the sound of the start has arrived
  const { hits } = await hear(page, 1.5, async () => {
    await pressPad(page, 0.3, 0.9);
    await page.keyboard.press('Escape');
  });
  expect(hits).toEqual([]);
});

test('matching brings soft and loud places to one loudness, and files stay as they are', async ({ page }) => {
  await page.keyboard.press(',');
  await page.getByRole('checkbox', { name: /Match loudness/ }).check();
  await page.keyboard.press('Escape');
  const whole = await hear(page, 1, () => pressPad(page, 0, 0.9));
  const quiet = await soundOf(page, 'alpha-tones', await placeOf(page));
  const [gain] = [peakOf(whole.samples) / peakOf(quiet)];
  const shown = Number((await page.getByText(/matched/).innerText()).replace('−', '-').match(/-?[\d.]+/)![0]);
  expect(20 * Math.log10(gain)).toBeCloseTo(shown, 0);
});
