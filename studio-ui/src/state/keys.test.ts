import { expect, test } from 'vitest';
import { actionFor, chordOf } from './keys';

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});
const ACTIONS = [
  { name: 'loop', label: '', key: 'Space', help: '', view: '' as const },
  { name: 'near', label: '', key: 'r', help: '', view: '' as const },
  { name: 'far', label: '', key: 'Shift+r', help: '', view: '' as const },
  { name: 'undo', label: '', key: 'Control+z', help: '', view: '' as const },
  { name: 'redo', label: '', key: 'Control+Shift+z', help: '', view: '' as const },
  { name: 'help', label: '', key: '?', help: '', view: '' as const },
];

test.each([
  [press(' '), 'loop'],
  [press('r'), 'near'],
  [press('R', { shiftKey: true }), 'far'],
  [press('z', { ctrlKey: true }), 'undo'],
  [press('z', { metaKey: true }), 'undo'],
  [press('Z', { ctrlKey: true, shiftKey: true }), 'redo'],
  [press('?', { shiftKey: true }), 'help'],
  [press('r', { ctrlKey: true }), undefined], // the browser's own reload
  [press('q'), undefined],
])('%o means %s', (key, action) => {
  expect(actionFor(ACTIONS, key)).toBe(action);
});

test('capitals by Caps Lock are the same keys', () => {
  expect(chordOf(press('R'))).toBe('r');
});
