/** Which points lie inside a line that was drawn around them, and which is nearest to a place. */

/** Whether a place lies inside a closed line of `[x, y]`: by how often a ray from it crosses the line. */
export function isInside(line: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [xi, yi] = line[i]!;
    const [xj, yj] = line[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Which of many points lie inside a closed line; those outside of its box are not looked at any closer. */
export function insideOf(line: readonly (readonly [number, number])[], places: Float32Array): number[] {
  const [xs, ys] = [line.map(([x]) => x), line.map(([, y]) => y)];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const found: number[] = [];
  for (let i = 0; i < places.length / 2; i++) {
    const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
    if (x >= left && x <= right && y >= low && y <= high && isInside(line, x, y)) found.push(i);
  }
  return found;
}

/** The `count` points nearest to a place, and how far each is, nearest first. */
export function nearestTo(
  places: Float32Array,
  x: number,
  y: number,
  count: number,
): { index: number; far: number }[] {
  const best: { index: number; far: number }[] = [];
  for (let index = 0; index < places.length / 2; index++) {
    const far = Math.hypot(places[2 * index]! - x, places[2 * index + 1]! - y);
    if (best.length === count && far >= best.at(-1)!.far) continue;
    const at = best.findIndex((one) => one.far > far);
    best.splice(at < 0 ? best.length : at, 0, { index, far });
    best.length = Math.min(count, best.length);
  }
  return best;
}

const CELLS = 128;

/** Finds the nearest of many points quickly: they are kept by the cell of a grid over the map. */
export class Nearest {
  private readonly cells = new Map<number, number[]>();

  /** `side` is the largest number in the places. */
  constructor(
    private readonly places: Float32Array,
    private readonly side = 1,
  ) {
    for (let i = 0; i < places.length / 2; i++) {
      const cell = this.cellOf(places[2 * i]!) + CELLS * this.cellOf(places[2 * i + 1]!);
      const there = this.cells.get(cell);
      if (there) there.push(i);
      else this.cells.set(cell, [i]);
    }
  }

  /** The index of the point nearest to a place, at most `reach` away; -1 for none. */
  find(x: number, y: number, reach: number): number {
    let [best, least] = [-1, reach ** 2];
    for (let row = this.cellOf(y - reach); row <= this.cellOf(y + reach); row++) {
      for (let column = this.cellOf(x - reach); column <= this.cellOf(x + reach); column++) {
        for (const i of this.cells.get(column + CELLS * row) ?? []) {
          const far = (this.places[2 * i]! - x) ** 2 + (this.places[2 * i + 1]! - y) ** 2;
          if (far <= least) [best, least] = [i, far];
        }
      }
    }
    return best;
  }

  private cellOf(value: number): number {
    return Math.min(CELLS - 1, Math.max(0, Math.floor((value / this.side) * CELLS)));
  }
}
