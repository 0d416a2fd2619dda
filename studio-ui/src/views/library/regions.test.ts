import { expect, test } from 'vitest';
import { apart, regionsOf } from './regions';

const map = (tags: number[], names: string[]) => ({
  ids: tags.map((_, i) => i),
  x: [],
  y: [],
  tags,
  copies: [],
  names,
});

test('a tag has its name in the middle of its sounds, if they are many', () => {
  const tags = [...Array<number>(11).fill(0), ...Array<number>(9).fill(1), -1];
  const places = Float32Array.from(tags.flatMap((_, i) => [i / 10, 1 - i / 10]));
  expect(regionsOf(map(tags, ['kick', 'hat']), places)).toEqual([
    { name: 'kick', x: 0.5, y: 0.5, count: 11 },
  ]);
});

test('names that would cover each other wait until the map is nearer', () => {
  const regions = [
    { name: 'snare', x: 0.5, y: 0.5, count: 40 },
    { name: 'clap', x: 0.55, y: 0.51, count: 20 },
    { name: 'kick', x: 0.1, y: 0.9, count: 10 },
  ];
  expect(apart(regions, 400).map(({ name }) => name)).toEqual(['snare', 'kick']);
  expect(apart(regions, 4000).map(({ name }) => name)).toEqual(['snare', 'clap', 'kick']);
});
