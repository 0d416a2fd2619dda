/** Hearing the sounds of the library: at once, since the next ones are fetched while one plays. */
import * as api from '../api/client';
import { fromOnset } from '../audio/onset';
import type { Player } from './player.svelte';

export interface Decoded {
  samples: Float32Array;
  sampleRate: number;
}

const REMEMBERED = 48;

export class LibraryEars {
  /** The sound that was heard last, for drawing. */
  heard = $state.raw<{ id: number; sound: Decoded }>();
  private readonly sounds = new Map<number, Promise<Decoded>>();
  private plays = 0;

  constructor(private readonly player: Player) {}

  /** Play a sound, unless another one was asked for before it came; then fetch those that may come next. */
  async play(id: number, next: readonly number[] = []): Promise<void> {
    const play = ++this.plays;
    const sound = await this.fetch(id);
    if (play !== this.plays) return;
    this.heard = { id, sound };
    await this.player.audition(fromOnset(sound.samples, sound.sampleRate), sound.sampleRate);
    for (const one of next) void this.prepare(one);
  }

  /** Fetch a sound that may be heard next; its trouble is told when it is to be heard. */
  async prepare(id: number): Promise<void> {
    await this.fetch(id).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.plays++;
    await this.player.stop();
  }

  /** Play what is no sound of the library. */
  async playBytes(bytes: ArrayBuffer): Promise<void> {
    const play = ++this.plays;
    const sound = await this.player.decodeFile(bytes);
    if (play === this.plays) await this.player.audition(sound.samples, sound.sampleRate);
  }

  forget(): void {
    this.sounds.clear();
  }

  private fetch(id: number): Promise<Decoded> {
    const known = this.sounds.get(id);
    if (known) return known;
    const sound = api.getBytes(api.librarySoundUrl(id)).then((bytes) => this.player.decodeFile(bytes));
    this.sounds.set(id, sound);
    sound.catch(() => this.sounds.delete(id));
    const [oldest] = this.sounds.keys();
    if (this.sounds.size > REMEMBERED && oldest !== undefined) this.sounds.delete(oldest);
    return sound;
  }
}
