// Bundles the client as ES modules and as CommonJS, each with its declarations, which import types of @aeturnis/contracts.
import { join } from 'node:path';
import { build } from 'tsdown';
import { root } from '../build-if-needed.mjs';

/** Each is an entry point of its own. */
const PLATFORMS = ['browser', 'react', 'react-native'];
const source = join(root, 'libs/client/src');

export function bundleClient(folder) {
  return build({
    config: false,
    cwd: root,
    entry: {
      index: join(source, 'index.ts'),
      ...Object.fromEntries(PLATFORMS.map((platform) => [platform, join(source, platform, `${platform}.ts`)])),
    },
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
