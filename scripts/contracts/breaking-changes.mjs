// Names the changes between two event documents that break existing clients.
import { schemaChanges } from './schema-changes.mjs';

/** @returns one line per change; empty if every client of the old document works with the new one. */
export function breakingChanges(before, after) {
  return Object.entries(before.operations).flatMap(([id, old]) => {
    const label = `${old.action === 'receive' ? 'command' : 'event'} ${messageOf(before, old).name}`;
    const current = after.operations[id];
    return current
      ? operationChanges(label, { document: before, operation: old }, { document: after, operation: current })
      : [`${label}: was removed`];
  });
}

function operationChanges(label, before, after) {
  const payloadOf = ({ document, operation }) => ({
    schema: messageOf(document, operation).payload,
    schemas: document.components.schemas,
  });
  const isCommand = before.operation.action === 'receive';
  return [
    ...deliveryChanges(label, before.operation['x-delivery'], after.operation['x-delivery']),
    ...schemaChanges(isCommand ? 'sent' : 'received', label, payloadOf(before), payloadOf(after)),
    ...(isCommand ? schemaChanges('received', `${label}, result`, resultOf(before), resultOf(after)) : []),
  ];
}

const deliveryChanges = (label, old, current) =>
  old === current || current === 'recoverable' ? [] : [`${label}: is ${current}, was ${old}`];

function messageOf({ components }, { messages }) {
  return components.messages[messages[0].$ref.split('/').at(-1)];
}

/** The result stands beside `success` in the first of the possible answers. */
function resultOf({ document, operation }) {
  const { payload } = messageOf(document, operation.reply);
  return { schema: payload.oneOf[0].allOf[1], schemas: document.components.schemas };
}
