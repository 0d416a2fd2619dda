import { expect, test } from 'vitest';
import { encodeWav } from './encode-wav';

test('a stereo sound becomes a WAV of 16 bits, frame by frame', () => {
  const view = new DataView(encodeWav([Float32Array.of(0, 1), Float32Array.of(-1, 0.5)], 44100));
  const text = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
  expect([text(0), text(8), text(36)]).toEqual(['RIFF', 'WAVE', 'data']);
  expect([view.getUint16(22, true), view.getUint32(24, true), view.getUint32(40, true)]).toEqual([
    2, 44100, 8,
  ]);
  expect([0, 1, 2, 3].map((i) => view.getInt16(44 + 2 * i, true))).toEqual([0, -32767, 32767, 16384]);
});

test('what exceeds full scale is clipped', () => {
  const view = new DataView(encodeWav([Float32Array.of(3)], 8000));
  expect(view.getInt16(44, true)).toBe(32767);
});
