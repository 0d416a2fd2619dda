import { expect, test } from 'vitest';
import {
  anchorOf,
  anchorOfFound,
  anchorOfUnknown,
  carriedOver,
  chosenClasses,
  heaviestClass,
  isSameNote,
  isSamePlace,
  locatedAt,
  movedTo,
  quantise,
  restingNote,
} from './note';

const dropped = { ...restingNote({ x: 0.1, y: 0.2 }), carry: [1, -2] };

test('places are held within the pad and on the grid of 1e-4', () => {
  const { x, y } = movedTo(restingNote(), { x: 1.7, y: 0.123456 });
  expect([x, y]).toEqual([1, 0.1235]);
  expect(quantise(0.30000000000000004)).toBe(0.3);
});

test('the pad passes exactly through a dropped sound', () => {
  expect(isSameNote(movedTo(dropped, { x: 0.1, y: 0.2 }, dropped), dropped)).toBe(true);
});

test('the carry of a dropped sound fades as the server fades it', () => {
  const { carry } = movedTo(dropped, { x: 0.35, y: 0.2 }, dropped);
  const fade = Math.exp(-0.5); // one reach away
  expect(carry).toEqual([quantise(fade), quantise(-2 * fade)]);
  expect(movedTo(dropped, { x: -1, y: -1 }, dropped).carry).toEqual([]);
});

test('another instrument takes the place and the voice, not what it does not know', () => {
  const note = { ...dropped, pitch: 3, controls: { bright: 0.5, odd: 1 }, classes: { kick: 1 } };
  const bright = {
    name: 'bright',
    label: '',
    unit: '',
    minimum: 0,
    maximum: 1,
    default: 0,
    curve: 'linear' as const,
    help: '',
  };
  const over = carriedOver(note, { controls: [bright], classes: ['snare'] }, ['kick']);
  expect(over).toEqual({ ...note, controls: { bright: 0.5 }, classes: {}, carry: [] });
  expect(carriedOver(note, { controls: [], classes: ['kick'] }, ['kick']).classes).toEqual({ kick: 1 });
});

test('of a mix by hand another instrument takes what it knows, of a mix of its own nothing', () => {
  const note = { ...restingNote(), classes: { kick: 0.3, snare: 0.7 } };
  const taken = (classes: string[], chosen: string[]) =>
    carriedOver(note, { controls: [], classes }, chosen).classes;
  expect(taken(['snare', 'hat', 'kick'], ['kick', 'snare'])).toEqual(note.classes);
  expect(taken(['snare', 'hat'], ['kick', 'snare'])).toEqual({ snare: 1 });
  expect(taken(['snare', 'kick'], [])).toEqual({});
});

test("a dropped sound's mix of classes stays near it, a class chosen by hand stays everywhere", () => {
  const mixed = { ...dropped, classes: { kick: 0.7, snare: 0.3 } };
  expect(movedTo(mixed, { x: 0.2, y: 0.2 }, mixed).classes).toEqual(mixed.classes);
  const far = movedTo(mixed, { x: -1, y: -1 }, mixed);
  expect(far.classes).toEqual({});
  expect(movedTo(far, { x: 0.1, y: 0.2 }, mixed).classes).toEqual(mixed.classes);
  const byHand = { ...mixed, classes: { snare: 1 } };
  expect(movedTo(byHand, { x: -1, y: -1 }, mixed).classes).toEqual({ snare: 1 });
});

test('the class of a note is the heaviest one, the first by name among equals', () => {
  expect(heaviestClass({ ...dropped, classes: { tom: 0.2, kick: 0.4, hat: 0.4 } })).toBe('hat');
  expect(heaviestClass(dropped)).toBe('');
});

test('a mix by hand stays everywhere, with a dropped sound or without', () => {
  const byHand = { ...dropped, classes: { kick: 0.7, snare: 0.3 } };
  const anchor = anchorOfUnknown(byHand, ['hat', 'kick', 'snare']);
  const far = movedTo(byHand, { x: -1, y: -1 }, anchor);
  expect([far.classes, far.carry]).toEqual([byHand.classes, []]);
  const back = movedTo(far, dropped, anchor);
  expect([back.classes, back.carry]).toEqual([byHand.classes, dropped.carry]);
  expect(movedTo({ ...byHand, carry: [] }, { x: -1, y: -1 }).classes).toEqual(byHand.classes);
});

test.each([
  [{}, []],
  [{ kick: 1 }, ['kick']],
  [{ kick: 0.7, tom: 0.3 }, ['kick', 'tom']],
  [{ kick: 1, tom: 0 }, ['kick', 'tom']],
  [{ kick: 0.7, tom: 0.2, hat: 0.1 }, []],
])('of %j a hand chose %j', (classes, chosen) => {
  expect(chosenClasses({ ...dropped, classes })).toEqual(chosen);
});

test('where a dropped sound has a mix of its own, a hand chose one class at most', () => {
  const own = { ...dropped, classes: { kick: 0.7, tom: 0.3 } };
  expect(chosenClasses(own, own)).toEqual([]);
  expect(chosenClasses({ ...own, classes: { tom: 1 } }, own)).toEqual(['tom']);
});

test('a mix that nobody knows the way of is by hand if it names two of more classes, or has no carry', () => {
  const [pair, three] = [
    { kick: 0.7, tom: 0.3 },
    { kick: 0.5, tom: 0.5, hat: 0 },
  ];
  const isOwn = (classes: Record<string, number>, carry: number[], known: string[]) => {
    const note = { ...dropped, classes, carry };
    return chosenClasses(note, anchorOfUnknown(note, known)).length === 0;
  };
  expect(isOwn(three, [1], ['hat', 'kick', 'tom'])).toBe(true);
  expect(isOwn(three, [], ['hat', 'kick', 'tom'])).toBe(true);
  expect(isOwn(pair, [1], ['hat', 'kick', 'tom'])).toBe(false);
  expect(isOwn(pair, [1], ['kick', 'tom'])).toBe(true);
  expect(isOwn(pair, [], ['kick', 'tom'])).toBe(false);
});

test('a mix by hand makes no anchor of a note that was not dropped', () => {
  const byHand = { ...restingNote(), classes: { kick: 0.7, tom: 0.3 } };
  expect(anchorOfUnknown(byHand, ['hat', 'kick', 'tom'])).toBeUndefined();
  expect(anchorOfFound(restingNote())).toBeUndefined();
  expect(anchorOfFound(dropped)).toBe(dropped);
});

test('a residual holds on to the place and the seed, not to the strike', () => {
  const struck = { ...dropped, pitch: 3, velocity: 0.5, length: 0.2, seed: 7 };
  const { residual, ...anchor } = { ...dropped, seed: 7 };
  expect(anchorOf(struck)).toEqual(anchor);
  expect(residual).toBeNull();
});

test('what is mixed back changes the note and not the place, and no other instrument knows it', () => {
  const mixed = { ...dropped, residual: { sound: 'a', amount: 1, anchor: anchorOf(dropped) } };
  expect([isSameNote(mixed, dropped), isSamePlace(mixed, dropped)]).toEqual([false, true]);
  expect(movedTo(mixed, { x: 0.3, y: 0 }, mixed).residual).toEqual(mixed.residual);
  expect(carriedOver(mixed, { controls: [], classes: [] }, []).residual).toBeNull();
});

test('a file that tells its note is struck as it says, another one as before', () => {
  const note = { ...dropped, pitch: 5 };
  const { x, y, carry, classes, controls } = note;
  const found = { x, y, carry, classes, controls, fit_db: 1, note, sound: '', residual_missing: false };
  const soft = { ...restingNote(), velocity: 0.4 };
  expect(locatedAt(soft, { ...found, restored: true })).toEqual(note);
  expect(locatedAt(soft, { ...found, restored: false })).toEqual({ ...dropped, velocity: 0.4 });
});
