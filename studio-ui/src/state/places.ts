/** Places among the training samples: neighbours, steps, chances. */
import type { PointModel } from '../api/types';
import type { Place } from './note';

const NEAR_STEP = 0.09; // of a side of 2: clearly another sound, still of the same kind
const AROUND_A_SAMPLE = 0.05;

const NEIGHBOURS = 8;

const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Indices of the nearest samples, nearest first. */
export function nearest(points: readonly PointModel[], place: Place, count: number): number[] {
  const found: { index: number; far: number }[] = [];
  points.forEach((point, index) => {
    const far = distance(point, place);
    if (found.length === count && far >= found.at(-1)!.far) return;
    const at = found.findIndex((other) => far < other.far);
    found.splice(at < 0 ? found.length : at, 0, { index, far });
    found.length = Math.min(found.length, count);
  });
  return found.map(({ index }) => index);
}

/** A label as people write it: `hihat_closed` is "hihat closed". */
export const inWords = (label: string): string => label.replaceAll('_', ' ');

export const kindsInWords = (kinds: readonly string[]): string => kinds.map(inWords).join(' and ');

/**
 * The label that most of the nearest samples have, each voting the less the farther it is; empty where there are none.
 * The same vote as the server's, so that a kept file is named as the page names the sound.
 */
export function labelAt(points: readonly PointModel[], place: Place): string {
  const labelled = points.filter(({ label }) => label);
  const near = nearest(labelled, place, NEIGHBOURS + 1).map((index) => labelled[index]!);
  const farthest = distance(near.at(-1) ?? place, place);
  const votes = new Map<string, number>();
  for (const point of near) {
    const vote = farthest - distance(point, place);
    votes.set(point.label, (votes.get(point.label) ?? 0) + vote);
  }
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
}

/** The sample `step` places further in a walk that visits them label by label. */
export function neighbourInOrder(
  points: readonly PointModel[],
  place: Place,
  step: number,
): Place | undefined {
  const [here] = nearest(points, place, 1);
  if (here === undefined) return undefined;
  const order = points.map((_, index) => index);
  order.sort(
    (a, b) => points[a]!.label.localeCompare(points[b]!.label) || points[a]!.x - points[b]!.x || a - b,
  );
  const at = order.indexOf(here);
  const isThere = distance(points[here]!, place) < 1e-3;
  const next = isThere ? at + step : at;
  const { x, y } = points[order[(next + order.length) % order.length]!]!;
  return { x, y };
}

export function randomNear({ x, y }: Place, random: () => number = Math.random): Place {
  return { x: x + NEAR_STEP * normal(random), y: y + NEAR_STEP * normal(random) };
}

/** Anywhere that sounds: around a training sample, so that the empty corners come up rarely. */
export function randomPlace(points: readonly PointModel[], random: () => number = Math.random): Place {
  const point = points[Math.floor(random() * points.length)];
  if (!point) return { x: 2 * random() - 1, y: 2 * random() - 1 };
  return { x: point.x + AROUND_A_SAMPLE * normal(random), y: point.y + AROUND_A_SAMPLE * normal(random) };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
