import { expect, test } from 'vitest';
import { contrastOf, GROUNDS, LEAST_CONTRAST, readable, rgbOf } from './tag-colours';

test('contrast is what WCAG says it is', () => {
  expect(contrastOf([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 6);
  expect(contrastOf(rgbOf('#767676')!, rgbOf('#ffffff')!)).toBeCloseTo(4.54, 2);
});

test.each(['#f7c97e', '#34495e', '#ffffff', '#000000', '#5bc0de'])('%s is made readable', (colour) => {
  for (const [isDark, all] of [
    [false, GROUNDS.light],
    [true, GROUNDS.dark],
  ] as const) {
    for (const ground of all) {
      expect(contrastOf(readable(colour, isDark)!, rgbOf(ground)!)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    }
  }
});

test('what is readable stays, and what is no colour is none', () => {
  expect(readable('#dc4e4e', false)).toEqual(rgbOf('#dc4e4e'));
  expect(readable('', true)).toBeUndefined();
  expect(readable('red', true)).toBeUndefined();
});
