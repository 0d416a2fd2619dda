/** Knobs: travel of a slider against the value in its unit, as `parameters.py` has it. */
import type { ParameterModel } from '../api/types';

export function toTravel({ minimum, maximum, curve }: ParameterModel, value: number): number {
  const inside = Math.min(maximum, Math.max(minimum, value));
  if (curve === 'exponential') return Math.log(inside / minimum) / Math.log(maximum / minimum);
  return (inside - minimum) / (maximum - minimum);
}

export function fromTravel({ minimum, maximum, curve }: ParameterModel, travel: number): number {
  const inside = Math.min(1, Math.max(0, travel));
  if (curve === 'exponential') return minimum * (maximum / minimum) ** inside;
  return minimum + inside * (maximum - minimum);
}

/** The steps in which a knob is turned and shown, so that what is read is exactly what is played and written. */
export function precisionOf({ name, unit, maximum, curve }: ParameterModel, value: number): number {
  if (unit === 's') return value < 1 ? 0.001 : 0.01;
  if (unit === 'bpm' || unit === '%') return 1;
  if (unit === 'x') return 0.01;
  if (unit === 'ms') return maximum > 100 ? 1 : 0.1;
  if (name === 'velocity' || (unit === '' && maximum <= 10)) return 0.01;
  return curve === 'exponential' && value >= 100 ? 1 : 0.1;
}

export function rounded(parameter: ParameterModel, value: number): number {
  const perUnit = Math.round(1 / precisionOf(parameter, value));
  const inside = Math.min(parameter.maximum, Math.max(parameter.minimum, value));
  return Math.round(inside * perUnit) / perUnit;
}

/** How many steps the travel of a slider has: each must change the rounded value. */
export function stepsOf(parameter: ParameterModel): number {
  const { minimum, maximum, curve } = parameter;
  if (curve === 'exponential') {
    const finest = Math.log1p(precisionOf(parameter, minimum) / minimum);
    return Math.min(EXPONENTIAL_STEPS, Math.floor(Math.log(maximum / minimum) / finest));
  }
  return Math.round((maximum - minimum) / precisionOf(parameter, maximum));
}

/** The value at a step of the slider; the step nearest to rest is rest itself, so that keys lead back to it. */
export function valueAt(parameter: ParameterModel, step: number): number {
  const steps = stepsOf(parameter);
  const rest = Math.round(toTravel(parameter, parameter.default) * steps);
  return step === rest ? parameter.default : rounded(parameter, fromTravel(parameter, step / steps));
}

const EXPONENTIAL_STEPS = 100;
const UNITS: Record<string, string> = { semitones: 'st', 'dB/octave': 'dB/oct' };

/** The value as people say it: `-3.0 st`, `120 ms`, `×0.50`, `0.80`. */
export function inWords(parameter: ParameterModel, value: number): string {
  const { name, unit, maximum } = parameter;
  if (name === 'length' && value >= maximum) return 'whole';
  if (name === 'velocity') return `${Math.round(value * 100)} %`;
  if (unit === 's' && value < 1) return `${Math.round(value * 1000)} ms`;
  const digits = Math.max(0, Math.round(-Math.log10(precisionOf(parameter, value))));
  const number = rounded(parameter, value).toFixed(digits);
  if (unit === 'x') return `×${number}`;
  const signed = unit === 'semitones' && value > 0 ? `+${number}` : number;
  return unit ? `${signed} ${UNITS[unit] ?? unit}` : signed;
}
