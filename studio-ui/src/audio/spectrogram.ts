/**
 * A picture of a sound over time and pitch, for the eye only: nothing is measured by it.
 *
 * Columns are Hann-windowed spectra around equidistant times, rows are equal steps of pitch, the highest first.
 */
import type { Frames } from './units';

export const LOWEST_HZ = 40;
export const HIGHEST_HZ = 16_000;
const DEPTH_DB = 66; // what is softer than the loudest point by more is blank
const POINTS = 2048; // of each transform: shorter windows are padded with zeros

export interface Grid {
  columns: number;
  rows: number;
  /** Length of the window: long ones tell pitches apart, short ones times. */
  window: Frames;
}

/** Loudness, 0 to 1, row by row from the top: 1 at the loudest point, 0 from `DEPTH_DB` below it. */
export function spectrogramOf(samples: Float32Array, sampleRate: number, grid: Grid): Float32Array {
  const { columns, rows, window } = grid;
  const edges = Array.from(
    { length: rows + 1 },
    (_, i) => (LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (i / rows) * POINTS) / sampleRate,
  );
  const powers = new Float32Array(columns * rows);
  for (let column = 0; column < columns; column++) {
    const spectrum = spectrumAt(samples, Math.round(((column + 0.5) * samples.length) / columns), window);
    for (let row = 0; row < rows; row++) {
      powers[(rows - 1 - row) * columns + column] = loudestBetween(spectrum, edges[row]!, edges[row + 1]!);
    }
  }
  const loudest = powers.reduce((a, b) => Math.max(a, b), 0);
  if (loudest === 0) return powers;
  return powers.map((power) => Math.max(0, 1 + (10 * Math.log10(power / loudest + 1e-12)) / DEPTH_DB));
}

/** How far up a frequency stands in the picture, 0 to 1. */
export const heightOf = (frequency: number): number =>
  Math.log(frequency / LOWEST_HZ) / Math.log(HIGHEST_HZ / LOWEST_HZ);

/** Powers of the frequencies up to half the rate, of the points around `centre`. */
function spectrumAt(samples: Float32Array, centre: Frames, window: Frames): Float32Array {
  const real = new Float32Array(POINTS);
  const imaginary = new Float32Array(POINTS);
  const start = centre - window / 2;
  for (let i = 0; i < window; i++) {
    real[i] = (samples[start + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / window));
  }
  transform(real, imaginary);
  return Float32Array.from({ length: POINTS / 2 }, (_, i) => real[i]! ** 2 + imaginary[i]! ** 2);
}

/** The highest value of a spectrum between two places, which may lie between its points. */
function loudestBetween(spectrum: Float32Array, from: number, to: number): number {
  const last = spectrum.length - 1;
  const at = (place: number): number => {
    const below = Math.min(last - 1, Math.floor(place));
    const part = Math.min(1, place - below);
    return spectrum[below]! * (1 - part) + spectrum[below + 1]! * part;
  };
  let loudest = at((from + to) / 2);
  for (let i = Math.ceil(from); i <= Math.min(last, to); i++) loudest = Math.max(loudest, spectrum[i]!);
  return loudest;
}

/** Fourier transform in place (Cooley and Tukey, radix 2). */
function transform(real: Float32Array, imaginary: Float32Array): void {
  const count = real.length;
  for (let i = 0, j = 0; i < count; i++) {
    if (i < j) {
      [real[i], real[j]] = [real[j]!, real[i]!];
      [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
    }
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
  }
  for (let half = 1; half < count; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [cosine, sine] = [Math.cos((Math.PI * k) / half), -Math.sin((Math.PI * k) / half)];
      for (let a = k; a < count; a += 2 * half) {
        const b = a + half;
        const re = real[b]! * cosine - imaginary[b]! * sine;
        const im = real[b]! * sine + imaginary[b]! * cosine;
        real[b] = real[a]! - re;
        imaginary[b] = imaginary[a]! - im;
        real[a] = real[a]! + re;
        imaginary[a] = imaginary[a]! + im;
      }
    }
  }
}
