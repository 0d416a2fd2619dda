/** Finding by voice: what is said into the microphone becomes lists of sounds and a rhythm. Experimental. */
import * as api from '../api/client';
import type { LibrarySound, SpokenClass, VoiceAnswer } from '../api/types';
import { encodeWav } from '../audio/encode-wav';
import { LONGEST_MS, openMicrophone, type Take } from '../audio/microphone';
import { download } from './crate.svelte';
import { Holding } from './holding';
import type { Library } from './library.svelte';
import type { Notices } from './notices.svelte';
import type { Player } from './player.svelte';

/** Sounds of a list that are looked at here, alone and beside others; the list of the library shows all. */
const SHOWN = { alone: 5, beside: 3 } as const;
const FOUND = 40;

/** What goes on: nothing, the microphone is asked for, it hears, or what it heard is looked up. */
export type VoicePhase = 'rest' | 'asking' | 'hearing' | 'finding';

export interface SpokenList {
  called: SpokenClass;
  ids: readonly number[];
  /** The first of them, described. */
  sounds: readonly LibrarySound[];
}

export class Voice {
  phase = $state<VoicePhase>('rest');
  lists = $state.raw<readonly SpokenList[]>([]);
  pattern = $state.raw<VoiceAnswer['pattern']>([]);
  /** The sound that plays each list in the rhythm. */
  chosen = $state.raw<readonly number[]>([]);
  trouble = $state('');
  readonly holding = new Holding(
    () => void this.begin(),
    () => void this.end(),
  );
  private take: Promise<Take> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly player: Player,
    private readonly library: Library,
    private readonly notices: Notices,
  ) {}

  get isOpen(): boolean {
    return this.phase === 'asking' || this.phase === 'hearing';
  }

  /** Whether every list has a sound. */
  get canPlay(): boolean {
    return this.chosen.length > 0 && this.chosen.every((id) => id >= 0);
  }

  /** Hear until it ends; what plays stops, so that it is not heard as well. */
  private async begin(): Promise<void> {
    if (this.phase !== 'rest') return;
    this.trouble = '';
    this.phase = 'asking';
    this.library.panel = 'voice';
    this.timer = setTimeout(() => this.stopAlone(), LONGEST_MS);
    try {
      this.take = openMicrophone();
      await Promise.all([this.take, this.library.ears.stop()]);
      if (this.isOpen) {
        this.phase = 'hearing';
        this.notices.speak('Listening');
      }
    } catch (error) {
      this.rest(error);
    }
  }

  private async end(): Promise<void> {
    const { take } = this;
    if (!take || !this.isOpen) return;
    clearTimeout(this.timer);
    this.phase = 'finding';
    try {
      const bytes = await (await take).end();
      const { samples, sampleRate } = await this.player.decodeFile(bytes);
      await this.find(new Blob([encodeWav([samples], sampleRate)]));
      this.rest();
      if (this.canPlay) await this.play();
    } catch (error) {
      this.rest(error);
    }
  }

  /** Close the microphone and forget what it heard. */
  cancel(): void {
    const { take } = this;
    if (!this.isOpen) return;
    this.rest();
    take?.then((open) => open.end()).catch(() => undefined); // it never opened
  }

  /** Let a sound play its list, and hear it. */
  async choose(list: number, id: number): Promise<void> {
    this.chosen = this.chosen.map((one, i) => (i === list ? id : one));
    await this.library.ears.play(id);
  }

  /** Show all sounds of a list in the library's own list. */
  async showAll(list: number): Promise<void> {
    const one = this.lists[list];
    if (!one) return;
    const name = `${one.called}, by voice`;
    await this.library.showLike({ name, aspect: 'whole', ids: one.ids });
    this.library.panel = 'voice';
  }

  async play(): Promise<void> {
    await this.library.ears.playBytes(await api.playSpoken(this.written()));
  }

  async saveMidi(): Promise<void> {
    download(new Blob([await api.writeSpoken(this.written())]), 'by-voice.mid');
  }

  private async find(file: Blob): Promise<void> {
    const answer = await api.findSpoken(file, this.library.text, FOUND);
    const shown = answer.lists.length > 1 ? SHOWN.beside : SHOWN.alone;
    const lists = await Promise.all(
      answer.lists.map(async ({ called, ids }) => ({
        called,
        ids,
        sounds: await this.library.rows.get(ids.slice(0, shown)),
      })),
    );
    this.lists = lists;
    this.pattern = answer.pattern;
    this.chosen = lists.map(({ ids }) => ids[0] ?? -1);
    this.notices.speak(`${lists.length} ${lists.length === 1 ? 'list' : 'lists'} by voice`);
  }

  private written() {
    const parts = this.lists.map(({ called }, i) => ({ called, id: this.chosen[i]! }));
    return { parts, pattern: this.pattern };
  }

  private stopAlone(): void {
    this.holding.reset();
    void this.end();
  }

  private rest(error?: unknown): void {
    clearTimeout(this.timer);
    this.holding.reset();
    this.take = undefined;
    this.phase = 'rest';
    if (error !== undefined) this.trouble = error instanceof Error ? error.message : String(error);
  }
}
