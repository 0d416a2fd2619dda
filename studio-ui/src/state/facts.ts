/** What was measured of a sound, in words and units. */
import type { LibrarySound } from '../api/types';

export interface Fact {
  name: string;
  value: string;
}

/** A pitch that is less sure than this is not told. */
const SURE = 0.5;

const timeInWords = (seconds: number): string =>
  seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;

/** The facts that tell something: silence has none, a one-shot no tempo. */
export function factsInWords({ facts, copies }: LibrarySound): Fact[] {
  const number = (name: string): number | undefined => {
    const value = facts[name];
    return typeof value === 'number' ? value : undefined;
  };
  const shown = (name: string, key: string, words: (value: number) => string): Fact[] => {
    const value = number(key);
    return value === undefined ? [] : [{ name, value: words(value) }];
  };
  const isPitched = (number('pitch_confidence') ?? 0) >= SURE;
  return [
    ...shown('Length', 'duration_s', timeInWords),
    ...shown('Decay', 'decay_s', timeInWords),
    ...shown('Attack', 'attack_s', timeInWords),
    ...shown('Loudness', 'loudness_db', (value) => `${value.toFixed(1)} LUFS`),
    ...(isPitched ? shown('Pitch', 'pitch_hz', (value) => `${value.toFixed(value < 100 ? 1 : 0)} Hz`) : []),
    ...shown('Colour', 'brightness', (value) => `${Math.round(1000 * 2 ** value).toLocaleString('en')} Hz`),
    ...shown('Noise', 'noisiness_db', (value) => `${value > 0 ? '+' : ''}${value.toFixed(0)} dB`),
    ...(facts['is_loop'] ? shown('Loop', 'tempo_bpm', (value) => `${value.toFixed(0)} bpm`) : []),
    ...shown('Channels', 'channels', (value) => ['', 'mono', 'stereo'][value] ?? String(value)),
    ...((number('clipped') ?? 0) > 0 ? [{ name: 'Clipped', value: 'yes' }] : []),
    ...(facts['is_silent'] ? [{ name: 'Silent', value: 'yes' }] : []),
    ...(copies ? [{ name: 'Copies', value: String(copies) }] : []),
  ];
}
