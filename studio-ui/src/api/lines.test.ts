import { expect, test } from 'vitest';
import { linesOf } from './lines';

test('lines come whole however the bytes were cut', async () => {
  const bytes = new TextEncoder().encode('{"a": 1}\n{"ä": 2}\n{"b": 3}\n');
  for (const size of [1, 7, 12, 100]) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const lines = [];
    for await (const line of linesOf(body)) lines.push(line);
    expect(lines).toEqual(['{"a": 1}', '{"ä": 2}', '{"b": 3}']);
  }
});

test('a line that was cut off is left out', async () => {
  const body = new Blob(['{"a": 1}\n{"b": ']).stream();
  const lines = [];
  for await (const line of linesOf(body)) lines.push(line);
  expect(lines).toEqual(['{"a": 1}']);
});
