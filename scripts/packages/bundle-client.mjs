// Bundles the client as ES modules and as CommonJS, each with its declarations, which import types of @aeturnis/contracts.
import { join } from 'node:path';
import { build } from 'tsdown';
import { root } from '../build-if-needed.mjs';

const ENTRY_POINTS = {
  index: 'index.ts',
  browser: 'browser/browser.ts',
  react: 'react/react.ts',
  'react-native': 'react-native/react-native.ts',
  world: 'world/building-blocks.ts',
};
const source = join(root, 'libs/client/src');

export function bundleClient(folder) {
  return build({
    config: false,
    cwd: root,
    entry: Object.fromEntries(Object.entries(ENTRY_POINTS).map(([name, file]) => [name, join(source, file)])),
    outDir: folder,
    format: ['esm', 'cjs'],
    dts: true,
    outExtensions: ({ format }) => (format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.js', dts: '.d.ts' }),
    // Neither a DOM nor Node.js is assumed.
    platform: 'neutral',
    target: 'es2022',
    tsconfig: join(root, 'libs/client/tsconfig.core.json'),
    deps: { neverBundle: [/^@aeturnis\//, 'engine.io-client', 'react'] },
    logLevel: 'error',
  });
}
