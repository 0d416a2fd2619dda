/**
 * How well the library is found by this voice: kinds of drums are asked for in turn, each is said, heard back, said
 * again if it went wrong, and then all are scored. Recordings stay in the memory of the page until the test is closed.
 */
import * as api from '../api/client';
import type { VoicePrompt, VoiceScore, VoiceTestAnswer } from '../api/types';
import { encodeWav } from '../audio/encode-wav';
import type { Decoded } from './library-ears.svelte';
import type { Notices } from './notices.svelte';
import type { Player } from './player.svelte';

/** Something that is asked for, and what was said for it. */
export interface Try {
  prompt: VoicePrompt;
  /** Which time it is asked for, from 1. */
  turn: number;
  said?: { sound: Decoded; heard: string; rank: number; traits: number[][] };
}

export class VoiceTest {
  answer = $state.raw<VoiceTestAnswer>();
  tries = $state.raw<readonly Try[]>([]);
  /** The try that is asked for. */
  place = $state(0);
  score = $state.raw<VoiceScore>();
  isScoring = $state(false);

  constructor(
    private readonly player: Player,
    private readonly notices: Notices,
  ) {}

  readonly asked = $derived(this.tries[this.place]);
  readonly count = $derived(this.tries.filter(({ said }) => said).length);
  readonly isWhole = $derived(this.tries.length > 0 && this.count === this.tries.length);

  /** Begin, or go on where it was left. */
  async open(): Promise<void> {
    this.answer = await api.getVoiceTest();
    if (!this.count) this.tries = triesFor(this.answer);
  }

  /** Let go of everything that was said. */
  close(): void {
    this.answer = this.score = undefined;
    this.tries = [];
    this.place = 0;
  }

  /** What was said for the try that is asked for: it is heard back, and the next one is asked for. */
  async take(sound: Decoded): Promise<void> {
    const { asked, place } = this;
    if (!asked) return;
    const file = new Blob([encodeWav([sound.samples], sound.sampleRate)]);
    const { heard, rank, traits } = await api.hearImitation(file, asked.prompt.tag);
    this.score = undefined;
    this.tries = this.tries.map((one, i) =>
      i === place ? { ...one, said: { sound, heard, rank, traits } } : one,
    );
    this.place = nextOf(this.tries, place);
    this.notices.speak(
      this.isWhole ? `Heard as ${heard}. All are said.` : `Heard as ${heard}. Next: ${this.inWords()}`,
    );
    await this.player.audition(sound.samples, sound.sampleRate);
  }

  /** Ask for a try, and hear what was said for it. */
  async ask(place: number): Promise<void> {
    this.place = Math.min(this.tries.length - 1, Math.max(0, place));
    await this.hear();
  }

  async hear(): Promise<void> {
    const sound = this.asked?.said?.sound;
    if (sound) await this.player.audition(sound.samples, sound.sampleRate);
  }

  /** Score what was said; with `learn` the voice is kept for later searches. */
  async rate(learn = false): Promise<void> {
    this.isScoring = true;
    try {
      const imitations = this.tries.flatMap(({ prompt, said }) =>
        said ? [{ tag: prompt.tag, traits: said.traits }] : [],
      );
      this.score = await api.scoreImitations(imitations, learn);
      if (learn) this.answer = await api.getVoiceTest();
      if (learn) this.notices.show('Searches by voice are tuned to you');
    } finally {
      this.isScoring = false;
    }
  }

  /** Search by the mouths of the table again. */
  async forget(): Promise<void> {
    this.answer = await api.forgetVoice();
    this.notices.show('Your voice is forgotten');
  }

  private inWords(): string {
    return this.asked ? `say ${this.asked.prompt.syllable} for ${this.asked.prompt.tag}` : '';
  }
}

/** Each kind once, then each of them again: nobody says the same five times in a row as they would in a rhythm. */
export function triesFor({ prompts, each }: VoiceTestAnswer): Try[] {
  return Array.from({ length: each }, (_, i) => prompts.map((prompt) => ({ prompt, turn: i + 1 }))).flat();
}

/** The next try for which nothing was said, from a place on and then from the start; the place itself if none is left. */
export function nextOf(tries: readonly Try[], place: number): number {
  const open = tries.flatMap(({ said }, i) => (said ? [] : [i]));
  return open.find((i) => i > place) ?? open[0] ?? place;
}
