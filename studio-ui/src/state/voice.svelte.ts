/** Finding by voice: what is said into the microphone becomes lists of sounds and a rhythm. Experimental. */
import * as api from '../api/client';
import type { LibrarySound, SpokenClass, VoiceAnswer } from '../api/types';
import { encodeWav } from '../audio/encode-wav';
import { download } from './crate.svelte';
import type { Decoded } from './library-ears.svelte';
import type { Library } from './library.svelte';
import { Listening } from './listening.svelte';
import type { Notices } from './notices.svelte';
import type { Player } from './player.svelte';
import { VoiceTest } from './voice-test.svelte';

/** Sounds of a list that are looked at here, alone and beside others; the list of the library shows all. */
const SHOWN = { alone: 5, beside: 3 } as const;
const FOUND = 40;

export interface SpokenList {
  called: SpokenClass;
  ids: readonly number[];
  /** The first of them, described. */
  sounds: readonly LibrarySound[];
}

export class Voice {
  lists = $state.raw<readonly SpokenList[]>([]);
  pattern = $state.raw<VoiceAnswer['pattern']>([]);
  /** The sound that plays each list in the rhythm. */
  chosen = $state.raw<readonly number[]>([]);
  readonly listening: Listening;
  readonly test: VoiceTest;

  constructor(
    player: Player,
    private readonly library: Library,
    private readonly notices: Notices,
  ) {
    this.test = new VoiceTest(player, notices);
    this.listening = new Listening(player, {
      begin: () => {
        library.panel = 'voice';
        return library.ears.stop();
      },
      hearing: () => notices.speak('Listening'),
      said: (sound) => (this.isTesting ? this.test.take(sound) : this.find(sound)),
    });
  }

  /** Whether what is said is for the test of this voice. */
  get isTesting(): boolean {
    return this.library.panel === 'voice' && this.test.answer !== undefined;
  }

  /** Whether every list has a sound. */
  get canPlay(): boolean {
    return this.chosen.length > 0 && this.chosen.every((id) => id >= 0);
  }

  /** Close the microphone and forget what it heard. */
  cancel(): void {
    this.listening.cancel();
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

  private async find({ samples, sampleRate }: Decoded): Promise<void> {
    const file = new Blob([encodeWav([samples], sampleRate)]);
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
    if (this.canPlay) await this.play();
  }

  private written() {
    const parts = this.lists.map(({ called }, i) => ({ called, id: this.chosen[i]! }));
    return { parts, pattern: this.pattern };
  }
}
