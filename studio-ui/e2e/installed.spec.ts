/** An installed Drumlin, with nothing but its package: the built-in instrument plays at once. */
import { expect, test } from '@playwright/test';
import {
  expectCalm,
  hear,
  hearAsIs,
  largestStep,
  openPage,
  peakOf,
  placeOf,
  pressPad,
  soundOf,
} from './page';
import { startInstalled, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startInstalled();
});
test.afterAll(() => server.stop());

test('the built-in instrument plays, starts and ends in silence, and needs no Node', async ({ page }) => {
  await openPage(page, server, '/?capture');
  await hearAsIs(page);
  const { samples, hits } = await hear(page, 2, () => pressPad(page, 0.2, -0.4));
  const expected = await soundOf(page, 'default', await placeOf(page));
  const from = hits[0]!.frame;
  expect(peakOf(expected)).toBeGreaterThan(0.1);
  expect(largestStep(expected.subarray(0, 4))).toBeLessThan(0.01);
  expect(Math.abs(expected.at(-1)!)).toBeLessThan(1e-4);
  expect(peakOf(samples.subarray(from, from + expected.length).map((v, i) => v - expected[i]!))).toBeLessThan(
    1e-6,
  );
  expectCalm(page);
});
