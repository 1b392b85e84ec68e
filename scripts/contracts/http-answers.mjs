// Compares what an operation of the HTTP API answers: statuses, bodies and headers, of errors too.

/** @param compare compares two schemas. @returns one line per change that breaks clients which read the answers. */
export function answerChanges(label, { before, after, old, current }, compare) {
  const isNewSuccess = (status) => /^2/.test(status) && old.responses[status] === undefined;
  const added = Object.keys(current.responses).filter(isNewSuccess);
  return [
    ...Object.entries(old.responses).flatMap(([status, response]) => {
      const newResponse = current.responses[status];
      // An answer with a name is shared by many operations, and is compared under its name.
      const isShared = response.$ref !== undefined && response.$ref === newResponse?.$ref;
      const name = isShared ? `answer ${response.$ref.split('/').at(-1)}` : `${label}, answer ${status}`;
      return responseChanges(name, resolvePart(before, response), newResponse && resolvePart(after, newResponse), {
        compare,
        headersOf: { old: before, current: after },
      });
    }),
    ...added.map((status) => `${label}, answer ${status}: is new`),
  ];
}

function responseChanges(name, old, current, { compare, headersOf }) {
  const types = Object.entries(old.content ?? {});
  if (current === undefined)
    return types.length === 0 ? [`${name}: was removed`] : types.map(([type]) => `${name} (${type}): was removed`);
  return [
    ...types.flatMap(([type, { schema }]) =>
      current.content?.[type]
        ? compare('received', `${name} (${type})`, schema, current.content[type].schema)
        : [`${name} (${type}): was removed`],
    ),
    ...headerChanges(name, old.headers ?? {}, current.headers ?? {}, { compare, headersOf }),
  ];
}

function headerChanges(name, old, current, { compare, headersOf }) {
  return Object.entries(old).flatMap(([header, reference]) => {
    const path = `${name}, header ${header}`;
    if (current[header] === undefined) return [`${path}: was removed`];
    const [before, after] = [resolvePart(headersOf.old, reference), resolvePart(headersOf.current, current[header])];
    return [
      ...(before.required && !after.required ? [`${path}: may be absent now`] : []),
      ...compare('received', path, before.schema, after.schema),
    ];
  });
}

/** A response or header, or the one of the document to which it refers. */
function resolvePart({ components }, part) {
  if (part.$ref === undefined) return part;
  const [kind, name] = part.$ref.split('/').slice(-2);
  return components[kind][name];
}
