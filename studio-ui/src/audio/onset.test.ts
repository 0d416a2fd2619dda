import { expect, test } from 'vitest';
import { fromOnset } from './onset';

const RATE = 1000;

test('the silence before a sound is left out, but for its first rise', () => {
  const sound = new Float32Array(500);
  sound.set([0.5, -1, 0.2], 300);
  expect([...fromOnset(sound, RATE).subarray(0, 5)]).toEqual([0, 0, 0.5, -1, expect.closeTo(0.2)]);
});

test('noise 40 dB below the peak is silence', () => {
  const sound = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? 0.009 : 1));
  expect(fromOnset(sound, RATE).length).toBe(52);
});

test('what begins at once, and what is silent, stays as it is', () => {
  const sound = Float32Array.of(1, 0.5, 0);
  const silence = new Float32Array(20);
  expect(fromOnset(sound, RATE)).toBe(sound);
  expect(fromOnset(silence, RATE)).toBe(silence);
});
