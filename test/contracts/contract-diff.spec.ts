/** `npm run contract:diff` names each change that breaks clients, and no other. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventDocument } from './document/event-document';
import type { JsonSchema } from './document/json-schema';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docs/events/events.json'), 'utf8');
const program = `
  const { breakingChanges } = await import('./scripts/contracts/breaking-changes.mjs');
  const pairs = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));
  console.log(JSON.stringify(pairs.map(([before, after]) => breakingChanges(before, after))));
`;

type Edit = (document: EventDocument) => void;
const edited = (edit: Edit): EventDocument => {
  const document = JSON.parse(text) as EventDocument;
  edit(document);
  return document;
};
const schema = (document: EventDocument, name: string): JsonSchema => document.components.schemas[name] ?? {};
const fields = (document: EventDocument, name: string): Record<string, JsonSchema> =>
  schema(document, name).properties ?? {};
const without = (fieldsOf: Record<string, JsonSchema>, name: string): void =>
  void Reflect.deleteProperty(fieldsOf, name);

const BREAKING: readonly (readonly [what: string, edit: Edit, line: string])[] = [
  [
    'a removed command',
    (d) => Reflect.deleteProperty(d.operations, 'chat.emote.command'),
    'command chat:emote: was removed',
  ],
  ['a removed event', (d) => Reflect.deleteProperty(d.operations, 'chat.emote.event'), 'event chat:emote: was removed'],
  [
    'a removed field of a payload',
    (d) => without(fields(d, 'ChatMessageDto'), 'clientId'),
    'command chat:message.clientId: was removed',
  ],
  [
    'a removed field of an event',
    (d) => without(fields(d, 'ChatEntry'), 'channel'),
    'event chat:message.channel: was removed',
  ],
  [
    'a removed field of a result',
    (d) => without(fields(d, 'MessageSent'), 'seq'),
    'command message:send, result.seq: was removed',
  ],
  [
    'a removed nested field',
    (d) => without(fields(d, 'ChatAuthor'), 'name'),
    'event chat:whisper.from.name: was removed',
  ],
  [
    'a shorter text',
    (d) => Object.assign(fields(d, 'ChatMessageDto')['text']!, { maxLength: 400 }),
    'command chat:message.text: maxLength is 400, was 500',
  ],
  [
    'a new limit',
    (d) => Object.assign(fields(d, 'AuthRefreshDto')['token']!, { pattern: '^ey' }),
    'command auth:refresh.token: pattern is ^ey, was unlimited',
  ],
  [
    'a narrower type of a payload',
    (d) => Object.assign(fields(d, 'CharacterMoveDto')['x']!, { type: 'integer' }),
    'command character:move.x: no longer accepts number',
  ],
  [
    'a field that has become required',
    (d) => schema(d, 'ChatMessageDto').required?.push('clientId'),
    'command chat:message.clientId: is required now',
  ],
  [
    'a new required field',
    (d) => {
      Object.assign(fields(d, 'ZoneEnterDto'), { toll: { type: 'integer' } });
      schema(d, 'ZoneEnterDto').required?.push('toll');
    },
    'command zone:enter.toll: is required now',
  ],
  [
    'a field of an event that may be absent',
    (d) => Object.assign(schema(d, 'ChatEntry'), { required: ['id', 'channel', 'from', 'text'] }),
    'event chat:message.createdAt: may be absent now',
  ],
  [
    'another type in an event',
    (d) => Object.assign(fields(d, 'ChatEntry')['id']!, { type: ['string', 'null'] }),
    'event chat:message.id: can now be null',
  ],
  [
    'a removed value of a payload',
    (d) => fields(d, 'ChatEmoteDto')['emote']?.enum?.splice(0, 1),
    'command chat:emote.emote: no longer has the value "wave"',
  ],
  [
    'a removed value of an event',
    (d) => Object.assign(fields(d, 'SystemResync')['reason']!, { enum: ['epoch', 'trimmed'] }),
    'event system:resync.reason: no longer has the value "lost"',
  ],
  [
    'a removed variant',
    (d) => schema(d, 'CombatEntry').anyOf?.splice(0, 1),
    'event combat:action_result.entries[]: the variant type round was removed',
  ],
  [
    'a weaker delivery',
    (d) => Object.assign(d.operations['chat.message.event']!, { 'x-delivery': 'volatile' }),
    'event chat:message: is volatile, was recoverable',
  ],
  [
    'a delivery that adds the offset to the arguments',
    (d) => Object.assign(d.operations['chat.typing.event']!, { 'x-delivery': 'recoverable' }),
    'event chat:typing: is recoverable, was volatile',
  ],
  [
    'a removed field of refusals, once for all commands',
    (d) => without(fields(d, 'Refused'), 'error'),
    'answer Refused.error: was removed',
  ],
  [
    'an answer without a result that a command did not have',
    (d) => d.components.messages['chat.message.ack']?.payload.oneOf?.push({ $ref: '#/components/schemas/Dropped' }),
    'command chat:message: can now be answered by Dropped',
  ],
  [
    'a removed error of a command',
    (d) => Object.assign(d.operations['chat.message.command']!, { 'x-errors': [] }),
    'command chat:message: no longer answers the error NO_CHARACTER',
  ],
  ['a removed error code', (d) => Reflect.deleteProperty(d['x-error-codes'], 'MUTED'), 'error code MUTED: was removed'],
  [
    'an error code that is no longer retryable',
    (d) => Object.assign(d['x-error-codes'].TIMEOUT, { retryable: false }),
    'error code TIMEOUT: retryable is false, was true',
  ],
  [
    'a removed alternative of a payload',
    (d) => schema(d, 'ConversationCreateDto').oneOf?.pop(),
    'command conversation:create: the variant with participantCharacterIds was removed',
  ],
  [
    'another name',
    (d) => Object.assign(d.components.messages['chat.message.command']!, { name: 'chat:say' }),
    'command chat:message: is named chat:say',
  ],
];

const COMPATIBLE: readonly (readonly [what: string, edit: Edit])[] = [
  ['no change', () => undefined],
  ['a new command', (d) => Object.assign(d.operations, { 'chat.wave.command': d.operations['chat.emote.command'] })],
  ['a new optional field', (d) => Object.assign(fields(d, 'ZoneEnterDto'), { toll: { type: 'integer' } })],
  ['a new field of an event', (d) => Object.assign(fields(d, 'ChatEntry'), { color: { type: 'string' } })],
  ['a longer text', (d) => Object.assign(fields(d, 'ChatMessageDto')['text']!, { maxLength: 600 })],
  ['a new value of a payload', (d) => fields(d, 'ChatEmoteDto')['emote']?.enum?.push('yawn')],
  ['a field that is no longer required', (d) => Object.assign(schema(d, 'ChatMessageDto'), { required: ['channel'] })],
  ['another sentence', (d) => Object.assign(d.operations['chat.message.event']!, { summary: 'A text.' })],
];

const pairs = [...BREAKING, ...COMPATIBLE].map(([, edit]) => [JSON.parse(text), edited(edit)] as const);
let found: string[][];
beforeAll(() => {
  const input = JSON.stringify(pairs);
  const args = ['--input-type=module', '-e', program];
  const output = execFileSync(process.execPath, args, { cwd: root, input, encoding: 'utf8', maxBuffer: 64e6 });
  found = JSON.parse(output) as string[][];
});

it.each(BREAKING.map(([what, , line], index) => ({ what, line, index })))(
  'contract diff: names $what',
  ({ line, index }) => {
    expect(found[index]).toContain(line);
  },
);

it.each(COMPATIBLE.map(([what], index) => ({ what, index: BREAKING.length + index })))(
  'contract diff: lets $what pass',
  ({ index }) => {
    expect(found[index]).toEqual([]);
  },
);

it('contract diff: compares a file with the current document, and ends with 1 if that breaks clients', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-diff-'));
  const run = (before: EventDocument): { status: number | null; stdout: string } => {
    const path = join(folder, 'events.json');
    writeFileSync(path, JSON.stringify(before));
    return spawnSync(process.execPath, ['scripts/contracts/diff.mjs', path], { cwd: root, encoding: 'utf8' });
  };
  const same = run(JSON.parse(text) as EventDocument);
  const added = run(edited((d) => Object.assign(fields(d, 'ChatEntry'), { color: { type: 'string' } })));
  rmSync(folder, { recursive: true });
  expect([same.status, same.stdout]).toEqual([0, expect.stringMatching(/^No breaking changes since /)]);
  expect([added.status, added.stdout]).toEqual([1, expect.stringContaining('- event chat:message.color: was removed')]);
});
