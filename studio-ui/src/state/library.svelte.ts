/** The library: folders that are scanned, sounds that are found, heard, judged, tagged and sorted. */
import { untrack } from 'svelte';
import * as api from '../api/client';
import type { Aspect, FoldersAnswer, LibraryAnswer, LibraryTag, LibraryTask } from '../api/types';
import { LibraryEars } from './library-ears.svelte';
import { LibraryEdits } from './library-edits.svelte';
import { LibraryMap } from './library-map.svelte';
import { LibraryRows } from './library-rows.svelte';
import { findIds, textFor, type Judged, type Like } from './library-search';
import { LibraryTags } from './library-tags.svelte';
import { LibraryTasks, taskInWords } from './library-tasks.svelte';
import { LibraryTeaching } from './library-teaching.svelte';
import { LibraryWords } from './library-words.svelte';
import type { Notices } from './notices.svelte';
import type { Player } from './player.svelte';
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
  readonly words: LibraryWords;
  private anchor = -1;
  private first = $state<number>();
  private searches = 0;
  private searching: Promise<void> = Promise.resolve();
  private abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    player: Player,
    private readonly notices: Notices,
    settings: Settings,
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
      say: (sayings) => this.words.say(sayings),
    });
    this.words = new LibraryWords(this, notices, settings);
    this.tasks = new LibraryTasks(this.showing(), this.edits, notices);
  }

  readonly isEmpty = $derived(this.answer !== undefined && this.answer.folders.length === 0);
  /** The sound that is asked about. */
  readonly asked = $derived.by(() => (this.panel === 'ask' ? this.teaching.question?.id : undefined));
  readonly focused = $derived(this.asked ?? this.ids[this.index]);
  readonly sound = $derived(this.focused === undefined ? undefined : this.rows.sounds.get(this.focused));
  /** The sound that comes first, while none is shown: what its panel needs is built ahead. */
  readonly ahead = $derived.by(() =>
    this.first === undefined ? undefined : this.rows.sounds.get(this.first),
  );
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
  wantedText(): string | undefined {
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
    this.first = first;
    await Promise.all([this.rows.get([first]), this.ears.prepare(first)]);
  }

  step(by: number): void {
    this.focusOn(this.index < 0 ? 0 : this.index + by);
  }

  /** Hear the next sound of the list, unless the sound that is asked about is meant. */
  goOn(): void {
    if (this.asked === undefined && this.index < this.ids.length - 1) this.step(1);
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
