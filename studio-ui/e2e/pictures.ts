/** Pictures of the page for the docs, taken where they are asked for. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { TREE } from './server';

/** Show the page in `docs/pictures/`, if the pictures are to be taken anew. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env['UPDATE_PICTURES'] !== '1') return;
  await page.screenshot({ path: join(TREE, 'docs/pictures', `${name}.png`) });
}
