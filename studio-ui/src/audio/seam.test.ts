import { expect, test } from 'vitest';
import { seamless } from './seam';

const ramp = Float32Array.from({ length: 100 }, (_, i) => i);

test('the last frame is the one that led to the first', () => {
  const stretch = seamless(ramp, 40, 80, 10);
  expect(stretch).toHaveLength(40);
  expect([...stretch.subarray(0, 30)]).toEqual([...ramp.subarray(40, 70)]);
  expect(stretch.at(-1)).toBe(39);
});

test('from the beginning of the whole it comes out of silence', () => {
  expect(seamless(ramp, 0, 50, 10).at(-1)).toBe(0);
});

test('a stretch that is shorter than the fade is all fade, and the whole stays as it was', () => {
  const stretch = seamless(ramp, 50, 54, 10);
  expect([...stretch]).toEqual([49, 49, 49, 49]);
  expect(ramp[53]).toBe(53);
});
