// The type and the limits of a schema in words: on the page of events, and in the inspector of the playground.

const SCHEMA_PREFIX = '#/components/schemas/';

/** Undefined for a schema without a name. */
export const schemaName = ({ $ref, allOf }) => ($ref ?? allOf?.[0]?.$ref)?.slice(SCHEMA_PREFIX.length);

/** `write`: `literal(json)` for a value, `name(name)` for the name of a type. */
export function describeType(schema, schemas, write) {
  const describe = (part) => describeType(part, schemas, write);
  const name = schemaName(schema);
  if (name !== undefined) {
    const component = schemas[name] ?? {};
    return component.enum ? describe(component) : write.name(name);
  }
  if (schema.const !== undefined) return write.literal(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.map((value) => write.literal(JSON.stringify(value))).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(describe).join(' | ');
  if (Array.isArray(schema.items))
    return `[${schema.items.map(({ title, type }) => title ?? String(type)).join(', ')}]`;
  if (schema.items) return `${inParentheses(describe(schema.items))}[]`;
  if (typeof schema.additionalProperties === 'object') return `{ [key]: ${describe(schema.additionalProperties)} }`;
  if (schema.format) return schema.format;
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  if (schema.properties)
    return `{ ${Object.entries(schema.properties)
      .map(([field, value]) => `${field}: ${describe(value)}`)
      .join('; ')} }`;
  return schema.type ?? 'any';
}

const inParentheses = (text) => (text.includes(' | ') ? `(${text})` : text);

/** With those of the elements of a list; empty for a schema without limits. */
export function describeLimits(schema) {
  const { items } = schema;
  return [ownLimits(schema), items && !Array.isArray(items) ? ownLimits(items) : '']
    .filter((text) => text !== '')
    .join('; each ');
}

function ownLimits(schema) {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, uniqueItems, pattern, maxProperties } = schema;
  const isTuple = Array.isArray(schema.items);
  const limits = [
    rangeText(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, ''),
    rangeText(minLength, maxLength, ' characters'),
    schema['x-max-lines'] === undefined ? '' : linesText(schema['x-max-lines']),
    isTuple ? '' : rangeText(minItems, maxItems, ' elements'),
    uniqueItems ? 'all different' : '',
    rangeText(undefined, maxProperties, ' keys'),
    pattern === undefined ? '' : `matches \`${pattern}\``,
  ];
  return limits.filter((limit) => limit !== '').join(', ');
}

const linesText = (lines) => (lines === 1 ? 'one line' : `at most ${lines} lines`);

function rangeText(from, to, unit) {
  const [low, high] = [from, to].map((value) => value?.toLocaleString('en'));
  if (low !== undefined && high !== undefined) return low === high ? `${low}${unit}` : `${low} to ${high}${unit}`;
  if (high !== undefined) return `at most ${high}${unit}`;
  return low === undefined ? '' : `at least ${low}${unit}`;
}
