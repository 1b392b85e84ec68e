/** The data files of the world for an operator: one command checks them, and the server refuses to start with broken ones. */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryFolder, testEnvironment } from '../support/environment';

const ROOT = join(__dirname, '..', '..');

interface ProcessResult {
  code: number | null;
  output: string;
}

const run = (args: string[], environment: NodeJS.ProcessEnv = {}): Promise<ProcessResult> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment };
    const child = execFile(process.execPath, args, { cwd: ROOT, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });

function createBrokenWorld(): string {
  const zones = join(createTemporaryFolder(), 'zones');
  cpSync(join(ROOT, 'apps', 'server', 'zones'), zones, { recursive: true });
  const file = join(zones, 'forest.json');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"to": "mine"', '"to": "x"').replace('"width": 400', '"width": 40'),
  );
  return zones;
}
const PROBLEMS = [
  "zones/forest.json: exits[1].to: there is no zone 'x'",
  'zones/forest.json: spawns[0]: is outside of the zone',
];

it('valid files are reported as valid, file by file', async () => {
  const { code, output } = await run(['scripts/world-check.mjs']);
  expect(code).toBe(0);
  for (const name of ['starting_village', 'forest', 'mine', 'harbor']) expect(output).toContain(`zones/${name}.json`);
  expect(output.trimEnd().split('\n').at(-1)).toBe('4 zones, 0 problems: the world is sound.');
});

it('broken files are reported with all problems, and the command fails', async () => {
  const { code, output } = await run(['scripts/world-check.mjs', createBrokenWorld()]);
  expect(code).toBe(1);
  for (const problem of PROBLEMS) expect(output).toContain(problem);
  expect(output.trimEnd().split('\n').at(-1)).toMatch(/^4 zones, \d+ problems\.$/);
});

it('broken files fail the boot of a server with the same problems, and leave nothing running', async () => {
  const main = join(ROOT, 'dist', 'apps', 'server', 'src', 'main.js');
  const { code, output } = await run([main], testEnvironment({ LOG_LEVEL: 'info', ZONES_DIR: createBrokenWorld() }));
  expect(code).toBe(1);
  for (const problem of PROBLEMS) expect(output).toContain(problem);
  expect(output).not.toContain('    at ');
});
