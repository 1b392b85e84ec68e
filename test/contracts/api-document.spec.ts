/** docs/api/openapi.json describes the routes: it is as generated, and complete. `WRITE=1` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApiDocument } from './api/openapi';

const ROOT = join(__dirname, '../..');
const PATH = join(ROOT, 'docs/api/openapi.json');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

let committed: string;
let generated: string;
beforeAll(async () => {
  generated = `${JSON.stringify(await buildApiDocument(version), null, 2)}\n`;
  if (process.env['WRITE'] === '1') writeFileSync(PATH, generated);
  committed = readFileSync(PATH, 'utf8');
});

it('API document: is as generated; otherwise run npm run docs:api', () => {
  expect(committed).toBe(generated);
});
