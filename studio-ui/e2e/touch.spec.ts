/** The map by fingers: tapped, moved, brought nearer by two, drawn around; the page beneath does not move. */
import { expect, test, type CDPSession, type Page } from '@playwright/test';
import { openLibrary, panel } from './library-page';
import { expectCalm, nextHits } from './page';
import { startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.use({ hasTouch: true, isMobile: true, viewport: { width: 1024, height: 768 } });
test.describe.configure({ timeout: 120_000 });

type Spot = [number, number];

const map = (page: Page) => page.getByTestId('map');
const tools = (page: Page) => page.getByRole('group', { name: 'Map', exact: true });

/** Fingers that are down, where they are now; a finger that is missing is lifted. */
async function touch(cdp: CDPSession, type: 'Start' | 'Move' | 'End', spots: Spot[]): Promise<void> {
  const touchPoints = spots.map(([x, y], id) => ({ x, y, id }));
  await cdp.send('Input.dispatchTouchEvent', { type: `touch${type}`, touchPoints });
}

async function drag(cdp: CDPSession, ways: (readonly [Spot, Spot])[], steps = 6): Promise<void> {
  await touch(
    cdp,
    'Start',
    ways.map(([from]) => from),
  );
  for (let step = 1; step <= steps; step++) {
    const part = step / steps;
    const between = (a: number, b: number) => a + part * (b - a);
    await touch(
      cdp,
      'Move',
      ways.map(([from, to]) => [between(from[0], to[0]), between(from[1], to[1])]),
    );
  }
  await touch(cdp, 'End', []);
}

/** Where the names of the regions stand, which tells how the map lies. */
const regions = (page: Page) =>
  map(page)
    .locator('.region')
    .evaluateAll((names) =>
      Object.fromEntries(
        names.map((one) => {
          const { x, y, width, height } = one.firstElementChild!.getBoundingClientRect();
          return [one.textContent, [x + width / 2, y + height / 2]];
        }),
      ),
    ) as Promise<Record<string, Spot>>;

async function openMap(page: Page) {
  await openLibrary(page, server);
  await page.getByRole('button', { name: 'Map' }).tap();
  await expect(map(page)).toBeVisible();
  await expect(map(page).locator('.region').nth(1)).toBeAttached();
  const { x, y, width, height } = (await map(page).boundingBox())!;
  const at = (right: number, down: number): Spot => [x + right * width, y + down * height];
  return { at, cdp: await page.context().newCDPSession(page) };
}

/** How the page itself lies: neither scrolled nor brought nearer. */
const ground = (page: Page) =>
  page.evaluate(() => [window.scrollX, window.scrollY, visualViewport!.scale, visualViewport!.pageTop]);

test('one finger hears and shows a sound, and moves the map', async ({ page }) => {
  const { at, cdp } = await openMap(page);
  const before = await regions(page);
  await drag(cdp, [[at(0.3, 0.5), at(0.5, 0.4)]]);
  const after = await regions(page);
  const [from, to] = [at(0.3, 0.5), at(0.5, 0.4)];
  for (const name of Object.keys(before)) {
    expect(after[name]![0] - before[name]![0]).toBeCloseTo(to[0] - from[0], 0);
    expect(after[name]![1] - before[name]![1]).toBeCloseTo(to[1] - from[1], 0);
  }
  expect(await ground(page)).toEqual([0, 0, 1, 0]);
  await tools(page).getByRole('button', { name: 'All' }).tap();
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveCount(0);
  const played = nextHits(page, 1);
  const [kicks] = Object.entries(await regions(page)).filter(([name]) => name.trim() === 'kick');
  for (const [right, down] of [
    [0, 0],
    [0, 18],
    [18, 0],
    [0, -18],
    [-18, 0],
  ] as Spot[]) {
    await page.touchscreen.tap(kicks![1][0] + right, kicks![1][1] + down);
    if (await panel(page).getByRole('heading', { level: 2 }).isVisible()) break;
  }
  await played;
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(/^kick_\d\.wav$|^kick\.wav$/);
  expectCalm(page);
});

test('two fingers bring the map nearer, not the page', async ({ page }) => {
  const { at, cdp } = await openMap(page);
  const before = await regions(page);
  await drag(cdp, [
    [at(0.45, 0.5), at(0.3, 0.5)],
    [at(0.55, 0.5), at(0.7, 0.5)],
  ]);
  const after = await regions(page);
  const names = Object.keys(before).filter((name) => after[name]);
  const [one, other] = [names[0]!, names[1]!];
  const apart = (regions: Record<string, Spot>) =>
    Math.hypot(regions[one]![0] - regions[other]![0], regions[one]![1] - regions[other]![1]);
  expect(apart(after) / apart(before)).toBeCloseTo(4, 1);
  expect(await ground(page)).toEqual([0, 0, 1, 0]);
  await drag(cdp, [
    [at(0.2, 0.4), at(0.45, 0.5)],
    [at(0.8, 0.6), at(0.55, 0.5)],
  ]);
  expect(await ground(page)).toEqual([0, 0, 1, 0]);
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveCount(0); // none of it was a tap
  expectCalm(page);
});

test('in lasso mode one finger draws around sounds, two still move the map', async ({ page }) => {
  const { at, cdp } = await openMap(page);
  const lasso = tools(page).getByRole('button', { name: 'Lasso' });
  await lasso.tap();
  await expect(lasso).toHaveAttribute('aria-pressed', 'true');
  const line = [at(0.02, 0.12), at(0.98, 0.12), at(0.98, 0.98), at(0.02, 0.98)];
  await touch(cdp, 'Start', [line[0]!]);
  for (const spot of [...line, at(0.02, 0.5)]) await touch(cdp, 'Move', [spot]);
  await touch(cdp, 'End', []);
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(/^4\d sounds$/);
  const before = await regions(page);
  await drag(cdp, [
    [at(0.4, 0.5), at(0.5, 0.5)],
    [at(0.6, 0.5), at(0.7, 0.5)],
  ]);
  const [name] = Object.keys(before);
  expect((await regions(page))[name!]![0]).toBeGreaterThan(before[name!]![0] + 20);
  // The browser may take a tap that comes at once for a part of the gesture of two fingers: then it is tapped again.
  await expect(async () => {
    if ((await lasso.getAttribute('aria-pressed')) === 'true') await lasso.tap();
    await expect(lasso).toHaveAttribute('aria-pressed', 'false', { timeout: 1000 });
  }).toPass();
  expect(await ground(page)).toEqual([0, 0, 1, 0]);
  expectCalm(page);
});

for (const [name, viewport] of [
  ['lying', { width: 1024, height: 768 }],
  ['standing', { width: 768, height: 1024 }],
] as const) {
  test(`a ${name} tablet has buttons for fingers on the map`, async ({ page }) => {
    await page.setViewportSize(viewport);
    const { at } = await openMap(page);
    await page.touchscreen.tap(...at(0.5, 0.995));
    await expect(page.getByRole('button', { name: 'Make one for this gap' })).toBeVisible();
    for (const button of await map(page).locator('..').getByRole('button').all()) {
      const { width, height } = (await button.boundingBox())!;
      expect(Math.min(width, height), (await button.textContent()) ?? '').toBeGreaterThanOrEqual(44);
    }
    await page.screenshot({ path: test.info().outputPath(`map-${name}.png`) });
    expectCalm(page);
  });
}
