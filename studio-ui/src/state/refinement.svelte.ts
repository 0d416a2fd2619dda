/** The search for a nearer place of a dropped sound: on the server, in the background, ended when the user moves on. */
import * as api from '../api/client';
import type { InstrumentAnswer, LocationAnswer, NoteBody } from '../api/types';
import { isSamePlace } from './note';
import type { Session } from './session.svelte';

/** Where the sound was found at once: as long as the pad is there, a nearer place is wanted. */
interface Start {
  instrument: InstrumentAnswer;
  note: NoteBody;
}

export class Refinement {
  /** How near the search has come; undefined while there is none. */
  fit_db = $state<number>();
  private start: Start | undefined;
  private ending: AbortController | undefined;

  constructor(private readonly session: Session) {
    session.onChange(() => this.endIfLeft());
  }

  /** Look for a nearer place of a file that was just located and is played; nothing if it was ended before. */
  async run(location: LocationAnswer, file: Blob, name: string): Promise<LocationAnswer | undefined> {
    this.end();
    const { instrument, note } = this.session;
    if (!instrument) return undefined;
    const ending = (this.ending = new AbortController());
    this.start = { instrument, note };
    this.fit_db = location.fit_db;
    try {
      const job = { note: location.note, file, name };
      for await (const line of api.refine(instrument.id, job, ending.signal)) {
        if (ending.signal.aborted) return undefined;
        if (line.location) return line.location;
        this.fit_db = Math.min(line.fit_db, this.fit_db);
      }
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      if (this.ending === ending) this.end();
    }
    return undefined;
  }

  /** End the search, here and on the server; the place stays. */
  end(): void {
    this.ending?.abort();
    this.ending = undefined;
    this.start = undefined;
    this.fit_db = undefined;
  }

  private endIfLeft(): void {
    const { instrument, note, chosen } = this.session;
    if (!this.start) return;
    const isThere =
      instrument === this.start.instrument && chosen === instrument.id && isSamePlace(note, this.start.note);
    if (!isThere) this.end();
  }
}
