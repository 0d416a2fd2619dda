import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as api from '../api/client';
import type { InstrumentSummary, ParameterModel } from '../api/types';
import type { Player } from './player.svelte';
import { Session } from './session.svelte';
import type { Settings } from './settings.svelte';

vi.mock('../api/client');

const IDS = ['alpha', 'beta', 'gamma'];
const PITCH = { name: 'pitch', default: 0, minimum: -24, maximum: 24 } as ParameterModel;

/** What the server was asked for and has not answered yet, by instrument. */
let answers: Map<string, { give: () => Promise<void>; refuse: () => Promise<void> }>;

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

beforeEach(() => {
  answers = new Map();
  const summaries = IDS.map((id) => ({ id, name: id, revision: '1', error: '' }) as InstrumentSummary);
  vi.mocked(api.getInstruments).mockResolvedValue(summaries);
  vi.mocked(api.getInstrument).mockImplementation(
    (id) =>
      new Promise((resolve, reject) => {
        const give = () => resolve({ id, revision: '1', points: [], controls: [], classes: [] } as never);
        answers.set(id, {
          give: () => (give(), settled()),
          refuse: () => (reject(new Error(`no ${id}`)), settled()),
        });
      }),
  );
});

/** A session that plays alpha. */
async function begun() {
  const play = vi.fn();
  const player = { onSound: () => undefined, play, looping: false } as unknown as Player;
  const settings = { instrument: 'alpha', change: () => undefined } as unknown as Settings;
  const session = new Session(player, settings);
  const beginning = session.begin([PITCH]);
  await settled();
  await answers.get('alpha')!.give();
  await beginning;
  const state = () => [session.instrument?.id, session.note.x, session.note.pitch];
  const heard = () => play.mock.lastCall?.[0] as string;
  return { session, state, heard };
}

describe('while an instrument is on its way', () => {
  test('a move is heard at once, and is a step of its own after the instrument', async () => {
    const { session, state, heard } = await begun();
    const choosing = session.choose('beta');
    session.setValue(PITCH, 3);
    session.commit('Pitch');
    expect([heard(), session.chosen, ...state()]).toEqual(['alpha', 'beta', 'alpha', 0, 3]);
    await answers.get('beta')!.give();
    await choosing;
    expect([heard(), ...state()]).toEqual(['beta', 'beta', 0, 3]);
    await session.timeline.undo();
    expect(state()).toEqual(['beta', 0, 0]);
    await session.timeline.undo();
    expect(state()).toEqual(['alpha', 0, 0]);
    expect(session.canUndo).toBe(false);
    await session.timeline.redo();
    await session.timeline.redo();
    expect(state()).toEqual(['beta', 0, 3]);
  });

  test('a drag goes on over the new instrument, and is one step', async () => {
    const { session, state } = await begun();
    const choosing = session.choose('beta');
    session.moveTo({ x: 0.2, y: 0 });
    await answers.get('beta')!.give();
    await choosing;
    expect(state()).toEqual(['beta', 0.2, 0]);
    session.moveTo({ x: 0.5, y: 0 });
    session.commit('Move');
    await session.timeline.undo();
    expect(state()).toEqual(['beta', 0, 0]);
  });

  test('the one that is chosen last wins, whichever comes first', async () => {
    const { session, state } = await begun();
    const choosing = [session.choose('beta'), session.choose('gamma')];
    await answers.get('gamma')!.give();
    await answers.get('beta')!.give();
    await Promise.all(choosing);
    expect(state()[0]).toBe('gamma');
    await session.timeline.undo();
    expect(state()[0]).toBe('alpha');
    expect(session.canUndo).toBe(false);
  });

  test('choosing the one that plays gives it up', async () => {
    const { session, state } = await begun();
    const choosing = [session.choose('beta'), session.choose('alpha')];
    await answers.get('beta')!.give();
    await Promise.all(choosing);
    expect([session.chosen, state()[0], session.canUndo]).toEqual(['alpha', 'alpha', false]);
  });

  test('giving it up keeps what was done meanwhile', async () => {
    const { session, state } = await begun();
    const choosing = session.choose('beta');
    session.setValue(PITCH, 3);
    session.commit('Pitch');
    expect(session.abandon()).toBe(true);
    await answers.get('beta')!.give();
    await choosing;
    expect(state()).toEqual(['alpha', 0, 3]);
    await session.timeline.undo();
    expect(state()).toEqual(['alpha', 0, 0]);
  });
});

test('an instrument that cannot be loaded leaves the one that plays, and its list', async () => {
  const { session, state } = await begun();
  const choosing = session.choose('beta');
  const refused = expect(choosing).rejects.toThrow('no beta');
  session.setValue(PITCH, 3);
  session.commit('Pitch');
  await answers.get('beta')!.refuse();
  await refused;
  expect([session.chosen, ...state()]).toEqual(['alpha', 'alpha', 0, 3]);
  await session.timeline.undo();
  expect(state()).toEqual(['alpha', 0, 0]);
});

test('an instrument that learned meanwhile does not take the place of the one chosen since', async () => {
  const { session, state } = await begun();
  const summaries = IDS.map((id) => ({ id, name: id, revision: '2', error: '' }) as InstrumentSummary);
  vi.mocked(api.getInstruments).mockResolvedValue(summaries);
  const refreshing = session.refresh();
  await settled();
  const choosing = session.choose('beta');
  await answers.get('beta')!.give();
  await answers.get('alpha')!.give();
  await Promise.all([refreshing, choosing]);
  expect(state()[0]).toBe('beta');
});
