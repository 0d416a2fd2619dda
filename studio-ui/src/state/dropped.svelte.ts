/** A sound that was dropped on the page: where the instrument has it, and how well it fits. */
import * as api from '../api/client';
import type { LocationAnswer } from '../api/types';
import { anchorOf, isSamePlace, locatedAt, quantise } from './note';
import type { Player } from './player.svelte';
import { Refinement } from './refinement.svelte';
import type { Session } from './session.svelte';

export interface Dropped {
  name: string;
  /** The instrument in which it was found. */
  instrument: string;
  /** What the server calls the sound, so that it can be mixed back; empty where it keeps none. */
  sound: string;
  /** The places that were found, each nearer than the one before. */
  locations: LocationAnswer[];
  /** Absent where the browser cannot read the file itself. */
  original: { samples: Float32Array; sampleRate: number } | undefined;
}

export interface Fit {
  words: string;
  level: 'good' | 'fair' | 'poor';
}

/** What the server of the page allows. */
interface Allowed {
  upload_limit: number;
  refines: boolean;
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
  /** For the live region: how well the sound fits when it was found, and once more when a nearer place was. */
  spoken = $state('');
  private readonly refinement: Refinement;
  private drops = 0;

  constructor(
    private readonly session: Session,
    private readonly player: Player,
    private readonly allowed: () => Allowed,
    private readonly inform: (text: string) => void = () => undefined,
  ) {
    this.refinement = new Refinement(session);
  }

  /** Whether a nearer place is being looked for. */
  get isRefining(): boolean {
    return this.refinement.fit_db !== undefined;
  }

  /** How well the sound fits: so far while a nearer place is looked for, then at the place that was found last. */
  get fit_db(): number | undefined {
    return this.refinement.fit_db ?? this.location?.fit_db;
  }

  /** Whether there is a sound of which something can be mixed back. */
  get canMix(): boolean {
    return this.session.note.residual !== null || this.isHere;
  }

  /** How much of what the instrument misses is mixed back at the place of the sound, 0 to 1. */
  get amount(): number {
    return this.session.note.residual?.amount ?? 0;
  }

  /** Mix so much back: of the dropped sound, or of the one that an earlier note holds. */
  mix(share: number): void {
    const { note } = this.session;
    const amount = quantise(share);
    const { sound } = this.dropped ?? {};
    if (note.residual && !(this.isHere && note.residual.sound === sound)) {
      this.session.mixBack({ ...note.residual, amount }); // at none as well: there is nothing else to take it from
    } else if (this.isHere && this.location && sound) {
      const there = locatedAt(note, this.location);
      const anchor = note.residual?.anchor ?? there.residual?.anchor ?? anchorOf(there);
      this.session.mixBack(amount > 0 ? { sound, amount, anchor } : null);
    }
  }

  /** All of it, or none. */
  mixAllOrNone(): void {
    if (!this.canMix) return;
    this.mix(this.amount < 1 ? 1 : 0);
    this.session.commit(MIXING);
  }

  settleMix(): void {
    this.session.commit(MIXING);
  }

  /** Go where the instrument has the sound at once, then look for a nearer place as long as nothing else is wanted. */
  async drop(file: File): Promise<void> {
    const { upload_limit, refines } = this.allowed();
    if (file.size > upload_limit) {
      throw new Error(
        `${file.name} has ${inMegabytes(file.size)}, at most ${inMegabytes(upload_limit)} are taken`,
      );
    }
    const drop = ++this.drops;
    this.refinement.end();
    this.isLocating = true;
    try {
      const bytes = await file.arrayBuffer();
      const location = await this.locate(file, bytes, drop);
      if (!location) return;
      this.isLocating = false;
      if (refines && !location.restored) await this.refine(location, file);
    } finally {
      if (drop === this.drops) this.isLocating = false;
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

  /** Stay where the pad is: no nearer place is wanted any more. */
  stay(): void {
    this.refinement.end();
  }

  forget(): void {
    this.stay();
    this.dropped = undefined;
    this.spoken = '';
    if (!this.session.note.residual) return;
    this.session.mixBack(null);
    this.session.commit('Forget the dropped sound');
  }

  /** The instrument that plays is the one in which the sound was found, and the server has the sound. */
  private get isHere(): boolean {
    return Boolean(this.dropped?.sound) && this.dropped?.instrument === this.session.instrument?.id;
  }

  /** The place of the sound at which the pad is, or else the nearest one that was found. */
  private get location(): LocationAnswer | undefined {
    const { locations = [] } = this.dropped ?? {};
    const { note } = this.session;
    const here = locations.find((location) => isSamePlace(note, locatedAt(note, location)));
    return here ?? locations.at(-1);
  }

  /** Go where the sound is; nothing if another one was dropped meanwhile. */
  private async locate(file: File, bytes: ArrayBuffer, drop: number): Promise<LocationAnswer | undefined> {
    const { instrument } = this.session;
    if (!instrument) throw new Error('there is no instrument to find the sound in');
    const location = await api.locate(instrument.id, new Blob([bytes]), file.name).catch((error: unknown) => {
      throw error instanceof api.ApiError && error.status
        ? new Error(`${file.name}: ${error.message}`)
        : error;
    });
    const original = await this.player.decodeFile(bytes.slice()).catch(() => undefined);
    if (drop !== this.drops) return undefined;
    if (this.session.instrument?.id !== instrument.id) return this.locate(file, bytes, drop); // another came meanwhile
    const sound = location.note.residual?.sound ?? location.sound;
    this.dropped = { name: file.name, instrument: instrument.id, sound, locations: [location], original };
    if (location.residual_missing) {
      this.inform(`${file.name}: the sound that was mixed back into it is not here any more`);
    }
    this.listensTo = 'instrument';
    const isFound = !location.restored;
    this.session.setNote(locatedAt(this.session.note, location), `Drop of ${file.name}`, { isFound });
    this.say(file.name, location.fit_db);
    return location;
  }

  /** A nearer place is shown, and heard where a loop runs: out of silence nothing sounds unasked. */
  private async refine(location: LocationAnswer, file: File): Promise<void> {
    const found = await this.refinement.run(location, file, file.name);
    if (!found || !this.dropped || found.fit_db >= location.fit_db) return;
    this.dropped = { ...this.dropped, locations: [location, found] };
    const silent = !this.player.looping;
    const { note } = this.session;
    const there = locatedAt(note, found);
    const residual = note.residual && { ...note.residual, anchor: anchorOf(there) };
    this.session.setNote({ ...there, residual }, `Nearer place of ${file.name}`, { silent, isFound: true });
    this.say(`Now nearer: ${file.name}`, found.fit_db);
  }

  private say(name: string, fit_db: number): void {
    this.spoken = `${name} ${fitInWords(fit_db).words}, ${fit_db.toFixed(1)} decibels off`;
  }
}

const MIXING = 'Like the original';

const inMegabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
