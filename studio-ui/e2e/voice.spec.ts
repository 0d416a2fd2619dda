/** By voice: a key is held, "boom ts ka ts" is said, and there are three lists and the rhythm. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import config from '../playwright.config';
import { expectCalm, hear, nextHits, openPage, peakOf } from './page';
import { violations } from './reach';
import { PYTHON, startServer, TREE, type Server } from './server';

const voice = join(tmpdir(), `drumlin-voice-${process.pid}.wav`);
const { launchOptions } = config.use!;

test.use({
  launchOptions: {
    ...launchOptions,
    args: [
      ...launchOptions!.args!,
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${voice}%noloop`,
    ],
  },
});

/** The file lasts 2.8 s; the microphone needs a moment to open. */
const SAID_MS = 3600;

let server: Server;
test.beforeAll(async () => {
  execFileSync(PYTHON, [join(import.meta.dirname, 'make_voice.py'), voice], { cwd: TREE });
  server = await startServer();
});
test.afterAll(async () => {
  await server.stop();
  rmSync(voice);
});
test.describe.configure({ timeout: 180_000 });

const panel = (page: Page) => page.getByRole('complementary', { name: 'Beside the list' });
const button = (page: Page) => panel(page).getByRole('button', { name: /Hold and say it|Listening/ });
const titles = (page: Page) => panel(page).getByRole('heading', { level: 3 });

async function openLibrary(page: Page): Promise<void> {
  await openPage(page, server, '/?capture', 'delta-tones');
  await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Library' }).click();
  const add = page.getByRole('button', { name: 'Add this folder' });
  const list = page.getByTestId('sounds');
  await expect(add.or(list)).toBeVisible({ timeout: 30_000 });
  if (await add.isVisible()) {
    await add.click();
    await expect(page.getByTestId('spoken')).toContainText('Scanned', { timeout: 90_000 });
  }
  await expect(page.locator('#found')).toHaveText('49 sounds');
}

/** Hold the key of the registry while the microphone hears the whole file. */
async function sayIt(page: Page): Promise<void> {
  await page.keyboard.down('r');
  await expect(button(page)).toHaveAttribute('aria-pressed', 'true');
  await page.waitForTimeout(SAID_MS); // a person speaks in this time: nothing else tells that it is over
  await page.keyboard.up('r');
}

/** Say something for what is asked for, until so many are said. */
async function sayFor(page: Page, said: number): Promise<void> {
  await page.keyboard.down('r');
  await expect(panel(page).getByRole('button', { name: 'Listening: let go to end' })).toBeVisible();
  await page.waitForTimeout(SAID_MS);
  await page.keyboard.up('r');
  await expect(panel(page)).toContainText(`${said} of 20`, { timeout: 30_000 });
}

test.describe.serial('by voice', () => {
  test('a spoken rhythm becomes three lists and a pattern that is heard', async ({ page }) => {
    await openLibrary(page);
    await sayIt(page);
    await expect(titles(page)).toHaveText(['1 kick?', '2 closed hat?', '3 snare?'], { timeout: 30_000 });
    await expect(panel(page).getByTestId('rhythm').locator('circle')).toHaveCount(4);
    const first = panel(page)
      .getByRole('region', { name: 'List 1, kick' })
      .getByRole('button', { name: /^kick/ });
    await expect(first).toHaveCount(3);
    await expect(button(page)).toHaveText('Hold and say it');
    await Promise.all([nextHits(page, 1), panel(page).getByRole('button', { name: 'Play it' }).click()]);
    const { samples } = await hear(page, 1, () => Promise.resolve()); // the mix lasts longer
    expect(peakOf(samples)).toBeGreaterThan(0.05);
    expectCalm(page);
  });

  test('a list is chosen from, shown as a whole and written as MIDI', async ({ page }) => {
    await openLibrary(page);
    await sayIt(page);
    const kicks = panel(page).getByRole('region', { name: 'List 1, kick' });
    const second = kicks.getByRole('button', { name: /^kick/ }).nth(1);
    await second.click({ timeout: 30_000 });
    await expect(second).toHaveAttribute('aria-pressed', 'true');
    await kicks.getByRole('button', { name: 'Show all' }).click();
    await expect(page.locator('#found')).toHaveText('40 nearest');
    await expect(panel(page)).toContainText('experimental');
    const downloading = page.waitForEvent('download');
    await panel(page).getByRole('button', { name: 'MIDI' }).click();
    expect((await downloading).suggestedFilename()).toBe('by-voice.mid');
    expectCalm(page);
  });

  test('where there is no microphone, a calm word says what to do', async ({ page }) => {
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await openLibrary(page);
    await page.keyboard.press('r');
    await expect(panel(page).getByRole('alert')).toContainText('allow it for this page');
    await expect(button(page)).toHaveText('Hold and say it');
    expectCalm(page);
  });

  test('a voice is tested: asked for, heard back, said again, scored, kept and forgotten', async ({
    page,
  }) => {
    await openLibrary(page);
    await page.getByRole('button', { name: 'Say it' }).click();
    await panel(page).getByRole('button', { name: 'How well does it know your voice?' }).click();
    await expect(panel(page)).toContainText('0 of 20');
    await expect(panel(page)).toContainText('Say a kick, as you would: boom');
    const heardBack = nextHits(page, 1);
    await sayFor(page, 1);
    await heardBack;
    await expect(panel(page)).toContainText('Say a snare, as you would: ka');
    await page.keyboard.press('ArrowUp');
    await expect(panel(page).getByRole('button', { name: /^kick 1, heard as/ })).toHaveAttribute(
      'aria-current',
      'step',
    );
    await sayFor(page, 1); // in place of the first
    await expect(panel(page)).toContainText('Say a snare, as you would: ka');
    await panel(page).getByRole('button', { name: 'Score these 1' }).click();
    const score = panel(page).getByRole('region', { name: 'Score' });
    await expect(score.getByRole('columnheader')).toHaveText(['', 'as it comes', 'tuned to you', 'by luck']);
    await expect(score.getByRole('row', { name: /one of ten is/ })).toContainText('%');
    await score.getByRole('button', { name: 'Tune to me' }).click();
    await expect(panel(page)).toContainText('Searches are tuned to your voice.');
    await panel(page).getByRole('button', { name: 'Forget it' }).click();
    await expect(panel(page)).not.toContainText('Searches are tuned to your voice.');
    await panel(page).getByRole('button', { name: 'Close' }).click();
    await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText('By voice');
    expectCalm(page);
  });

  test('the panel is accessible in the light and in the dark', async ({ page }) => {
    await openLibrary(page);
    await sayIt(page);
    await expect(titles(page)).toHaveCount(3, { timeout: 30_000 });
    expect(await violations(page)).toEqual([]);
    await panel(page).getByRole('button', { name: 'How well does it know your voice?' }).click();
    await expect(panel(page)).toContainText('0 of 20');
    expect(await violations(page)).toEqual([]);
  });
});
