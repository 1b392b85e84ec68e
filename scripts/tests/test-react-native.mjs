// Runs every command of the guide for React Native that needs no phone, in a folder outside of the repository: `npm run test:react-native`.
// It installs React Native (300 MB) and takes from two to fifteen minutes.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../build-if-needed.mjs';
import { packagesFolder, packIfNeeded } from '../packages/pack.mjs';
import { temporaryFolder } from '../temporary-folder.mjs';

const DERIVED = new Set(['node_modules', 'native', 'android', 'ios', 'package-lock.json']);
const COMPILERS = { darwin: 'osx-bin/hermesc', linux: 'linux64-bin/hermesc', win32: 'win64-bin/hermesc.exe' };
const PLATFORMS = ['android', 'ios'];
/** The first bytes of a program for Hermes, as a little-endian number. */
const BYTECODE_MAGIC = 0x1f1903c103bc1fc6n;

const workspace = temporaryFolder();
const example = join(workspace, 'examples/react-native-chat');

function run(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: example,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}${error ?? ''}`);
}

const read = (path) => readFileSync(join(example, path), 'utf8');

function expect(condition, failure) {
  if (!condition) throw new Error(failure);
}

/** Outside of the repository, so that no package of it is found by accident. */
function copyExample() {
  const isSource = (path) => !DERIVED.has(basename(path));
  cpSync(join(root, 'examples/react-native-chat'), example, { recursive: true, filter: isSource });
  mkdirSync(join(workspace, 'packages'));
  for (const name of ['client', 'contracts'])
    cpSync(join(packagesFolder, `${name}.tgz`), join(workspace, 'packages', `${name}.tgz`));
}

function install() {
  run('npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
}

/** What the guide says of the template: plain HTTP in debug builds of Android, and in the own network on iOS. */
function createNativeProjects() {
  run('npm', 'run', 'native');
  const manifest = read('android/app/src/main/AndroidManifest.xml');
  expect(manifest.includes('${usesCleartextTraffic}'), 'the manifest of Android does not leave HTTP to the build');
  const allowed = /<key>NSAllowsLocalNetworking<\/key>\s*<true\/>/.test(read('ios/Chat/Info.plist'));
  expect(allowed, 'the template for iOS does not allow HTTP in the own network');
  expect(/getMainComponentName.*"Chat"/.test(mainActivity()), 'the native project starts another component');
}

const mainActivity = () => read('android/app/src/main/java/com/chat/MainActivity.kt').replaceAll('\n', ' ');

/** @throws Error if it contains what only servers have. */
function bundle(platform) {
  run('npm', 'run', `bundle:${platform}`);
  const script = read(`${platform}.jsbundle`);
  expect(script.includes('system:ping') && script.includes(':outbox:'), 'the bundle lacks the client');
  for (const name of ['class-validator', 'xmlhttprequest-ssl'])
    expect(!script.includes(name), `the bundle contains ${name}`);
}

/** With the compiler that React Native brings, as a release build does. */
function compile(platform) {
  const compiler = join(example, 'node_modules/hermes-compiler/hermesc', COMPILERS[process.platform]);
  chmodSync(compiler, 0o755);
  const output = join(example, `${platform}.hbc`);
  run(compiler, '-w', '-O', '-emit-binary', '-out', output, join(example, `${platform}.jsbundle`));
  expect(existsSync(output) && statSync(output).size > 100_000, 'the program is too small');
  expect(readFileSync(output).readBigUInt64LE() === BYTECODE_MAGIC, 'the output is no program for Hermes');
}

const STEPS = [
  ['npm run pack', () => packIfNeeded().then(copyExample)],
  ['npm install', install],
  ['npm run native', createNativeProjects],
  ['npm run types', () => run('npm', 'run', 'types')],
  ...PLATFORMS.map((platform) => [`npm run bundle:${platform}`, () => bundle(platform)]),
  ...PLATFORMS.map((platform) => [`hermesc ${platform}`, () => compile(platform)]),
];

let passed = 0;
let failed = 0;
for (const [name, step] of STEPS) {
  const startedAt = Date.now();
  try {
    console.log(`  ${name} …`);
    await step();
    passed += 1;
    console.log(`✓ ${name} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`✗ ${name}\n${error.message}`);
    // The steps that follow need this one.
    break;
  }
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
