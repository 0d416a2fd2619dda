/** What is asked for: a timeline of the strict dialect and its drums, and the edits of it as pure functions. */
import type { DrumsBody, KeyChoice, PieceRequest, RegionRequest } from '../api/types';

/** Two boundaries never come nearer, in seconds. */
const SHORTEST_S = 0.5;
const SLOWEST_BPM = 20;
const FASTEST_BPM = 400;

export type SectionFunction = 'intro' | 'build' | 'climax' | 'break' | 'outro';

/** What is undefined is left to Drumlin. */
export type RegionChange = { [Name in keyof RegionRequest]?: RegionRequest[Name] | undefined };

/** Region of an id; the page only asks for ids that the server has told. */
export function regionOf(request: PieceRequest, id: string): RegionRequest {
  const found = request.timeline.regions.find((region) => region.id === id);
  if (!found) throw new Error(`there is no part ${id}`);
  return found;
}

/** The ids of the regions that share their music with one, itself included. */
export function alike(request: PieceRequest, id: string): string[] {
  const root = rootOf(request, id);
  const { descriptor } = regionOf(request, id);
  return request.timeline.regions
    .filter((region) => rootOf(request, region.id) === root && region.descriptor === descriptor)
    .map((region) => region.id);
}

/** Change some regions: what becomes undefined is left to Drumlin. */
export function changeRegions(
  request: PieceRequest,
  ids: readonly string[],
  change: (region: RegionRequest) => RegionChange,
): PieceRequest {
  return withRegions(
    request,
    request.timeline.regions.map((region) =>
      ids.includes(region.id) ? tidied({ ...region, ...change(region) }) : region,
    ),
  );
}

/** Another style: what belongs to the old one is drawn anew, what was heard of the track stays. */
export function restyle(request: PieceRequest, ids: readonly string[], descriptor: string): PieceRequest {
  return changeRegions(request, ids, () => ({
    descriptor,
    instruments: undefined,
    layers: undefined,
    meter: undefined,
    bars: undefined,
  }));
}

/** Where a boundary may go: not too near to its neighbours; the first part may begin late, or at once. */
export function clampBoundary(request: PieceRequest, id: string, at_s: number): number {
  const { regions, duration_s } = request.timeline;
  const index = regions.findIndex((region) => region.id === id);
  const before = regions[index - 1];
  const after_s = (regions[index + 1]?.start_s ?? duration_s) - SHORTEST_S;
  if (!before) return at_s < SHORTEST_S / 2 ? 0 : rounded(Math.min(after_s, Math.max(SHORTEST_S / 2, at_s)));
  return rounded(Math.min(after_s, Math.max(before.start_s + SHORTEST_S, at_s)));
}

/** Let a region begin elsewhere; the one before it ends there. */
export function moveBoundary(request: PieceRequest, id: string, at_s: number): PieceRequest {
  const start_s = clampBoundary(request, id, at_s);
  const { regions } = request.timeline;
  const index = regions.findIndex((region) => region.id === id);
  const after_s = regions[index + 1]?.start_s ?? request.timeline.duration_s;
  return withRegions(
    request,
    regions.map((region, i) => {
      if (i === index - 1) return fitted(region, region.start_s, start_s);
      if (i === index) return fitted(region, start_s, after_s);
      return region;
    }),
  );
}

/** Divide a region; the second half is music of its own. */
export function split(request: PieceRequest, id: string, at_s: number): PieceRequest {
  const { regions, duration_s } = request.timeline;
  const index = regions.findIndex((region) => region.id === id);
  const region = regions[index]!;
  const end_s = regions[index + 1]?.start_s ?? duration_s;
  const middle_s = rounded(Math.min(end_s - SHORTEST_S, Math.max(region.start_s + SHORTEST_S, at_s)));
  const second = tidied({
    ...fitted(region, middle_s, end_s),
    id: freeId(request, id),
    like: undefined,
    takes: undefined,
  });
  const halves = [fitted(region, region.start_s, middle_s), second];
  return withRegions(request, [...regions.slice(0, index), ...halves, ...regions.slice(index + 1)]);
}

/** Let the region before go on in place of one; the first takes the second in. */
export function join(request: PieceRequest, id: string): PieceRequest {
  const { regions, duration_s } = request.timeline;
  const index = Math.max(
    1,
    regions.findIndex((region) => region.id === id),
  );
  const [before, gone] = [regions[index - 1], regions[index]];
  if (!before || !gone) return request;
  const end_s = regions[index + 1]?.start_s ?? duration_s;
  const heir = regions.find(({ like }) => like === gone.id)?.id;
  const left = regions
    .filter((region) => region !== gone)
    .map((region) => {
      if (region === before) return fitted(region, region.start_s, end_s);
      if (region.like !== gone.id) return region;
      return tidied({ ...region, like: gone.like ?? (region.id === heir ? undefined : heir) });
    })
    .map((region) =>
      region.borrows ? { ...region, borrows: withoutValue(region.borrows, gone.id) } : region,
    );
  return { ...withRegions(request, left), region_drums: without(request.region_drums, gone.id) };
}

/** Play all of it at another tempo; `tempi` are those that were decided. */
export function scaleTempo(
  request: PieceRequest,
  tempi: Readonly<Record<string, number>>,
  factor: number,
): PieceRequest {
  return changeRegions(
    request,
    request.timeline.regions.map(({ id }) => id),
    (region) => ({
      tempo_bpm: sane((region.tempo_bpm ?? tempi[region.id] ?? 120) * factor),
      bars: undefined,
    }),
  );
}

export const sane = (bpm: number): number =>
  Math.round(100 * Math.min(FASTEST_BPM, Math.max(SLOWEST_BPM, bpm))) / 100;

/** Another key for all of it. */
export function changeKey(request: PieceRequest, key: Pick<KeyChoice, 'tonic' | 'mode'>): PieceRequest {
  const ids = request.timeline.regions.map(({ id }) => id);
  return changeRegions(request, ids, () => ({ key: { tonic: key.tonic, mode: key.mode } }));
}

/** Another reading of the form: each part takes its style, key and tempo from what it covers most of. */
export function reshape(
  request: PieceRequest,
  { letters, starts_s }: { letters: string; starts_s: readonly number[] },
): PieceRequest {
  const { regions, duration_s } = request.timeline;
  const counts: Record<string, number> = {};
  const roots: Record<string, string> = {};
  const styles: Record<string, string> = {};
  const shaped = starts_s.map((start_s, i) => {
    const letter = letters[i] ?? 'A';
    const from = mostCovered(regions, duration_s, start_s, starts_s[i + 1] ?? duration_s);
    counts[letter] = (counts[letter] ?? 0) + 1;
    const id = `${letter}${counts[letter]}`;
    styles[letter] ??= from.descriptor;
    const { key, tempo_bpm } = from;
    const begin_s = i ? rounded(start_s) : (regions[0]?.start_s ?? 0);
    const region = { id, start_s: begin_s, descriptor: styles[letter], key, tempo_bpm, meter: from.meter };
    const shaped = tidied({ ...region, like: roots[letter] });
    roots[letter] ??= id;
    return shaped;
  });
  return { ...withRegions(request, shaped), region_drums: {} };
}

/** The sections of a region by lengths in bars: an intro, a climax that begins at a bar, an outro. */
export function sectionsOf(
  downbeats_s: readonly number[],
  { intro, climax, outro }: { intro: number; climax: number; outro: number },
): NonNullable<RegionRequest['sections']> {
  const bars = downbeats_s.length;
  const last = Math.max(climax + 1, bars - outro);
  const marks: [number, SectionFunction][] = [
    [0, intro > 0 ? 'intro' : climax > 0 ? 'build' : 'climax'],
    [intro, climax > intro ? 'build' : 'climax'],
    [climax, 'climax'],
    [last, 'outro'],
  ];
  const sections: NonNullable<RegionRequest['sections']> = [];
  for (const [bar, called] of marks) {
    const at_s = downbeats_s[bar];
    if (at_s === undefined || sections.at(-1)?.function === called) continue;
    if (sections.at(-1)?.at_s === at_s) sections.pop();
    sections.push({ at_s, function: called });
  }
  return sections;
}

/** The drums of a region: its own, or those of the piece. */
export const drumsOf = (request: PieceRequest, id: string): DrumsBody =>
  request.region_drums[id] ?? request.drums;

/** Other drums, for the piece or for one region alone. */
export function changeDrums(
  request: PieceRequest,
  id: string | undefined,
  change: Partial<DrumsBody>,
): PieceRequest {
  if (id === undefined) return { ...request, drums: { ...request.drums, ...change } };
  const own = { ...drumsOf(request, id), ...change };
  return { ...request, region_drums: { ...request.region_drums, [id]: own } };
}

/** Let a region play the drums of the piece again. */
export function dropOwnDrums(request: PieceRequest, id: string): PieceRequest {
  return { ...request, region_drums: without(request.region_drums, id) };
}

/** The entries of a record but one. */
export const without = <Value>(record: Record<string, Value>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));

const withoutValue = (record: Record<string, string>, value: string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([, other]) => other !== value));

function rootOf(request: PieceRequest, id: string): string {
  const { like } = regionOf(request, id);
  return like ? rootOf(request, like) : id;
}

function withRegions(request: PieceRequest, regions: RegionRequest[]): PieceRequest {
  return { ...request, timeline: { ...request.timeline, regions } };
}

/** A region between other times: what was counted from the old ones is left out or moved inside. */
function fitted(region: RegionRequest, start_s: number, end_s: number): RegionRequest {
  const sections = region.sections
    ?.map((section, i) => (i ? section : { ...section, at_s: start_s }))
    .filter(({ at_s }, i) => !i || (at_s > start_s && at_s < end_s));
  const ring = region.ring_out_at_s;
  return tidied({
    ...region,
    start_s,
    sections,
    bars: undefined,
    end_s: undefined,
    layers: undefined,
    tempo_changes: undefined,
    ring_out_at_s: ring && ring > start_s && ring < end_s ? ring : undefined,
  });
}

function tidied(region: RegionChange): RegionRequest {
  return Object.fromEntries(
    Object.entries(region).filter(([, value]) => value !== undefined),
  ) as unknown as RegionRequest;
}

function mostCovered(
  regions: readonly RegionRequest[],
  duration_s: number,
  start_s: number,
  end_s: number,
): RegionRequest {
  const shared = regions.map((region, i) => {
    const region_end_s = regions[i + 1]?.start_s ?? duration_s;
    return Math.min(end_s, region_end_s) - Math.max(start_s, region.start_s);
  });
  return regions[shared.indexOf(Math.max(...shared))]!;
}

function freeId(request: PieceRequest, id: string): string {
  const taken = new Set(request.timeline.regions.map((region) => region.id));
  let number = 2;
  while (taken.has(`${id}.${number}`)) number++;
  return `${id}.${number}`;
}

const rounded = (time_s: number): number => Math.round(time_s * 1000) / 1000;
