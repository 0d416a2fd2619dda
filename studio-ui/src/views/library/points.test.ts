import { expect, it } from 'vitest';
import { Marked } from './points';

const plain = () => ({
  places: new Float32Array(6),
  colours: Uint8Array.from({ length: 12 }, (_, i) => i),
  sizes: Float32Array.of(3, 4, 5),
  stacks: new Uint8Array(3),
});
const mark = (index: number) => ({ index, colour: [9, 9, 9, 255] as const, size: 12 });

it('what is marked is drawn otherwise, and plain again once others are', () => {
  const points = plain();
  const marked = new Marked(points);
  expect(marked.mark([mark(1)])).toEqual([1]);
  expect([...marked.points.colours.subarray(4, 8)]).toEqual([9, 9, 9, 255]);
  expect([...marked.points.sizes]).toEqual([3, 12, 5]);
  expect(marked.mark([mark(2)])).toEqual([1, 2]);
  expect([...marked.points.sizes]).toEqual([3, 4, 12]);
  expect(marked.mark([])).toEqual([2]);
  expect(marked.points.colours).toEqual(points.colours);
  expect(points).toEqual(plain());
});
