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

export class Alike {
  /** The sound that this is about. */
  of = $state<number>();
  near = $state.raw<readonly LibrarySound[]>([]);
  made = $state.raw<LocationAnswer>();
  notes = $state.raw<readonly NoteBody[]>([]);
  trouble = $state('');
  private instrument = '';
  private file: File | undefined;

  constructor(
    private readonly session: Session,
    private readonly library: Library,
    private readonly drop: (file: File) => Promise<void>,
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
    if (this.file) await this.drop(this.file);
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
