/** Builds the event document, in AsyncAPI 3.1, from the contracts, their types and their doc comments. */
import {
  type CommandContract,
  COMMANDS,
  ERRORS,
  type ErrorCode,
  type EventContract,
  EVENTS,
} from '@aeturnis/contracts';
import { ERROR_DESCRIPTIONS } from '../../../apps/server/src/http/documentation/error-descriptions';
import { type ContractDeclaration, type ContractKind, readDeclarations } from '../reader/contract-declarations';
import { type ContractDoc, contractDocOf, isGeneralError } from '../reader/contract-docs';
import { ackSchema, ANSWER_SCHEMAS } from './answer-schemas';
import {
  type DocumentMessage,
  type DocumentOperation,
  type EventDocument,
  idOf,
  type Reference,
} from './event-document';
import { type JsonSchema, SCHEMA_PREFIX } from './json-schema';
import { TypeSchemas } from './type-schemas';
import { withValidationLimits } from './validation-limits';

const DESCRIPTION = [
  'Commands and events over Socket.IO 4, in the namespace `/`. A command takes one object and answers its acknowledgement',
  'once; an event carries one object. Times are ISO 8601 where they are text, and milliseconds since 1970 where they are',
  'numbers. In a command, null counts as absent unless its schema allows null. Events and answers may carry further fields:',
  'ignore those that you do not know. Recoverable events have a second argument, an offset for resuming the connection.',
].join(' ');

const CHANNEL = 'game';
const channel: Reference = { $ref: `#/channels/${CHANNEL}` };
const inChannel = (id: string): Reference => ({ $ref: `#/channels/${CHANNEL}/messages/${id}` });

interface Entry {
  readonly declaration: ContractDeclaration;
  readonly doc: ContractDoc;
}

export function buildEventDocument(version: string): EventDocument {
  const { checker, contracts } = readDeclarations();
  const entries = new Map(
    contracts.map((declaration) => [
      `${declaration.kind} ${declaration.name}`,
      { declaration, doc: contractDocOf(declaration) },
    ]),
  );
  const entryOf = (kind: ContractKind, name: string): Entry => {
    const entry = entries.get(`${kind} ${name}`);
    if (!entry) throw new Error(`${kind} ${name} is not declared in a list of libs/contracts`);
    return entry;
  };
  const types = new TypeSchemas(checker);
  const messages: Record<string, DocumentMessage> = {};
  const operations: Record<string, DocumentOperation> = {};
  for (const command of COMMANDS as readonly CommandContract[]) {
    const { declaration, doc } = entryOf('command', command.name);
    addPayloadClass(types, declaration, command);
    const result = declaration.result ? types.schemaOf(declaration.result) : {};
    messages[idOf(command.name, 'command')] = messageOf(command.name, refTo(command.payload.name), doc.example);
    messages[idOf(command.name, 'ack')] = {
      ...messageOf(command.name, ackSchema(result, command.policy.excess === 'drop'), answerOf(doc)),
      title: `Answer to ${command.name}`,
    };
    operations[idOf(command.name, 'command')] = commandOperation(command, doc);
  }
  for (const event of EVENTS as readonly EventContract[]) {
    const { declaration, doc } = entryOf('event', event.name);
    messages[idOf(event.name, 'event')] = messageOf(event.name, types.schemaOf(declaration.payload), doc.example);
    operations[idOf(event.name, 'event')] = eventOperation(event, doc);
  }
  return {
    asyncapi: '3.1.0',
    info: { title: 'Aeturnis Realtime: events', version, description: DESCRIPTION, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: { local: { host: 'localhost:3000', protocol: 'socket.io', pathname: '/socket.io/' } },
    channels: {
      [CHANNEL]: {
        address: '/',
        description: 'The Socket.IO namespace of authenticated players.',
        messages: Object.fromEntries(Object.keys(messages).map((id) => [id, { $ref: `#/components/messages/${id}` }])),
      },
    },
    operations,
    components: { messages, schemas: { ...ANSWER_SCHEMAS, ...Object.fromEntries([...types.components].sort(byName)) } },
    'x-error-codes': errorCodes(),
  };
}

function addPayloadClass(types: TypeSchemas, { payload }: ContractDeclaration, command: CommandContract): void {
  const { name } = command.payload;
  if (types.components.has(name)) return;
  const schema = { ...types.describe(payload), ...types.objectSchema(payload) };
  types.components.set(name, withValidationLimits(schema, command.payload));
}

const refTo = (name: string): JsonSchema => ({ $ref: `${SCHEMA_PREFIX}${name}` });

const byName = ([a]: [string, JsonSchema], [b]: [string, JsonSchema]): number => (a < b ? -1 : 1);

const answerOf = ({ result }: ContractDoc): object => ({ success: true, ...(result as object) });

const messageOf = (name: string, payload: JsonSchema, example: unknown): DocumentMessage => ({
  ...{ name, title: name, payload },
  examples: [{ payload: example }],
});

function commandOperation({ name, delivery, policy }: CommandContract, doc: ContractDoc): DocumentOperation {
  return {
    action: 'receive',
    ...commonFields(name, doc),
    messages: [inChannel(idOf(name, 'command'))],
    reply: { channel, messages: [inChannel(idOf(name, 'ack'))] },
    'x-delivery': delivery,
    'x-rate-policy': policy,
    'x-errors': doc.errors,
    ...(doc.http !== undefined && { 'x-twin': doc.http }),
    'x-since': doc.since,
  };
}

function eventOperation({ name, delivery, unhurried, confirmed }: EventContract, doc: ContractDoc): DocumentOperation {
  return {
    action: 'send',
    ...commonFields(name, doc),
    messages: [inChannel(idOf(name, 'event'))],
    'x-delivery': delivery,
    'x-receivers': doc.receivers ?? '',
    ...(unhurried && { 'x-unhurried': true as const }),
    ...(confirmed && { 'x-confirmed': true as const }),
    'x-since': doc.since,
  };
}

const commonFields = (name: string, { sentence, details }: ContractDoc) => ({
  channel,
  summary: sentence,
  ...(details !== '' && { description: details }),
  tags: [{ name: name.split(':')[0] ?? name }],
});

function errorCodes(): EventDocument['x-error-codes'] {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const described = codes.map((code) => {
    const { http, retryable } = ERRORS[code];
    return [code, { description: ERROR_DESCRIPTIONS[code], http, retryable, general: isGeneralError(code) }] as const;
  });
  return Object.fromEntries(described) as EventDocument['x-error-codes'];
}
