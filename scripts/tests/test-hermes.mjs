// Runs the packed client in Hermes, the JavaScript engine of React Native: `npm run test:hermes`.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from '@swc/core';
import { build } from 'esbuild';
import { root } from '../build-if-needed.mjs';
import { packagesFolder, packIfNeeded } from '../packages/pack.mjs';
import { installOnDemand } from './on-demand.mjs';

/** The latest that npm has as a program. It is older than the engine of any React Native that is maintained. */
const VERSION = '0.12.0';
const PROGRAMS = { darwin: 'osx-bin/hermes', linux: 'linux64-bin/hermes', win32: 'win64-bin/hermes.exe' };
const TIME_LIMIT_MS = 120_000;

const client = join(packagesFolder, 'client/dist');

/** The scenes with the packed client as one script in the language of this engine, as the preset of React Native has it. */
async function bundleScenes() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test/hermes/scenes.ts')],
    alias: {
      '@aeturnis/client': join(client, 'index.js'),
      '@aeturnis/client/react-native': join(client, 'react-native.js'),
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2020',
    write: false,
    nodePaths: [join(root, 'node_modules')],
  });
  // This engine has neither classes nor variables of a block.
  const options = { swcrc: false, isModule: false, jsc: { target: 'es5', parser: { syntax: 'ecmascript' } } };
  return (await transform(outputFiles[0].text, options)).code;
}

async function main() {
  const program = PROGRAMS[process.platform];
  if (!program) throw new Error(`Hermes ${VERSION} has no program for ${process.platform}.`);
  const hermes = join(installOnDemand('hermes-engine-cli', VERSION, '133 MB'), program);
  chmodSync(hermes, 0o755);
  await packIfNeeded();
  const folder = join(root, 'node_modules/.cache/hermes');
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'scenes.js');
  writeFileSync(script, await bundleScenes());
  console.log(`Running the packed client in Hermes ${VERSION} …`);
  const { error, status, signal, stdout, stderr } = spawnSync(hermes, ['-w', script], {
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  });
  if (error && stdout === null) throw new Error(`Hermes cannot be started: ${error.message}`);
  const lines = stdout.trimEnd().split('\n');
  // A scene that waits for ever ends the script without the last line.
  const [, failed] = /^\d+ passed, (\d+) failed$/.exec(lines.at(-1)) ?? [];
  if (status !== 0 || failed === undefined) {
    process.stderr.write(stderr);
    const countOf = (sign) => lines.filter((line) => line.startsWith(`${sign} `)).length;
    const counts = `${countOf('✓')} passed, ${countOf('✗') + 1} failed`;
    lines.push(`✗ Hermes ended with ${signal ?? status} while a scene was waiting`, counts);
  }
  console.log(lines.join('\n'));
  if (status !== 0 || failed !== '0') process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
