/** One command or event of the page. */
import type { ErrorCode } from '@aeturnis/contracts';
import {
  type CodeSamples,
  commandSamples,
  eventSamples,
  SAMPLE_LABELS,
} from '../../../scripts/contracts/code-samples.mjs';
import { resultSchemaOf } from '../document/answer-schemas';
import type { DocumentMessage, DocumentOperation, EventDocument } from '../document/event-document';
import { fieldTables } from './field-table';
import { codeBlock, escapeHtml, foldable, inlineCode, linkTo, prose } from './html';
import { policyText } from './policy-text';

const COMMAND_DELIVERY = {
  volatile: 'Volatile: clients may send it volatile, since a lost one does no harm.',
  reply: 'Reply: it is answered once, by its acknowledgement.',
} as const;

const EVENT_DELIVERY = {
  volatile: 'Volatile: it may be lost, and is never stored.',
  reply: 'Reply: to one connection, at once, never replayed.',
  recoverable:
    'Recoverable: it also reaches connections that were interrupted for up to two minutes, once and in order.',
} as const;

export const entryAnchor = ({ action }: DocumentOperation, name: string): string =>
  `${action === 'receive' ? 'command' : 'event'}-${name.replaceAll(':', '-')}`;

/** The message to which an operation refers. */
export function messageOf(
  { components }: EventDocument,
  { messages }: Pick<DocumentOperation, 'messages'>,
): DocumentMessage {
  const id = messages[0]?.$ref.split('/').at(-1) ?? '';
  const message = components.messages[id];
  if (!message) throw new Error(`the document has no message ${id}`);
  return message;
}

export function entrySection(document: EventDocument, operation: DocumentOperation): string {
  const { name, payload, examples } = messageOf(document, operation);
  const { schemas } = document.components;
  const anchor = entryAnchor(operation, name);
  const example = examples[0]?.payload;
  const isCommand = operation.action === 'receive';
  const parts = [
    `<h3>${linkTo(anchor, inlineCode(name))} <small>${isCommand ? 'command' : 'event'}</small></h3>`,
    `<p>${prose([operation.summary, operation.description ?? ''].join(' ').trim())}</p>`,
    facts(operation),
    ...(isCommand ? [`<p><a href="/?inspect=${escapeHtml(name)}">Try it in the playground</a></p>`] : []),
    `<h4>Fields</h4>${fieldTables(payload, schemas)}`,
    foldable('Example', codeBlock(JSON.stringify(example, null, 2))),
    ...(isCommand ? answerParts(document, operation) : []),
    codeParts(entrySamples(document, operation)),
  ];
  return `<section id="${anchor}">${parts.join('')}</section>`;
}

/** The code with which clients send the example of a command, or receive an event. */
export function entrySamples(document: EventDocument, operation: DocumentOperation): CodeSamples {
  const { name, examples } = messageOf(document, operation);
  if (operation.action === 'send') return eventSamples(name);
  return commandSamples(name, examples[0]?.payload, operation['x-delivery'] === 'volatile');
}

function facts(operation: DocumentOperation): string {
  const { 'x-delivery': delivery, 'x-rate-policy': policy, 'x-receivers': receivers } = operation;
  const rows = [
    ['Receivers', receivers ?? ''],
    ['Limit', policy ? policyText(policy) : ''],
    ['Delivery', policy && delivery !== 'recoverable' ? COMMAND_DELIVERY[delivery] : EVENT_DELIVERY[delivery]],
    [
      'Timing',
      operation['x-unhurried'] ? 'It may wait for up to 100 ms, to be written together with another event.' : '',
    ],
    ['Confirmed', operation['x-confirmed'] ? 'The server verifies that it has arrived.' : ''],
    ['HTTP', operation['x-twin'] === undefined ? '' : `\`${operation['x-twin']}\` does the same.`],
    ['Since', operation['x-since']],
  ];
  const shown = rows.filter(([, text]) => text !== '');
  return `<dl>${shown.map(([term = '', text = '']) => `<dt>${term}</dt><dd>${prose(text)}</dd>`).join('')}</dl>`;
}

function answerParts(document: EventDocument, operation: DocumentOperation): string[] {
  const ack = messageOf(document, operation.reply ?? operation);
  const errors = operation['x-errors'] ?? [];
  const listed = errors.map(({ code, when }) => `<li>${errorLink(code)} ${prose(when)}</li>`).join('');
  return [
    `<h4>Answer</h4>${fieldTables(resultSchemaOf(ack.payload), document.components.schemas)}`,
    foldable('Example of an answer', codeBlock(JSON.stringify(ack.examples[0]?.payload, null, 2))),
    `<h4>Errors</h4><ul>${listed}<li>the ${linkTo('errors', 'general ones')}</li></ul>`,
  ];
}

const errorLink = (code: ErrorCode): string => linkTo(`error-${code}`, `<code>${escapeHtml(code)}</code>`);

const codeParts = (samples: CodeSamples): string =>
  SAMPLE_LABELS.map(([language, label]) => foldable(label, codeBlock(samples[language]))).join('');
