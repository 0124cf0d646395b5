/** Builds the page: one folder of static files that needs no inline script. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { publishOpenapiTypes } from './openapi-types.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: folder('.'),
  plugins: [react(), { name: 'openapi-types', buildStart: publishOpenapiTypes }],
  build: {
    outDir: folder('../../dist/web'),
    emptyOutDir: true,
    assetsDir: 'assets',
    // Small files as data: addresses would need a wider content security policy than the page has.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
