import { expect, test } from 'vitest';
import { filled, peaksOf, readoutsOf } from './readouts';

test('the decay of an exponential is the time of its 40 dB', () => {
  const tau_s = 0.05;
  const samples = Float32Array.from({ length: 44100 }, (_, i) => 0.5 * Math.exp(-i / 44100 / tau_s));
  const { peak_db, decay_s } = readoutsOf(samples, 44100);
  expect(peak_db).toBeCloseTo(20 * Math.log10(0.5), 6);
  expect(decay_s).toBeCloseTo(tau_s * Math.log(100), 3);
});

test('peaks hold the lowest and the highest value of each column', () => {
  const samples = new Float32Array([0.1, -0.2, 0.3, 0.4, -0.5, 0]);
  expect([...peaksOf(samples, 2)]).toEqual([...new Float32Array([-0.2, 0.3, -0.5, 0.4])]);
});

test('there may be more columns than samples', () => {
  expect(peaksOf(new Float32Array([1]), 3)).toHaveLength(6);
});

test('a soft shape is drawn as high as a loud one, silence as a line', () => {
  expect(filled(Float32Array.of(-0.25, 0.125))).toEqual(Float32Array.of(-1, 0.5));
  expect(filled(new Float32Array(4))).toEqual(new Float32Array(4));
});
