/** Numbers shown beside the waveform. */
import { decibelsOf, type Decibels, type Seconds } from './units';

export interface Readouts {
  peak_db: Decibels;
  /** Time from the peak until the envelope stays 40 dB below it. */
  decay_s: Seconds;
}

const DECAY_DB = 40;

export function readoutsOf(samples: Float32Array, sampleRate: number): Readouts {
  let peak = 0;
  let at = 0;
  samples.forEach((value, i) => {
    if (Math.abs(value) > peak) [peak, at] = [Math.abs(value), i];
  });
  const floor = peak * 10 ** (-DECAY_DB / 20);
  let last = samples.length - 1;
  while (last > at && Math.abs(samples[last]!) < floor) last--;
  return { peak_db: decibelsOf(peak), decay_s: (last - at) / sampleRate };
}

/** Lowest and highest value per column: what a waveform that is `columns` pixels wide needs. */
export function peaksOf(samples: Float32Array, columns: number): Float32Array {
  const peaks = new Float32Array(columns * 2);
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * samples.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * samples.length) / columns));
    let [low, high] = [0, 0];
    for (let i = from; i < to && i < samples.length; i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    peaks.set([low, high], column * 2);
  }
  return peaks;
}

/** The same shape at full height, however soft it is. */
export function filled(peaks: Float32Array): Float32Array {
  const highest = peaks.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return highest > 0 ? peaks.map((value) => value / highest) : peaks;
}
