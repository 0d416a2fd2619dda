import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `npm run dev` asks a running `drumlin studio` for everything that is not the page itself.
const server = process.env['DRUMLIN_SERVER'] ?? 'http://localhost:8420';

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../src/drumlin/web/static',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the Content-Security-Policy allows no data: addresses
    target: 'es2022',
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: server, ws: true } } },
  test: { include: ['src/**/*.test.ts', 'scripts/*.test.js'] },
});
