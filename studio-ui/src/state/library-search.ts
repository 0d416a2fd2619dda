/** What the list holds: what a search in words finds, narrowed to what was judged, in order of names, likeness or doubt. */
import * as api from '../api/client';
import type { Aspect, Verdict } from '../api/types';

const LIKE_COUNT = 200;

export type Judged = 'all' | Verdict;

/** What the list is ordered by, in place of names: a sound of the library, a file, or an order that was found. */
export interface Like {
  name: string;
  aspect: Aspect;
  id?: number;
  file?: Blob;
  ids?: readonly number[];
}

/** The text with what is shown of the judged; nothing where there can be none, as no sound was judged yet. */
export function textFor(text: string, judged: Judged, isJudging: boolean): string | undefined {
  if (judged === 'all') return text;
  if (judged === 'open') return isJudging ? `${text} -tag:kept -tag:rejected` : text;
  return isJudging ? `${text} tag:${judged}` : undefined;
}

/** The sounds in the order of the list. */
export async function findIds(
  text: string,
  by: { like: Like | undefined; review: string },
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { like, review } = by;
  if (review) return (await api.getSuggested(review, text, signal)).ids;
  if (!like) return (await api.findSounds(text, signal)).ids;
  if (like.ids) return like.ids;
  const options = { aspect: like.aspect, text, count: LIKE_COUNT };
  const answer =
    like.id !== undefined
      ? await api.findLike(like.id, options, signal)
      : await api.findLikeFile(like.file!, like.name, options, signal);
  return answer.ids;
}
