/** Unit types, so that a number of decibels is never taken for a gain. */

export type Decibels = number;
export type Gain = number;
export type Seconds = number;
export type Frames = number;
export type BeatsPerMinute = number;

export const gainOf = (db: Decibels): Gain => 10 ** (db / 20);
export const decibelsOf = (gain: Gain): Decibels => 20 * Math.log10(Math.max(gain, 1e-6));
