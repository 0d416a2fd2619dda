import { beforeEach, expect, test, vi } from 'vitest';
import * as api from '../api/client';
import type { InstrumentSummary, LocationAnswer, MorphBody, NoteBody, PointModel } from '../api/types';
import { CORNERS, Morph, spotOf, weightsAt } from './morph.svelte';
import { restingNote } from './note';
import type { HeardSound, Player } from './player.svelte';
import { Session } from './session.svelte';
import type { Settings } from './settings.svelte';

vi.mock('../api/client');

const POINTS = [-0.9, 0.9].flatMap((y) =>
  [-0.8, 0.8].map((x) => ({ x, y, label: `${x} ${y}` })),
) as PointModel[];

beforeEach(() => {
  const summaries = ['alpha', 'beta'].map((id) => ({ id, revision: '1', error: '' }) as InstrumentSummary);
  vi.mocked(api.getInstruments).mockResolvedValue(summaries);
  vi.mocked(api.getInstrument).mockImplementation((id) =>
    Promise.resolve({ id, revision: '1', points: POINTS, controls: [], classes: [] } as never),
  );
});

/** A session that plays alpha, its square, and a server whose answers the test gives. */
async function begun() {
  const asked: (MorphBody | undefined)[] = [];
  const listeners: ((sound: HeardSound) => void)[] = [];
  const player = {
    onSound: (listener: (sound: HeardSound) => void) => listeners.push(listener),
    play: (_id: string, _note: NoteBody, { morph }: { morph?: MorphBody } = {}) => asked.push(morph),
  } as unknown as Player;
  const settings = { instrument: 'alpha', change: () => undefined } as unknown as Settings;
  const session = new Session(player, settings);
  const morph = new Morph(session);
  await session.begin([]);
  /** The server tells the note of a place, and its sound. */
  const answer = (body: MorphBody, note: NoteBody) => {
    const sound = { id: 1, instrument: 'alpha', note, morph: body, samples: new Float32Array(8) };
    for (const listener of listeners) listener(sound as unknown as HeardSound);
  };
  return { session, morph, asked, answer };
}

const at = (x: number): NoteBody => restingNote({ x, y: 0 });

test('what there is of each corner sums to one, and is all at the corner', () => {
  for (const corner of CORNERS) {
    expect(weightsAt(spotOf(corner))).toEqual(CORNERS.map((other) => (other === corner ? 1 : 0)));
  }
  expect(weightsAt({ u: 0.3, v: 0.6 }).reduce((a, b) => a + b)).toBeCloseTo(1);
  expect(weightsAt({ u: 0.3, v: 0.6 })[2]).toBeCloseTo(0.42);
});

test('the square begins with what plays and samples from the ends of the pad', async () => {
  const { session, morph } = await begun();
  morph.toggle();
  expect(morph.corners![0]).toBe(session.note);
  expect(morph.corners!.slice(1).map(({ x, y }) => [x, y])).toEqual([
    [-0.8, -0.9],
    [0.8, -0.9],
    [-0.8, 0.9],
  ]);
  expect([morph.isThere, morph.spot, session.canUndo]).toEqual([true, { u: 0, v: 0 }, false]);
});

test('the note follows the hand when the server tells it, and a gesture is one step', async () => {
  const { session, morph, asked, answer } = await begun();
  const before = session.note;
  morph.toggle();
  morph.moveTo({ u: 0.2, v: 0.2 });
  morph.moveTo({ u: 0.4, v: 1.7 });
  morph.settle();
  expect([session.note, session.canUndo, morph.spot]).toEqual([before, false, { u: 0.4, v: 1 }]);
  expect(asked.at(-1)).toEqual({ corners: morph.corners, u: 0.4, v: 1 });
  answer(asked.at(-2)!, at(0.1)); // on its way when the hand moved on: heard, and not the end
  expect([session.note.x, session.canUndo]).toEqual([0.1, false]);
  answer(asked.at(-1)!, at(0.2));
  expect([session.note.x, session.canUndo, morph.isThere]).toEqual([0.2, true, true]);
  await session.timeline.undo();
  expect([session.note, morph.spot]).toEqual([before, { u: 0, v: 0 }]);
  await session.timeline.redo();
  expect([session.note.x, morph.spot]).toEqual([0.2, { u: 0.4, v: 1 }]);
});

test('an answer that comes after the hand did something else changes nothing', async () => {
  const { session, morph, asked, answer } = await begun();
  morph.toggle();
  morph.moveTo({ u: 0.5, v: 0.5 });
  session.moveTo({ x: -0.4, y: 0 });
  answer(asked.at(-2)!, at(0.7));
  expect([session.note.x, morph.isThere]).toEqual([-0.4, false]);
});

test('a note goes into a corner as a step, and a corner is gone to as its very note', async () => {
  const { session, morph } = await begun();
  morph.put('C', at(0.6));
  expect(morph.corners![2]!.x).toBe(0.6);
  morph.goTo('C');
  expect([session.note, morph.spot, morph.isThere]).toEqual([morph.corners![2], { u: 0, v: 1 }, true]);
  session.moveTo({ x: 0.3, y: 0.3 });
  session.commit('Move');
  morph.put('B');
  expect([morph.corners![1], morph.spot, morph.isThere]).toEqual([session.note, { u: 1, v: 0 }, true]);
  await session.timeline.undo();
  expect([morph.corners![1]!.x, morph.isThere]).toEqual([-0.8, false]);
  for (let i = 0; i < 3; i++) await session.timeline.undo();
  expect(morph.corners![2]!.x).not.toBe(0.6);
});

test('a kept file goes into a corner as the note that it tells', async () => {
  const { morph } = await begun();
  const note = { ...at(0.25), pitch: 4 };
  vi.mocked(api.getBytes).mockResolvedValue(new ArrayBuffer(4));
  vi.mocked(api.locate).mockResolvedValue({ ...note, note, restored: true } as unknown as LocationAnswer);
  await morph.putFile('D', '/api/kept/a.wav', 'a.wav');
  expect(morph.corners![3]).toEqual(note);
});

test('each instrument has its own square', async () => {
  const { session, morph } = await begun();
  morph.toggle();
  const { corners } = morph;
  await session.choose('beta');
  expect([morph.corners, morph.isThere]).toEqual([undefined, false]);
  morph.ready();
  expect(morph.corners).not.toBe(corners);
  await session.choose('alpha');
  expect(morph.corners).toBe(corners);
});

test('a refused place is given up, and corners do without a dropped sound that is gone', async () => {
  const { session, morph, asked } = await begun();
  const residual = { sound: 'f00d', amount: 1, anchor: restingNote() };
  morph.put('B', { ...at(0.1), residual });
  morph.moveTo({ u: 0.9, v: 0.1 });
  morph.settle();
  expect(session.isUnderway).toBe(true);
  expect(session.doWithout({ note: session.note, morph: asked.at(-1) })).toBe(true);
  morph.doWithout();
  expect([session.isUnderway, morph.corners![1]]).toEqual([false, at(0.1)]);
  morph.moveTo({ u: 0.9, v: 0.1 });
  expect(session.doWithout({ note: session.note, morph: asked.at(-1) })).toBe(false);
});

test('a mix of classes between four is of its own, one by hand in a corner stays by hand', async () => {
  const { session, morph, asked, answer } = await begun();
  const mixed = { ...at(0.1), classes: { kick: 0.5, snare: 0.5 } };
  morph.toggle();
  morph.moveTo({ u: 0.5, v: 0 });
  answer(asked.at(-1)!, mixed);
  expect(session.chosenClasses).toEqual([]);
  morph.moveTo({ u: 0, v: 0 });
  answer(asked.at(-1)!, mixed);
  expect(session.chosenClasses).toEqual(['kick', 'snare']);
});
