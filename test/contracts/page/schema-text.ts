/** The type of a schema as HTML; names of types are links. */
import { describeType } from '../../../scripts/contracts/schema-text.mjs';
import type { JsonSchema } from '../document/json-schema';
import { escapeHtml, linkTo } from './html';

export type Schemas = Readonly<Record<string, JsonSchema>>;

export const typeAnchor = (name: string): string => `type-${name}`;

const AS_HTML = { literal: escapeHtml, name: (name: string) => linkTo(typeAnchor(name), escapeHtml(name)) };

export const typeText = (schema: JsonSchema, schemas: Schemas): string => describeType(schema, schemas, AS_HTML);
