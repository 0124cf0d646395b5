/** Builds the page: one folder of static files that needs no inline script. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { publishOpenapiTypes } from './openapi-types.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Writes what is served often beside itself in compressed form, so that nothing is compressed while people wait. */
function compressAssets(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const bytes = readFileSync(join(directory, name));
    writeFileSync(join(directory, `${name}.br`), brotliCompressSync(bytes));
    writeFileSync(join(directory, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

export default defineConfig({
  root: folder('.'),
  plugins: [
    react(),
    { name: 'openapi-types', buildStart: publishOpenapiTypes },
    {
      name: 'compressed-assets',
      apply: 'build',
      enforce: 'post',
      writeBundle: ({ dir = '' }) => compressAssets(join(dir, 'assets')),
    },
  ],
  build: {
    outDir: folder('../../dist/web'),
    emptyOutDir: true,
    assetsDir: 'assets',
    // Small files as data: addresses would need a wider content security policy than the page has.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // How long plugins took is nothing for whoever builds.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
