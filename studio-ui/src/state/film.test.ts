import { expect, test } from 'vitest';
import { isFilm, trackOf } from './film';

test.each([
  [{ name: 'song.mp3', type: 'audio/mpeg' }, false],
  [{ name: 'clip.webm', type: 'video/webm' }, true],
  [{ name: 'CLIP.MOV', type: '' }, true],
  [{ name: 'words.txt', type: 'text/plain' }, false],
])('%o is a film: %s', (file, expected) => {
  expect(isFilm(file)).toBe(expected);
});

test('a track goes as it is', async () => {
  const file = new File(['sound'], 'song.wav', { type: 'audio/wav' });
  expect(await trackOf(file)).toEqual({ blob: file, name: 'song.wav' });
});
