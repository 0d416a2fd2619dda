/** A sound that was dropped on the page: where the instrument has it, and how well it fits. */
import * as api from '../api/client';
import { locatedAt } from './note';
import type { Player } from './player.svelte';
import type { Session } from './session.svelte';

export interface Dropped {
  name: string;
  fit_db: number;
  /** Absent where the browser cannot read the file itself. */
  original: { samples: Float32Array; sampleRate: number } | undefined;
}

export interface Fit {
  words: string;
  level: 'good' | 'fair' | 'poor';
}

/** Mean log-mel distance in words: two strokes of one drum lie up to about 6 dB apart, two drums beyond 12 dB. */
export function fitInWords(fit_db: number): Fit {
  if (fit_db <= 6) return { words: 'fits well', level: 'good' };
  if (fit_db <= 12) return { words: 'fits roughly', level: 'fair' };
  return { words: 'does not fit', level: 'poor' };
}

export class DropTarget {
  dropped = $state.raw<Dropped>();
  /** Which of the two was played last. */
  listensTo = $state<'original' | 'instrument'>('instrument');
  isLocating = $state(false);

  constructor(
    private readonly session: Session,
    private readonly player: Player,
    private readonly uploadLimit: () => number,
  ) {}

  async drop(file: File): Promise<void> {
    const { instrument } = this.session;
    if (!instrument) throw new Error('there is no instrument to find the sound in');
    if (file.size > this.uploadLimit()) {
      throw new Error(
        `${file.name} has ${inMegabytes(file.size)}, at most ${inMegabytes(this.uploadLimit())} are taken`,
      );
    }
    this.isLocating = true;
    try {
      const bytes = await file.arrayBuffer();
      const location = await api
        .locate(instrument.id, new Blob([bytes]), file.name)
        .catch((error: unknown) => {
          throw error instanceof api.ApiError && error.status
            ? new Error(`${file.name}: ${error.message}`)
            : error;
        });
      if (this.session.instrument?.id !== instrument.id) return await this.drop(file); // another came meanwhile
      const original = await this.player.decodeFile(bytes).catch(() => undefined);
      this.dropped = { name: file.name, fit_db: location.fit_db, original };
      this.listensTo = 'instrument';
      this.session.setNote(locatedAt(this.session.note, location), `Drop of ${file.name}`);
    } finally {
      this.isLocating = false;
    }
  }

  /** Play the one that was not played last. */
  async alternate(): Promise<void> {
    await this.listen(this.listensTo === 'original' ? 'instrument' : 'original');
  }

  async listen(to: 'original' | 'instrument'): Promise<void> {
    this.listensTo = to;
    if (to === 'instrument') await this.player.replay();
    else if (this.dropped?.original) {
      const { samples, sampleRate } = this.dropped.original;
      await this.player.audition(samples, sampleRate);
    }
  }

  forget(): void {
    this.dropped = undefined;
  }
}

const inMegabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
