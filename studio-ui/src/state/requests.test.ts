import { describe, expect, test } from 'vitest';
import type { PieceRequest, RegionRequest } from '../api/types';
import {
  alike,
  changeDrums,
  changeKey,
  changeRegions,
  clampBoundary,
  drumsOf,
  dropOwnDrums,
  join,
  moveBoundary,
  reshape,
  restyle,
  scaleTempo,
  sectionsOf,
  split,
} from './requests';

const REST = { instrument: '', variation: 0, kit: {} };

function request(
  ...regions: (Partial<RegionRequest> & Pick<RegionRequest, 'id' | 'start_s'>)[]
): PieceRequest {
  const whole = regions.map((region) => ({ descriptor: 'rock', ...region }));
  return { timeline: { duration_s: 40, regions: whole }, drums: REST, region_drums: {} };
}

const ABA = request({ id: 'a', start_s: 0 }, { id: 'b', start_s: 10 }, { id: 'c', start_s: 20, like: 'a' });
const starts = ({ timeline }: PieceRequest) => timeline.regions.map(({ start_s }) => start_s);
const ids = ({ timeline }: PieceRequest) => timeline.regions.map(({ id }) => id);
const find = ({ timeline }: PieceRequest, id: string) => timeline.regions.find((region) => region.id === id)!;

describe('parts that are alike', () => {
  test('share a root and a style', () => {
    expect(alike(ABA, 'c')).toEqual(['a', 'c']);
    expect(alike(restyle(ABA, ['c'], 'folk'), 'c')).toEqual(['c']);
  });

  test('are changed together, and what becomes undefined is left out', () => {
    const banded = changeRegions(ABA, ['a', 'c'], () => ({ instruments: ['drums'], bars: 4 }));
    const restyled = restyle(banded, ['a', 'c'], 'folk');
    expect(restyled.timeline.regions.map(({ descriptor }) => descriptor)).toEqual(['folk', 'rock', 'folk']);
    expect(Object.keys(find(restyled, 'a'))).not.toContain('instruments');
    expect(Object.keys(find(restyled, 'a'))).not.toContain('bars');
    expect(ABA.timeline.regions[0]).toEqual({ id: 'a', start_s: 0, descriptor: 'rock' });
  });
});

describe('a boundary', () => {
  test('moves between its neighbours', () => {
    expect(starts(moveBoundary(ABA, 'b', 12.3456))).toEqual([0, 12.346, 20]);
    expect(clampBoundary(ABA, 'b', -3)).toBe(0.5);
    expect(clampBoundary(ABA, 'b', 90)).toBe(19.5);
  });

  test('of the first part is the beginning, or clearly later', () => {
    expect(clampBoundary(ABA, 'a', 0.1)).toBe(0);
    expect(clampBoundary(ABA, 'a', 2)).toBe(2);
  });

  test('takes what was counted from the old times along, or drops it', () => {
    const laid = changeRegions(ABA, ['b'], () => ({
      bars: 4,
      ring_out_at_s: 19,
      sections: [
        { at_s: 10, function: 'intro' },
        { at_s: 12, function: 'climax' },
      ],
    }));
    const moved = find(moveBoundary(laid, 'b', 13), 'b');
    expect(moved.sections).toEqual([{ at_s: 13, function: 'intro' }]);
    expect(moved.bars).toBeUndefined();
    expect(moved.ring_out_at_s).toBe(19);
  });
});

describe('dividing and joining', () => {
  test('a part is divided into one that stays and one that is new', () => {
    const divided = split(ABA, 'c', 30);
    expect(ids(divided)).toEqual(['a', 'b', 'c', 'c.2']);
    expect(starts(divided)).toEqual([0, 10, 20, 30]);
    expect(find(divided, 'c').like).toBe('a');
    expect(find(divided, 'c.2').like).toBeUndefined();
  });

  test('joining takes a part into the one before', () => {
    expect(ids(join(ABA, 'b'))).toEqual(['a', 'c']);
    expect(ids(join(ABA, 'a'))).toEqual(['a', 'c']); // the first takes the second in
  });

  test('what was like a part that goes follows the first that is left', () => {
    const three = request(
      { id: 'x', start_s: 0 },
      { id: 'a', start_s: 10 },
      { id: 'b', start_s: 20, like: 'a' },
      { id: 'c', start_s: 30, like: 'a' },
    );
    const joined = join(three, 'a');
    expect(joined.timeline.regions.map(({ like }) => like)).toEqual([undefined, undefined, 'b']);
  });

  test('a part that goes takes its own drums along', () => {
    const own = changeDrums(ABA, 'b', { variation: 3 });
    expect(join(own, 'b').region_drums).toEqual({});
  });
});

describe('the whole piece', () => {
  test('is counted twice as fast, within what can be composed', () => {
    const timed = changeRegions(ABA, ['a'], () => ({ tempo_bpm: 250 }));
    const scaled = scaleTempo(timed, { b: 90, c: 90 }, 2);
    expect(scaled.timeline.regions.map(({ tempo_bpm }) => tempo_bpm)).toEqual([400, 180, 180]);
  });

  test('goes into another key', () => {
    const keyed = changeKey(ABA, { tonic: 'A', mode: 'minor' });
    expect(keyed.timeline.regions.every(({ key }) => key?.tonic === 'A')).toBe(true);
  });

  test('takes another form, with styles and tempi from what it covers', () => {
    const coloured = changeRegions(restyle(ABA, ['b'], 'folk'), ['b'], () => ({ tempo_bpm: 77 }));
    const shaped = reshape(coloured, { letters: 'ABA', starts_s: [0, 9, 21] });
    expect(shaped.timeline.regions).toEqual([
      { id: 'A1', start_s: 0, descriptor: 'rock' },
      { id: 'B1', start_s: 9, descriptor: 'folk', tempo_bpm: 77 },
      { id: 'A2', start_s: 21, descriptor: 'rock', like: 'A1' },
    ]);
  });
});

describe('sections', () => {
  const bars = [0, 2, 4, 6, 8, 10, 12, 14];

  test('lie on bars, from intro to outro', () => {
    expect(sectionsOf(bars, { intro: 2, climax: 4, outro: 1 })).toEqual([
      { at_s: 0, function: 'intro' },
      { at_s: 4, function: 'build' },
      { at_s: 8, function: 'climax' },
      { at_s: 14, function: 'outro' },
    ]);
  });

  test('that have no bars are left out', () => {
    expect(sectionsOf(bars, { intro: 0, climax: 0, outro: 0 })).toEqual([{ at_s: 0, function: 'climax' }]);
    expect(sectionsOf(bars, { intro: 3, climax: 3, outro: 0 })).toEqual([
      { at_s: 0, function: 'intro' },
      { at_s: 6, function: 'climax' },
    ]);
  });
});

test('drums are those of the piece, or of a part alone', () => {
  const swapped = changeDrums(ABA, undefined, { instrument: 'mine' });
  const own = changeDrums(swapped, 'b', { variation: 2 });
  expect(drumsOf(own, 'a')).toEqual({ ...REST, instrument: 'mine' });
  expect(drumsOf(own, 'b')).toEqual({ ...REST, instrument: 'mine', variation: 2 });
  expect(drumsOf(dropOwnDrums(own, 'b'), 'b')).toEqual({ ...REST, instrument: 'mine' });
});
