/**
 * Loudness matching for listening, never for files: hits are compared by ear, not by level.
 *
 * Integrated loudness gates in 400 ms blocks and misjudges 50 ms hits, so this takes the K-weighted energy of the
 * loudest 150 ms (filters of ITU-R BS.1770-4, re-derived for the rate by the bilinear transform).
 */
import { decibelsOf, gainOf, type Decibels } from './units';

const WINDOW_S = 0.15;
const TARGET_DB: Decibels = -20; // K-weighted, of the loudest window; leaves a kick its peak
const CEILING_DB: Decibels = -1;
const MAX_BOOST_DB: Decibels = 18;

/** The gain that brings a hit to the common loudness without letting its peak pass the ceiling. */
export function matchingGain(samples: Float32Array, sampleRate: number): Decibels {
  let peak = 0;
  for (const value of samples) peak = Math.max(peak, Math.abs(value));
  if (peak === 0) return 0;
  const wanted = TARGET_DB - loudnessOf(samples, sampleRate);
  return Math.min(wanted, CEILING_DB - decibelsOf(peak), MAX_BOOST_DB);
}

/** K-weighted level of the loudest window, in dB relative to a full-scale square. */
export function loudnessOf(samples: Float32Array, sampleRate: number): Decibels {
  const weighted = biquad(biquad(samples, shelf(sampleRate)), highPass(sampleRate));
  const window = Math.round(WINDOW_S * sampleRate);
  let energy = 0;
  let loudest = 0;
  for (let i = 0; i < weighted.length; i++) {
    energy += weighted[i]! ** 2;
    if (i >= window) energy -= weighted[i - window]! ** 2;
    loudest = Math.max(loudest, energy);
  }
  return decibelsOf(Math.sqrt(loudest / window));
}

interface Biquad {
  b: readonly [number, number, number];
  a: readonly [number, number];
}

function shelf(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const q = 0.7071752369554196;
  const high = gainOf(3.999843853973347);
  const band = high ** 0.4996667741545416;
  const norm = 1 + k / q + k * k;
  return {
    b: [
      (high + (band * k) / q + k * k) / norm,
      (2 * (k * k - high)) / norm,
      (high - (band * k) / q + k * k) / norm,
    ],
    a: [(2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm],
  };
}

function highPass(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const norm = 1 + k / q + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm] };
}

function biquad(input: Float32Array, { b, a }: Biquad): Float32Array {
  const output = new Float32Array(input.length);
  const [b0, b1, b2] = b;
  const [a1, a2] = a;
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < input.length; i++) {
    const x = input[i]!;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    output[i] = y;
  }
  return output;
}
