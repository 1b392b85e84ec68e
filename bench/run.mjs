// Runs all benchmarks: `npm run bench`, or `npm run bench -- --quick` in two minutes.
import { restore } from './restore.mjs';
import { takePlace } from './support/stage.mjs';
import { twoNodes } from './two-nodes.mjs';

const quick = process.argv.includes('--quick');
takePlace();
await twoNodes({ quick });
await restore({ quick });
