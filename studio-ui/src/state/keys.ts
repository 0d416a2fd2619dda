/** Keys: which action of the registry a key press means. Never while typing. */
import type { ActionModel } from '../api/types';

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const IS_MAC = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform);
const CAPS: Record<string, string> = {
  Escape: 'Esc',
  Space: 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};
const NAMES: Record<string, string> = { ' ': 'Space' };

/** `Control+Shift+z` for a press; a letter's case and the shift that a sign needs are left out of single keys. */
export function chordOf(press: KeyPress): string {
  const key = NAMES[press.key] ?? press.key;
  const isLetter = /^[a-z]$/i.test(key);
  const parts = [];
  if (press.ctrlKey || press.metaKey) parts.push('Control');
  if (press.altKey) parts.push('Alt');
  if (press.shiftKey && (isLetter || key.length > 1)) parts.push('Shift');
  return [...parts, isLetter ? key.toLowerCase() : key].join('+');
}

export function actionFor(actions: readonly ActionModel[], press: KeyPress): string | undefined {
  const chord = chordOf(press);
  return actions.find(({ key }) => chordsOf(key).includes(chord))?.name;
}

/** The chords that all mean one action. */
export const chordsOf = (key: string): string[] => key.split(' ').filter(Boolean);

/** The keys of a chord as they stand on the keyboard. */
export function keyCaps(chord: string): string[] {
  const caps: Record<string, string> = { ...CAPS, Control: IS_MAC ? '⌘' : 'Ctrl' };
  return chord.split('+').map((part) => caps[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

const OWN_KEYS: Record<string, readonly string[]> = {
  range: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'],
  button: [' ', 'Enter'],
};

/** Whether the focused element has its own use for the key. `byKeyboard`: the focus came there by the Tab key. */
export function belongsTo(element: Element | null, press: KeyPress, byKeyboard: boolean): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element.matches('textarea, select')) return true;
  if (element instanceof HTMLInputElement) {
    const isText = !['range', 'checkbox', 'radio', 'button', 'file'].includes(element.type);
    if (isText) return press.key !== 'Escape';
    if (element.type === 'range') return OWN_KEYS['range']!.includes(press.key);
    return [' ', ...OWN_KEYS['range']!].includes(press.key);
  }
  return (
    byKeyboard &&
    element.matches('button, a, summary, [role="option"]') &&
    OWN_KEYS['button']!.includes(press.key)
  );
}
