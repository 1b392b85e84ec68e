/** Every command and event says what it does, with an example that the server accepts. */
import { COMMANDS, type Constructor, EVENTS } from '@aeturnis/contracts';
import { WsValidationPipe } from '@aeturnis/realtime';
import { readDeclarations } from './reader/contract-declarations';
import { contractDocOf } from './reader/contract-docs';
import { parseDocComment } from './reader/doc-comment';

const docs = readDeclarations().contracts.map(contractDocOf);
const pipe = new WsValidationPipe();

it('contracts: all commands and events of the catalogue are found in the sources', () => {
  const named = (kind: string): string[] => docs.filter((doc) => doc.kind === kind).map(({ name }) => name);
  expect(named('command').sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  expect(named('event').sort()).toEqual(EVENTS.map(({ name }) => name).sort());
});

it('contracts: each has a sentence and an example, each event its receivers, and all tags are correct', () => {
  expect(docs.flatMap(({ problems }) => problems)).toEqual([]);
});

it.each(COMMANDS.map((command): [string, Constructor<object>] => [command.name, command.payload]))(
  'contract %s: the server accepts the example',
  (name, payload) => {
    const example = docs.find((doc) => doc.kind === 'command' && doc.name === name)?.example as object;
    const accepted = pipe.transform(example, { type: 'body', metatype: payload });
    expect(JSON.parse(JSON.stringify(accepted))).toEqual(example);
  },
);

describe('doc comment', () => {
  it('is a sentence, details and tags, each over several lines', () => {
    const comment = `/**
      * Sends a message, once. It is
      * stored.
      * @example {"text":
      *   "see @anna"}
      * @error NOT_FOUND for an unknown user
      */`;
    expect(parseDocComment(comment)).toEqual({
      sentence: 'Sends a message, once.',
      details: 'It is stored.',
      tags: [
        { name: 'example', text: '{"text": "see @anna"}' },
        { name: 'error', text: 'NOT_FOUND for an unknown user' },
      ],
    });
  });

  it.each(['/** */', '/** @example {} */', '/** without a full stop */'])('%s has no sentence', (comment) =>
    expect(parseDocComment(comment).sentence).toBe(''),
  );
});
