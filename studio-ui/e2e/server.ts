/** Starts the real server over a folder that goes away again. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const TREE = resolve(import.meta.dirname, '../..');
export const PYTHON = process.env['DRUMLIN_PYTHON'] ?? join(TREE, '.venv/bin/python');

export interface Server {
  /** The address with its token. */
  address: string;
  root: string;
  stop: () => Promise<void>;
}

const START_MS = 60_000;

export async function startServer(form: 'studio' | 'play-only' = 'studio'): Promise<Server> {
  const root = mkdtempSync(join(tmpdir(), 'drumlin-e2e-'));
  cpSync(filled(), root, { recursive: true, preserveTimestamps: true });
  return launch(root, form);
}

let made = '';

/** A folder with what is played and learned, made once for all servers of this process. */
function filled(): string {
  if (made) return made;
  made = mkdtempSync(join(tmpdir(), 'drumlin-filled-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  execFileSync(PYTHON, [join(import.meta.dirname, 'make_home.py'), made, TREE]);
  return made;
}

/** Run a command of Drumlin and return what it prints. */
export function drumlin(...words: string[]): string {
  return execFileSync(PYTHON, ['-m', 'drumlin', ...words], { cwd: TREE, encoding: 'utf8' });
}

/** Start an installed Drumlin, away from its sources and without Node on its path: it has what its package has. */
export function startInstalled(): Promise<Server> {
  return launch(mkdtempSync(join(tmpdir(), 'drumlin-installed-')), 'installed');
}

async function launch(root: string, form: 'studio' | 'play-only' | 'installed'): Promise<Server> {
  const port = String(await freePort());
  const home = join(root, 'home');
  const words =
    form !== 'play-only'
      ? ['studio', '--no-browser', '--port', port, '--home', home, '--samples', join(root, 'sounds')]
      : ['serve', '--play-only', '--port', port, join(home, 'instruments/alpha-tones.drumlin')];
  // OpenMP threads that spin while they wait would starve the browser on a small machine.
  const env: NodeJS.ProcessEnv = { ...process.env, OMP_NUM_THREADS: '1', OMP_WAIT_POLICY: 'PASSIVE' };
  if (form === 'installed') env['PATH'] = process.env['DRUMLIN_SERVER_PATH'] ?? env['PATH'];
  const child = spawn(PYTHON, ['-m', 'drumlin', ...words], { cwd: form === 'installed' ? root : TREE, env });
  const address = await addressOf(child);
  return {
    address,
    root,
    stop: async () => {
      await ended(child);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`the server does not start: ${said}`)), START_MS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const [address] = /http:\/\/\S+/.exec(said) ?? [];
      if (address) resolve(address);
      if (address) clearTimeout(timer);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGINT');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
