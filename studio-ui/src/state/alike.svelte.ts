/** More like a sound: the nearest of the library, and beside them what the instrument makes there. */
import * as api from '../api/client';
import type { LibrarySound, LocationAnswer, NoteBody } from '../api/types';
import type { Library } from './library.svelte';
import { locatedAt, movedTo, restingNote } from './note';
import { randomNear } from './places';
import type { Session } from './session.svelte';

const NEAREST = 4;
/** Notes beside the place itself. */
const VARIED = 3;

/** How to go on at the pad: with a sound that is found there, or with a note. */
interface Pad {
  drop: (file: File) => Promise<void>;
  go: (note: NoteBody) => void;
  keep: (instrument: string, note: NoteBody) => Promise<void>;
}

interface Neighbour {
  id: number;
  /** How much it counts. */
  weight: number;
}

export class Alike {
  /** The sound that this is about. */
  of = $state<number>();
  near = $state.raw<readonly LibrarySound[]>([]);
  made = $state.raw<LocationAnswer>();
  notes = $state.raw<readonly NoteBody[]>([]);
  trouble = $state('');
  /** Whether a sound is being made for a gap. */
  isFilling = $state(false);
  private instrument = '';
  private file: File | undefined;

  constructor(
    private readonly session: Session,
    private readonly library: Library,
    private readonly pad: Pad,
  ) {}

  async look(sound: LibrarySound): Promise<void> {
    this.of = sound.id;
    this.near = [];
    this.notes = [];
    this.made = undefined;
    this.trouble = '';
    await Promise.all([this.lookInLibrary(sound.id), this.lookInInstrument(sound)]);
  }

  /** Hear the instrument's version, or one of those beside it. */
  async play(index: number): Promise<void> {
    const note = this.notes[index];
    if (!note) return;
    const file = await api.renderSound(this.instrument, note);
    await this.library.ears.playBytes(await file.arrayBuffer());
  }

  /** Go on with it on the pad. */
  async toPad(): Promise<void> {
    if (this.file) await this.pad.drop(this.file);
    else if (this.notes[0]) this.pad.go(this.notes[0]);
  }

  /** Go to the pad, to the place of a sound there. */
  async toPlace(sound: LibrarySound): Promise<void> {
    if (!this.session.instrument?.has_encoder)
      throw new Error('This instrument finds no places of sounds: choose another one above');
    await this.pad.drop(new File([await api.getBytes(api.librarySoundUrl(sound.id))], sound.name));
  }

  /** Write the instrument's version, or one of those beside it, into the crate. */
  async keep(index: number): Promise<void> {
    const note = this.notes[index];
    if (note) await this.pad.keep(this.instrument, note);
  }

  /** Make a sound for a gap on the map: what the instrument has between the places of the sounds around it. */
  async fill(around: readonly Neighbour[]): Promise<void> {
    const { instrument } = this.session;
    if (!instrument || !around.length) return;
    this.isFilling = true;
    try {
      const found = await Promise.all(
        around.map(async ({ id, weight }) => ({ weight, note: await this.noteOf(instrument.id, id) })),
      );
      const all = found.reduce((sum, { weight }) => sum + weight, 0);
      const mean = (of: (note: NoteBody) => number) =>
        found.reduce((sum, { weight, note }) => sum + weight * of(note), 0) / all;
      const nearest = found.reduce((a, b) => (b.weight > a.weight ? b : a)).note;
      const place = { x: mean(({ x }) => x), y: mean(({ y }) => y) };
      [this.of, this.file, this.instrument, this.made] = [undefined, undefined, instrument.id, undefined];
      this.notes = [movedTo(nearest, place, nearest)];
      await this.play(0);
    } finally {
      this.isFilling = false;
    }
  }

  private async noteOf(instrument: string, id: number): Promise<NoteBody> {
    const file = new Blob([await api.getBytes(api.librarySoundUrl(id))]);
    return locatedAt(restingNote(), await api.locate(instrument, file, `${id}.wav`));
  }

  private async lookInLibrary(id: number): Promise<void> {
    const options = { aspect: 'whole', text: '', count: NEAREST + 1 } as const;
    const { ids } = await api.findLike(id, options, new AbortController().signal);
    const near = await this.library.rows.get(ids.filter((other) => other !== id).slice(0, NEAREST));
    if (this.of === id) this.near = near;
  }

  private async lookInInstrument(sound: LibrarySound): Promise<void> {
    const { instrument } = this.session;
    if (!instrument) return;
    try {
      const file = new File([await api.getBytes(api.librarySoundUrl(sound.id))], `${sound.name}.wav`);
      const made = await api.locate(instrument.id, file, file.name);
      if (this.of !== sound.id) return;
      const note = locatedAt(restingNote(), made);
      const beside = Array.from({ length: VARIED }, () => movedTo(note, randomNear(note), note));
      [this.file, this.instrument, this.made, this.notes] = [file, instrument.id, made, [note, ...beside]];
    } catch (error) {
      if (this.of === sound.id) this.trouble = error instanceof Error ? error.message : String(error);
    }
  }
}
