/**
 * The hills behind the pad: where many training samples lie, the ground is high.
 *
 * Purely a picture. The density of the samples is smoothed on a small net, lit from the north-west and drawn with
 * contour lines, as on a map.
 */
import type { PointModel } from '../../api/types';

const NET = 128;
const SMOOTH_CELLS = 7; // standard deviation of the smoothing: a twentieth of the pad's side
const FLAT = 0.03; // share of the highest density below which the ground stays nearly flat
const LEVELS = 8;
const RELIEF = 1.6; // how much brighter a slope is that faces the light
const LINE_INK = 0.55;

type Colour = readonly [number, number, number];
const PALE = { ground: [232, 232, 221], peak: [205, 220, 203], line: [142, 162, 142] } satisfies Record<
  string,
  Colour
>;
const DARK = { ground: [22, 30, 33], peak: [40, 62, 60], line: [82, 116, 109] } satisfies Record<
  string,
  Colour
>;

/** Heights and light on a NET x NET net over the plane, row by row from the top. */
export interface Landscape {
  /** 0 to 1. */
  heights: Float32Array;
  /** Brightness of the ground: 1 where it is flat. */
  light: Float32Array;
}

export function landscapeOf(points: readonly Pick<PointModel, 'x' | 'y'>[]): Landscape {
  const density = new Float32Array(NET * NET);
  const cell = (travel: number) => Math.min(NET - 1, Math.max(0, Math.round(travel * (NET - 1))));
  for (const { x, y } of points) density[cell((1 - y) / 2) * NET + cell((x + 1) / 2)]! += 1;
  const smooth = blur(blur(density, 1, NET), NET, 1);
  const highest = smooth.reduce((a, b) => Math.max(a, b), 0) || 1;
  const top = Math.sqrt(1 + FLAT) - Math.sqrt(FLAT);
  const heights = smooth.map((value) => (Math.sqrt(value / highest + FLAT) - Math.sqrt(FLAT)) / top);
  return { heights, light: lit(heights) };
}

/** Draw the hills into an image of `size` x `size` pixels; small ones are clearer without contour lines. */
export function drawLandscape(
  { heights, light }: Landscape,
  size: number,
  isDark: boolean,
  hasLines = true,
): ImageData {
  const image = new ImageData(size, size);
  const { data } = image;
  const { ground, peak, line } = isDark ? DARK : PALE;
  const scale = (NET - 1) / (size - 1);
  const width = size + 1; // a pixel more to the right and below: contour lines need the slope
  const land = stretched(heights, width, scale);
  const lights = stretched(light, size, scale);
  for (let py = 0, to = 0; py < size; py++) {
    for (let px = 0; px < size; px++, to += 4) {
      const here = py * width + px;
      const height = land[here]!;
      const ink = hasLines ? lineAt(height, land[here + 1]!, land[here + width]!) : 0;
      const bright = lights[py * size + px]!;
      for (let c = 0; c < 3; c++) {
        const colour = (ground[c]! + (peak[c]! - ground[c]!) * height) * bright;
        data[to + c] = colour + (line[c]! - colour) * ink;
      }
      data[to + 3] = 255;
    }
  }
  return image;
}

/** How strongly a contour line covers a pixel, from its height and those of the pixels right and below. */
function lineAt(height: number, right: number, below: number): number {
  const level = height * LEVELS;
  const nearest = Math.round(level);
  if (nearest < 1) return 0;
  const slope = Math.sqrt((right - height) ** 2 + (below - height) ** 2) * LEVELS;
  if (slope === 0) return 0;
  return LINE_INK * Math.max(0, 1 - Math.abs(level - nearest) / slope);
}

/** A net between its knots, on `size` x `size` points that lie `scale` apart: first along the rows, then between them. */
function stretched(net: Float32Array, size: number, scale: number): Float32Array {
  const rows = new Float32Array(NET * size);
  for (let row = 0; row < NET; row++) {
    for (let px = 0; px < size; px++) {
      const column = Math.min(NET - 2, Math.floor(px * scale));
      const left = net[row * NET + column]!;
      rows[row * size + px] = left + (net[row * NET + column + 1]! - left) * (px * scale - column);
    }
  }
  const result = new Float32Array(size * size);
  for (let py = 0; py < size; py++) {
    const row = Math.min(NET - 2, Math.floor(py * scale));
    const share = py * scale - row;
    for (let px = 0, from = row * size; px < size; px++, from++) {
      const upper = rows[from]!;
      result[py * size + px] = upper + (rows[from + size]! - upper) * share;
    }
  }
  return result;
}

function lit(heights: Float32Array): Float32Array {
  const light = new Float32Array(NET * NET);
  const height = (column: number, row: number) =>
    heights[Math.min(NET - 1, Math.max(0, row)) * NET + Math.min(NET - 1, Math.max(0, column))]!;
  for (let row = 0; row < NET; row++) {
    for (let column = 0; column < NET; column++) {
      const east = height(column + 1, row) - height(column - 1, row);
      const south = height(column, row + 1) - height(column, row - 1);
      light[row * NET + column] = 1 + (RELIEF * (east + south)) / 2;
    }
  }
  return light;
}

/** A Gaussian along one axis of the net: neighbours lie `step` apart, lines `stride` apart. */
function blur(net: Float32Array, step: number, stride: number): Float32Array {
  const reach = 4 * SMOOTH_CELLS;
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / SMOOTH_CELLS) ** 2),
  );
  const result = new Float32Array(net.length);
  for (let line = 0; line < NET; line++) {
    for (let cell = 0; cell < NET; cell++) {
      let sum = 0;
      const last = Math.min(NET - 1, cell + reach);
      for (let other = Math.max(0, cell - reach); other <= last; other++) {
        sum += net[line * stride + other * step]! * weights[other - cell + reach]!;
      }
      result[line * stride + cell * step] = sum;
    }
  }
  return result;
}
