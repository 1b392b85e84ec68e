/** Formats of texts: to the compiler, an alias of `string` is `string`, so the declaration of a property says which alias it has. */
import ts from 'typescript';
import type { JsonSchema } from './json-schema';

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['Uuid', 'uuid'],
  ['Timestamp', 'date-time'],
]);

/** Adds the format to the schema of a property that is declared as `Uuid`, `Uuid[]`, `Timestamp | null` and the like. */
export function withFormat(schema: JsonSchema, property: ts.Symbol): JsonSchema {
  const declaration = property.declarations?.find(
    (node) => ts.isPropertySignature(node) || ts.isPropertyDeclaration(node),
  );
  return declaration?.type ? withFormatOf(schema, declaration.type) : schema;
}

function withFormatOf(schema: JsonSchema, node: ts.TypeNode): JsonSchema {
  if (ts.isTypeOperatorNode(node)) return withFormatOf(schema, node.type);
  if (ts.isUnionTypeNode(node)) return node.types.reduce(withFormatOf, schema);
  if (ts.isArrayTypeNode(node) && schema.items && !Array.isArray(schema.items))
    return { ...schema, items: withFormatOf(schema.items, node.elementType) };
  const format = ts.isTypeReferenceNode(node) ? FORMATS.get(node.typeName.getText()) : undefined;
  return format === undefined ? schema : { ...schema, format };
}
