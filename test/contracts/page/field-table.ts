/** The fields of an object as a table. */
import { describeLimits, schemaName } from '../../../scripts/contracts/schema-text.mjs';
import type { JsonSchema } from '../document/json-schema';
import { inlineCode, prose } from './html';
import { type Schemas, typeText } from './schema-text';

/** Of a reference, the fields of its type; of a union, one table for each member. */
export function fieldTables(schema: JsonSchema, schemas: Schemas): string {
  const name = schemaName(schema);
  if (name !== undefined) return fieldTables(schemas[name] ?? {}, schemas);
  const { anyOf, properties, additionalProperties } = schema;
  if (anyOf?.every((member) => member.properties ?? member.$ref))
    return anyOf.map((member) => fieldTables(member, schemas)).join('<p class="or">or</p>');
  if (properties) return table(schema, properties, schemas);
  if (typeof additionalProperties === 'object' || anyOf || schema.enum)
    return `<p><code>${typeText(schema, schemas)}</code></p>`;
  return '<p class="none">No fields.</p>';
}

function table({ required = [], oneOf }: JsonSchema, properties: Schemas, schemas: Schemas): string {
  const alternatives = oneOf?.flatMap((member) => member.required ?? []) ?? [];
  const presenceOf = (field: string): string => {
    if (required.includes(field)) return '';
    return alternatives.includes(field) ? 'one of these' : 'optional';
  };
  const rows = Object.entries(properties).map(([field, schema]) => {
    const limits = describeLimits(schema);
    const notes = [schema.description ?? '', limits === '' ? '' : `${capitalised(limits)}.`].filter(
      (note) => note !== '',
    );
    return `<tr><th scope="row">${inlineCode(field)}<i>${presenceOf(field)}</i></th><td><code>${typeText(schema, schemas)}</code></td><td>${prose(notes.join(' '))}</td></tr>`;
  });
  return `<table>${rows.join('')}</table>`;
}

const capitalised = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;
