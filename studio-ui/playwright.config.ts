import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';

// `CHROMIUM` names a browser; where there is none, Playwright's own is taken, and the tests fail if it is missing.
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const folders = (process.env['PATH'] ?? '').split(delimiter);
const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
const executablePath = process.env['CHROMIUM'] ?? installed.find((path) => existsSync(path));

const ARGS = [
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export default defineConfig({
  testDir: 'e2e',
  // What is installed is tested where there is a wheel: scripts/check_wheel.py.
  testIgnore: process.env['DRUMLIN_SERVER_PATH'] ? [] : ['installed.spec.ts'],
  outputDir: 'test-results',
  // Files side by side, the tests of one in their order: they share its server.
  retries: 1, // a race on busy cores is told as flaky, and fails if it comes twice
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 720 },
    // One context, emptied before each test: a new one starts a renderer and compiles the page's scripts again.
    reuseContext: true,
    launchOptions: { args: ARGS, ...(executablePath && { executablePath }) },
    screenshot: 'only-on-failure',
  },
});
