/** What a visitor downloads before the first step, compressed, and what the page must not contain. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const SITE = join(__dirname, '../../dist/playground');
const KB = 1024;

const page = readFileSync(join(SITE, 'index.html'), 'utf8');
const assets = readdirSync(join(SITE, 'assets'));
const bytesOf = (name: string): Buffer => readFileSync(join(SITE, 'assets', name));
const gzipped = (name: string): number => gzipSync(bytesOf(name), { level: 9 }).length;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
const loaded = (extension: string): string[] =>
  [...page.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)]
    .map(([, name = '']) => name)
    .filter((name) => name.endsWith(extension));

it('budget: the scripts of the page take 60 KB at most', () => {
  expect(loaded('.js').length).toBeGreaterThan(0);
  expect(sum(loaded('.js').map(gzipped))).toBeLessThanOrEqual(60 * KB);
});

it('budget: the styles take 6 KB, the fonts 45 KB, and what is loaded on demand 15 KB at most', () => {
  expect(sum(loaded('.css').map(gzipped))).toBeLessThanOrEqual(6 * KB);
  expect(sum(assets.filter((name) => name.endsWith('.woff2')).map((name) => bytesOf(name).length))).toBeLessThanOrEqual(
    45 * KB,
  );
  const onDemand = assets.filter((name) => name.endsWith('.js') && !loaded('.js').includes(name));
  expect(sum(onDemand.map(gzipped))).toBeLessThanOrEqual(15 * KB);
});

it('budget: each file but the page has a hash in its name, and the page has no inline script or style', () => {
  expect(assets.filter((name) => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([]);
  expect(page).not.toMatch(/<script(?![^>]*src=)|<style|style=|\son\w+=/i);
});
