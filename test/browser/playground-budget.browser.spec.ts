/** What visitors of the playground and of the console download, compressed, and what the pages must not contain. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const SITE = join(__dirname, '../../dist/playground');
const KB = 1024;

const playground = readFileSync(join(SITE, 'index.html'), 'utf8');
const adminConsole = readFileSync(join(SITE, 'admin.html'), 'utf8');
const assets = readdirSync(join(SITE, 'assets'));
const bytesOf = (name: string): Buffer => readFileSync(join(SITE, 'assets', name));
const gzipped = (name: string): number => gzipSync(bytesOf(name), { level: 9 }).length;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
const loaded = (page: string, extension: string): string[] =>
  [...page.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)]
    .map(([, name = '']) => name)
    .filter((name) => name.endsWith(extension));

it('budget: the scripts of the playground take 60 KB at most', () => {
  const scripts = loaded(playground, '.js');
  expect(scripts.length).toBeGreaterThan(0);
  expect(sum(scripts.map(gzipped))).toBeLessThanOrEqual(60 * KB);
});

it('budget: the scripts of the console take 35 KB at most beside those of the playground', () => {
  const scripts = loaded(adminConsole, '.js');
  const own = scripts.filter((name) => !loaded(playground, '.js').includes(name));
  expect(own.length).toBeGreaterThan(0);
  expect(sum(own.map(gzipped))).toBeLessThanOrEqual(35 * KB);
  expect(sum(scripts.map(gzipped))).toBeLessThanOrEqual(80 * KB);
});

it('budget: the styles take 6 KB each, the fonts 45 KB, and what is loaded on demand 25 KB at most', () => {
  for (const page of [playground, adminConsole])
    expect(sum(loaded(page, '.css').map(gzipped))).toBeLessThanOrEqual(6 * KB);
  expect(sum(assets.filter((name) => name.endsWith('.woff2')).map((name) => bytesOf(name).length))).toBeLessThanOrEqual(
    45 * KB,
  );
  const atOnce = [playground, adminConsole].flatMap((page) => loaded(page, '.js'));
  const onDemand = assets.filter((name) => name.endsWith('.js') && !atOnce.includes(name));
  expect(sum(onDemand.map(gzipped))).toBeLessThanOrEqual(25 * KB);
});

it('budget: each file but the pages has a hash in its name, and the pages have no inline script or style', () => {
  expect(assets.filter((name) => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([]);
  for (const page of [playground, adminConsole])
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style|style=|\son\w+=/i);
});
