// Builds the playground and the console to dist/playground, from where the server serves it. Each page is an entry with chunks of its own.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path('.'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: [
      { find: '@aeturnis/client/browser', replacement: path('../../libs/client/src/browser/browser.ts') },
      { find: '@aeturnis/client', replacement: path('../../libs/client/src/index.ts') },
      { find: '@aeturnis/combat-rules', replacement: path('../../libs/combat-rules/src/index.ts') },
    ],
  },
  build: {
    outDir: path('../../dist/playground'),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page allows no inline scripts, styles and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { play: path('index.html'), console: path('admin.html') } },
  },
});
