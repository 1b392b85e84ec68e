// Validates the zone files without a build or a server, and prints all problems.
// To check a folder other than the server's own: `npm run world:check -- path/to/zones`.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? `${root}/apps/server/zones`);

const require = createRequire(import.meta.url);
require('../test/support/typescript.cjs');
const { readZones, BrokenWorldError } = require('../apps/server/src/world/zones/zone-folder.ts');
const { STARTING_POINT } = require('../apps/server/src/characters/starting-point.ts');

let files = 0;
const describeZone = ({ width, height, obstacles, exits, spawns, monsters }) =>
  `${width} × ${height}, ${obstacles.length} obstacles, ${exits.length} exits, ${spawns.length} spawn points, ` +
  `${monsters.reduce((sum, { count }) => sum + count, 0)} monsters`;

console.log(`Checking the zones in ${folder}`);
try {
  readZones(folder, STARTING_POINT, (file, zone) => {
    files++;
    console.log(`  ${file}  ${zone ? describeZone(zone) : 'cannot be read'}`);
  });
  console.log(`${files} zones, 0 problems: the world is sound.`);
} catch (error) {
  if (!(error instanceof BrokenWorldError)) throw error;
  console.error(error.message);
  console.error(`${files} zones, ${error.problems.length} problem${error.problems.length === 1 ? '' : 's'}.`);
  process.exitCode = 1;
}
