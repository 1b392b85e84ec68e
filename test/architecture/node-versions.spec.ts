/** The supported and the shipped versions of Node: consistent in all files, and accepted by every package. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Locked {
  readonly version: string;
  readonly engines?: { readonly node?: string };
}

const root = join(__dirname, '..', '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const { satisfies, minVersion } = createRequire(__filename)('semver') as {
  satisfies(version: string, range: string): boolean;
  minVersion(range: string): { version: string };
};
const shipped = read('.nvmrc').trim();
const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
const oldest = minVersion(engines.node).version;
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };

it('Node versions: the oldest supported one is 20.19, the shipped one is a Node 24', () => {
  expect(oldest).toBe('20.19.0');
  expect(shipped).toMatch(/^24\.\d+\.\d+$/);
});

it.each([
  ['oldest', oldest],
  ['shipped', shipped],
])('Node versions: every package accepts the %s version', (_, version) => {
  const refusing = Object.entries(packages).filter(
    ([, { engines: needed }]) => !satisfies(version, needed?.node ?? '*'),
  );
  expect(refusing.map(([path, { engines: needed }]) => `${path} needs Node ${needed?.node}`)).toEqual([]);
});

it('Node versions: the image and the README name the shipped version', () => {
  const images = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(images.length).toBeGreaterThan(0);
  expect(new Set(images)).toEqual(new Set([`node:${shipped}-bookworm-slim`]));
  expect(read('README.md')).toContain(`Node ${shipped.split('.')[0]} is recommended, 20.19 or newer works`);
});
