/** What the library does in processes of its own: folders are scanned, listened to and learned, files are sorted. */
import * as api from '../api/client';
import type { LibraryAnswer, LibraryNews, LibraryTask } from '../api/types';
import type { LibraryEdits } from './library-edits.svelte';
import type { Notices } from './notices.svelte';

const RENEWED_MS = 1500; // while something runs

/** What the library shows is out of date. */
export interface Shown {
  answer: LibraryAnswer | undefined;
  take: (answer: LibraryAnswer, hasChanged?: boolean) => void;
  /** More was found while a scan runs. */
  renew: () => void;
  /** A task has ended. */
  settle: (task: LibraryTask) => Promise<void>;
}

export class LibraryTasks {
  current = $state.raw<LibraryTask | null>(null);
  readonly isBusy = $derived(isGoing(this.current));
  private renewed = 0;
  /** Tasks whose end is known. */
  private readonly over = new Set<string>();
  private readonly ends = new Map<string, (task: LibraryTask) => void>();

  constructor(
    private readonly shown: Shown,
    private readonly edits: LibraryEdits,
    private readonly notices: Notices,
  ) {}

  async add(folder: string): Promise<void> {
    this.shown.take(await api.addToLibrary(folder));
    this.edits.add({
      title: `Add ${nameOf(folder)}`,
      undo: async () => this.shown.take(await api.removeFromLibrary(folder), true),
      redo: async () => this.shown.take(await api.addToLibrary(folder), true),
    });
  }

  async remove(folder: string): Promise<void> {
    this.shown.take(await api.removeFromLibrary(folder), true);
    this.edits.add({
      title: `Take ${nameOf(folder)} out`,
      undo: async () => this.shown.take(await api.addToLibrary(folder), true),
      redo: async () => this.shown.take(await api.removeFromLibrary(folder), true),
    });
  }

  async scan(again = false): Promise<void> {
    this.shown.take(await api.scanLibrary(again));
  }

  /** Let the starter ear suggest classes. */
  async hear(): Promise<void> {
    this.follow({ task: await api.hearLibrary() });
  }

  async cancel(): Promise<void> {
    this.shown.take(await api.cancelLibrary());
  }

  /** Do what a plan says, and resolve once it is done. */
  async sort(planId: string, count: number): Promise<void> {
    const apply = () => this.turnSorting(() => api.applyPlan(planId));
    const task = await apply();
    const done = task.counts['done'] ?? count;
    const title = `Sort ${done} ${done === 1 ? 'file' : 'files'}`;
    const sorting = this.shown.answer?.undo ?? '';
    this.edits.add({
      title,
      undo: () => this.takeBack(sorting),
      redo: () => apply().then(() => undefined),
    });
    this.notices.show(`${done} ${done === 1 ? 'file' : 'files'} sorted`, {
      label: 'Undo',
      run: () => void this.edits.undo().catch((error: unknown) => this.notices.trouble(error)),
    });
  }

  /** Take a sorting back, of this visit or an earlier one. */
  async takeBack(sorting: string): Promise<void> {
    await this.turnSorting(() => api.undoSorting(sorting));
  }

  /** News of a task. */
  follow(news: LibraryNews): void {
    const { task } = news;
    if (this.over.has(task.id)) return;
    this.current = isGoing(task) || task.state === 'failed' ? task : null;
    if (isGoing(task)) {
      if (performance.now() - this.renewed > RENEWED_MS) this.renew();
      return;
    }
    this.over.add(task.id);
    this.settle(task).catch((error: unknown) => this.notices.trouble(error));
  }

  /** What the server says runs, unless its end is known here already. */
  take(task: LibraryTask | null): void {
    this.current = task && this.over.has(task.id) ? this.current : task;
  }

  /** Events were missed: ask how what is waited for goes. */
  async catchUp(): Promise<void> {
    for (const id of this.ends.keys()) this.follow({ task: await api.getLibraryTask(id) });
  }

  private renew(): void {
    this.renewed = performance.now();
    this.shown.renew();
  }

  private async settle(task: LibraryTask): Promise<void> {
    await this.shown.settle(task);
    this.ends.get(task.id)?.(task);
    this.ends.delete(task.id);
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
}

/** What came of a task, for people; empty where nothing is to be said. */
export function taskInWords({ kind, state, counts }: LibraryTask): string {
  if (state !== 'done') return '';
  if (kind === 'hear') return `Listened: ${counts['suggested'] ?? 0} suggestions`;
  if (kind !== 'scan') return '';
  const [read, moved, missing, problems] = ['read', 'moved', 'missing', 'problems'].map(
    (name) => counts[name] ?? 0,
  );
  const parts = [
    read && `${read} new`,
    moved && `${moved} moved`,
    missing && `${missing} gone`,
    problems && `${problems} that cannot be used`,
  ].filter(Boolean);
  return parts.length ? `Scanned: ${parts.join(', ')}` : 'Scanned: nothing has changed';
}

export const isGoing = (task: LibraryTask | null | undefined): boolean =>
  task?.state === 'running' || task?.state === 'queued';

const nameOf = (path: string): string => path.split(/[\\/]/).findLast(Boolean) ?? path;
