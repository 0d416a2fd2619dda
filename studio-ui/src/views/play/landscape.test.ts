import { expect, test } from 'vitest';
import { landscapeOf } from './landscape';

const NET = 128;

test('the ground is highest where the samples are', () => {
  const points = Array.from({ length: 30 }, () => ({ x: 0.5, y: 0.5 }));
  const { heights } = landscapeOf([...points, { x: -0.8, y: -0.8 }]);
  const highest = heights.indexOf(heights.reduce((a, b) => Math.max(a, b)));
  const [row, column] = [Math.floor(highest / NET), highest % NET];
  expect([column / (NET - 1), row / (NET - 1)]).toEqual([expect.closeTo(0.75, 1), expect.closeTo(0.25, 1)]);
  expect(heights[highest]).toBeCloseTo(1, 6);
});

test('without samples the ground is flat', () => {
  const { heights, light } = landscapeOf([]);
  expect(heights.every((height) => height === 0)).toBe(true);
  expect(light.every((value) => value === 1)).toBe(true);
});
