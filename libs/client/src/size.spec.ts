/** What an application downloads: the SDK is minified with all that it imports, and compressed. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

async function gzippedBytes(entry: string, external: string[] = []): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external,
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? Buffer.alloc(0), { level: 9 }).length;
}

it.each([
  ['the core with its transport', 'index.ts', [], 22_000],
  ['what a browser adds', 'browser/browser.ts', [], 1.5 * 1024],
  ['what React adds', 'react/react.ts', ['react'], 1.5 * 1024],
  ['what React Native adds', 'react-native/react-native.ts', [], 1024],
])('size: %s', async (_, entry, external, maxBytes) => {
  const bytes = await gzippedBytes(entry, external);
  expect(bytes).toBeGreaterThan(200);
  expect(bytes).toBeLessThanOrEqual(maxBytes);
});
