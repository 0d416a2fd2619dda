import { expect, test } from 'vitest';
import {
  barsWords,
  bpmWords,
  clock,
  instrumentWords,
  isSameMode,
  keyWords,
  noteIndex,
  noteWords,
  tintOf,
} from './words';

test('times are minutes and seconds', () => {
  expect(clock(64.25)).toBe('1:04.3');
  expect(clock(9, 0)).toBe('0:09');
});

test('tempi lose decimals that nobody hears', () => {
  expect([119.93, 97.3, 60].map(bpmWords)).toEqual(['120', '97.3', '60']);
});

test('keys and modes are called as musicians do', () => {
  expect(keyWords({ tonic: 'A', mode: 'aeolian' })).toBe('A minor');
  expect(isSameMode('ionian', 'major')).toBe(true);
  expect(isSameMode('dorian', 'minor')).toBe(false);
});

test('instruments are told by sound and role', () => {
  expect(['drums', 'bass_sub', 'keys_electric'].map(instrumentWords)).toEqual([
    'drums',
    'sub bass',
    'electric keys',
  ]);
});

test('a notification is told without its path', () => {
  const note = 'WARNING: regions[1]: tempo 90 became 91 bpm, so that 4 bars of 4/4 end at 10 s';
  expect(noteWords(note)).toBe('tempo 90 became 91 bpm, so that 4 bars of 4/4 end at 10 s');
  expect(noteIndex(note)).toBe(1);
  expect(noteIndex('WARNING: something')).toBeUndefined();
});

test('letters have colours of their own, and bars are counted', () => {
  expect(['A', 'B', 'I'].map(tintOf)).toEqual([0, 1, 0]);
  expect(barsWords({ bars: 1, meter: '4/4' })).toBe('1 bar of 4/4');
  expect(barsWords({ bars: 7.5, meter: '3/4' })).toBe('7.5 bars of 3/4');
});
