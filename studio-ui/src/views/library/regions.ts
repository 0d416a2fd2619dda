/** Names on the map: each tag that many sounds have, in the middle of them, as far as names do not cover each other. */
import type { MapAnswer } from '../../api/types';

export interface Region {
  name: string;
  x: number;
  y: number;
  count: number;
}

const NAMED = 10; // sounds below which a tag has no name on the map
const LETTER = 8; // CSS pixels, at most
const PADDING = 20;
const HEIGHT = 26;

/** The middle of each tag that many sounds have, the most frequent first. `places` holds two numbers for each sound. */
export function regionsOf(map: Pick<MapAnswer, 'tags' | 'names'>, places: Float32Array): Region[] {
  const xs: number[][] = [];
  const ys: number[][] = [];
  map.tags.forEach((tag, i) => {
    if (tag < 0) return;
    (xs[tag] ??= []).push(places[2 * i]!);
    (ys[tag] ??= []).push(places[2 * i + 1]!);
  });
  const regions = map.names.flatMap((name, tag) => {
    const count = xs[tag]?.length ?? 0;
    return count < NAMED ? [] : [{ name, x: median(xs[tag]!), y: median(ys[tag]!), count }];
  });
  return regions.sort((a, b) => b.count - a.count);
}

/** Those whose names do not cover the name of a more frequent one, where a unit of the map is so many pixels. */
export function apart(regions: readonly Region[], scale: number): Region[] {
  const shown: Region[] = [];
  const wide = ({ name }: Region) => LETTER * name.length + PADDING;
  for (const one of regions) {
    const isFree = shown.every(
      (other) =>
        Math.abs(other.y - one.y) * scale > HEIGHT ||
        Math.abs(other.x - one.x) * scale > (wide(one) + wide(other)) / 2,
    );
    if (isFree) shown.push(one);
  }
  return shown;
}

function median(values: number[]): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[sorted.length >> 1]!;
}
