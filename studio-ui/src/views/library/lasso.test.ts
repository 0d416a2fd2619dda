import { describe, expect, it } from 'vitest';
import { insideOf, isInside, Nearest, nearestTo } from './lasso';

const SQUARE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;
const CORNERED = [...SQUARE.slice(0, 2), [0.5, 0.5], ...SQUARE.slice(2)] as [number, number][];

describe('a lasso', () => {
  it('holds what lies inside the line', () => {
    expect(isInside(SQUARE, 0.5, 0.5)).toBe(true);
    expect(isInside(SQUARE, 1.5, 0.5)).toBe(false);
  });

  it('leaves out what lies in a bay of the line', () => {
    expect(isInside(CORNERED, 0.9, 0.5)).toBe(false);
    expect(isInside(CORNERED, 0.25, 0.5)).toBe(true);
  });
});

describe('the nearest point', () => {
  const places = Float32Array.from([0.1, 0.1, 0.2, 0.1, 1, 1]);
  const nearest = new Nearest(places);

  it('is the one that a search of all finds', () => {
    expect(nearest.find(0.14, 0.1, 0.2)).toBe(0);
    expect(nearest.find(0.16, 0.1, 0.2)).toBe(1);
    expect(nearest.find(0.97, 0.99, 0.1)).toBe(2);
  });

  it('is none beyond the reach', () => {
    expect(nearest.find(0.5, 0.5, 0.1)).toBe(-1);
  });
});

it('of many points those inside are found, and the nearest in order', () => {
  const places = Float32Array.of(0.5, 0.5, 0.9, 0.9, 0.2, 0.3, 0.45, 0.5);
  const line = [
    [0.1, 0.1],
    [0.6, 0.1],
    [0.6, 0.6],
    [0.1, 0.6],
  ] as const;
  expect(insideOf(line, places)).toEqual([0, 2, 3]);
  expect(nearestTo(places, 0.44, 0.5, 3).map(({ index }) => index)).toEqual([3, 0, 2]);
  expect(nearestTo(places, 1, 1, 9).map(({ index }) => index)).toEqual([1, 0, 3, 2]);
});
