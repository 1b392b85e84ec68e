// Names the changes between two event documents that break existing clients.
import { errorCodeChanges, replyChanges } from './command-replies.mjs';
import { messageOf } from './document-messages.mjs';
import { schemaChanges } from './schema-changes.mjs';

/** @returns one line per change; empty if every client of the old document works with the new one. */
export function breakingChanges(before, after) {
  const lines = Object.entries(before.operations).flatMap(([id, old]) => {
    const label = `${old.action === 'receive' ? 'command' : 'event'} ${messageOf(before, old).name}`;
    const current = after.operations[id];
    return current
      ? operationChanges(label, { document: before, operation: old }, { document: after, operation: current })
      : [`${label}: was removed`];
  });
  // A refusal that all commands share is named once.
  return [...new Set([...errorCodeChanges(before, after), ...lines])];
}

function operationChanges(label, before, after) {
  const [oldName, newName] = [before, after].map(({ document, operation }) => messageOf(document, operation).name);
  const payloadOf = ({ document, operation }) => ({
    schema: messageOf(document, operation).payload,
    schemas: document.components.schemas,
  });
  const isCommand = before.operation.action === 'receive';
  return [
    ...(oldName === newName ? [] : [`${label}: is named ${newName}`]),
    ...deliveryChanges(label, before.operation['x-delivery'], after.operation['x-delivery']),
    ...schemaChanges(isCommand ? 'sent' : 'received', label, payloadOf(before), payloadOf(after)),
    ...(isCommand ? replyChanges(label, before, after) : []),
  ];
}

/** Each way: a weaker class may lose events, and a recoverable event carries its offset as one more argument. */
const deliveryChanges = (label, old, current) => (old === current ? [] : [`${label}: is ${current}, was ${old}`]);
