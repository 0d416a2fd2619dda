/** What is known of the sounds of the library, fetched as they come into view: there may be many thousands. */
import { SvelteMap } from 'svelte/reactivity';
import * as api from '../api/client';
import type { LibrarySound } from '../api/types';

const AT_ONCE = 200;
const DRAWN_AT_ONCE = 24;
const REST_MS = 120;
/** Rows that are kept; beyond it all but those in view are forgotten. */
const MOST = 20_000;

export class LibraryRows {
  readonly sounds = new SvelteMap<number, LibrarySound>();
  /** Loudest magnitudes, for drawing. */
  readonly shapes = new SvelteMap<number, readonly number[]>();
  private readonly asked = new Set<number>();
  private inView: readonly number[] = [];
  /** Shown beside the list, or asked about. */
  private watched: readonly number[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onTrouble: (error: unknown) => void) {}

  /** These are in view now: what is not known of them is asked for, and their shapes once the scrolling rests. */
  show(ids: readonly number[]): void {
    this.inView = ids;
    void this.fetch(ids.filter((id) => !this.sounds.has(id)));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), REST_MS);
  }

  /** These are looked at as well, wherever the list stands. */
  watch(ids: readonly number[]): void {
    this.watched = ids;
    void this.fetch(ids.filter((id) => !this.sounds.has(id)));
  }

  /** What is known of these is out of date; those in view are asked for again. */
  async renew(ids: readonly number[]): Promise<void> {
    const changed = new Set(ids);
    const seen = [...new Set([...this.inView, ...this.watched])].filter((id) => changed.has(id));
    for (const id of seen) changed.delete(id);
    for (const id of changed) this.sounds.delete(id);
    for (const id of seen) this.asked.delete(id);
    await this.fetch(seen);
  }

  async renewAll(): Promise<void> {
    await this.renew([...this.sounds.keys()]);
  }

  /** Some sounds, known or not. */
  async get(ids: readonly number[]): Promise<LibrarySound[]> {
    await this.fetch(ids.filter((id) => !this.sounds.has(id)));
    return ids.flatMap((id) => this.sounds.get(id) ?? []);
  }

  private async fetch(wanted: readonly number[]): Promise<void> {
    const ids = wanted.filter((id) => !this.asked.has(id)).slice(0, AT_ONCE);
    if (!ids.length) return;
    for (const id of ids) this.asked.add(id);
    try {
      for (const sound of await api.describeSounds(ids)) this.sounds.set(sound.id, sound);
      if (this.sounds.size > MOST) this.forgetUnseen();
    } catch (error) {
      this.onTrouble(error);
    } finally {
      for (const id of ids) this.asked.delete(id);
    }
  }

  private async draw(): Promise<void> {
    const ids = this.inView.filter((id) => !this.shapes.has(id));
    for (let from = 0; from < ids.length; from += DRAWN_AT_ONCE) {
      const some = ids.slice(from, from + DRAWN_AT_ONCE).filter((id) => this.inView.includes(id));
      if (!some.length) return;
      const { peaks } = await api.drawSounds(some).catch(() => ({ peaks: {} as Record<number, number[]> }));
      for (const id of some) this.shapes.set(id, peaks[id] ?? []);
    }
  }

  private forgetUnseen(): void {
    const seen = new Set([...this.inView, ...this.watched]);
    for (const id of [...this.sounds.keys()]) if (!seen.has(id)) this.sounds.delete(id);
    for (const id of [...this.shapes.keys()]) if (!seen.has(id)) this.shapes.delete(id);
  }
}
