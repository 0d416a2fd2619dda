import { expect, test } from 'vitest';
import { typeOf } from './dragging';

test('a file is announced as what its name says it is', () => {
  expect(['kick.wav', 'a.b.FLAC', 'hat.mp3', 'odd'].map(typeOf)).toEqual([
    'audio/wav',
    'audio/flac',
    'audio/mpeg',
    'application/octet-stream',
  ]);
});
