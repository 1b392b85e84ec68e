/** Checks `test/chaos/mutations.mjs`: each quoted source text occurs exactly once in its file, and each scenario exists. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly scenario: string;
}

const root = join(__dirname, '../..');
const list = `import('./test/chaos/mutations.mjs').then(({ mutations }) => console.log(JSON.stringify(mutations)))`;
const mutations = JSON.parse(
  execFileSync(process.execPath, ['-e', list], { cwd: root, encoding: 'utf8' }),
) as Mutation[];
const scenarios = readdirSync(join(root, 'test/chaos'));

it.each(mutations)('mutation "$name": its text and its scenario exist', ({ file, from, scenario }) => {
  expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
  expect(scenarios.filter((fileName) => fileName.startsWith(scenario))).not.toEqual([]);
});
