/** Times on which a boundary may lie: the beats and bars of the track, or of the piece where there is none. */
import type { PieceAnswer } from '../../api/types';

const SAME_S = 0.015;

export interface Grid {
  beats_s: readonly number[];
  bars_s: readonly number[];
}

export function gridOf({ heard, regions }: Pick<PieceAnswer, 'heard' | 'regions'>): Grid {
  if (heard && heard.beats_s.length > 1) return { beats_s: heard.beats_s, bars_s: heard.downbeats_s };
  return {
    beats_s: regions.flatMap(({ beats_s }) => beats_s),
    bars_s: regions.flatMap(({ downbeats_s }) => downbeats_s),
  };
}

/** The next time in a direction; the same where there is none. */
export function stepFrom(times_s: readonly number[], at_s: number, direction: number): number {
  const next =
    direction > 0
      ? times_s.find((time) => time > at_s + SAME_S)
      : times_s.findLast((time) => time < at_s - SAME_S);
  return next ?? at_s;
}

/** The nearest time within reach, or where it is. */
export function snap(times_s: readonly number[], at_s: number, reach_s: number): number {
  let best = at_s;
  let distance = reach_s;
  for (const time of times_s) {
    if (Math.abs(time - at_s) < distance) [best, distance] = [time, Math.abs(time - at_s)];
  }
  return best;
}

/** Bars with their numbers, thinned so that `most` fit. */
export function barMarks(regions: PieceAnswer['regions'], most: number): { at_s: number; number: number }[] {
  const bars = regions.flatMap(({ downbeats_s }) => downbeats_s).map((at_s, i) => ({ at_s, number: i + 1 }));
  const every = [1, 2, 4, 8, 16, 32, 64, 128, 256].find((step) => bars.length / step <= most) ?? 512;
  return bars.filter((_, i) => i % every === 0);
}
