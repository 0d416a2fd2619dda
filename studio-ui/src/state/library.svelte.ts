/** The library: folders that are scanned, sounds that are found, heard, judged, tagged and sorted. */
import { untrack } from 'svelte';
import * as api from '../api/client';
import type {
  Aspect,
  FoldersAnswer,
  LibraryAnswer,
  LibraryNews,
  LibrarySound,
  LibraryTag,
  LibraryTask,
  MapAnswer,
  Saying,
  Verdict,
} from '../api/types';
import { LibraryEars } from './library-ears.svelte';
import { LibraryEdits } from './library-edits.svelte';
import { LibraryRows } from './library-rows.svelte';
import type { Notices } from './notices.svelte';
import type { Player } from './player.svelte';
import { sayingsFor } from './said';
import type { Settings } from './settings.svelte';

/** What stands beside the list. */
export type Panel = 'sound' | 'sort' | 'folders' | 'voice';
export type Judged = 'all' | Verdict;

/** What the list is ordered by, in place of names: a sound of the library, a file, or an order that was found. */
export interface Like {
  name: string;
  aspect: Aspect;
  id?: number;
  file?: Blob;
  ids?: readonly number[];
}

const TYPING_MS = 70;
const LIKE_COUNT = 200;
const PREFETCHED = 3;
const RENEWED_MS = 1500; // while a scan runs

export class Library {
  answer = $state.raw<LibraryAnswer>();
  task = $state.raw<LibraryTask | null>(null);
  text = $state('');
  judged = $state<Judged>('all');
  like = $state.raw<Like>();
  ids = $state.raw<readonly number[]>([]);
  /** Why the search cannot be read; what was found before stays. */
  refusal = $state('');
  isSearching = $state(false);
  /** The place in `ids` that is heard and shown; -1 for none. */
  index = $state(-1);
  selected = $state.raw<ReadonlySet<number>>(new Set());
  panel = $state<Panel>('sound');
  /** Whether the map is shown in place of the list. */
  isMap = $state(false);
  map = $state.raw<MapAnswer>();
  folders = $state.raw<FoldersAnswer>();
  /** The page is asked to put the focus there. */
  wanted = $state<'search' | 'tag' | 'list' | ''>('');
  readonly rows = new LibraryRows((error) => this.notices.trouble(error));
  readonly ears: LibraryEars;
  readonly edits: LibraryEdits;
  private anchor = -1;
  private searches = 0;
  private abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private renewed = 0;
  /** Tasks whose end is known. */
  private readonly over = new Set<string>();
  private readonly ends = new Map<string, (task: LibraryTask) => void>();

  constructor(
    player: Player,
    private readonly notices: Notices,
    private readonly settings: Settings,
  ) {
    this.ears = new LibraryEars(player);
    this.edits = new LibraryEdits(notices, async (ids) => {
      await Promise.all([this.rows.renew(ids), this.refresh()]);
    });
  }

  readonly isEmpty = $derived(this.answer !== undefined && this.answer.folders.length === 0);
  readonly isBusy = $derived(isGoing(this.task));
  readonly focused = $derived(this.ids[this.index]);
  readonly sound = $derived(this.focused === undefined ? undefined : this.rows.sounds.get(this.focused));
  /** The sounds that an edit is for. */
  readonly targets = $derived(
    this.selected.size ? [...this.selected] : this.focused === undefined ? [] : [this.focused],
  );

  tag(name: string): LibraryTag | undefined {
    return this.answer?.tags.find((tag) => tag.name === name);
  }

  /** Everything that the view needs when it is shown. */
  async open(): Promise<void> {
    await this.refresh();
    if (!this.isEmpty) await this.search();
  }

  /** Another server answers, or events were missed. */
  async catchUp(): Promise<void> {
    if (!this.answer) return;
    await this.refresh();
    await this.search();
    for (const id of this.ends.keys()) this.follow({ task: await api.getLibraryTask(id) });
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

  /** Search anew; the latest wins, and the sound that is shown stays so where it is found again. */
  async search(): Promise<void> {
    const search = ++this.searches;
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

  private async find(signal: AbortSignal): Promise<number[]> {
    const wanted = this.wantedText();
    if (wanted === undefined) return [];
    const { like } = this;
    if (!like) return (await api.findSounds(wanted, signal)).ids;
    if (like.ids) return [...like.ids];
    const options = { aspect: like.aspect, text: wanted, count: LIKE_COUNT };
    const answer =
      like.id !== undefined
        ? await api.findLike(like.id, options, signal)
        : await api.findLikeFile(like.file!, like.name, options, signal);
    return answer.ids;
  }

  /** The text with what is shown of the judged; nothing where there can be none. */
  private wantedText(): string | undefined {
    const isKnown = this.tag('kept') !== undefined;
    if (this.judged === 'all') return this.text;
    if (this.judged === 'open') return isKnown ? `${this.text} -tag:kept -tag:rejected` : this.text;
    return isKnown ? `${this.text} tag:${this.judged}` : undefined;
  }

  private put(ids: number[]): void {
    const shown = this.focused;
    this.ids = ids;
    this.index = shown === undefined ? -1 : ids.indexOf(shown);
    this.anchor = this.index;
    if (!this.selected.size) return;
    const there = new Set(ids);
    this.selected = new Set([...this.selected].filter((id) => there.has(id)));
  }

  // The map

  async toggleMap(): Promise<void> {
    this.isMap = !this.isMap;
    if (this.isMap) this.map = await api.getMap();
    this.notices.speak(this.isMap ? 'The map' : 'The list');
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

  focusOnId(id: number): void {
    const index = this.ids.indexOf(id);
    if (index >= 0) this.focusOn(index);
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
    else if (this.like) void this.showLike(undefined);
  }

  hear(): void {
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
    if (ids.length === 1 && !isSame && this.index < this.ids.length - 1) this.step(1);
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

  pin(number: number, tag: string): void {
    this.settings.change({ pins: this.settings.pins.map((pin, i) => (i === number - 1 ? tag : pin)) });
  }

  /** Accept what is suggested of a sound, or refuse it. */
  decide(sound: LibrarySound, tag: string, word: 'yes' | 'no'): void {
    this.say([{ tag, ids: [sound.id], word }]);
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
      void this.turnSorting(() => api.undoSorting(sorting)).catch((error: unknown) =>
        this.notices.trouble(error),
      );
    this.notices.show(`Of an earlier visit: ${sorting}`, { label: 'Take it back', run });
  }

  // Folders and tasks

  async browse(path: string): Promise<void> {
    this.folders = await api.getFolders(path);
  }

  /** Show a panel beside the list, or the sound again. */
  async showPanel(panel: Panel): Promise<void> {
    this.panel = this.panel === panel ? 'sound' : panel;
    if (this.panel !== 'sound' && !this.folders) await this.browse('');
  }

  async add(folder: string): Promise<void> {
    this.take(await api.addToLibrary(folder));
    this.edits.add({
      title: `Add ${nameOf(folder)}`,
      undo: async () => this.take(await api.removeFromLibrary(folder), true),
      redo: async () => this.take(await api.addToLibrary(folder), true),
    });
  }

  async remove(folder: string): Promise<void> {
    this.take(await api.removeFromLibrary(folder), true);
    this.edits.add({
      title: `Take ${nameOf(folder)} out`,
      undo: async () => this.take(await api.addToLibrary(folder), true),
      redo: async () => this.take(await api.removeFromLibrary(folder), true),
    });
  }

  async scan(again = false): Promise<void> {
    this.take(await api.scanLibrary(again));
  }

  async cancel(): Promise<void> {
    this.take(await api.cancelLibrary());
  }

  /** Do what a plan says, and resolve once it is done. */
  async sort(planId: string, count: number): Promise<void> {
    const apply = () => this.turnSorting(() => api.applyPlan(planId));
    const task = await apply();
    const done = task.counts['done'] ?? count;
    const title = `Sort ${done} ${done === 1 ? 'file' : 'files'}`;
    const { undo: sorting = '' } = this.answer ?? {};
    const undo = () => this.turnSorting(() => api.undoSorting(sorting));
    this.edits.add({
      title,
      undo: () => undo().then(() => undefined),
      redo: () => apply().then(() => undefined),
    });
    this.notices.show(`${done} ${done === 1 ? 'file' : 'files'} sorted`, {
      label: 'Undo',
      run: () => void this.undo().catch((error: unknown) => this.notices.trouble(error)),
    });
  }

  /** News of a task. */
  follow(news: LibraryNews): void {
    const { task } = news;
    if (this.over.has(task.id)) return;
    this.task = isGoing(task) || task.state === 'failed' ? task : null;
    if (isGoing(task)) {
      if (this.answer && !this.like && performance.now() - this.renewed > RENEWED_MS) this.renew();
      return;
    }
    this.over.add(task.id);
    this.settle(task).catch((error: unknown) => this.notices.trouble(error));
  }

  private renew(): void {
    this.renewed = performance.now();
    void untrack(() => this.search());
  }

  private async settle(task: LibraryTask): Promise<void> {
    if (this.answer) {
      await this.refresh();
      await Promise.all([this.search(), this.rows.renewAll()]);
      if (this.isMap) this.map = await api.getMap();
      if (task.kind === 'scan' && task.state === 'done') this.tellScan(task);
    }
    this.ends.get(task.id)?.(task);
    this.ends.delete(task.id);
  }

  private tellScan({ counts }: LibraryTask): void {
    const [read, moved, missing, problems] = ['read', 'moved', 'missing', 'problems'].map(
      (name) => counts[name] ?? 0,
    );
    const parts = [
      read && `${read} new`,
      moved && `${moved} moved`,
      missing && `${missing} gone`,
      problems && `${problems} that cannot be used`,
    ].filter(Boolean);
    this.notices.show(parts.length ? `Scanned: ${parts.join(', ')}` : 'Scanned: nothing has changed');
  }

  /** Start a sorting, or its undoing, and resolve once it has ended; rejects if it did not end well. */
  private async turnSorting(start: () => Promise<LibraryTask>): Promise<LibraryTask> {
    const { id } = await start();
    const ended = new Promise<LibraryTask>((resolve) => this.ends.set(id, resolve));
    this.follow({ task: await api.getLibraryTask(id) }); // it may be over before events of it are waited for
    const end = await ended;
    if (end.state !== 'done')
      throw new Error(end.error || 'the sorting was given up: every file is where it was');
    return end;
  }

  private async refresh(): Promise<void> {
    this.take(await api.getLibrary());
  }

  private take(answer: LibraryAnswer, hasChanged = false): void {
    this.answer = answer;
    this.task = answer.task && this.over.has(answer.task.id) ? this.task : answer.task;
    if (hasChanged) void this.search();
  }
}

export const isGoing = (task: LibraryTask | null | undefined): boolean =>
  task?.state === 'running' || task?.state === 'queued';

const nameOf = (path: string): string => path.split(/[\\/]/).findLast(Boolean) ?? path;
