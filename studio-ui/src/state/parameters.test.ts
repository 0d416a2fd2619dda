import { describe, expect, test } from 'vitest';
import type { ParameterModel } from '../api/types';
import { fromTravel, inWords, stepsOf, toTravel, valueAt } from './parameters';

const knob = (part: Partial<ParameterModel>): ParameterModel => ({
  name: 'knob',
  label: '',
  unit: '',
  minimum: 0,
  maximum: 1,
  default: 0,
  curve: 'linear',
  help: '',
  ...part,
});
const KNOBS = {
  pitch: knob({ name: 'pitch', unit: 'semitones', minimum: -24, maximum: 24 }),
  length: knob({ name: 'length', unit: 's', minimum: 0.02, maximum: 2, default: 2, curve: 'exponential' }),
  velocity: knob({ name: 'velocity' }),
  residual: knob({ name: 'residual', unit: '%', maximum: 100 }),
  tempo: knob({ name: 'tempo', unit: 'bpm', minimum: 40, maximum: 240 }),
  brightness: knob({ name: 'brightness', unit: 'dB/octave', minimum: -6, maximum: 6 }),
  decay: knob({ name: 'decay', unit: 'x', minimum: 0.2, maximum: 3, default: 1, curve: 'exponential' }),
  noisiness: knob({ name: 'noisiness', unit: 'dB', minimum: -24, maximum: 24 }),
  attack: knob({ name: 'attack', unit: 'ms', maximum: 30 }),
  delay: knob({ name: 'delay', unit: 'ms', maximum: 500 }),
};

describe.each(Object.entries(KNOBS))('%s', (_, parameter) => {
  test("travel and value are each other's inverse", () => {
    for (let travel = 0; travel <= 1; travel += 0.05) {
      expect(toTravel(parameter, fromTravel(parameter, travel))).toBeCloseTo(travel, 9);
    }
  });

  test('each step of the slider is another value, and stays where it is put', () => {
    const steps = stepsOf(parameter);
    let last = NaN;
    for (let step = 0; step <= steps; step++) {
      const value = valueAt(parameter, step);
      expect(value).not.toBe(last);
      expect(Math.round(toTravel(parameter, value) * steps)).toBe(step);
      last = value;
    }
  });

  test('a step of the slider is rest', () => {
    const step = Math.round(toTravel(parameter, parameter.default) * stepsOf(parameter));
    expect(valueAt(parameter, step)).toBe(parameter.default);
  });
});

test.each([
  [KNOBS.pitch, 2.5, '+2.5 st'],
  [KNOBS.pitch, -12, '-12.0 st'],
  [KNOBS.pitch, 0, '0.0 st'],
  [KNOBS.length, 0.12, '120 ms'],
  [KNOBS.length, 1.5, '1.50 s'],
  [KNOBS.length, 2, 'whole'],
  [KNOBS.velocity, 0.8, '80 %'],
  [KNOBS.residual, 60, '60 %'],
  [KNOBS.tempo, 120, '120 bpm'],
  [KNOBS.brightness, -1.5, '-1.5 dB/oct'],
  [KNOBS.decay, 0.5, '×0.50'],
  [KNOBS.decay, 1, '×1.00'],
  [KNOBS.decay, 2.341, '×2.34'],
  [KNOBS.noisiness, 6, '6.0 dB'],
  [KNOBS.attack, 0, '0.0 ms'],
  [KNOBS.attack, 12.3, '12.3 ms'],
  [KNOBS.delay, 120, '120 ms'],
])('values are said as people say them', (parameter, value, words) => {
  expect(inWords(parameter, value)).toBe(words);
});
