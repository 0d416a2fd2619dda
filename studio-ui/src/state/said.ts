/** Who says what of a sound, as the page shows it. */
import type { LibrarySound, Said, Saying } from '../api/types';

/** What is said of one tag: the user's word stands above all others. */
function wordOn(sound: LibrarySound, tag: string): Said | undefined {
  const said = sound.said.filter((one) => one.tag === tag);
  return said.find(({ origin }) => origin === 'user') ?? said.find(({ origin }) => origin === 'imported');
}

/** Whether the user has said that a sound has a tag not. */
export function isRefused(sound: LibrarySound, tag: string): boolean {
  const word = wordOn(sound, tag);
  return word?.origin === 'user' && word.confidence === 0;
}

const VERDICTS = ['kept', 'rejected'];

/** Whether a sound has a tag, by the user's word or its name. */
export const hasTag = (sound: LibrarySound, tag: string): boolean =>
  (wordOn(sound, tag)?.confidence ?? 0) > 0;

/** The tags that a sound has, surest first; keeping and rejecting are shown otherwise. */
export function tagsOf(sound: LibrarySound): Said[] {
  const names = [...new Set(sound.said.map(({ tag }) => tag))];
  return names
    .filter((tag) => !VERDICTS.includes(tag) && hasTag(sound, tag))
    .map((tag) => wordOn(sound, tag)!);
}

/** What is suggested and not decided, surest first. */
export function suggestionsOf(sound: LibrarySound): Said[] {
  return sound.said.filter(({ origin, tag }) => origin === 'suggested' && !wordOn(sound, tag));
}

/** Give a tag to all of the sounds, or take it from all: `no` where their names say it, else the word is withdrawn. */
export function sayingsFor(tag: string, ids: readonly number[], sounds: readonly LibrarySound[]): Saying[] {
  const known = new Map(sounds.map((sound) => [sound.id, sound]));
  const areAll = ids.every((id) => known.has(id) && hasTag(known.get(id)!, tag));
  if (!areAll) return [{ tag, ids: [...ids], word: 'yes' }];
  const isNamed = (id: number) => known.get(id)!.said.some((one) => one.tag === tag && one.origin !== 'user');
  const named = ids.filter(isNamed);
  const plain = ids.filter((id) => !isNamed(id));
  const sayings: Saying[] = [
    { tag, ids: named, word: 'no' },
    { tag, ids: plain, word: 'open' },
  ];
  return sayings.filter((saying) => saying.ids.length);
}
