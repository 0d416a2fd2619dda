/** Learning a folder: choosing, looking, learning, hearing it meanwhile, stopping, going on, playing. */
import { expect, test, type Page } from '@playwright/test';
import { expectCalm, instrumentChoice, openPage, peakOf, soundOf } from './page';
import { startServer, type Server } from './server';

const LEARNING_MS = 240_000;

let server: Server;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());
test.afterEach(({ page }) => expectCalm(page));

async function choose(page: Page, recipe: string, name: string): Promise<void> {
  await page.getByLabel('Recipe').selectOption(recipe);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Learn these sounds' }).click();
}

test('the folder is browsed with counts, and shows what preparing does to it', async ({ page }) => {
  await openPage(page, server);
  await page.getByRole('button', { name: 'Learn a folder' }).click();
  await expect(page.getByTestId('folder-count')).toHaveText('50 sounds');
  await page.getByRole('button', { name: /^oak/ }).click();
  await expect(page.getByTestId('folder-count')).toHaveText('16 sounds');
  await page.getByRole('button', { name: 'Folder above' }).click();
  await page.getByRole('button', { name: 'Show what preparing does' }).click();
  const after = page.getByRole('button', { name: /^Play .* after$/ });
  await expect(after.first()).toBeVisible({ timeout: 30_000 });
  await after.first().click();
  await page.getByRole('button', { name: /^odd/ }).click();
  await page.getByRole('button', { name: 'Show what preparing does' }).click();
  await page.getByText(/cannot be used/).click();
  await expect(page.getByText('broken.wav')).toBeVisible();
});

test('a few sounds go on from the built-in instrument, as far as the dial says', async ({ page }) => {
  test.setTimeout(LEARNING_MS);
  await openPage(page, server);
  await page.getByRole('button', { name: 'Learn a folder' }).click();
  await expect(page.getByLabel('Recipe').locator('option:checked')).toHaveText('Start from Drumlin');
  await expect(page.getByText('like Drumlin')).toBeVisible();
  await expect(page.getByText('only mine')).toBeVisible();
  const dial = page.getByRole('slider', { name: 'How far to go' });
  await dial.focus();
  await dial.press('End');
  await page.getByLabel('Name').fill('More like mine');
  const asked = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/api/jobs'),
  );
  await page.getByRole('button', { name: 'Learn these sounds' }).click();
  expect((await asked).postDataJSON()).toMatchObject({ start: 'default', dial: 1, name: 'More like mine' });
  const job = page.getByRole('article', { name: 'More like mine' });
  await job.getByRole('button', { name: 'Hear it so far' }).click({ timeout: LEARNING_MS });
  await expect(instrumentChoice(page)).toContainText('still learning');
  await job.getByRole('button', { name: 'Cancel' }).click();
  await expect(job).toHaveAttribute('data-state', 'cancelled', { timeout: 30_000 });
  await page.getByLabel('Recipe').selectOption('ae-small-tanh');
  await expect(dial).toBeHidden();
});

test('a folder is learned and played', async ({ page }) => {
  test.setTimeout(LEARNING_MS);
  await openPage(page, server);
  await page.getByRole('button', { name: 'Learn a folder' }).click();
  await choose(page, 'ae-small-tanh', 'My drums');
  const job = page.getByRole('article', { name: 'My drums' });
  await expect(job).toHaveAttribute('data-state', /running|done/);
  await expect(job).toHaveAttribute('data-state', 'done', { timeout: LEARNING_MS });
  await job.getByRole('button', { name: 'Play it' }).click();
  await expect(instrumentChoice(page)).toContainText('My drums');
  const id = await instrumentChoice(page).inputValue();
  expect(peakOf(await soundOf(page, id, { x: 0, y: 0 }))).toBeGreaterThan(0.01);
});

test('a learning is heard meanwhile, survives a closed tab, and can be stopped and resumed', async ({
  page,
  context,
}) => {
  test.setTimeout(LEARNING_MS);
  await openPage(page, server);
  await page.getByRole('button', { name: 'Learn a folder' }).click();
  await choose(page, 'ae-big-tanh', 'Slow drums');
  await expect(page.getByRole('article', { name: 'Slow drums' })).toBeVisible();
  await page.close();

  const again = await context.newPage();
  await openPage(again, server, '/#learn');
  const job = again.getByRole('article', { name: 'Slow drums' });
  await expect(job).toHaveAttribute('data-state', 'running');
  await job.getByRole('button', { name: 'Hear it so far' }).click({ timeout: LEARNING_MS });
  await expect(instrumentChoice(again)).toContainText('still learning');
  await job.getByRole('button', { name: 'Cancel' }).click();
  await expect(job).toHaveAttribute('data-state', 'cancelled', { timeout: 30_000 });
  await job.getByRole('button', { name: 'Resume' }).click();
  await expect(job).toHaveAttribute('data-state', 'running', { timeout: 30_000 });
  await job.getByRole('button', { name: 'Cancel' }).click();
  await expect(job).toHaveAttribute('data-state', 'cancelled', { timeout: 30_000 });
  await job.getByRole('button', { name: 'Keep it as it is' }).click();
  await expect(instrumentChoice(again)).toHaveValue('slow-drums');
  await expect(instrumentChoice(again).locator('option:checked')).toHaveText('Slow drums');
  expectCalm(again);
});

test('where learning is not installed the page offers to add it, shows how far it is, and can stop it', async ({
  page,
}) => {
  const job = {
    id: 'add',
    kind: 'add-learning',
    title: 'Add learning',
    state: 'running',
    created: 0,
    done: 200,
    total: 800,
    message: '200 of 800 MB',
    metrics: {},
    remaining_s: 60,
    instrument: '',
    error: '',
    can_resume: false,
    history: [],
  };
  // The real thing would download 800 MB: only these answers are made up.
  await page.route('**/api/state', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), learning: false } });
  });
  let jobs: object[] = [];
  await page.route('**/api/jobs', (route) => {
    if (route.request().method() === 'GET') return route.fulfill({ json: jobs });
    jobs = [job];
    return route.fulfill({ status: 201, json: job });
  });
  await page.route('**/api/jobs/add/cancel', (route) =>
    route.fulfill({ json: { ...job, state: 'cancelled' } }),
  );
  await openPage(page, server, '/#learn');
  await expect(page.getByRole('button', { name: 'Learn these sounds' })).toBeDisabled();
  const asked = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/api/jobs'),
  );
  await page.getByRole('button', { name: 'Add learning' }).click();
  expect((await asked).postDataJSON()).toEqual({ kind: 'add-learning' });
  await expect(page.getByText('200 of 800 MB')).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Adding learning' })).toHaveAttribute('value', '0.25');
  await page.getByRole('region', { name: 'Add learning' }).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Add learning' })).toBeVisible();
});
