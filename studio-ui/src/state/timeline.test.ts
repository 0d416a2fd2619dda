import { describe, expect, test } from 'vitest';
import { Timeline } from './timeline';

/** A number that is changed by steps, some of which take their time. */
function counter() {
  const timeline = new Timeline();
  const state = { value: 0 };
  const to = async (value: number) => {
    await Promise.resolve();
    state.value = value;
  };
  const set = (after: number) => {
    const before = state.value;
    state.value = after;
    timeline.add({ title: `to ${after}`, undo: () => to(before), redo: () => to(after) });
  };
  return { timeline, state, set };
}

test('all steps can be taken back and done again', async () => {
  const { timeline, state, set } = counter();
  [1, 2, 3].forEach(set);
  await Promise.all([timeline.undo(), timeline.undo(), timeline.undo()]);
  expect(state.value).toBe(0);
  await timeline.redo();
  await timeline.redo();
  expect(state.value).toBe(2);
});

test('random walks come back to where they began', async () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const { timeline, state, set } = counter();
  for (let i = 0; i < 300; i++) {
    const choice = random();
    if (choice < 0.5) set(Math.floor(1000 * random()));
    else if (choice < 0.8) await timeline.undo();
    else await timeline.redo();
  }
  while (timeline.canUndo) await timeline.undo();
  expect(state.value).toBe(0);
});

test('a new step forgets what was taken back', async () => {
  const { timeline, set } = counter();
  set(1);
  await timeline.undo();
  set(2);
  expect(timeline.canRedo).toBe(false);
});

describe('a step that is taken while another is taken back or done again', () => {
  /** A step whose way waits until `go` is called. */
  function slow() {
    let go: () => void = () => undefined;
    const wait = () => new Promise<void>((resolve) => (go = resolve));
    return { step: { title: 'keep', undo: wait, redo: wait }, go: () => go() };
  }
  const move = { title: 'move', undo: () => undefined, redo: () => undefined };

  test('stays, and the other is taken back once', async () => {
    const timeline = new Timeline();
    const { step, go } = slow();
    timeline.add(step);
    const undoing = timeline.undo();
    await Promise.resolve();
    timeline.add(move);
    go();
    expect((await undoing)?.title).toBe('keep');
    expect(timeline.canRedo).toBe(false);
    expect((await timeline.undo())?.title).toBe('move');
    expect(await timeline.undo()).toBeUndefined();
  });

  test('comes after the one that is done again', async () => {
    const timeline = new Timeline();
    const { step, go } = slow();
    timeline.add({ ...step, undo: () => undefined });
    await timeline.undo();
    const redoing = timeline.redo();
    await Promise.resolve();
    timeline.add(move);
    go();
    await redoing;
    expect(timeline.canRedo).toBe(false);
    expect((await timeline.undo())?.title).toBe('move');
    expect(timeline.canUndo).toBe(true);
  });
});

test('a step that fails stays where it is', async () => {
  const timeline = new Timeline();
  timeline.add({ title: 'keep', undo: () => Promise.reject(new Error('gone')), redo: () => undefined });
  await expect(timeline.undo()).rejects.toThrow('gone');
  expect(timeline.canUndo).toBe(true);
});

test('with nothing to take back nothing happens', async () => {
  expect(await new Timeline().undo()).toBeUndefined();
});
