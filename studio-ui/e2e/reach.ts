/** Whether what the page shows is in everyone's reach: axe's rules, in the light and in the dark. */
import axe from 'axe-core';
import type { Page } from '@playwright/test';

export type Theme = 'light' | 'dark';

/** The rules that see a theme; what the others look at is the same in the light and in the dark. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];

/** What is out of reach in both themes. `look` is called in each of them, for pictures. */
export async function violations(page: Page, look?: (theme: Theme) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    found.push(...(await violationsIn(page, theme === 'dark' ? OF_COLOUR : undefined)));
    await look?.(theme);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

async function violationsIn(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (rules) => {
    // Colours change by a transition, however short: those of the other theme are of no interest.
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run({ ...(rules && { runOnly: rules }), resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  }, rules);
}
