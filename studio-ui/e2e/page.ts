/** What every browser test does: open the page, hear what it renders, and notice what it must not do. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Capture } from '../src/audio/capture';
import type { Server } from './server';

export interface Heard {
  samples: Float32Array;
  /** Frames, counted from the start of `samples`. */
  hits: Capture['hits'];
}

/** Open the page and note requests to other hosts, broken policies and errors: `expectCalm` looks at them. */
export async function openPage(
  page: Page,
  server: Server,
  path = '/',
  instrument = 'alpha-tones',
): Promise<void> {
  const { host } = new URL(server.address);
  const troubles: string[] = [];
  watched.set(page, troubles);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.host !== host)
      troubles.push(`asked ${url.href}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) troubles.push(`connected to ${socket.url()}`);
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.addInitScript((instrument) => {
    const rest = localStorage.getItem('drumlin.settings') ?? JSON.stringify({ instrument });
    localStorage.setItem('drumlin.settings', rest);
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`policy ${violatedDirective} broken by ${blockedURI}`),
    );
  }, instrument);
  if (path !== '/') await page.request.get(server.address); // signs in: the page has the same cookies
  await page.goto(path === '/' ? server.address : new URL(path, server.address).href);
  await expect(page.locator('.isReady')).toBeVisible();
}

const watched = new WeakMap<Page, string[]>();

/** Nothing was asked of other hosts, no policy was broken, no error was reported but refusals of one status. */
export function expectCalm(page: Page, { refused = 0 } = {}): void {
  const expected = `Failed to load resource: the server responded with a status of ${refused}`;
  expect(watched.get(page)?.filter((trouble) => !trouble.startsWith(expected))).toEqual([]);
}

/** Switch loudness matching off, so that what is rendered is what is in the files. */
export async function hearAsIs(page: Page): Promise<void> {
  await page.keyboard.press(',');
  await page.getByRole('checkbox', { name: /Match loudness/ }).uncheck();
  await page.keyboard.press('Escape');
}

/** Press at a place of the pad, in its own coordinates. */
export async function pressPad(page: Page, x: number, y: number): Promise<void> {
  const box = (await page.getByTestId('pad').boundingBox())!;
  const inner = box.width - 36;
  await page.mouse.click(box.x + 18 + ((x + 1) / 2) * inner, box.y + 18 + ((1 - y) / 2) * inner);
}

export const instrumentChoice = (page: Page): Locator => page.getByRole('combobox', { name: 'Instrument' });

/** Forget what was rendered, act, and return what is rendered in the `seconds` after it. */
export async function hear(page: Page, seconds: number, act: () => Promise<unknown>): Promise<Heard> {
  await page.evaluate(() => Object.assign(window.drumlinCapture!, { from: -1, samples: [], hits: [] }));
  await act();
  const wanted = Math.ceil(seconds * 44100);
  await page.waitForFunction((count) => window.drumlinCapture!.samples.length * 1024 >= count, wanted);
  const { from, hits, bytes } = await page.evaluate(() => {
    const { from, hits, samples } = window.drumlinCapture!;
    const all = new Float32Array(samples.length * 1024);
    samples.forEach((block, i) => all.set(block, i * 1024));
    let bytes = '';
    for (const byte of new Uint8Array(all.buffer)) bytes += String.fromCharCode(byte);
    return { from, hits, bytes: btoa(bytes) };
  });
  const data = Buffer.from(bytes, 'base64');
  return {
    samples: new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)),
    hits: hits.map(({ id, frame }) => ({ id, frame: frame - from })),
  };
}

/** Wait until so many more hits were played. */
export async function nextHits(page: Page, count: number): Promise<void> {
  const before = await page.evaluate(() => window.drumlinCapture!.hits.length);
  await page.waitForFunction((wanted) => window.drumlinCapture!.hits.length >= wanted, before + count);
}

/** The sound that the server makes of a note, as numbers. */
export async function soundOf(page: Page, instrument: string, note: object): Promise<Float32Array> {
  const url = new URL(`/api/instruments/${instrument}/sound`, page.url()).href;
  const response = await page.request.post(url, { data: { note } });
  return readWav24(await response.body());
}

/** The samples of a mono WAV file of 24 bits. */
export function readWav24(file: Buffer): Float32Array {
  for (let at = 12; at < file.length;) {
    const [name, size] = [file.toString('latin1', at, at + 4), file.readUInt32LE(at + 4)];
    if (name === 'data') {
      return Float32Array.from({ length: size / 3 }, (_, i) => file.readIntLE(at + 8 + 3 * i, 3) / 2 ** 23);
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('no data in the WAV file');
}

export const peakOf = (samples: Float32Array): number =>
  samples.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

/** The largest step between neighbouring samples: a click is one that the sounds themselves do not have. */
export function largestStep(samples: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < samples.length; i++)
    largest = Math.max(largest, Math.abs(samples[i]! - samples[i - 1]!));
  return largest;
}

/** The place of the pad, as its two sliders tell it. */
export async function placeOf(page: Page): Promise<{ x: number; y: number }> {
  const value = (name: string) => page.getByRole('slider', { name }).getAttribute('aria-valuenow');
  return {
    x: Number(await value('Place from left to right')),
    y: Number(await value('Place from bottom to top')),
  };
}
