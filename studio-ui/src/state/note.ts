/** Notes: a place on the pad and what is done with its sound. */
import type { InstrumentAnswer, LocationAnswer, NoteBody, PlainNote } from '../api/types';

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

const RESTING_VOICE = { pitch: 0, velocity: 1, length: null };

export function restingNote(place: Place = { x: 0, y: 0 }): NoteBody {
  return { ...place, classes: {}, controls: {}, ...RESTING_VOICE, seed: 0, carry: [], residual: null };
}

/** Distance over which a dropped sound's carry fades to exp(-1/2), as in `instrument/note.py`. */
const CARRY_REACH = 0.25;
const SMALLEST_FADE = 0.01;

/**
 * A place was chosen by hand. The pad passes exactly through a dropped sound, its `anchor`: near it the carry fades
 * with the distance, elsewhere there is none and the place chooses the classes again, unless a hand chose some.
 */
export function movedTo(note: NoteBody, place: Place, anchor?: NoteBody): NoteBody {
  const [x, y] = [clampPlace(place.x), clampPlace(place.y)];
  if (!anchor) return { ...note, x, y, carry: [] };
  const fade = Math.exp(-0.5 * (Math.hypot(x - anchor.x, y - anchor.y) / CARRY_REACH) ** 2);
  const isNear = fade >= SMALLEST_FADE;
  const carry = isNear ? anchor.carry.map((value) => quantise(value * fade)) : [];
  const isByHand = !isMixed(anchor) || chosenClasses(note, anchor).length > 0;
  const classes = isByHand ? note.classes : isNear ? anchor.classes : {};
  return { ...note, x, y, carry, classes };
}

/** What moving away from a found note loses: a carry, or a mix of classes of its own. */
export const anchorOfFound = (note: NoteBody): NoteBody | undefined =>
  note.carry.length || isMixed(note) ? note : undefined;

/**
 * The same of a note that nobody knows the way of, in an instrument of these classes. A mix of its own names all of them,
 * one by hand just two; where there are no more, only its carry tells it.
 */
export function anchorOfUnknown(note: NoteBody, known: readonly string[]): NoteBody | undefined {
  const isByHand = namesOf(note).length === 2 && (known.length > 2 || !note.carry.length);
  return anchorOfFound(isByHand ? { ...note, classes: {} } : note);
}

/** The classes that were chosen by hand, two where they are mixed; none where the place or the `anchor` chooses. */
export function chosenClasses(note: NoteBody, anchor?: NoteBody): string[] {
  const names = namesOf(note);
  return names.length <= (isMixed(anchor) ? 1 : 2) ? names : [];
}

const namesOf = (note?: NoteBody): string[] => Object.keys(note?.classes ?? {});
const isMixed = (note?: NoteBody): boolean => namesOf(note).length > 1;

/** The class that weighs most in the note, as the server names it; empty where the place chooses. */
export function heaviestClass({ classes }: NoteBody): string {
  const ordered = Object.entries(classes).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return ordered[0]?.[0] ?? '';
}

/** The note of a sound that was found: all of it where the file told it, else the place, struck as before. */
export function locatedAt(note: NoteBody, location: LocationAnswer): NoteBody {
  if (location.restored) return location.note;
  const { x, y, carry, classes, controls } = location;
  return { ...note, x, y, carry, classes: { ...classes }, controls: { ...controls }, residual: null };
}

/** What a residual holds on to: the place of a note and its seed, neither how it is struck nor what it mixes back. */
export function anchorOf({ x, y, classes, controls, seed, carry }: NoteBody): PlainNote {
  return { x, y, classes, controls, ...RESTING_VOICE, seed, carry };
}

/**
 * The same note for another instrument: the place, the voice and what both know stay, what only one knows goes. Of its
 * classes those that were `chosen` by hand stay.
 */
export function carriedOver(
  note: NoteBody,
  { controls, classes }: Pick<InstrumentAnswer, 'controls' | 'classes'>,
  chosen: readonly string[],
): NoteBody {
  const known = new Set(controls.map(({ name }) => name));
  const kept = Object.entries(note.controls).filter(([name]) => known.has(name));
  const both = chosen.filter((name) => classes.includes(name));
  const weights = both.map((name) => [name, both.length > 1 ? note.classes[name]! : 1]);
  return {
    ...note,
    controls: Object.fromEntries(kept),
    classes: Object.fromEntries(weights) as NoteBody['classes'],
    carry: [],
    residual: null,
  };
}

/** Whether two notes are struck at the same place, however they are struck and whatever they mix back. */
export function isSamePlace(a: NoteBody, b: NoteBody): boolean {
  const bare = { ...RESTING_VOICE, seed: 0, residual: null };
  return isSameNote({ ...a, ...bare }, { ...b, ...bare });
}

export const isSameNote = (a: NoteBody, b: NoteBody): boolean => JSON.stringify(a) === JSON.stringify(b);
