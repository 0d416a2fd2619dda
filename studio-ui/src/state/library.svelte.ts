/** The library: folders that are scanned, sounds that are found, heard, judged, tagged and sorted. */
import { untrack } from 'svelte';
import * as api from '../api/client';
import type {
  Aspect,
  FoldersAnswer,
  LibraryAnswer,
  LibrarySound,
  LibraryTag,
  LibraryTask,
  Saying,
  Verdict,
} from '../api/types';
import { LibraryEars } from './library-ears.svelte';
import { LibraryEdits } from './library-edits.svelte';
import { LibraryMap } from './library-map.svelte';
import { LibraryRows } from './library-rows.svelte';
import { findIds, textFor, type Judged, type Like } from './library-search';
import { LibraryTags } from './library-tags.svelte';
import { LibraryTasks, taskInWords } from './library-tasks.svelte';
import { LibraryTeaching } from './library-teaching.svelte';
import type { Notices } from './notices.svelte';
import type { Player } from './player.svelte';
import { sayingsFor, suggestionsOf } from './said';
import type { Settings } from './settings.svelte';

/** What stands beside the list. */
export type Panel = 'sound' | 'sort' | 'folders' | 'voice' | 'teach' | 'ask' | 'tags';

const TYPING_MS = 70;
const PREFETCHED = 3;

export class Library {
  answer = $state.raw<LibraryAnswer>();
  /** Why the library cannot be opened. */
  failure = $state('');
  text = $state('');
  judged = $state<Judged>('all');
  like = $state.raw<Like>();
  /** The tag whose suggestions the list holds, surest first; empty for none. */
  review = $state('');
  ids = $state.raw<readonly number[]>([]);
  /** Why the search cannot be read; what was found before stays. */
  refusal = $state('');
  isSearching = $state(false);
  /** The place in `ids` that is heard and shown; -1 for none. */
  index = $state(-1);
  selected = $state.raw<ReadonlySet<number>>(new Set());
  panel = $state<Panel>('sound');
  folders = $state.raw<FoldersAnswer>();
  /** The page is asked to put the focus there. */
  wanted = $state<'search' | 'tag' | 'list' | ''>('');
  readonly rows = new LibraryRows((error) => this.notices.trouble(error));
  readonly ears: LibraryEars;
  readonly edits: LibraryEdits;
  readonly tasks: LibraryTasks;
  readonly tags: LibraryTags;
  readonly teaching: LibraryTeaching;
  readonly map: LibraryMap;
  private anchor = -1;
  private searches = 0;
  private searching: Promise<void> = Promise.resolve();
  private abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    player: Player,
    private readonly notices: Notices,
    private readonly settings: Settings,
  ) {
    this.ears = new LibraryEars(player);
    this.edits = new LibraryEdits(notices, async (ids) => {
      const shown = this.panel === 'teach' || this.panel === 'ask' ? this.teaching.refresh() : undefined;
      await Promise.all([this.rows.renew(ids), this.refresh(), shown]);
    });
    this.map = new LibraryMap(this.edits, notices);
    this.tags = new LibraryTags(this.edits, settings, async (answer) => {
      this.take(answer);
      await Promise.all([this.rows.renewAll(), this.search(), this.map.draw()]);
    });
    this.teaching = new LibraryTeaching({
      rows: this.rows,
      ears: this.ears,
      edits: this.edits,
      notices,
      say: (sayings) => this.say(sayings),
    });
    this.tasks = new LibraryTasks(this.showing(), this.edits, notices);
  }

  readonly isEmpty = $derived(this.answer !== undefined && this.answer.folders.length === 0);
  /** The sound that is asked about. */
  readonly asked = $derived.by(() => (this.panel === 'ask' ? this.teaching.question?.id : undefined));
  readonly focused = $derived(this.asked ?? this.ids[this.index]);
  readonly sound = $derived(this.focused === undefined ? undefined : this.rows.sounds.get(this.focused));
  /** The sound that comes first, while none is shown: what its panel needs is built ahead. */
  ahead = $state.raw<LibrarySound>();
  /** The sounds that an edit is for. */
  readonly targets = $derived(
    this.selected.size && this.asked === undefined
      ? [...this.selected]
      : this.focused === undefined
        ? []
        : [this.focused],
  );

  tag(name: string): LibraryTag | undefined {
    return this.answer?.tags.find((tag) => tag.name === name);
  }

  /** Everything that the view needs when it is shown. */
  async open(): Promise<void> {
    this.failure = '';
    try {
      await this.refresh();
      if (!this.isEmpty) await this.search();
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  /** Another server answers, or events were missed. */
  async catchUp(): Promise<void> {
    if (!this.answer) return;
    await this.refresh();
    await this.search();
    await this.tasks.catchUp();
  }

  private showing() {
    const answer = () => this.answer;
    return {
      get answer() {
        return answer();
      },
      take: (answer: LibraryAnswer, hasChanged?: boolean) => this.take(answer, hasChanged),
      renew: () => {
        if (this.answer && !this.like && !this.review) void untrack(() => this.search());
      },
      settle: (task: LibraryTask) => this.settle(task),
    };
  }

  // Searching

  /** The text of the search has changed: search once the typing rests. */
  type(text: string): void {
    this.text = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.search(), TYPING_MS);
  }

  async show(judged: Judged): Promise<void> {
    this.judged = judged;
    await this.search();
  }

  /** Order the list by likeness; by names again with nothing. */
  async showLike(like: Like | undefined): Promise<void> {
    this.like = like;
    this.review = '';
    await this.search();
    if (like) this.focusOn(0);
  }

  async likeThis(): Promise<void> {
    const { sound } = this;
    if (sound) await this.showLike({ name: sound.name, aspect: this.like?.aspect ?? 'whole', id: sound.id });
  }

  async changeAspect(aspect: Aspect): Promise<void> {
    if (this.like) await this.showLike({ ...this.like, aspect });
  }

  /** Go through the suggestions of a tag, surest first; to the list by names again with nothing. */
  async showReview(tag: string): Promise<void> {
    this.review = tag;
    this.like = undefined;
    await this.search();
    if (tag) {
      this.index = -1;
      this.focusOn(0);
    }
  }

  /** Search anew; the latest wins, all wait for it, and the sound that is shown stays so where it is found again. */
  search(): Promise<void> {
    const search = ++this.searches;
    this.searching = this.look(search).then(() => (search === this.searches ? undefined : this.searching));
    return this.searching;
  }

  private async look(search: number): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    this.isSearching = true;
    try {
      const ids = await this.find(this.abort.signal);
      if (search !== this.searches) return;
      this.refusal = '';
      this.put(ids);
    } catch (error) {
      if (search === this.searches && !this.abort.signal.aborted) {
        this.refusal = error instanceof Error ? error.message : String(error);
      }
    } finally {
      if (search === this.searches) this.isSearching = false;
    }
  }

  private async find(signal: AbortSignal): Promise<readonly number[]> {
    const wanted = this.wantedText();
    return wanted === undefined ? [] : findIds(wanted, { like: this.like, review: this.review }, signal);
  }

  /** The text with what is shown of the judged; nothing where there can be none. */
  private wantedText(): string | undefined {
    return textFor(this.text, this.judged, this.tag('kept') !== undefined);
  }

  private put(ids: readonly number[]): void {
    const shown = this.focused;
    this.ids = ids;
    this.index = shown === undefined ? -1 : ids.indexOf(shown);
    this.anchor = this.index;
    if (!this.selected.size) return;
    const there = new Set(ids);
    this.selected = new Set([...this.selected].filter((id) => there.has(id)));
  }

  // Going from sound to sound

  /** Show and hear the sound at a place of the list. */
  focusOn(index: number): void {
    if (!this.ids.length) return;
    this.index = Math.min(this.ids.length - 1, Math.max(0, index));
    this.anchor = this.index;
    this.selected = new Set();
    this.panel = 'sound';
    this.hear();
  }

  /** Show and hear a sound, if it is among those that are found. */
  focusOnId(id: number): boolean {
    const index = this.ids.indexOf(id);
    if (index >= 0) this.focusOn(index);
    return index >= 0;
  }

  /** Get ready for the first sound while there is nothing else to do, so that the first key is as quick as the next. */
  async prepare(): Promise<void> {
    const [first] = this.ids;
    if (first === undefined || this.sound) return;
    [this.ahead] = await this.rows.get([first]);
    await this.ears.prepare(first);
  }

  step(by: number): void {
    this.focusOn(this.index < 0 ? 0 : this.index + by);
  }

  /** Select everything from where the selecting began to a place. */
  extendTo(index: number): void {
    if (!this.ids.length) return;
    const to = Math.min(this.ids.length - 1, Math.max(0, index));
    if (this.anchor < 0) this.anchor = to;
    const [first, last] = [Math.min(this.anchor, to), Math.max(this.anchor, to)];
    this.selected = new Set(this.ids.slice(first, last + 1));
    this.index = to;
    this.hear();
  }

  /** Select a sound as well, or not any more. */
  toggleSelected(index: number): void {
    const id = this.ids[index];
    if (id === undefined) return;
    const before = this.selected.size
      ? this.selected
      : new Set(this.focused === undefined ? [] : [this.focused]);
    const selected = new Set(before);
    if (!selected.delete(id)) selected.add(id);
    this.selected = selected;
    this.index = this.anchor = index;
    this.hear();
  }

  selectAll(): void {
    this.selected = new Set(this.ids);
    this.notices.speak(`${this.ids.length} sounds selected`);
  }

  select(ids: Iterable<number>): void {
    this.selected = new Set(ids);
  }

  /** Give up what was wanted last: a panel, a selection, the order by likeness. */
  leave(): void {
    if (this.panel !== 'sound') this.panel = 'sound';
    else if (this.selected.size) this.selected = new Set();
    else if (this.review) void this.showReview('');
    else if (this.like) void this.showLike(undefined);
  }

  hear(): void {
    if (this.asked !== undefined) return this.teaching.hear();
    const id = this.focused;
    if (id === undefined) return;
    const next = this.ids.slice(this.index + 1, this.index + 1 + PREFETCHED);
    this.ears.play(id, next).catch((error: unknown) => this.notices.trouble(error));
  }

  // Judging and tagging

  /** Keep or reject what is selected, and go on to the next sound; twice the same leaves it open again. */
  judge(verdict: Verdict): void {
    const ids = this.targets;
    if (!ids.length) return;
    const isSame = ids.every((id) => this.rows.sounds.get(id)?.verdict === verdict);
    const wanted = isSame ? 'open' : verdict;
    for (const id of ids) {
      const sound = this.rows.sounds.get(id);
      if (sound) this.rows.sounds.set(id, { ...sound, verdict: wanted });
    }
    const words = { kept: 'Keep', rejected: 'Reject', open: 'Leave open' }[wanted];
    this.edits.send(`${words} ${this.inWords(ids)}`, ids, () => api.judge(ids, wanted));
    if (ids.length === 1 && !isSame) this.goOn();
  }

  /** Hear the next sound of the list, unless the sound that is asked about is meant. */
  private goOn(): void {
    if (this.asked === undefined && this.index < this.ids.length - 1) this.step(1);
  }

  /** Give a tag to all that is selected, or take it from all if all have it. */
  toggleTag(name: string): void {
    const ids = this.targets;
    const tag = name.trim();
    if (!ids.length || !tag) return;
    const sounds = ids.flatMap((id) => this.rows.sounds.get(id) ?? []);
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
    if (this.asked !== undefined) return this.teaching.question?.guesses[0]?.tag;
    return this.review || (this.sound && suggestionsOf(this.sound)[0]?.tag);
  });

  /** Yes or no by a key: to the question, or to what is suggested of all that is selected; then hear the next. */
  answerBy(word: 'yes' | 'no'): void {
    if (this.asked !== undefined) return this.teaching.answerWith(word);
    const tag = this.decided;
    const ids = this.targets;
    if (!tag || !ids.length) return;
    this.say([{ tag, ids, word }]);
    if (ids.length === 1) this.goOn();
  }

  /** Yes or no to everything that is suggested of the tag that is gone through, in one step. */
  async answerAll(word: 'yes' | 'no'): Promise<void> {
    const tag = this.review;
    const wanted = this.wantedText();
    if (!tag || wanted === undefined) return;
    await this.edits.settled();
    const { ids } = await api.getSuggested(tag, wanted, new AbortController().signal);
    if (!ids.length) return this.notices.show('Nothing is left to decide');
    this.say([{ tag, ids, word }]);
    await this.edits.settled();
    this.notices.show(
      `${ids.length} ${ids.length === 1 ? 'sound' : 'sounds'}: ${word === 'yes' ? '' : 'not '}${tag}`,
      {
        label: 'Undo',
        run: () => void this.undo().catch((error: unknown) => this.notices.trouble(error)),
      },
    );
  }

  say(sayings: Saying[]): void {
    const [first] = sayings;
    if (!first) return;
    const ids = [...new Set(sayings.flatMap((saying) => saying.ids))];
    const title = first.word === 'yes' ? `Tag ${first.tag}` : `Without ${first.tag}`;
    this.edits.send(`${title}: ${this.inWords(ids)}`, ids, () => api.say(sayings));
  }

  private inWords(ids: readonly number[]): string {
    if (ids.length > 1) return `${ids.length} sounds`;
    return this.rows.sounds.get(ids[0]!)?.name ?? 'a sound';
  }

  // One undo for everything

  /** A sorting of an earlier visit is taken back only if that is what is wanted. */
  async undo(): Promise<void> {
    await this.edits.settled();
    const sorting = this.answer?.undo;
    if (this.edits.canUndo || !sorting) return this.edits.undo();
    const run = () =>
      void this.tasks.takeBack(sorting).catch((error: unknown) => this.notices.trouble(error));
    this.notices.show(`Of an earlier visit: ${sorting}`, { label: 'Take it back', run });
  }

  // Panels

  async browse(path: string): Promise<void> {
    this.folders = await api.getFolders(path);
  }

  /** Show a panel beside the list, or the sound again. */
  async showPanel(panel: Panel): Promise<void> {
    this.panel = this.panel === panel ? 'sound' : panel;
    if (this.panel === 'sound') return;
    if (this.panel === 'teach') await this.teaching.refresh();
    if (this.panel === 'ask') await this.teaching.ask();
    else if (!this.folders) await this.browse('');
  }

  private async settle(task: LibraryTask): Promise<void> {
    if (!this.answer) return;
    const words = taskInWords(task);
    if (words) this.notices.show(words);
    if (task.kind === 'teach' || task.kind === 'hear') {
      await Promise.all([this.rows.renewAll(), this.teaching.refresh()]);
      return;
    }
    await this.refresh();
    await Promise.all([this.search(), this.rows.renewAll()]);
    await this.map.draw();
  }

  private async refresh(): Promise<void> {
    this.take(await api.getLibrary());
  }

  private take(answer: LibraryAnswer, hasChanged = false): void {
    this.answer = answer;
    this.tasks.take(answer.task);
    if (hasChanged) void this.search();
  }
}
