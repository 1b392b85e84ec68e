// Compares what a command is answered: its result, the other answers, and the error codes.
import { messageOf } from './document-messages.mjs';
import { schemaChanges } from './schema-changes.mjs';

/** @param before and after: `{ document, operation }`. @returns one line per change that breaks clients. */
export function replyChanges(label, before, after) {
  const [old, current] = [repliesOf(before), repliesOf(after)];
  const compare = (name, oldSchema, newSchema) =>
    schemaChanges(
      'received',
      name,
      { schema: oldSchema, schemas: before.document.components.schemas },
      { schema: newSchema, schemas: after.document.components.schemas },
    );
  const codesOf = ({ operation }) => (operation['x-errors'] ?? []).map(({ code }) => code);
  const removed = codesOf(before).filter((code) => !codesOf(after).includes(code));
  return [
    ...compare(`${label}, result`, old.result, current.result),
    ...[...current.others.keys()]
      .filter((name) => !old.others.has(name))
      .map((name) => `${label}: can now be answered by ${name}`),
    // Shared by the commands, and so named without one of them.
    ...[...old.others]
      .filter(([name]) => current.others.has(name))
      .flatMap(([name, schema]) => compare(`answer ${name}`, schema, current.others.get(name))),
    ...removed.map((code) => `${label}: no longer answers the error ${code}`),
  ];
}

/** The result stands beside `success` in the first of the possible answers; the others have names. */
function repliesOf({ document, operation }) {
  const [succeeded, ...others] = messageOf(document, operation.reply).payload.oneOf;
  const [success, result] = succeeded.allOf;
  const named = [success, ...others].filter(({ $ref }) => $ref !== undefined);
  return { result, others: new Map(named.map((schema) => [schema.$ref.split('/').at(-1), schema])) };
}

/** The catalogue of error codes, which all commands share. */
export function errorCodeChanges(before, after) {
  const current = after['x-error-codes'] ?? {};
  return Object.entries(before['x-error-codes'] ?? {}).flatMap(([code, error]) =>
    current[code] === undefined
      ? [`error code ${code}: was removed`]
      : ['http', 'retryable']
          .filter((field) => error[field] !== current[code][field])
          .map((field) => `error code ${code}: ${field} is ${current[code][field]}, was ${error[field]}`),
  );
}
