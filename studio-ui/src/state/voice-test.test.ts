import { expect, it } from 'vitest';
import { nextOf, triesFor, type Try } from './voice-test.svelte';

const KINDS = ['kick', 'snare'].map((tag) => ({ tag, syllable: tag, sounds: 3 }));
const tries = (...said: boolean[]): Try[] =>
  said.map((isSaid) => ({
    prompt: KINDS[0]!,
    turn: 1,
    ...(isSaid && {
      said: { sound: { samples: new Float32Array(), sampleRate: 1 }, heard: '', rank: 1, traits: [] },
    }),
  }));

it('each kind is asked for once before any is asked for again', () => {
  const asked = triesFor({ prompts: KINDS, each: 2, is_tuned: false });
  expect(asked.map(({ prompt, turn }) => `${prompt.tag} ${turn}`)).toEqual([
    'kick 1',
    'snare 1',
    'kick 2',
    'snare 2',
  ]);
});

it('what was left out is asked for after the rest, and nothing more at the end', () => {
  expect(nextOf(tries(true, false, true, false), 0)).toBe(1);
  expect(nextOf(tries(false, true, true, true), 3)).toBe(0);
  expect(nextOf(tries(true, true), 1)).toBe(1);
});
