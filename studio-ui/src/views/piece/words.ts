/** How a piece is told in words. */
import type { RegionAnswer } from '../../api/types';

/** `1:04.2` */
export function clock(time_s: number, digits = 1): string {
  const minutes = Math.floor(time_s / 60);
  const seconds = (time_s - 60 * minutes).toFixed(digits).padStart(digits ? 3 + digits : 2, '0');
  return `${minutes}:${seconds}`;
}

/** `rock_indie_hopeful` as people read it. */
export const styleWords = (descriptor: string): string => descriptor.replaceAll('_', ' ');

/** `bass_sub` as people read it. */
export const instrumentWords = (name: string): string => {
  const [role = '', ...rest] = name.split('_');
  return rest.length ? `${rest.join(' ')} ${role}` : role;
};

const MODES: Record<string, string> = { ionian: 'major', aeolian: 'minor' };

export const modeWords = (mode: string): string => (MODES[mode] ?? mode).replaceAll('_', ' ');

export const keyWords = ({ tonic, mode }: { tonic: string; mode: string }): string =>
  `${tonic} ${modeWords(mode)}`;

/** Whether two names mean one mode: `ionian` is `major`. */
export const isSameMode = (one: string, other: string): boolean => modeWords(one) === modeWords(other);

const WHOLE_BPM = 0.15; // nearer than any ear, and most beats, can tell

/** `120`, or `97.3` where it is no whole number. */
export function bpmWords(bpm: number): string {
  const whole = Math.round(bpm);
  return String(Math.abs(bpm - whole) < WHOLE_BPM ? whole : Math.round(10 * bpm) / 10);
}

export const barsWords = ({ bars, meter }: Pick<RegionAnswer, 'bars' | 'meter'>): string =>
  `${Math.round(100 * bars) / 100} ${bars === 1 ? 'bar' : 'bars'} of ${meter}`;

/** `−6.9 dB`-free words for what had to be changed: without the path in the document. */
export const noteWords = (notification: string): string =>
  notification.replace(/^WARNING: /, '').replace(/^regions\[\d+\](\.\w+)?: /, '');

/** Which place in the request a notification is about; undefined where it is about all. */
export function noteIndex(notification: string): number | undefined {
  const [, index] = /regions\[(\d+)\]/.exec(notification) ?? [];
  return index === undefined ? undefined : Number(index);
}

/** A number for the colour of a letter: `A` is 0. */
export const tintOf = (letter: string): number => (letter.charCodeAt(0) - 65 + 8) % 8;
