import { expect, test } from 'vitest';
import { textFor } from './library-search';

test('what was judged narrows the search, and cannot be asked for before anything was', () => {
  expect(textFor('snare', 'all', true)).toBe('snare');
  expect(textFor('snare', 'open', true)).toBe('snare -tag:kept -tag:rejected');
  expect(textFor('snare', 'kept', true)).toBe('snare tag:kept');
  expect(textFor('snare', 'open', false)).toBe('snare');
  expect(textFor('snare', 'rejected', false)).toBeUndefined();
});
