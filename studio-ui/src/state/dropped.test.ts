import { expect, test } from 'vitest';
import { fitInWords } from './dropped.svelte';

test('the closer the sound, the better the words', () => {
  expect([2, 9, 30].map((fit_db) => fitInWords(fit_db).level)).toEqual(['good', 'fair', 'poor']);
});
