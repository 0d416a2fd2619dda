/** Notes: a place on the pad and what is done with its sound. */
import type { LocationAnswer, NoteBody, ParameterModel } from '../api/types';

/** The grid on which every place and control lies, at the page as at the server. */
export const QUANTUM = 1e-4;

export const quantise = (value: number): number => Math.round(value / QUANTUM) / Math.round(1 / QUANTUM);
export const clampPlace = (value: number): number => quantise(Math.min(1, Math.max(-1, value)));

export interface Place {
  x: number;
  y: number;
}

/** What the voice parameters of the registry are called in a note. */
export type VoiceParameter = 'pitch' | 'length' | 'velocity';

export function restingNote(place: Place = { x: 0, y: 0 }): NoteBody {
  return { ...place, classes: {}, controls: {}, pitch: 0, velocity: 1, length: null, seed: 0, carry: [] };
}

/** Distance over which a dropped sound's carry fades to exp(-1/2), as in `instrument/note.py`. */
const CARRY_REACH = 0.25;
const SMALLEST_FADE = 0.01;

/**
 * A place was chosen by hand. The pad passes exactly through a dropped sound, its `anchor`: near it the carry fades
 * with the distance, elsewhere there is none.
 */
export function movedTo(note: NoteBody, place: Place, anchor?: NoteBody): NoteBody {
  const [x, y] = [clampPlace(place.x), clampPlace(place.y)];
  return { ...note, x, y, carry: anchor ? fadedCarry(anchor, { x, y }) : [] };
}

function fadedCarry({ carry, x, y }: NoteBody, place: Place): number[] {
  const fade = Math.exp(-0.5 * (Math.hypot(place.x - x, place.y - y) / CARRY_REACH) ** 2);
  return fade < SMALLEST_FADE ? [] : carry.map((value) => quantise(value * fade));
}

export function locatedAt(note: NoteBody, { x, y, carry, classes, controls }: LocationAnswer): NoteBody {
  return { ...note, x, y, carry, classes: { ...classes }, controls: { ...controls } };
}

/** The same note for another instrument: the place and the voice stay, what only one model knows goes. */
export function carriedOver(note: NoteBody, controls: readonly ParameterModel[]): NoteBody {
  const known = new Set(controls.map(({ name }) => name));
  const kept = Object.entries(note.controls).filter(([name]) => known.has(name));
  return { ...note, controls: Object.fromEntries(kept), classes: {}, carry: [] };
}

export const isSameNote = (a: NoteBody, b: NoteBody): boolean => JSON.stringify(a) === JSON.stringify(b);
