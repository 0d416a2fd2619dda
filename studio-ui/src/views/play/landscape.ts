/**
 * The hills behind the pad: where many training samples lie, the ground is high.
 *
 * Purely a picture. The density of the samples is smoothed on a small grid, then lit from the north-west and drawn with
 * contour lines, as on a map.
 */
import type { PointModel } from '../../api/types';

const GRID = 128;
const SMOOTH_CELLS = 6; // standard deviation: a tenth of the pad's side
const LEVELS = 9;
const RELIEF = 2; // how much brighter a slope is that faces the light

/** Heights on a GRID x GRID net over the plane, 0 to 1, row by row from the top. */
export function heightsOf(points: readonly Pick<PointModel, 'x' | 'y'>[]): Float32Array {
  const density = new Float32Array(GRID * GRID);
  for (const { x, y } of points) {
    const column = Math.min(GRID - 1, Math.max(0, Math.round(((x + 1) / 2) * (GRID - 1))));
    const row = Math.min(GRID - 1, Math.max(0, Math.round(((1 - y) / 2) * (GRID - 1))));
    density[row * GRID + column]! += 1;
  }
  const smooth = blur(blur(density, 1, GRID), GRID, 1);
  const highest = smooth.reduce((a, b) => Math.max(a, b), 0);
  return highest > 0 ? smooth.map((value) => Math.sqrt(value / highest)) : smooth;
}

/** Draw the hills into an image of `size` x `size` pixels. */
export function drawLandscape(heights: Float32Array, size: number, isDark: boolean): ImageData {
  const image = new ImageData(size, size);
  const { ground, peak, line } = isDark ? DARK : PALE;
  const scale = (GRID - 1) / (size - 1);
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      const { height, dx, dy } = sample(heights, px * scale, py * scale);
      const slope = Math.hypot(dx, dy) * LEVELS * scale;
      const level = height * LEVELS;
      const toLine = Math.abs(level - Math.round(level));
      const ink = Math.round(level) > 0 && slope > 1e-4 ? Math.max(0, 1 - toLine / slope) * 0.5 : 0;
      const light = 1 + RELIEF * (dx + dy);
      const at = 4 * (py * size + px);
      for (let c = 0; c < 3; c++) {
        const land = (ground[c]! + (peak[c]! - ground[c]!) * height) * light;
        image.data[at + c] = land + (line[c]! - land) * ink;
      }
      image.data[at + 3] = 255;
    }
  }
  return image;
}

const PALE = { ground: [235, 236, 226], peak: [214, 226, 208], line: [150, 168, 146] } as const;
const DARK = { ground: [21, 29, 32], peak: [37, 57, 56], line: [74, 104, 99] } as const;

function sample(heights: Float32Array, x: number, y: number): { height: number; dx: number; dy: number } {
  const column = Math.min(GRID - 2, Math.floor(x));
  const row = Math.min(GRID - 2, Math.floor(y));
  const [u, v] = [x - column, y - row];
  const at = row * GRID + column;
  const [a, b, c, d] = [heights[at]!, heights[at + 1]!, heights[at + GRID]!, heights[at + GRID + 1]!];
  return {
    height: a * (1 - u) * (1 - v) + b * u * (1 - v) + c * (1 - u) * v + d * u * v,
    dx: (b - a) * (1 - v) + (d - c) * v,
    dy: (c - a) * (1 - u) + (d - b) * u,
  };
}

/** A Gaussian along one axis of the net: neighbours lie `step` apart, lines `stride` apart. */
function blur(net: Float32Array, step: number, stride: number): Float32Array {
  const reach = 3 * SMOOTH_CELLS;
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / SMOOTH_CELLS) ** 2),
  );
  const result = new Float32Array(net.length);
  for (let line = 0; line < GRID; line++) {
    for (let cell = 0; cell < GRID; cell++) {
      let sum = 0;
      const first = Math.max(0, cell - reach);
      const last = Math.min(GRID - 1, cell + reach);
      for (let other = first; other <= last; other++) {
        sum += net[line * stride + other * step]! * weights[other - cell + reach]!;
      }
      result[line * stride + cell * step] = sum;
    }
  }
  return result;
}
