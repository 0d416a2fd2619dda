/** What of the map is seen: moved and brought nearer, so that what is held stays under the hand. */
import { toMap, type View } from './points';

export interface Size {
  width: number;
  height: number;
}

/** A place on the screen: from the left, from the top, in CSS pixels. */
export type Spot = readonly [number, number];

/** How near one comes, as pixels for the height of the map: from the whole to so many times as near. */
export interface Reach {
  whole: number;
  nearest: number;
}

/** What is seen once all that was held at `from` has come to `to`: by one spot it is moved, by two brought nearer, too. */
export function dragged(
  view: View,
  size: Size,
  reach: Reach,
  from: readonly Spot[],
  to: readonly Spot[],
): View {
  const factor = from.length > 1 ? spanOf(to) / Math.max(1, spanOf(from)) : 1;
  return moved(view, size, reach, factor, middleOf(from), middleOf(to));
}

/** What is seen from so many times as near; what lies at a spot stays there. */
export const nearer = (view: View, size: Size, reach: Reach, factor: number, spot: Spot): View =>
  moved(view, size, reach, factor, spot, spot);

function moved(
  view: View,
  { width, height }: Size,
  reach: Reach,
  factor: number,
  from: Spot,
  to: Spot,
): View {
  const scale = Math.min(reach.nearest, Math.max(reach.whole, view.scale * factor));
  const [x, y] = toMap(view, width, height, ...from);
  return { scale, x: x - (to[0] - width / 2) / scale, y: y + (to[1] - height / 2) / scale };
}

const middleOf = (spots: readonly Spot[]): Spot => [
  spots.reduce((sum, [left]) => sum + left, 0) / spots.length,
  spots.reduce((sum, [, top]) => sum + top, 0) / spots.length,
];

function spanOf([first, second]: readonly Spot[]): number {
  return first && second ? Math.hypot(first[0] - second[0], first[1] - second[1]) : 1;
}
