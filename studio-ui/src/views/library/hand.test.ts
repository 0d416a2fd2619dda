import { beforeEach, describe, expect, it } from 'vitest';
import { Hand, type Ground } from './hand.svelte';
import { toMap, toScreen, type View } from './points';
import { dragged, nearer, type Spot } from './seen';

const SIZE = { width: 400, height: 300 };
const REACH = { whole: 300, nearest: 3000 };
const START: View = { x: 0.5, y: 0.5, scale: 600 };

let ground: Ground & { taps: [Spot, number][]; lines: number[] };
let hand: Hand;

beforeEach(() => {
  ground = {
    size: SIZE,
    reach: REACH,
    view: START,
    taps: [],
    lines: [],
    tap: (spot, reach) => ground.taps.push([spot, reach]),
    select: (line) => ground.lines.push(line.length),
  };
  hand = new Hand(ground);
});

const finger = (pointerId: number, left: number, top: number, pointerType = 'touch') => ({
  pointerId,
  pointerType,
  spot: [left, top] as const,
});
const under = (view: View, spot: Spot) => toMap(view, SIZE.width, SIZE.height, ...spot);
const at = (view: View, place: readonly [number, number]) =>
  toScreen(view, SIZE.width, SIZE.height, ...place);

describe('one finger', () => {
  it('taps, also where it is not quite steady', () => {
    hand.press(finger(1, 100, 100));
    hand.move(finger(1, 106, 103));
    hand.release(finger(1, 106, 103));
    expect(ground.taps).toEqual([[[106, 103], 24]]);
    expect(ground.view).toBe(START);
  });

  it('moves the map, and what it holds stays under it', () => {
    const held = under(START, [100, 100]);
    hand.press(finger(1, 100, 100));
    hand.move(finger(1, 180, 60));
    hand.release(finger(1, 180, 60));
    expect(at(ground.view, held)[0]).toBeCloseTo(180);
    expect(at(ground.view, held)[1]).toBeCloseTo(60);
    expect(ground.view.scale).toBe(START.scale);
    expect(ground.taps).toEqual([]);
  });

  it('draws a lasso once the map is set to it, and taps still', () => {
    hand.isLassoing = true;
    hand.press(finger(1, 10, 10));
    for (const [left, top] of [
      [90, 10],
      [90, 90],
      [10, 90],
    ] as const)
      hand.move(finger(1, left, top));
    expect(hand.line).toHaveLength(4);
    hand.release(finger(1, 10, 90));
    expect(ground.lines).toEqual([4]);
    expect(hand.line).toEqual([]);
    expect(ground.view).toBe(START);
    hand.press(finger(1, 10, 10));
    hand.release(finger(1, 10, 10));
    expect(ground.taps).toHaveLength(1);
    expect(hand.isLassoing).toBe(true);
  });
});

describe('two fingers', () => {
  it('come nearer; what each holds stays under it', () => {
    const held = [under(START, [150, 150]), under(START, [250, 150])];
    hand.press(finger(1, 150, 150));
    hand.press(finger(2, 250, 150));
    hand.move(finger(1, 120, 170));
    hand.move(finger(2, 320, 170));
    expect(ground.view.scale).toBeCloseTo(2 * START.scale);
    expect(at(ground.view, held[0]!)[0]).toBeCloseTo(120);
    expect(at(ground.view, held[1]!)[0]).toBeCloseTo(320);
    expect(at(ground.view, held[1]!)[1]).toBeCloseTo(170);
  });

  it('are no tap, and the one that stays goes on moving without a jump', () => {
    hand.press(finger(1, 150, 150));
    hand.press(finger(2, 250, 150));
    hand.release(finger(2, 250, 150));
    const held = under(ground.view, [150, 150]);
    hand.move(finger(1, 170, 150));
    expect(at(ground.view, held)[0]).toBeCloseTo(170);
    hand.release(finger(1, 170, 150));
    expect(ground.taps).toEqual([]);
  });

  it('give up a lasso that one has begun', () => {
    hand.isLassoing = true;
    hand.press(finger(1, 10, 10));
    hand.move(finger(1, 90, 10));
    hand.move(finger(1, 90, 90));
    hand.press(finger(2, 200, 200));
    expect(hand.line).toEqual([]);
    hand.release(finger(1, 90, 90));
    hand.release(finger(2, 200, 200));
    expect(ground.lines).toEqual([]);
  });

  it('come no nearer and go no farther than there is', () => {
    const far = dragged(
      START,
      SIZE,
      REACH,
      [
        [100, 100],
        [300, 100],
      ],
      [
        [199, 100],
        [200, 100],
      ],
    );
    expect(far.scale).toBe(REACH.whole);
    expect(nearer(START, SIZE, REACH, 100, [0, 0]).scale).toBe(REACH.nearest);
  });
});

it('a finger that the system takes away is no tap', () => {
  hand.press(finger(1, 100, 100));
  hand.cancel(1);
  hand.release(finger(1, 100, 100));
  expect(ground.taps).toEqual([]);
  expect(hand.isDown).toBe(false);
});

it('coming nearer leaves what lies at the spot there', () => {
  const place = under(START, [40, 250]);
  expect(at(nearer(START, SIZE, REACH, 1.7, [40, 250]), place)[0]).toBeCloseTo(40);
  expect(at(nearer(START, SIZE, REACH, 1.7, [40, 250]), place)[1]).toBeCloseTo(250);
});
