/** Four sounds at the corners of a square, and every sound between them. What lies between, the server works out. */
import * as api from '../api/client';
import type { NoteBody } from '../api/types';
import { locatedAt, quantise, restingNote } from './note';
import { nearest } from './places';
import type { Session } from './session.svelte';

export const CORNERS = ['A', 'B', 'C', 'D'] as const;
export type Corner = (typeof CORNERS)[number];

/** A place of the square: from A and C, 0, to B and D, 1; from A and B, 0, to C and D, 1. */
export interface Spot {
  u: number;
  v: number;
}

const MIDDLE: Spot = { u: 0.5, v: 0.5 };

export const spotOf = (corner: Corner): Spot => {
  const index = CORNERS.indexOf(corner);
  return { u: index % 2, v: Math.floor(index / 2) };
};

/** How much of each corner there is at a place, as `instrument/morphing.py` has it: for the eye and the ear's words. */
export const weightsAt = ({ u, v }: Spot): [number, number, number, number] => [
  (1 - u) * (1 - v),
  u * (1 - v),
  (1 - u) * v,
  u * v,
];

export class Morph {
  /** Whether the pad is the square. */
  isOn = $state(false);
  /** The notes of each instrument that was morphed: latents are its own. */
  private squares = $state.raw<Readonly<Record<string, readonly NoteBody[]>>>({});
  private last = $state.raw<Spot>(MIDDLE);

  constructor(private readonly session: Session) {
    session.onChange(() => {
      if (!session.isUnderway) this.follow();
    });
  }

  /** The notes in the corners; none before the first of them was asked for. */
  get corners(): readonly NoteBody[] | undefined {
    return this.squares[this.session.instrument?.id ?? ''];
  }

  /** Where the hand is, or was last. */
  get spot(): Spot {
    return this.last;
  }

  /** Whether what plays lies in the square, at its spot. */
  get isThere(): boolean {
    return this.here !== undefined;
  }

  /** Turn the pad into the square, whose corners hold something from the start, or back. */
  toggle(): void {
    this.isOn = !this.isOn;
    if (this.isOn) this.ready();
  }

  /** The instrument that plays has corners: called where they are shown. */
  ready(): void {
    const { instrument, note } = this.session;
    if (!instrument || this.corners) return;
    const notes = this.suggested();
    this.session.putBetween(note, { corners: notes, ...spotOf('A') });
    this.show({ ...this.squares, [instrument.id]: notes });
  }

  /** Put a note into a corner, by default the one that plays, as a step that can be taken back. */
  put(corner: Corner, note = this.session.note): void {
    const { instrument } = this.session;
    if (!instrument) return;
    this.ready();
    const before = this.squares;
    const notes = this.corners!.map((other, index) => (index === CORNERS.indexOf(corner) ? note : other));
    if (note === this.session.note) this.session.putBetween(note, { corners: notes, ...spotOf(corner) });
    const after = { ...before, [instrument.id]: notes };
    this.show(after);
    this.session.timeline.add({
      title: `Corner ${corner}`,
      undo: () => this.show(before),
      redo: () => this.show(after),
    });
  }

  /** Put a file, as the crate has it, into a corner: the note that it tells, or else the place of its sound. */
  async putFile(corner: Corner, url: string, name: string): Promise<NoteBody | undefined> {
    const { instrument } = this.session;
    if (!instrument) return undefined;
    const location = await api.locate(instrument.id, new Blob([await api.getBytes(url)]), name);
    if (this.session.instrument?.id !== instrument.id) return undefined; // another came meanwhile
    const note = locatedAt(restingNote(), location);
    this.put(corner, note);
    return note;
  }

  /** Go to a corner: the very sound that lies there. */
  goTo(corner: Corner): void {
    const note = this.corners?.[CORNERS.indexOf(corner)];
    if (!note) return;
    this.session.putBetween(note, { corners: this.corners as NoteBody[], ...spotOf(corner) });
    this.session.setNote(note, `Corner ${corner}`);
  }

  moveTo({ u, v }: Spot): void {
    if (!this.corners) return;
    this.last = { u: inside(u), v: inside(v) };
    this.session.playBetween({ corners: this.corners as NoteBody[], ...this.last });
  }

  moveBy(u: number, v: number): void {
    this.moveTo({ u: this.last.u + u, v: this.last.v + v });
  }

  settle(): void {
    this.session.commit('Morph');
  }

  /** A dropped sound that a corner mixes back is not to be had any more: the corners stay, without it. */
  doWithout(): void {
    const { instrument } = this.session;
    if (!instrument || !this.corners) return;
    const notes = this.corners.map((note) => ({ ...note, residual: null }));
    this.squares = { ...this.squares, [instrument.id]: notes };
  }

  private show(squares: Morph['squares']): void {
    this.squares = squares;
    this.follow();
  }

  /** What plays may lie in the square: then the hand is there. */
  private follow(): void {
    this.last = this.here ?? this.last;
  }

  private get here(): Spot | undefined {
    const morph = this.session.placeBetween(this.session.note);
    return morph && morph.corners === this.corners ? { u: morph.u, v: morph.v } : undefined;
  }

  /** What plays, the sounds played last, and where there are fewer than four, samples from the ends of the pad. */
  private suggested(): NoteBody[] {
    const { instrument, note, history } = this.session;
    const earlier = history.filter((entry) => entry.instrument === instrument?.id).map((entry) => entry.note);
    const points = instrument?.points ?? [];
    const ends = [-1, 1].flatMap((y) => [-1, 1].map((x) => ({ x, y })));
    const samples = ends.map((end) => {
      const { x, y } = points[nearest(points, end, 1)[0] ?? -1] ?? end;
      return restingNote({ x: quantise(x), y: quantise(y) });
    });
    const known = new Set([JSON.stringify(note)]);
    const others = [...earlier, ...samples].filter((other) => {
      const isNew = !known.has(JSON.stringify(other));
      known.add(JSON.stringify(other));
      return isNew;
    });
    const notes = [note, ...others].slice(0, CORNERS.length);
    while (notes.length < CORNERS.length) notes.push(note);
    return notes;
  }
}

const inside = (value: number): number => quantise(Math.min(1, Math.max(0, value)));
