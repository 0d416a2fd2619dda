/** From a pointer event to the first audio quantum that sounds different, and the same by plain HTTP. */
import { writeFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { openPage } from '../e2e/page';
import { startServer, type Server } from '../e2e/server';

const COUNT = Number(process.env['DRUMLIN_LATENCY_COUNT'] ?? 200);
const OUT = process.env['DRUMLIN_LATENCY_OUT']!;
const INSTRUMENTS = ['default', 'alpha-tones'];

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());

test('latency of the pad', async ({ page }) => {
  await openPage(page, server, '/?capture');
  const measured: Record<string, { pad: number[]; http: number[] }> = {};
  for (const instrument of INSTRUMENTS) {
    await page.getByRole('combobox', { name: 'Instrument' }).selectOption(instrument);
    await press(page, 20); // warm up
    measured[instrument] = { pad: await press(page, COUNT), http: await overHttp(page, instrument, COUNT) };
    expect(measured[instrument].pad).toHaveLength(COUNT);
  }
  writeFileSync(OUT, JSON.stringify(measured));
});

/** Press at places that were not asked for before; milliseconds until the audio thread reports the hit. */
async function press(page: Page, count: number): Promise<number[]> {
  await page.evaluate(() => {
    const bench = { started: 0, took: [] as number[] };
    Object.assign(window, { bench });
    window.addEventListener('pointerdown', (event) => (bench.started = event.timeStamp), true);
    const { hits } = window.drumlinCapture!;
    hits.push = (...items) => {
      if (bench.started) bench.took.push(performance.now() - bench.started);
      bench.started = 0;
      return Array.prototype.push.apply(hits, items);
    };
  });
  const box = (await page.getByTestId('pad').boundingBox())!;
  for (let i = 1; i <= count; i++) {
    const [x, y] = [0.1 + 0.8 * Math.random(), 0.1 + 0.8 * Math.random()];
    await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    await page.waitForFunction((wanted) => (window as unknown as Bench).bench.took.length >= wanted, i);
  }
  return page.evaluate(() => (window as unknown as Bench).bench.took);
}

interface Bench {
  bench: { took: number[] };
}

/** What a page without Drumlin's engine does: ask for a WAV by HTTP and decode it; milliseconds until it could start. */
function overHttp(page: Page, instrument: string, count: number): Promise<number[]> {
  return page.evaluate(
    async ([url, wanted]) => {
      const context = new OfflineAudioContext(1, 1, 44100);
      const took: number[] = [];
      for (let i = 0; i < wanted; i++) {
        const started = performance.now();
        const note = { x: Math.random() * 2 - 1, y: Math.random() * 2 - 1 };
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ note }),
        });
        await context.decodeAudioData(await answer.arrayBuffer());
        took.push(performance.now() - started);
      }
      return took;
    },
    [`/api/instruments/${instrument}/sound`, count] as const,
  );
}
