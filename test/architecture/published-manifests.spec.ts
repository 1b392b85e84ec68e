/** The versions in the manifests of the published packages. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const script = pathToFileURL(join(__dirname, '../../scripts/packages/manifest.mjs')).href;

function manifestOf(name: string): Manifest {
  const program = `import { publishedManifest } from '${script}'; console.log(JSON.stringify(publishedManifest('${name}')))`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
  ) as Manifest;
}

it.each(['contracts', 'platform', 'realtime', 'client'])(
  'package %s: takes peers in ranges, and the rest exactly',
  (name) => {
    const { dependencies, peerDependencies } = manifestOf(name);
    expect(Object.values(peerDependencies).filter((range) => !/^(\^|>=)\d/.test(range))).toEqual([]);
    expect(Object.values(dependencies).filter((version) => !/^\d/.test(version))).toEqual([]);
  },
);
