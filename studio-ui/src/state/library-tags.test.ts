import { expect, test } from 'vitest';
import type { LibraryTag } from '../api/types';
import { asTree, parentsFor, renamedPins } from './library-tags.svelte';

const tag = (name: string, parent = ''): LibraryTag => ({ name, parent, colour: '', synonyms: [], count: 0 });
const TAGS = [
  tag('closed hat', 'hat'),
  tag('drums'),
  tag('hat', 'drums'),
  tag('kick', 'drums'),
  tag('voice'),
];

test('kinds stand below what they are kinds of', () => {
  expect(asTree(TAGS).map(({ tag: { name }, depth }) => [name, depth])).toEqual([
    ['drums', 0],
    ['hat', 1],
    ['closed hat', 2],
    ['kick', 1],
    ['voice', 0],
  ]);
});

test('a tag whose parent is not shown stands at the top', () => {
  expect(asTree([tag('odd', 'gone')])).toEqual([{ tag: tag('odd', 'gone'), depth: 0 }]);
});

test('no tag is offered as a kind of itself or of its kinds', () => {
  expect(parentsFor(TAGS, 'hat')).toEqual(['drums', 'kick', 'voice']);
  expect(parentsFor(TAGS, 'drums')).toEqual(['voice']);
  expect(parentsFor([...TAGS, tag('kept')], 'voice')).not.toContain('kept');
});

test('keys follow a tag that is renamed, joined or deleted, and none means the same twice', () => {
  const pins = ['kick', 'hat', ''];
  expect(renamedPins(pins, 'kick', 'boom')).toEqual(['boom', 'hat', '']);
  expect(renamedPins(pins, 'kick', 'hat')).toEqual(['', 'hat', '']);
  expect(renamedPins(pins, 'hat', '')).toEqual(['kick', '', '']);
});
