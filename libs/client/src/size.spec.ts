/** What an application downloads: the SDK is minified with all that it imports, and compressed. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** @param code of an application in this folder. */
async function gzippedBytes(code: string, external: string[] = []): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: __dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external,
    // As the package is built.
    tsconfig: join(__dirname, '../tsconfig.core.json'),
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? Buffer.alloc(0), { level: 9 }).length;
}

it.each([
  ['the client with its transport', "export * from './index'", [], 22.5 * 1024],
  ['an application that only chats', "export { createChatClient } from './index'", [], 19 * 1024],
  ['what a browser adds', "export * from './browser/browser'", [], 1.5 * 1024],
  ['what React adds', "export * from './react/react'", ['react'], 1.5 * 1024],
  ['what React Native adds', "export * from './react-native/react-native'", [], 1024],
  ['the world by itself', "export * from './world/building-blocks'", [], 3 * 1024],
])('size: %s', async (_, code, external, maxBytes) => {
  const bytes = await gzippedBytes(code, external);
  expect(bytes).toBeGreaterThan(200);
  expect(bytes).toBeLessThanOrEqual(maxBytes);
});
