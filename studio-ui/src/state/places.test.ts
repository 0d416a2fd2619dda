import { expect, test } from 'vitest';
import type { PointModel } from '../api/types';
import { labelAt, nearest, neighbourInOrder, randomNear, randomPlace } from './places';

const point = (x: number, y: number, label: string): PointModel => ({ x, y, label, name: '' });
const POINTS = [
  point(-0.5, 0, 'kick'),
  point(-0.4, 0.1, 'kick'),
  point(0.5, 0, 'hat'),
  point(0.6, 0, 'hat'),
  point(0.55, 0.1, 'hat'),
];

test('the nearest samples come in order of distance', () => {
  const place = { x: 0.52, y: 0 };
  const byHand = POINTS.map((_, i) => i).sort(
    (a, b) => Math.hypot(POINTS[a]!.x - 0.52, POINTS[a]!.y) - Math.hypot(POINTS[b]!.x - 0.52, POINTS[b]!.y),
  );
  expect(nearest(POINTS, place, 3)).toEqual(byHand.slice(0, 3));
  expect(nearest(POINTS, place, 99)).toEqual(byHand);
});

test('a place is named after the samples around it', () => {
  expect(labelAt(POINTS, { x: -0.45, y: 0 })).toBe('kick');
  expect(labelAt(POINTS, { x: 0.55, y: 0 })).toBe('hat');
  expect(labelAt([], { x: 0, y: 0 })).toBe('');
});

test('next and previous visit every sample and come round', () => {
  let place = { x: POINTS[0]!.x, y: POINTS[0]!.y };
  const seen = new Set<string>();
  for (let i = 0; i < POINTS.length; i++) {
    place = neighbourInOrder(POINTS, place, 1)!;
    seen.add(`${place.x} ${place.y}`);
  }
  expect(seen.size).toBe(POINTS.length);
  expect(place).toEqual({ x: -0.5, y: 0 });
  expect(neighbourInOrder(POINTS, neighbourInOrder(POINTS, place, 1)!, -1)).toEqual(place);
});

test('nearby is near, and anywhere is around a sample', () => {
  const far = (place: { x: number; y: number }) =>
    Math.min(...POINTS.map(({ x, y }) => Math.hypot(place.x - x, place.y - y)));
  for (let i = 0; i < 200; i++) {
    const near = randomNear({ x: 0, y: 0 });
    expect(Math.hypot(near.x, near.y)).toBeLessThan(0.8);
    expect(far(randomPlace(POINTS))).toBeLessThan(0.5);
  }
});
