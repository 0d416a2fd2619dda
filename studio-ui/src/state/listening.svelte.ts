/** Listening while something is held: the microphone is open from the press to the release, and what it heard is handed on. */
import { LONGEST_MS, openMicrophone, type Take } from '../audio/microphone';
import { Holding } from './holding';
import type { Decoded } from './library-ears.svelte';
import type { Player } from './player.svelte';

/** What goes on: nothing, the microphone is asked for, it hears, or what it heard is looked up. */
export type VoicePhase = 'rest' | 'asking' | 'hearing' | 'finding';

export interface Listener {
  /** The microphone is about to open: what plays stops, so that it is not heard as well. */
  begin: () => Promise<void>;
  /** It is open. */
  hearing: () => void;
  /** What was said. */
  said: (sound: Decoded) => Promise<void>;
}

export class Listening {
  phase = $state<VoicePhase>('rest');
  trouble = $state('');
  readonly holding = new Holding(
    () => void this.begin(),
    () => void this.end(),
  );
  private take: Promise<Take> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly player: Player,
    private readonly listener: Listener,
  ) {}

  get isOpen(): boolean {
    return this.phase === 'asking' || this.phase === 'hearing';
  }

  /** Close the microphone and forget what it heard. */
  cancel(): void {
    const { take } = this;
    if (!this.isOpen) return;
    this.rest();
    take?.then((open) => open.end()).catch(() => undefined); // it never opened
  }

  private async begin(): Promise<void> {
    if (this.phase !== 'rest') return;
    this.trouble = '';
    this.phase = 'asking';
    this.timer = setTimeout(() => this.stopAlone(), LONGEST_MS);
    try {
      const stopped = this.listener.begin();
      this.take = openMicrophone();
      await Promise.all([this.take, stopped]);
      if (!this.isOpen) return;
      this.phase = 'hearing';
      this.listener.hearing();
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
      await this.listener.said(await this.player.decodeFile(bytes));
      this.rest();
    } catch (error) {
      this.rest(error);
    }
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
