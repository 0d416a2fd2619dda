/** Where a sound begins to be heard: what is searched through is played from there, not from the silence before. */

/** Below this share of the peak nothing is an onset: 40 dB. */
const LEAST = 0.01;
/** What is played before the onset, so that its first rise is heard. */
const BEFORE_S = 0.002;

/** A sound from just before its onset on; itself where it begins at once. */
export function fromOnset(samples: Float32Array, sampleRate: number): Float32Array {
  let peak = 0;
  for (const value of samples) peak = Math.max(peak, Math.abs(value));
  const least = LEAST * peak;
  const onset = samples.findIndex((value) => Math.abs(value) > least);
  const from = Math.max(0, onset - Math.round(BEFORE_S * sampleRate));
  return from > 0 ? samples.subarray(from) : samples;
}
