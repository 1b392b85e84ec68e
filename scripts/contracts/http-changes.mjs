// Names the changes between two documents of the HTTP API that break existing clients.
import { schemaChanges } from './schema-changes.mjs';

/** @returns one line per change; empty if every client of the old document works with the new one. */
export function httpChanges(before, after) {
  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, old]) => {
      const label = `${method.toUpperCase()} ${path}`;
      const current = after.paths[path]?.[method];
      if (!current) return [`${label}: was removed`];
      const compare = (direction, name, oldSchema, newSchema) =>
        schemaChanges(
          direction,
          `${label}, ${name}`,
          { schema: oldSchema, schemas: before.components.schemas },
          { schema: newSchema, schemas: after.components.schemas },
        );
      return [
        ...inputChanges(label, parametersOf(old), parametersOf(current), compare),
        ...inputChanges(label, bodyOf(old), bodyOf(current), compare),
        ...answerChanges(label, answersOf(before, old), answersOf(after, current), compare),
      ];
    }),
  );
}

function parametersOf({ parameters = [] }) {
  return new Map(parameters.map(({ in: place, name, ...parameter }) => [`${place} parameter ${name}`, parameter]));
}

/** By media type. */
function bodyOf({ requestBody = {} }) {
  const { content = {}, required } = requestBody;
  return new Map(Object.entries(content).map(([type, { schema }]) => [`body (${type})`, { schema, required }]));
}

/** The answers of requests that have succeeded, by status and media type. */
function answersOf({ components }, { responses }) {
  const succeeded = Object.entries(responses).filter(([status]) => Number(status) < 400);
  return new Map(
    succeeded.flatMap(([status, response]) => {
      const { content = {} } = response.$ref ? components.responses[response.$ref.split('/').at(-1)] : response;
      const types = Object.entries(content).map(([type, { schema }]) => [`answer ${status} (${type})`, schema]);
      return types.length > 0 ? types : [[`answer ${status}`, {}]];
    }),
  );
}

/** What clients send: it is still accepted, and nothing more is demanded. */
function inputChanges(label, old, current, compare) {
  const isRequired = (name, inputs) => inputs.get(name)?.required === true;
  const demanded = [...current.keys()].filter((name) => isRequired(name, current) && !isRequired(name, old));
  return [
    ...demanded.map((name) => `${label}, ${name}: is required now`),
    ...[...old].flatMap(([name, { schema }]) =>
      current.has(name) ? compare('sent', name, schema, current.get(name).schema) : [`${label}, ${name}: was removed`],
    ),
  ];
}

/** What clients read is still there. */
function answerChanges(label, old, current, compare) {
  return [...old].flatMap(([name, schema]) =>
    current.has(name) ? compare('received', name, schema, current.get(name)) : [`${label}, ${name}: was removed`],
  );
}
