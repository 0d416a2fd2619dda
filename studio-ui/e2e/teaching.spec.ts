/** Teaching: tags given by click or folder are learned by themselves, suggested, asked about, explained, taken back. */
import { expect, test, type Page } from '@playwright/test';
import { count, find, focused, list, openLibrary, panel, row, search, undo } from './library-page';
import { expectCalm, openPage } from './page';
import { violations } from './reach';
import { startServer, type Server } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.describe.configure({ timeout: 120_000 });
test.use({ actionTimeout: 15_000 });

const notice = (page: Page) => page.getByTestId('notice');
const suggested = (page: Page, tag: string) =>
  panel(page).getByRole('button', { name: new RegExp(`suggested: ${tag}`) });

/** Give the first sounds that a search finds a tag, by keys. */
async function teach(page: Page, text: string, found: string, tag: string): Promise<void> {
  await find(page, text, found);
  const drum = text.split(' ')[0]!;
  for (let i = 0; i < 4; i++) await expect(row(page, `${drum}_${i}.wav`)).toBeVisible();
  await search(page).press('Enter');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('t');
  await page.keyboard.type(tag);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  for (let i = 0; i < 4; i++) await expect(row(page, `${drum}_${i}.wav`)).toContainText(tag);
}

/** Act, and wait until something was played because of it. */
async function hits(page: Page, act: () => Promise<unknown>): Promise<void> {
  const before = await page.evaluate(() => window.drumlinCapture!.hits.length);
  await act();
  await page.waitForFunction((count) => window.drumlinCapture!.hits.length > count, before);
}

async function all(page: Page): Promise<void> {
  await find(page, '', '49 sounds');
  await list(page).focus();
}

test.describe.serial('teaching', () => {
  test('before anything is taught, "Ask me" says what to do first', async ({ page }) => {
    await openLibrary(page, server);
    await page.keyboard.press('q');
    await expect(panel(page)).toContainText('Give 3 sounds a tag of your own first');
    await find(page, 'tom ash', '4 sounds');
    await search(page).press('Enter');
    await page.keyboard.press('t');
    await page.keyboard.type('Dong');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('q');
    await expect(panel(page).getByRole('list', { name: 'Begun' })).toHaveText('Dong 1 of 3');
    await undo(page);
    await expect(panel(page).getByRole('list', { name: 'Begun' })).toHaveCount(0);
    expectCalm(page); // nothing was asked of the server in vain
  });

  test('what is tagged by click is learned by itself and suggested for the rest', async ({ page }) => {
    await openLibrary(page, server);
    await teach(page, 'kick ash', '4 sounds', 'Wump');
    await teach(page, 'hat elm', '4 sounds', 'Tick');
    await all(page);
    await page.keyboard.press('e');
    const taught = panel(page).getByRole('list', { name: 'What you teach' });
    await expect(taught.getByRole('listitem')).toHaveCount(2);
    await suggested(page, 'Wump').click();
    await expect(page.getByRole('group', { name: 'Suggestions of Wump' })).toBeVisible();
    await expect(list(page).getByRole('option').first()).toContainText('Wump?');
    const first = (await focused(page).textContent())!;
    expect(first).toContain('kick');
    await hits(page, () => page.keyboard.press('y'));
    await expect(list(page).getByRole('option').first()).not.toContainText('Wump?');
    await page.keyboard.press('n');
    await expect(list(page).getByRole('option').nth(1)).toContainText('not Wump');
    await undo(page);
    await expect(list(page).getByRole('option').nth(1)).not.toContainText('not Wump');
    expectCalm(page);
  });

  test('many suggestions are accepted at once, and it is one step back', async ({ page }) => {
    await openLibrary(page, server);
    await page.keyboard.press('e');
    await suggested(page, 'Tick').click();
    const bar = page.getByRole('group', { name: 'Suggestions of Tick' });
    await bar.getByRole('button', { name: 'Yes to all' }).click();
    await expect(notice(page)).toContainText(/\d+ sounds: Tick/);
    const many = Number(/(\d+) sounds/.exec((await notice(page).textContent())!)![1]);
    await bar.getByRole('button', { name: 'To all sounds again' }).click();
    await find(page, 'tag:Tick', `${many + 4} sounds`);
    await list(page).focus();
    await undo(page);
    await find(page, 'tag:tick', '4 sounds');
    expectCalm(page);
  });

  test('questions play at once, are answered by keys, and say why', async ({ page }) => {
    await openLibrary(page, server);
    await hits(page, () => page.keyboard.press('q'));
    await expect(panel(page)).toContainText('1 of 8');
    await page.keyboard.press('w');
    const why = panel(page).getByRole('region', { name: /^Why/ });
    await expect(why.getByRole('heading', { name: /^Nearest of your/ })).toBeVisible();
    await expect(why.getByRole('button', { name: /_\d\.wav/ }).first()).toBeVisible();
    await hits(page, () =>
      why
        .getByRole('button', { name: /_\d\.wav/ })
        .first()
        .click(),
    );
    await page.locator('body').click({ position: { x: 640, y: 700 } });
    for (const [i, key] of ['n', 'u', 'y', 'n', 'n', 'u', 'n'].entries()) {
      await page.keyboard.press(key);
      await expect(panel(page)).toContainText(`${i + 2} of 8`);
    }
    await page.keyboard.press('n');
    await expect(panel(page).getByRole('button', { name: 'Ask me more' })).toBeVisible();
    expectCalm(page);
  });

  test('folders teach in one step, and the starter ear is begun and stopped here', async ({ page }) => {
    await openLibrary(page, server);
    await page.keyboard.press('e');
    await panel(page).getByRole('button', { name: 'By folder' }).click();
    await panel(page).getByRole('button', { name: 'Teach these 4 folders' }).click();
    await expect(notice(page)).toContainText('4 tags for 49 sounds');
    await expect(
      panel(page)
        .getByRole('listitem')
        .filter({ hasText: /elm\s*16(?! sounds)/ }),
    ).toHaveCount(1);
    await undo(page);
    await expect(panel(page).getByRole('listitem').filter({ hasText: 'elm' })).toHaveCount(0);
    await panel(page).getByRole('button', { name: 'Listen to all' }).click();
    await expect(page.getByRole('progressbar', { name: 'Listening' })).toBeVisible();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByRole('progressbar', { name: 'Listening' })).toHaveCount(0, { timeout: 30_000 });
    expectCalm(page);
  });

  test('tags are made, named, coloured, joined and deleted, and one undo takes it back', async ({ page }) => {
    await openLibrary(page, server);
    await page.keyboard.press('Shift+t');
    const tags = panel(page).getByRole('list', { name: 'Tags' });
    const tag = (name: string) => tags.getByRole('button', { name: new RegExp(`^${name}( |$)`) });
    await panel(page).getByRole('textbox', { name: 'New tag' }).fill('Wobble');
    await page.keyboard.press('Enter');
    const editor = (name: string) => panel(page).getByRole('group', { name: `Tag ${name}` });
    await editor('Wobble').getByRole('button', { name: 'violet' }).click();
    await expect(editor('Wobble').getByRole('button', { name: 'violet' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await editor('Wobble').getByRole('textbox', { name: 'Also called' }).fill('wob, sounds');
    await editor('Wobble')
      .getByRole('combobox', { name: /^A kind of/ })
      .selectOption('drums');
    await editor('Wobble').getByRole('combobox', { name: /^Key/ }).selectOption('9');
    await editor('Wobble').getByRole('textbox', { name: 'Name' }).fill('kick');
    await page.keyboard.press('Enter');
    await expect(notice(page)).toContainText("'kick' stands for the tag 'kick' already");
    await editor('Wobble').getByRole('textbox', { name: 'Name' }).fill('Wubble');
    await page.keyboard.press('Enter');
    await expect(tag('Wubble')).toContainText('9');
    await expect(tag('Wubble')).toContainText('49'); // the folder "sounds" speaks of it
    const parents = editor('Wubble')
      .getByRole('combobox', { name: /^A kind of/ })
      .locator('option');
    expect(await parents.allTextContents()).not.toContain('Wubble');
    await editor('Wubble')
      .getByRole('combobox', { name: /^Join with/ })
      .selectOption('tom');
    await editor('Wubble').getByRole('button', { name: 'Join' }).click();
    await expect(tag('Wubble')).toHaveCount(0);
    await editor('tom').getByRole('button', { name: 'Delete' }).click();
    await expect(tag('tom')).toHaveCount(0);
    await list(page).focus();
    await undo(page);
    await expect(tag('tom')).toBeVisible();
    await undo(page);
    await expect(tag('Wubble')).toContainText('49');
    for (let i = 0; i < 6; i++) await undo(page);
    await expect(tag('Wubble')).toHaveCount(0);
    await expect(tag('Wobble')).toHaveCount(0);
    expectCalm(page, { refused: 422 });
  });

  test('a place of the pad finds sounds of the library, and a sound its place on the pad', async ({
    page,
  }) => {
    await openPage(page, server, '/?capture', 'delta-tones');
    await page.keyboard.press('p');
    await expect(page.locator('search')).toContainText('like the pad');
    await expect(count(page)).toHaveText('49 nearest');
    const name = (await focused(page).textContent())!;
    await page.keyboard.press('g');
    await expect(page.getByTestId('pad')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Sound' })).toContainText(name, { timeout: 30_000 });
    await hits(page, () => page.keyboard.press('p'));
    await panel(page).getByRole('button', { name: 'More like this' }).click();
    const alike = page.getByRole('region', { name: 'More like this' });
    await alike.getByRole('button', { name: 'Keep Near 1' }).click({ timeout: 30_000 });
    await expect(notice(page)).toContainText('Kept');
    expectCalm(page);
  });

  test('everyone can teach, in the light and in the dark, on a laptop and on a tablet', async ({ page }) => {
    await openLibrary(page, server);
    for (const [key, ready] of [
      ['e', 'Ask me'],
      ['q', 'Yes'],
      ['Shift+t', 'drums'],
    ] as const) {
      await page.keyboard.press(key);
      await panel(page).getByRole('button', { name: ready }).first().waitFor();
      if (key === 'q') await page.keyboard.press('w');
      for (const viewport of [
        { width: 1280, height: 720 },
        { width: 1024, height: 768 },
      ]) {
        await page.setViewportSize(viewport);
        expect(await violations(page), key).toEqual([]);
        const size = await page.evaluate(() => {
          const { scrollWidth, scrollHeight } = document.documentElement;
          return { width: scrollWidth, height: scrollHeight };
        });
        expect(size).toEqual(viewport);
      }
    }
    expectCalm(page);
  });
});
