import { expect, test } from 'vitest';
import { loudnessOf, matchingGain } from './loudness';

const RATE = 48000;

function sine(f0_hz: number, amplitude: number, duration_s = 0.5): Float32Array {
  return Float32Array.from(
    { length: duration_s * RATE },
    (_, i) => amplitude * Math.sin((2 * Math.PI * f0_hz * i) / RATE),
  );
}

test('a sine at 997 Hz has the level that BS.1770 gives it: K-weighting adds 0.691 dB there', () => {
  const rms_db = 20 * Math.log10(0.5 / Math.SQRT2);
  expect(loudnessOf(sine(997, 0.5), RATE)).toBeCloseTo(rms_db + 0.691, 1);
});

test('low notes weigh less than high ones', () => {
  expect(loudnessOf(sine(30, 0.5), RATE)).toBeLessThan(loudnessOf(sine(3000, 0.5), RATE) - 6);
});

test('matching makes a soft sound as loud as a loud one', () => {
  const [soft, loud] = [sine(1000, 0.05), sine(1000, 0.4)];
  const after = (sound: Float32Array) => loudnessOf(sound, RATE) + matchingGain(sound, RATE);
  expect(after(soft)).toBeCloseTo(after(loud), 6);
});

test('matching lets no peak pass -1 dB', () => {
  const click = new Float32Array(4800);
  click[10] = 0.9;
  expect(20 * Math.log10(0.9) + matchingGain(click, RATE)).toBeCloseTo(-1, 6);
});

test('silence is left alone', () => {
  expect(matchingGain(new Float32Array(1000), RATE)).toBe(0);
});
