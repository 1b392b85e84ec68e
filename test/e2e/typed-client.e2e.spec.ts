/** Types that openapi-typescript generates from the OpenAPI document compile in a strict client, which a server then answers. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { usePrivateServer } from '../support/servers/private-server';

const ROOT = join(__dirname, '../..');
const CONFIG = {
  compilerOptions: {
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
    ...{ target: 'ES2023', lib: ['ES2023', 'DOM'], module: 'nodenext', types: ['node'], skipLibCheck: true },
  },
  files: ['api.ts', 'typed-client.mts'],
};

const server = usePrivateServer();
const folder = mkdtempSync(join(tmpdir(), 'typed-client-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Node.js beside the server, which is in this process. */
async function runNode(...parameters: string[]): Promise<string> {
  try {
    return (await promisify(execFile)(process.execPath, parameters, { cwd: folder })).stdout;
  } catch (error) {
    const { message, stdout } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout ?? ''}`);
  }
}

const tool = (path: string): string => join(ROOT, 'node_modules', path);

it('typed client: its types are generated, it compiles, and the server answers as the types say', async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(ROOT, 'test/clients/typed-client.mts'), join(folder, 'typed-client.mts'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  const document = await fetch(`${server.url}/docs/openapi.json`);
  writeFileSync(join(folder, 'openapi.json'), await document.text());
  await runNode(tool('openapi-typescript/bin/cli.js'), 'openapi.json', '--output', 'api.ts');
  await runNode(tool('typescript/bin/tsc'), '--project', folder);
  const answered = JSON.parse(await runNode('typed-client.mjs', server.url)) as unknown;
  expect(answered).toEqual({
    character: { name: 'Ælfgifu', health: 95 },
    ...{ texts: ['See you at the gate'], code: 'NOT_FOUND', isForeign: false, wrongField: null },
    refused: [400, 404, 400],
  });
});
