import { beforeEach, expect, test, vi } from 'vitest';
import * as api from '../api/client';
import type { InstrumentSummary, NoteBody } from '../api/types';
import { Classes } from './classes.svelte';
import { restingNote } from './note';
import type { Player } from './player.svelte';
import { Session } from './session.svelte';
import type { Settings } from './settings.svelte';

vi.mock('../api/client');

const CLASSES = { drums: ['hat', 'kick', 'snare'], pair: ['kick', 'snare'], one: ['kick'], none: [] };

beforeEach(() => {
  const summaries = Object.keys(CLASSES).map((id) => ({ id, revision: '1', error: '' }) as InstrumentSummary);
  vi.mocked(api.getInstruments).mockResolvedValue(summaries);
  vi.mocked(api.getInstrument).mockImplementation((id) => {
    const classes = CLASSES[id as keyof typeof CLASSES];
    return Promise.resolve({ id, revision: '1', points: [], controls: [], classes } as never);
  });
});

async function begun(instrument: keyof typeof CLASSES = 'drums') {
  const play = vi.fn();
  const player = { onSound: () => undefined, play, looping: false } as unknown as Player;
  const settings = { instrument, change: () => undefined } as unknown as Settings;
  const session = new Session(player, settings);
  await session.begin([]);
  const classes = new Classes(session);
  const heard = () => (play.mock.lastCall as [string, NoteBody])[1].classes;
  const undo = () => session.timeline.undo();
  return { session, classes, heard, undo };
}

test('a class is mixed with another one evenly, then as the slider says, and is heard at once', async () => {
  const { classes, heard } = await begun();
  classes.choose('snare');
  classes.mixWith('hat');
  expect([classes.first, classes.second, classes.share]).toEqual(['snare', 'hat', 0.5]);
  classes.setShare(0.3);
  expect(heard()).toEqual({ snare: 0.7, hat: 0.3 });
  classes.setShare(0);
  expect([classes.second, classes.share, heard()]).toEqual(['hat', 0, { snare: 1, hat: 0 }]);
});

test('each gesture is one step', async () => {
  const { session, classes, undo } = await begun();
  classes.choose('snare');
  classes.mixWith('hat');
  for (const share of [0.4, 0.3, 0.2]) classes.setShare(share);
  classes.settle();
  const mixes = [session.note.classes];
  for (let i = 0; i < 3; i++) {
    await undo();
    mixes.push(session.note.classes);
  }
  expect(mixes).toEqual([{ snare: 0.8, hat: 0.2 }, { snare: 0.5, hat: 0.5 }, { snare: 1 }, {}]);
  expect(session.canUndo).toBe(false);
});

test('either class is exchanged in the mix, and the share stays', async () => {
  const { session, classes } = await begun();
  classes.choose('snare');
  classes.mixWith('hat');
  classes.setShare(0.2);
  classes.choose('kick');
  expect(session.note.classes).toEqual({ kick: 0.8, hat: 0.2 });
  classes.mixWith('snare');
  expect(session.note.classes).toEqual({ kick: 0.8, snare: 0.2 });
});

test('a mix ends with the second class, or where the place chooses again', async () => {
  const { session, classes } = await begun();
  classes.choose('snare');
  classes.mixWith('hat');
  classes.mixWith('');
  expect(session.note.classes).toEqual({ snare: 1 });
  classes.mixWith('hat');
  classes.choose('');
  expect([session.note.classes, classes.first]).toEqual([{}, '']);
});

test('the step through the classes keeps what they are mixed with, and ends at none', async () => {
  const { session, classes } = await begun();
  classes.choose('hat');
  classes.mixWith('kick');
  classes.chooseBy(1);
  expect(session.note.classes).toEqual({ snare: 0.5, kick: 0.5 });
  classes.chooseBy(1);
  expect(session.note.classes).toEqual({});
  classes.chooseBy(-1);
  expect(session.note.classes).toEqual({ snare: 1 });
});

test('nothing is mixed where the place chooses, or where there are no two classes', async () => {
  const { session, classes } = await begun();
  classes.mixWith('hat');
  expect([classes.canMix, session.note.classes]).toEqual([false, {}]);
  const { classes: single } = await begun('one');
  single.choose('kick');
  expect(single.canMix).toBe(false);
  const { session: bare, classes: none } = await begun('none');
  none.chooseBy(1);
  expect([none.canMix, bare.note.classes]).toEqual([false, {}]);
});

test('a mix by hand stays when the pad moves and when another instrument plays', async () => {
  const { session, classes } = await begun();
  classes.choose('snare');
  classes.mixWith('kick');
  session.moveTo({ x: 0.9, y: 0.9 });
  await session.choose('pair');
  expect([classes.first, classes.second]).toEqual(['snare', 'kick']);
  await session.choose('one');
  expect(session.note.classes).toEqual({ kick: 1 });
});

test.each(['drums', 'pair'] as const)(
  "in %s a dropped sound's mix is its own until a hand mixes, which undo and the pad respect",
  async (instrument) => {
    const { session, classes, undo } = await begun(instrument);
    const own = Object.fromEntries(CLASSES[instrument].map((name) => [name, 0.5]));
    const found = { ...restingNote(), carry: [1], classes: own };
    session.setNote(found, 'Drop', { isFound: true });
    expect([classes.first, classes.canMix]).toEqual(['', false]);
    session.moveTo({ x: 0.9, y: 0.9 });
    expect(session.note.classes).toEqual({});
    session.moveTo(found);
    expect(session.note.classes).toEqual(own);
    classes.choose('snare');
    classes.mixWith('kick');
    session.moveTo({ x: 0.1, y: 0 });
    session.commit('Move');
    session.moveTo({ x: 0.9, y: 0.9 });
    session.commit('Move');
    const mix = { snare: 0.5, kick: 0.5 };
    expect([session.note.classes, session.note.carry]).toEqual([mix, []]);
    await undo();
    expect([session.note.classes, session.note.carry.length]).toEqual([mix, 1]);
    session.moveTo({ x: -0.9, y: 0.9 });
    expect([classes.first, session.note.classes]).toEqual(['snare', mix]);
    for (let i = 0; i < 3; i++) await undo();
    expect([session.note.classes, classes.first]).toEqual([own, '']);
  },
);

test('undo beside a dropped sound leads back to where the pad passes exactly through it', async () => {
  const { session, undo } = await begun('none');
  session.setNote({ ...restingNote(), carry: [1] }, 'Drop', { isFound: true });
  for (const x of [0.2, 0.9]) {
    session.moveTo({ x, y: 0 });
    session.commit('Move');
  }
  await undo();
  session.moveTo({ x: 0, y: 0 });
  expect(session.note.carry).toEqual([1]);
});
