import { expect, test } from 'vitest';
import { heightOf, spectrogramOf } from './spectrogram';

const RATE = 44100;
const GRID = { columns: 10, rows: 60, window: 1024 };

const tone = (frequency: number, from = 0): Float32Array =>
  Float32Array.from({ length: RATE / 2 }, (_, i) =>
    i < from ? 0 : Math.sin((2 * Math.PI * frequency * i) / RATE),
  );

function loudestRow(picture: Float32Array, column: number): number {
  const rows = Array.from({ length: GRID.rows }, (_, row) => picture[row * GRID.columns + column]!);
  return rows.indexOf(Math.max(...rows));
}

test.each([110, 1000, 8000])('a tone of %i Hz stands at its own height', (frequency) => {
  const picture = spectrogramOf(tone(frequency), RATE, GRID);
  const expected = (1 - heightOf(frequency)) * GRID.rows - 0.5;
  expect(Math.abs(loudestRow(picture, 5) - expected)).toBeLessThanOrEqual(1);
  expect(Math.max(...picture)).toBeCloseTo(1, 5);
});

test('what begins in the middle is blank before', () => {
  const picture = spectrogramOf(tone(1000, RATE / 4), RATE, GRID);
  const column = (at: number) =>
    Array.from({ length: GRID.rows }, (_, row) => picture[row * GRID.columns + at]!);
  expect(Math.max(...column(2))).toBe(0);
  expect(Math.max(...column(7))).toBeGreaterThan(0.9);
});

test('silence is blank', () => {
  expect(Math.max(...spectrogramOf(new Float32Array(4410), RATE, GRID))).toBe(0);
});
