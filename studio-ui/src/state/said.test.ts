import { describe, expect, it } from 'vitest';
import type { LibrarySound, Said } from '../api/types';
import { hasTag, sayingsFor, suggestionsOf, tagsOf } from './said';

const word = (tag: string, origin: Said['origin'], confidence = 1): Said => ({
  tag,
  origin,
  confidence,
  why: '',
});
const sound = (id: number, ...said: Said[]): LibrarySound => ({
  id,
  said,
  name: `${id}.wav`,
  folder: '',
  path: '',
  copies: 0,
  cluster: null,
  facts: {},
  verdict: 'open',
});

describe('what is said of a sound', () => {
  it('is what the user says, whatever its name says', () => {
    const denied = sound(1, word('kick', 'imported', 0.9), word('kick', 'user', 0));
    expect(hasTag(denied, 'kick')).toBe(false);
    expect(tagsOf(denied)).toEqual([]);
  });

  it('leaves out what is kept and rejected, which is shown otherwise', () => {
    expect(tagsOf(sound(1, word('kept', 'user'), word('snare', 'imported'))).map(({ tag }) => tag)).toEqual([
      'snare',
    ]);
  });

  it('is suggested only while nobody has decided', () => {
    const open = sound(
      1,
      word('snare', 'suggested', 0.7),
      word('clap', 'suggested', 0.6),
      word('clap', 'user', 0),
    );
    expect(suggestionsOf(open).map(({ tag }) => tag)).toEqual(['snare']);
  });
});

describe('a tag that is given or taken', () => {
  it('is given to all unless all have it', () => {
    const [first, second] = [sound(1, word('tom', 'user')), sound(2)];
    expect(sayingsFor('tom', [1, 2], [first, second])).toEqual([{ tag: 'tom', ids: [1, 2], word: 'yes' }]);
  });

  it('is denied where the name says it, and withdrawn where only the user did', () => {
    const [named, plain] = [sound(1, word('tom', 'imported', 0.9)), sound(2, word('tom', 'user'))];
    expect(sayingsFor('tom', [1, 2], [named, plain])).toEqual([
      { tag: 'tom', ids: [1], word: 'no' },
      { tag: 'tom', ids: [2], word: 'open' },
    ]);
  });

  it('is given where it is not known whether a sound has it', () => {
    expect(sayingsFor('tom', [1, 7], [sound(1, word('tom', 'user'))])).toEqual([
      { tag: 'tom', ids: [1, 7], word: 'yes' },
    ]);
  });
});
