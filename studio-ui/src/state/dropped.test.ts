import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as api from '../api/client';
import type { InstrumentSummary, LocationAnswer, ParameterModel, RefinementAnswer } from '../api/types';
import { DropTarget, fitInWords } from './dropped.svelte';
import { anchorOf, restingNote } from './note';
import type { Player } from './player.svelte';
import { Session } from './session.svelte';
import type { Settings } from './settings.svelte';

vi.mock('../api/client');

const PITCH = { name: 'pitch', default: 0, minimum: -24, maximum: 24 } as ParameterModel;

/** The search as the server tells it: lines that the test gives. */
let search: { tell: (line: RefinementAnswer) => Promise<void>; signal: AbortSignal };

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
const file = (name: string) => new File(['sound'], name);

const locationAt = (x: number, fit_db: number, carry: number[]): LocationAnswer => {
  const note = { ...restingNote({ x, y: 0 }), carry };
  const { y, classes, controls } = note;
  return {
    x,
    y,
    carry,
    classes,
    controls,
    fit_db,
    restored: false,
    note,
    sound: 'f00d',
    residual_missing: false,
  };
};

const FOUND = locationAt(0.1, 9, [1]);
const NEARER = locationAt(0.3, 4, [2]);

beforeEach(() => {
  const summaries = ['alpha', 'beta'].map((id) => ({ id, revision: '1', error: '' }) as InstrumentSummary);
  vi.mocked(api.getInstruments).mockResolvedValue(summaries);
  vi.mocked(api.getInstrument).mockImplementation((id) =>
    Promise.resolve({ id, revision: '1', points: [], controls: [], classes: [] } as never),
  );
  vi.mocked(api.locate).mockResolvedValue(FOUND);
  vi.mocked(api.refine).mockReset();
  vi.mocked(api.refine).mockImplementation(async function* (_instrument, _job, signal) {
    const lines: RefinementAnswer[] = [];
    search = { signal, tell: (line) => (lines.push(line), settled()) };
    while (!signal.aborted) {
      await settled();
      const line = lines.shift();
      if (line) yield line;
      if (line?.location) return;
    }
  });
});

async function dropped({ refines = true, looping = false, name = 'mine.wav' } = {}) {
  const play = vi.fn();
  const decodeFile = () => Promise.reject(new Error('unknown kind'));
  const player = { onSound: () => undefined, play, looping, decodeFile } as unknown as Player;
  const settings = { instrument: 'alpha', change: () => undefined } as unknown as Settings;
  const session = new Session(player, settings);
  await session.begin([PITCH]);
  const drop = new DropTarget(session, player, () => ({ upload_limit: 100, refines }));
  const dropping = drop.drop(file(name));
  await vi.waitFor(() => expect(drop.dropped).toBeDefined());
  await settled();
  const place = () => [session.note.x, session.note.carry];
  return { session, drop, dropping, place, play };
}

test('the closer the sound, the better the words', () => {
  expect([2, 9, 30].map((fit_db) => fitInWords(fit_db).level)).toEqual(['good', 'fair', 'poor']);
});

test('the place that is found at once is played at once, and the search only shows how near it comes', async () => {
  const { drop, place, play } = await dropped();
  expect([place(), drop.fit_db, drop.isLocating, drop.isRefining]).toEqual([[0.1, [1]], 9, false, true]);
  expect(play.mock.lastCall?.[2]).toEqual({ silent: false });
  await search.tell({ fit_db: 7, location: null });
  await vi.waitFor(() => expect(drop.fit_db).toBe(7));
  expect(place()).toEqual([0.1, [1]]);
  drop.stay();
});

test('the nearer place is one step, and each place has its own fit', async () => {
  const { session, drop, dropping, place } = await dropped();
  await search.tell({ fit_db: 4, location: NEARER });
  await dropping;
  expect([place(), drop.fit_db, drop.isRefining]).toEqual([[0.3, [2]], 4, false]);
  await session.timeline.undo();
  expect([place(), drop.fit_db]).toEqual([[0.1, [1]], 9]);
  await session.timeline.redo();
  expect([place(), drop.fit_db]).toEqual([[0.3, [2]], 4]);
});

test('out of silence nothing sounds unasked, in a loop the nearer sound is the next hit', async () => {
  for (const looping of [false, true]) {
    const { dropping, play } = await dropped({ looping });
    await search.tell({ fit_db: 4, location: NEARER });
    await dropping;
    expect(play.mock.lastCall?.[2]).toEqual({ silent: !looping });
  }
});

test('a screen reader hears of the drop and of the nearer place, not of the way there', async () => {
  const { drop, dropping } = await dropped();
  const heard = [drop.spoken];
  await search.tell({ fit_db: 7, location: null });
  heard.push(drop.spoken);
  await search.tell({ fit_db: 4, location: NEARER });
  await dropping;
  expect([...new Set([...heard, drop.spoken])]).toEqual([
    'mine.wav fits roughly, 9.0 decibels off',
    'Now nearer: mine.wav fits well, 4.0 decibels off',
  ]);
});

test('a knob of the voice can be turned meanwhile, and is kept', async () => {
  const { session, dropping } = await dropped();
  session.setValue(PITCH, 3);
  await search.tell({ fit_db: 4, location: NEARER });
  await dropping;
  expect([session.note.x, session.note.pitch]).toEqual([0.3, 3]);
});

describe('whoever moves on ends the search, here and on the server', () => {
  type Dropping = Awaited<ReturnType<typeof dropped>>;
  const ways: Record<string, (state: Dropping) => unknown> = {
    'by moving': ({ session }) => session.moveTo({ x: 0.5, y: 0.5 }),
    'by undo': ({ session }) => session.timeline.undo(),
    'by a class': ({ session }) => session.playClasses({ kick: 1 }),
    'by another instrument, before it has come': ({ session }) => void session.choose('beta'),
    'by Escape': ({ drop }) => drop.stay(),
    'by forgetting the sound': ({ drop }) => drop.forget(),
  };
  test.each(Object.entries(ways))('%s', async (_words, moveOn) => {
    const state = await dropped();
    await moveOn(state);
    expect([search.signal.aborted, state.drop.isRefining]).toEqual([true, false]);
    const [after] = state.place();
    await search.tell({ fit_db: 4, location: NEARER });
    await state.dropping;
    await settled();
    expect(state.place()[0]).toBe(after);
  });

  test('by another sound, which is searched for instead', async () => {
    const { drop, dropping, place } = await dropped();
    const { signal } = search;
    vi.mocked(api.locate).mockResolvedValue(locationAt(-0.5, 8, []));
    const next = drop.drop(file('other.wav'));
    expect(signal.aborted).toBe(true);
    await dropping;
    await vi.waitFor(() => expect(drop.dropped?.name).toBe('other.wav'));
    expect([place(), drop.isRefining]).toEqual([[-0.5, []], true]);
    drop.stay();
    await next;
  });
});

test('what was restored exactly is not searched for, nor anything where the server only plays', async () => {
  vi.mocked(api.locate).mockResolvedValueOnce({ ...FOUND, restored: true });
  await (
    await dropped()
  ).dropping;
  await (
    await dropped({ refines: false })
  ).dropping;
  expect(api.refine).not.toHaveBeenCalled();
});

test('a search that finds nothing nearer leaves the place that was found at once', async () => {
  const { drop, dropping, place } = await dropped();
  await search.tell({ fit_db: 9, location: FOUND });
  await dropping;
  expect([place(), drop.fit_db, drop.isRefining]).toEqual([[0.1, [1]], 9, false]);
});

describe('what is mixed back', () => {
  const anchorAt = (x: number, carry: number[]) => anchorOf({ ...restingNote({ x, y: 0 }), carry });

  test('is of the place that was found, and each amount is a step', async () => {
    const { session, drop } = await dropped({ refines: false });
    expect([drop.canMix, drop.amount]).toEqual([true, 0]);
    drop.mix(0.5);
    drop.settleMix();
    drop.mixAllOrNone();
    expect(session.note.residual).toEqual({ sound: 'f00d', amount: 1, anchor: anchorAt(0.1, [1]) });
    drop.mixAllOrNone();
    expect(session.note.residual).toBeNull();
    const amounts = [];
    for (let i = 0; i < 3; i++) {
      await session.timeline.undo();
      amounts.push(drop.amount);
    }
    expect(amounts).toEqual([1, 0.5, 0]);
  });

  test('does not end the search, and goes along to the nearer place', async () => {
    const { session, drop, dropping } = await dropped();
    drop.mixAllOrNone();
    expect(drop.isRefining).toBe(true);
    await search.tell({ fit_db: 4, location: NEARER });
    await dropping;
    expect(session.note.residual).toEqual({ sound: 'f00d', amount: 1, anchor: anchorAt(0.3, [2]) });
    await session.timeline.undo();
    expect(session.note.residual?.anchor).toEqual(anchorAt(0.1, [1]));
  });

  test('stays with the note when the sound is forgotten and the note comes back', async () => {
    const { session, drop } = await dropped({ refines: false });
    drop.mixAllOrNone();
    drop.forget();
    expect([drop.canMix, session.note.residual]).toEqual([false, null]);
    await session.timeline.undo();
    expect([drop.canMix, drop.amount]).toEqual([true, 1]);
    drop.mix(0);
    expect([drop.canMix, drop.amount]).toEqual([true, 0]); // there is nothing else to take it from
  });

  test('is not to be had in another instrument, nor where the server keeps no sound', async () => {
    const { session, drop } = await dropped({ refines: false });
    drop.mixAllOrNone();
    await session.choose('beta');
    expect([drop.canMix, session.note.residual]).toEqual([false, null]);
    vi.mocked(api.locate).mockResolvedValue({ ...FOUND, sound: '' });
    const hosted = await dropped({ refines: false });
    hosted.drop.mixAllOrNone();
    expect([hosted.drop.canMix, hosted.session.note.residual]).toEqual([false, null]);
  });

  test('is left out when the server does not know the sound any more', async () => {
    const { session, drop, play } = await dropped({ refines: false });
    drop.mixAllOrNone();
    const { note } = session;
    expect(session.doWithout({ note: restingNote() })).toBe(false);
    expect(session.note).toBe(note);
    expect(session.doWithout({ note })).toBe(true);
    expect(session.note.residual).toBeNull();
    expect(play.mock.lastCall?.[1]).toEqual({ ...note, residual: null });
  });
});
