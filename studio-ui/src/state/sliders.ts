/** Which knobs the page shows, and in which order: never more than six at once, whatever the instrument. */
import type { ParameterModel } from '../api/types';

export const MOST_SLIDERS = 6;

/** What is turned most stands first: how high and how long; how hard stands last. */
const FIRST = ['pitch', 'decay', 'length'];
const LAST = 'velocity';

/**
 * The knobs of an instrument and of the voice, page by page. Six fit on one page. Of more, a page has five, so that the
 * sixth place holds the way to the next page; the voice stays on the first.
 */
export function pagesOf(
  controls: readonly ParameterModel[],
  voice: readonly ParameterModel[],
): ParameterModel[][] {
  const { first, others, last } = inOrder(shown(controls, voice));
  const count = first.length + others.length + last.length;
  if (count <= MOST_SLIDERS) return count ? [[...first, ...others, ...last]] : [];
  const room = MOST_SLIDERS - 1;
  const beside = room - first.length - last.length;
  const pages = [[...first, ...others.slice(0, beside), ...last]];
  for (let at = beside; at < others.length; at += room) pages.push(others.slice(at, at + room));
  return pages;
}

/** Whether `decay` has taken the place of the voice's `length`: both say how long. */
export const hidesLength = (controls: readonly ParameterModel[]): boolean =>
  controls.some(({ name }) => name === 'decay');

/** A control takes the place of the voice's knob of its name. */
function shown(controls: readonly ParameterModel[], voice: readonly ParameterModel[]): ParameterModel[] {
  const taken = new Set(controls.map(({ name }) => name));
  if (hidesLength(controls)) taken.add('length');
  return [...controls, ...voice.filter(({ name }) => !taken.has(name))];
}

function inOrder(knobs: readonly ParameterModel[]) {
  const named = (name: string) => knobs.filter((knob) => knob.name === name);
  const first = FIRST.flatMap(named);
  const last = named(LAST);
  return { first, last, others: knobs.filter((knob) => !first.includes(knob) && !last.includes(knob)) };
}
