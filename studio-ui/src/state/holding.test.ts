import { describe, expect, test } from 'vitest';
import { Holding, TAP_MS } from './holding';

function recorded() {
  const done: string[] = [];
  return {
    done,
    holding: new Holding(
      () => done.push('begin'),
      () => done.push('end'),
    ),
  };
}

describe('holding', () => {
  test('what is held ends when it is let go', () => {
    const { done, holding } = recorded();
    holding.press(0);
    holding.release(TAP_MS);
    expect(done).toEqual(['begin', 'end']);
  });

  test('a tap begins, and the next one ends', () => {
    const { done, holding } = recorded();
    holding.press(0);
    holding.release(TAP_MS - 1);
    expect(done).toEqual(['begin']);
    holding.press(5000);
    holding.release(5001);
    expect(done).toEqual(['begin', 'end']);
  });

  test('what ended by itself begins anew', () => {
    const { done, holding } = recorded();
    holding.press(0);
    holding.reset();
    holding.release(1000);
    holding.press(2000);
    expect(done).toEqual(['begin', 'begin']);
  });
});
