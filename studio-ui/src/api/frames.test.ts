import { expect, test } from 'vitest';
import { parseFrame } from './frames';

function frame(magic: number, request: number, rate: number, points: number, samples: number[]): ArrayBuffer {
  const buffer = new ArrayBuffer(16 + 4 * samples.length);
  const view = new DataView(buffer);
  [magic, request, rate, points].forEach((value, i) => view.setUint32(4 * i, value, true));
  samples.forEach((value, i) => view.setFloat32(16 + 4 * i, value, true));
  return buffer;
}

test('a frame is read field by field', () => {
  const read = parseFrame(frame(0x314d5244, 7, 44100, 2, [0.5, -0.25]));
  expect(read).toEqual({ request: 7, sampleRate: 44100, samples: new Float32Array([0.5, -0.25]) });
});

test('a sound may be empty', () => {
  expect(parseFrame(frame(0x314d5244, 1, 44100, 0, [])).samples).toHaveLength(0);
});

test.each([
  ['too short', new ArrayBuffer(8)],
  ['of another kind', frame(0x324d5244, 1, 44100, 1, [0])],
  ['cut off', frame(0x314d5244, 1, 44100, 3, [0])],
])('a frame that is %s is refused', (_, bytes) => {
  expect(() => parseFrame(bytes)).toThrow(RangeError);
});
