// Writes src/api/schema.d.ts from the server's own description of itself.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const ROOT = new URL('../../', import.meta.url);
const HEADER = '// Made by `npm run types` out of `drumlin openapi`: not to be edited.\n\n';

export const SCHEMA = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url));

/** The Python that Drumlin is installed in. */
export function python() {
  const own = process.platform === 'win32' ? '.venv/Scripts/python.exe' : '.venv/bin/python';
  return process.env.DRUMLIN_PYTHON ?? fileURLToPath(new URL(own, ROOT));
}

export async function generate() {
  const description = execFileSync(python(), ['-m', 'drumlin', 'openapi'], { cwd: ROOT, encoding: 'utf8' });
  return HEADER + astToString(await openapiTS(JSON.parse(description)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SCHEMA, await generate());
