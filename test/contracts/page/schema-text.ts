/** The type and the limits of a schema in words. */
import { type JsonSchema, SCHEMA_PREFIX } from '../document/json-schema';
import { escapeHtml, linkTo } from './html';

export type Schemas = Readonly<Record<string, JsonSchema>>;

export const typeAnchor = (name: string): string => `type-${name}`;

export const nameOf = ({ $ref, allOf }: JsonSchema): string | undefined =>
  ($ref ?? allOf?.[0]?.$ref)?.slice(SCHEMA_PREFIX.length);

/** As HTML; names of types are links. */
export function typeText(schema: JsonSchema, schemas: Schemas): string {
  const name = nameOf(schema);
  if (name !== undefined) {
    const component = schemas[name] ?? {};
    return component.enum ? typeText(component, schemas) : linkTo(typeAnchor(name), escapeHtml(name));
  }
  if (schema.const !== undefined) return escapeHtml(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.map((value) => escapeHtml(JSON.stringify(value))).join(' | ');
  if (schema.anyOf) return schema.anyOf.map((member) => typeText(member, schemas)).join(' | ');
  if (Array.isArray(schema.items))
    return `[${schema.items.map(({ title, type }) => title ?? String(type)).join(', ')}]`;
  if (schema.items) return `${inParentheses(typeText(schema.items, schemas))}[]`;
  if (typeof schema.additionalProperties === 'object')
    return `{ [key]: ${typeText(schema.additionalProperties, schemas)} }`;
  if (schema.format) return schema.format;
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  if (schema.properties)
    return `{ ${Object.entries(schema.properties)
      .map(([field, value]) => `${field}: ${typeText(value, schemas)}`)
      .join('; ')} }`;
  return schema.type ?? 'any';
}

const inParentheses = (text: string): string => (text.includes(' | ') ? `(${text})` : text);

export function limitsText(schema: JsonSchema): string {
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

const linesText = (lines: number): string => (lines === 1 ? 'one line' : `at most ${lines} lines`);

function rangeText(from: number | undefined, to: number | undefined, unit: string): string {
  const [low, high] = [from, to].map((value) => value?.toLocaleString('en'));
  if (low !== undefined && high !== undefined) return low === high ? `${low}${unit}` : `${low} to ${high}${unit}`;
  if (high !== undefined) return `at most ${high}${unit}`;
  return low === undefined ? '' : `at least ${low}${unit}`;
}
