import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generate, SCHEMA } from './types.js';

test('the types are those of the server: if not, run `npm run types`', { timeout: 60_000 }, async () => {
  expect(readFileSync(SCHEMA, 'utf8')).toBe(await generate());
});
