/** The tags themselves: made, named, coloured, joined and removed, each a step of the one undo; the nine pinned ones. */
import * as api from '../api/client';
import type { LibraryAnswer, LibraryTag, TagEditAnswer } from '../api/types';
import type { LibraryEdits } from './library-edits.svelte';
import type { Settings } from './settings.svelte';

/** What is changed of a tag; what is left out stays. */
export type TagChange = Partial<Pick<LibraryTag, 'name' | 'colour' | 'parent' | 'synonyms'>>;

/** Written by keeping and rejecting: they are no tags to be taught or named. */
export const VERDICT_TAGS: readonly string[] = ['triage', 'kept', 'rejected'];

export class LibraryTags {
  constructor(
    private readonly edits: LibraryEdits,
    private readonly settings: Settings,
    /** What the tags are called has changed. */
    private readonly changed: (answer: LibraryAnswer) => Promise<void>,
  ) {}

  async make(name: string): Promise<void> {
    await this.edit(`Make ${name}`, () => api.makeTag({ name, parent: '', synonyms: [] }));
  }

  async change(tag: LibraryTag, change: TagChange): Promise<void> {
    const { name, ...rest } = change;
    const body = { name: tag.name, ...rest, ...(name !== undefined && { new_name: name }) };
    await this.edit(`Change ${tag.name}`, () => api.changeTag(body), name && { from: tag.name, to: name });
  }

  async join(tag: LibraryTag, into: string): Promise<void> {
    const title = `Join ${tag.name} with ${into}`;
    await this.edit(title, () => api.joinTags([tag.name], into), { from: tag.name, to: into });
  }

  async remove(tag: LibraryTag): Promise<void> {
    await this.edit(`Delete ${tag.name}`, () => api.removeTag(tag.name), { from: tag.name, to: '' });
  }

  /** Give a tag a key, in place of the one it has; 0 for none. */
  pin(tag: string, number: number): void {
    const pins = this.settings.pins.map((pin, i) => (i === number - 1 ? tag : pin === tag ? '' : pin));
    this.turnPins('Change the nine', pins);
  }

  /** Let a key mean a tag. */
  setPin(number: number, tag: string): void {
    this.turnPins(
      'Change the nine',
      this.settings.pins.map((pin, i) => (i === number - 1 ? tag : pin)),
    );
  }

  private turnPins(title: string, pins: readonly string[]): void {
    const before = this.settings.pins;
    this.settings.change({ pins });
    this.edits.add({
      title,
      undo: () => this.settings.change({ pins: before }),
      redo: () => this.settings.change({ pins }),
    });
  }

  /** Do something to the tags; a key that meant a tag means what has become of it. */
  private edit(
    title: string,
    send: () => Promise<TagEditAnswer>,
    named?: { from: string; to: string } | '' | undefined,
  ): Promise<void> {
    return this.edits.inOrder(async () => {
      let next = await this.take(await send());
      const before = this.settings.pins;
      const after = named ? renamedPins(before, named.from, named.to) : before;
      this.settings.change({ pins: after });
      const turn = async (pins: readonly string[]) => {
        next = await this.take(await api.turnTags(next));
        this.settings.change({ pins });
      };
      this.edits.add({ title, undo: () => turn(before), redo: () => turn(after) });
    });
  }

  private async take({ edit, library }: TagEditAnswer): Promise<string> {
    await this.changed(library);
    return edit;
  }
}

/** The pins after a tag has become another one: no two keys mean the same. */
export function renamedPins(pins: readonly string[], from: string, to: string): string[] {
  const isThere = to !== '' && pins.includes(to);
  return pins.map((pin) => (pin !== from ? pin : isThere ? '' : to));
}

/** Tags with their kinds below them, and how deep each stands. */
export function asTree(tags: readonly LibraryTag[]): { tag: LibraryTag; depth: number }[] {
  const names = new Set(tags.map(({ name }) => name));
  const below = (parent: string, depth: number): { tag: LibraryTag; depth: number }[] =>
    tags
      .filter((tag) => (names.has(tag.parent) ? tag.parent : '') === parent)
      .flatMap((tag) => [{ tag, depth }, ...below(tag.name, depth + 1)]);
  return below('', 0);
}

/** The tags of which one may become a kind: all but itself and its own kinds. */
export function parentsFor(tags: readonly LibraryTag[], name: string): string[] {
  const tree = asTree(tags);
  const from = tree.findIndex(({ tag }) => tag.name === name);
  const depth = tree[from]?.depth ?? 0;
  const after = tree.findIndex((one, i) => i > from && one.depth <= depth);
  const own = new Set(tree.slice(from, after < 0 ? tree.length : after).map(({ tag }) => tag.name));
  return tags.map((tag) => tag.name).filter((one) => !own.has(one) && !VERDICT_TAGS.includes(one));
}
