/** A stretch of sound that is played again and again without a click where its end meets its beginning. */
import type { Frames } from './units';

/**
 * The frames from `start` to `end`; the last `fade` of them go over into what leads to `start`, so that the first frame
 * follows the last one as it did in the whole. Before the beginning of the whole there is silence.
 */
export function seamless(
  whole: Float32Array,
  start: Frames,
  end: Frames,
  fade: Frames,
): Float32Array<ArrayBuffer> {
  const stretch = whole.slice(start, end);
  const length = Math.min(fade, stretch.length);
  for (let i = 0; i < length; i++) {
    const share = (i + 1) / length;
    const at = stretch.length - length + i;
    const before = whole[start - length + i] ?? 0;
    stretch[at] = (1 - share) * stretch[at]! + share * before;
  }
  return stretch;
}
