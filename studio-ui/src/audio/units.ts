/** Unit types, so that a number of decibels is never taken for a gain. */

export type Decibels = number;
export type Gain = number;
export type Seconds = number;
export type Frames = number;
export type BeatsPerMinute = number;

export const gainOf = (db: Decibels): Gain => 10 ** (db / 20);
export const decibelsOf = (gain: Gain): Decibels => 20 * Math.log10(Math.max(gain, 1e-6));

/** `-3.2 dB` as people write it, with a sign unless it is nothing. */
export const signedDecibels = (value: Decibels): string =>
  `${value > 0.05 ? '+' : value < -0.05 ? '−' : ''}${Math.abs(value).toFixed(1)} dB`;
