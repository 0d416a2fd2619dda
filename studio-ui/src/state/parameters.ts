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

const UNITS: Record<string, string> = { semitones: 'st' };

/** The value as people say it: `-3 st`, `120 ms`, `0.80`. */
export function inWords({ name, unit, maximum }: ParameterModel, value: number): string {
  if (unit === 's') return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
  if (name === 'velocity') return `${Math.round(value * 100)} %`;
  if (unit === 'bpm') return `${Math.round(value)} bpm`;
  const digits = unit === '' && maximum <= 10 ? 2 : 1;
  const number = (Object.is(value, -0) ? 0 : value).toFixed(digits);
  const signed = unit === 'semitones' && value > 0.05 ? `+${number}` : number;
  return unit ? `${signed} ${UNITS[unit] ?? unit}` : signed;
}
