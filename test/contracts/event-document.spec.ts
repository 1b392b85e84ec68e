/** docs/events/events.json describes the contracts: it is as generated, complete, and valid AsyncAPI. `WRITE=1` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, EVENTS } from '@aeturnis/contracts';
import { Parser } from '@asyncapi/parser';
import { buildEventDocument } from './document/asyncapi';
import { type EventDocument, idOf } from './document/event-document';

const ROOT = join(__dirname, '../..');
const PATH = join(ROOT, 'docs/events/events.json');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const generated = `${JSON.stringify(buildEventDocument(version), null, 2)}\n`;
if (process.env['WRITE'] === '1') writeFileSync(PATH, generated);
const committed = readFileSync(PATH, 'utf8');
const { operations } = JSON.parse(committed) as EventDocument;

it('event document: is as generated; otherwise run npm run docs:events', () => {
  expect(committed).toBe(generated);
});

it('event document: has an operation for each command and event of the catalogue, and no other', () => {
  const commands = COMMANDS.map(({ name }) => [idOf(name, 'command'), 'receive']);
  const events = EVENTS.map(({ name }) => [idOf(name, 'event'), 'send']);
  expect(Object.entries(operations).map(([id, { action }]) => [id, action])).toEqual([...commands, ...events]);
});

it('event document: is accepted by the AsyncAPI parser', async () => {
  const problems = async (text: string): Promise<string[]> =>
    (await new Parser().parse(text)).diagnostics.map(({ severity, message }) => `${severity} ${message}`);
  expect(await problems(committed)).toEqual([]);
  const { info, channels } = JSON.parse(committed) as EventDocument;
  expect(await problems(JSON.stringify({ asyncapi: '3.1.0', info, channels }))).not.toEqual([]);
});
