/** What the user says of the sounds of the library: keep or reject, tags, yes or no to what is suggested. */
import * as api from '../api/client';
import type { LibrarySound, Saying, Verdict } from '../api/types';
import type { Library } from './library.svelte';
import type { Notices } from './notices.svelte';
import { sayingsFor, suggestionsOf } from './said';
import type { Settings } from './settings.svelte';

export class LibraryWords {
  constructor(
    private readonly library: Library,
    private readonly notices: Notices,
    private readonly settings: Settings,
  ) {}

  /** Keep or reject what is selected, and go on to the next sound; twice the same leaves it open again. */
  judge(verdict: Verdict): void {
    const ids = this.library.targets;
    if (!ids.length) return;
    const isSame = ids.every((id) => this.library.rows.sounds.get(id)?.verdict === verdict);
    const wanted = isSame ? 'open' : verdict;
    for (const id of ids) {
      const sound = this.library.rows.sounds.get(id);
      if (sound) this.library.rows.sounds.set(id, { ...sound, verdict: wanted });
    }
    const words = { kept: 'Keep', rejected: 'Reject', open: 'Leave open' }[wanted];
    this.library.edits.send(`${words} ${this.inWords(ids)}`, ids, () => api.judge(ids, wanted));
    if (ids.length === 1 && !isSame) this.library.goOn();
  }

  /** Give a tag to all that is selected, or take it from all if all have it. */
  toggleTag(name: string): void {
    const ids = this.library.targets;
    const tag = name.trim();
    if (!ids.length || !tag) return;
    const sounds = ids.flatMap((id) => this.library.rows.sounds.get(id) ?? []);
    this.say(sayingsFor(tag, ids, sounds));
  }

  togglePinned(number: number): void {
    const tag = this.settings.pins[number - 1];
    if (tag) this.toggleTag(tag);
  }

  /** Accept what is suggested of a sound, or refuse it. */
  decide(sound: LibrarySound, tag: string, word: 'yes' | 'no'): void {
    this.say([{ tag, ids: [sound.id], word }]);
  }

  /** The suggestion that is gone through, or the surest one of the sound that is shown. */
  readonly decided = $derived.by(() => {
    if (this.library.asked !== undefined) return this.library.teaching.question?.guesses[0]?.tag;
    return this.library.review || (this.library.sound && suggestionsOf(this.library.sound)[0]?.tag);
  });

  /** Yes or no by a key: to the question, or to what is suggested of all that is selected; then hear the next. */
  answerBy(word: 'yes' | 'no'): void {
    if (this.library.asked !== undefined) return this.library.teaching.answerWith(word);
    const tag = this.decided;
    const ids = this.library.targets;
    if (!tag || !ids.length) return;
    this.say([{ tag, ids, word }]);
    if (ids.length === 1) this.library.goOn();
  }

  /** Yes or no to everything that is suggested of the tag that is gone through, in one step. */
  async answerAll(word: 'yes' | 'no'): Promise<void> {
    const tag = this.library.review;
    const wanted = this.library.wantedText();
    if (!tag || wanted === undefined) return;
    await this.library.edits.settled();
    const { ids } = await api.getSuggested(tag, wanted, new AbortController().signal);
    if (!ids.length) return this.notices.show('Nothing is left to decide');
    this.say([{ tag, ids, word }]);
    await this.library.edits.settled();
    this.notices.show(
      `${ids.length} ${ids.length === 1 ? 'sound' : 'sounds'}: ${word === 'yes' ? '' : 'not '}${tag}`,
      {
        label: 'Undo',
        run: () => void this.library.undo().catch((error: unknown) => this.notices.trouble(error)),
      },
    );
  }

  say(sayings: Saying[]): void {
    const [first] = sayings;
    if (!first) return;
    const ids = [...new Set(sayings.flatMap((saying) => saying.ids))];
    const title = first.word === 'yes' ? `Tag ${first.tag}` : `Without ${first.tag}`;
    this.library.edits.send(`${title}: ${this.inWords(ids)}`, ids, () => api.say(sayings));
  }

  private inWords(ids: readonly number[]): string {
    if (ids.length > 1) return `${ids.length} sounds`;
    return this.library.rows.sounds.get(ids[0]!)?.name ?? 'a sound';
  }
}
