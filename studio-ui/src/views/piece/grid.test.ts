import { expect, test } from 'vitest';
import type { PieceAnswer } from '../../api/types';
import { barMarks, gridOf, snap, stepFrom } from './grid';

const REGIONS = [
  { beats_s: [0, 1, 2, 3], downbeats_s: [0, 2] },
  { beats_s: [4, 5], downbeats_s: [4] },
] as PieceAnswer['regions'];

test('the beats of the track count where there is one', () => {
  const heard = { beats_s: [0.1, 0.6], downbeats_s: [0.1] } as PieceAnswer['heard'];
  expect(gridOf({ heard, regions: REGIONS }).beats_s).toEqual([0.1, 0.6]);
  expect(gridOf({ heard: null, regions: REGIONS }).bars_s).toEqual([0, 2, 4]);
});

test('a step goes to the next beat, and nowhere beyond the last', () => {
  const beats = [0, 1, 2];
  expect(stepFrom(beats, 1, 1)).toBe(2);
  expect(stepFrom(beats, 1.001, -1)).toBe(0); // on a beat, up to what the ear can tell
  expect(stepFrom(beats, 1.4, -1)).toBe(1);
  expect(stepFrom(beats, 2, 1)).toBe(2);
});

test('a boundary snaps to the nearest beat within reach', () => {
  expect(snap([0, 1, 2], 1.2, 0.3)).toBe(1);
  expect(snap([0, 1, 2], 1.5, 0.3)).toBe(1.5);
});

test('bars are counted through the parts, and thinned where they are many', () => {
  expect(barMarks(REGIONS, 10)).toEqual([
    { at_s: 0, number: 1 },
    { at_s: 2, number: 2 },
    { at_s: 4, number: 3 },
  ]);
  expect(barMarks(REGIONS, 2).map(({ number }) => number)).toEqual([1, 3]);
});
