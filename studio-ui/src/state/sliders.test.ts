import { describe, expect, test } from 'vitest';
import type { ParameterModel } from '../api/types';
import { MOST_SLIDERS, pagesOf } from './sliders';

const knobs = (...names: string[]) => names.map((name) => ({ name }) as ParameterModel);
const VOICE = knobs('pitch', 'length', 'velocity');
const named = (pages: ParameterModel[][]) => pages.map((page) => page.map(({ name }) => name));

test('an instrument without controls shows the voice', () => {
  expect(named(pagesOf([], VOICE))).toEqual([['pitch', 'length', 'velocity']]);
});

test('pitch and duration stand first, velocity last, the controls between them in their own order', () => {
  expect(named(pagesOf(knobs('tone', 'bite'), VOICE))).toEqual([
    ['pitch', 'length', 'tone', 'bite', 'velocity'],
  ]);
});

test('where the instrument has a decay, the length is left out and six remain', () => {
  expect(named(pagesOf(knobs('brightness', 'decay', 'noisiness', 'attack'), VOICE))).toEqual([
    ['pitch', 'decay', 'brightness', 'noisiness', 'attack', 'velocity'],
  ]);
});

test('a control takes the place of the knob of the voice that has its name', () => {
  const own = knobs('pitch', 'tone');
  const [page] = pagesOf(own, VOICE);
  expect(named([page!])).toEqual([['pitch', 'length', 'tone', 'velocity']]);
  expect(page![0]).toBe(own[0]);
});

test('before anything is known there is no page', () => {
  expect(pagesOf([], [])).toEqual([]);
});

describe.each([4, 5, 8, 9, 40])('of %i controls', (count) => {
  const names = Array.from({ length: count }, (_, i) => `knob${i}`);
  const pages = named(pagesOf(knobs(...names), VOICE));

  test('none is left out or shown twice, and no page has more than five beside the way on', () => {
    expect(pages.flat().sort()).toEqual([...names, 'pitch', 'length', 'velocity'].sort());
    for (const page of pages) expect(page.length).toBeLessThan(MOST_SLIDERS);
    for (const page of pages) expect(page).not.toHaveLength(0);
  });

  test('the voice is on the first page, and the controls go on in their own order', () => {
    expect(pages[0]).toEqual(['pitch', 'length', 'knob0', 'knob1', 'velocity']);
    expect(pages.flat().filter((name) => name.startsWith('knob'))).toEqual(names);
  });
});
