// Names the changes between two documents of the HTTP API that break existing clients.
import { answerChanges } from './http-answers.mjs';
import { schemaChanges } from './schema-changes.mjs';
import { schemeChanges, securityChanges } from './security-changes.mjs';

/** @returns one line per change; empty if every client of the old document works with the new one. */
export function httpChanges(before, after) {
  const lines = Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, old]) => {
      const label = `${method.toUpperCase()} ${path}`;
      const current = after.paths[path]?.[method];
      return current ? operationChanges(label, { before, after, old, current }) : [`${label}: was removed`];
    }),
  );
  // An answer that many operations share is named once.
  return [...new Set([...serverChanges(before, after), ...schemeChanges(before, after), ...lines])];
}

function operationChanges(label, { before, after, old, current }) {
  const compare = (direction, name, oldSchema, newSchema) =>
    schemaChanges(
      direction,
      name,
      { schema: oldSchema, schemas: before.components.schemas },
      { schema: newSchema, schemas: after.components.schemas },
    );
  const removedErrors = (old['x-errors'] ?? []).filter((code) => !current['x-errors']?.includes(code));
  return [
    ...securityChanges(label, old.security ?? before.security, current.security ?? after.security),
    ...inputChanges(label, parametersOf(old), parametersOf(current), compare),
    ...inputChanges(label, bodyOf(old), bodyOf(current), compare),
    ...answerChanges(label, { before, after, old, current }, compare),
    ...removedErrors.map((code) => `${label}: no longer answers the error ${code}`),
  ];
}

/** Paths are relative to the address of a server. */
function serverChanges({ servers: old = [] }, { servers: current = [] }) {
  const removed = old.filter(({ url }) => !current.some((server) => server.url === url));
  return removed.map(({ url }) => `server ${url}: was removed`);
}

function parametersOf({ parameters = [] }) {
  return new Map(parameters.map(({ in: place, name, ...parameter }) => [`${place} parameter ${name}`, parameter]));
}

/** By media type. */
function bodyOf({ requestBody = {} }) {
  const { content = {}, required } = requestBody;
  return new Map(Object.entries(content).map(([type, { schema }]) => [`body (${type})`, { schema, required }]));
}

/** What clients send: it is still accepted, and nothing more is demanded. */
function inputChanges(label, old, current, compare) {
  const isRequired = (name, inputs) => inputs.get(name)?.required === true;
  const demanded = [...current.keys()].filter((name) => isRequired(name, current) && !isRequired(name, old));
  return [
    ...demanded.map((name) => `${label}, ${name}: is required now`),
    ...[...old].flatMap(([name, { schema }]) =>
      current.has(name)
        ? compare('sent', `${label}, ${name}`, schema, current.get(name).schema)
        : [`${label}, ${name}: was removed`],
    ),
  ];
}
