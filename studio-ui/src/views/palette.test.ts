import { expect, test } from 'vitest';
import { marksOf } from './palette';

const LABELS = Array.from({ length: 40 }, (_, i) => `kind ${i}`);

test('no two kinds share colour and shape', () => {
  const marks = marksOf(LABELS, true);
  expect(new Set(marks.map(({ colour, shape }) => `${colour} ${shape}`)).size).toBe(LABELS.length);
});

test('the most frequent kind comes first, with its count', () => {
  const [first] = marksOf(['hat', 'kick', 'kick'], false);
  expect(first).toMatchObject({ label: 'kick', count: 2 });
});
