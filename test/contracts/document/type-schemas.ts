/** Makes JSON Schemas of TypeScript types; named object types become components, to which the schemas refer. */
import ts from 'typescript';
import { docCommentOf, tagsNamed } from '../reader/doc-comment';
import { type JsonSchema, SCHEMA_PREFIX } from './json-schema';
import { withFormat } from './text-formats';

/** Longer lists of literals become components, if they have a name. */
const MAX_INLINE_LITERALS = 8;

export class TypeSchemas {
  /** By name, in the order in which they were met. */
  readonly components = new Map<string, JsonSchema>();

  constructor(private readonly checker: ts.TypeChecker) {}

  schemaOf(type: ts.Type): JsonSchema {
    const name = this.nameOf(type);
    if (name === null) return this.inlineSchema(type);
    if (!this.components.has(name)) {
      this.components.set(name, {});
      this.components.set(name, { ...this.describe(type), ...this.inlineSchema(type) });
    }
    return { $ref: `${SCHEMA_PREFIX}${name}` };
  }

  /** The schema of an object type with its properties, without a reference to itself. */
  objectSchema(type: ts.Type): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      const declared = this.checker.getTypeOfSymbol(symbol);
      const value = declared.flags & ts.TypeFlags.Unknown ? declared : this.checker.getNonNullableType(declared);
      const isNullable = withoutUndefined(declared).some(isNull);
      // Such as `hidden?: never`, which only distinguishes the members of a union.
      if (value.flags & ts.TypeFlags.Never && !isNullable) continue;
      const schema = isNullable ? nullable(this.schemaOf(value)) : this.schemaOf(value);
      const described = withDescription(withFormat(schema, symbol), this.documentationOf(symbol));
      properties[symbol.name] = { ...described, ...annotationsOf(symbol) };
      if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
    }
    const [index] = this.checker.getIndexInfosOfType(type);
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(index && { additionalProperties: this.schemaOf(index.type) }),
    };
  }

  /** What the doc comment of the type's declaration says. */
  describe(type: ts.Type): Pick<JsonSchema, 'description'> {
    const declaration = (type.aliasSymbol ?? type.symbol).declarations?.[0];
    const { sentence, details } = declaration ? docCommentOf(declaration) : { sentence: '', details: '' };
    const description = `${sentence} ${details}`.trim();
    return description === '' ? {} : { description };
  }

  private inlineSchema(type: ts.Type): JsonSchema {
    if (type.isUnion()) return this.unionSchema(type);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === 'true' };
    if (type.flags & ts.TypeFlags.String) return { type: 'string' };
    if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
    if (type.flags & ts.TypeFlags.NonPrimitive) return { type: 'object' };
    if (isNull(type)) return { type: 'null' };
    if (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return {};
    if (this.checker.isTupleType(type)) return this.tupleSchema(type as ts.TypeReference);
    if (this.checker.isArrayType(type)) {
      const [element] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: element ? this.schemaOf(element) : {} };
    }
    return this.objectSchema(type);
  }

  private unionSchema(union: ts.UnionType): JsonSchema {
    if (union.flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    const members = withoutUndefined(union);
    const values = members.filter((member) => !isNull(member));
    const literals = values.filter(isLiteral);
    const others = values.filter((member) => !isLiteral(member)).map((member) => this.schemaOf(member));
    const listed = literals.length > 0 ? [literalsSchema(literals)] : [];
    const [first = {}, ...rest] = [...listed, ...others];
    const schema = rest.length === 0 ? first : { anyOf: [first, ...rest] };
    return members.length > values.length ? nullable(schema) : schema;
  }

  private tupleSchema(tuple: ts.TypeReference): JsonSchema {
    const elements = this.checker.getTypeArguments(tuple);
    const labels = (tuple.target as ts.TupleType).labeledElementDeclarations ?? [];
    const items = elements.map((element, index): JsonSchema => {
      const label = labels[index]?.name.getText();
      return { ...(label !== undefined && { title: label }), ...this.schemaOf(element) };
    });
    return { type: 'array', items, minItems: items.length, maxItems: items.length };
  }

  /** The name of the component; null for a type that is written out where it is used. */
  private nameOf(type: ts.Type): string | null {
    if (type.aliasSymbol) return type.aliasTypeArguments || !this.isWorthAName(type) ? null : type.aliasSymbol.name;
    if (!(type.flags & ts.TypeFlags.Object)) return null;
    const { objectFlags, symbol } = type as ts.ObjectType;
    const isNamed = (objectFlags & ts.ObjectFlags.ClassOrInterface) !== 0;
    const isGeneric = this.checker.getTypeArguments(type as ts.TypeReference).length > 0;
    return isNamed && !isGeneric && symbol.declarations?.every(isOwn) ? symbol.name : null;
  }

  private isWorthAName(type: ts.Type): boolean {
    const members = type.isUnion() ? type.types : [type];
    const areLiterals = members.every((member) => member.flags & ts.TypeFlags.Literal);
    if (areLiterals) return members.length > MAX_INLINE_LITERALS;
    return !this.checker.isTupleType(type);
  }

  private documentationOf(symbol: ts.Symbol): string {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).replace(/\s*\n\s*/g, ' ');
  }
}

/** Types of packages are written out where they are used. */
const isOwn = (node: ts.Node): boolean => !node.getSourceFile().fileName.includes('/node_modules/');

/** The JSON in the tags `@example` and `@default` of a property. */
function annotationsOf(symbol: ts.Symbol): Pick<JsonSchema, 'default' | 'examples'> {
  const comment = symbol.valueDeclaration && docCommentOf(symbol.valueDeclaration);
  if (!comment) return {};
  const read = (tag: string): unknown[] => tagsNamed(comment, tag).map((text) => JSON.parse(text) as unknown);
  const [[standard], examples] = [read('default'), read('example')];
  return { ...(standard !== undefined && { default: standard }), ...(examples.length > 0 && { examples }) };
}

type Literal = ts.StringLiteralType | ts.NumberLiteralType;

const isLiteral = (type: ts.Type): type is Literal => type.isStringLiteral() || type.isNumberLiteral();

const isNull = (type: ts.Type): boolean => (type.flags & ts.TypeFlags.Null) !== 0;

function withoutUndefined(type: ts.Type): ts.Type[] {
  const members = type.isUnion() ? type.types : [type];
  return members.filter((member) => !(member.flags & ts.TypeFlags.Undefined));
}

function literalsSchema(literals: readonly Literal[]): JsonSchema {
  const values = literals.map(({ value }) => value);
  return values.length === 1 ? { const: values[0] } : { enum: values };
}

function nullable(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string' && schema.enum === undefined) return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

/** Nothing may stand beside a reference. */
function withDescription(schema: JsonSchema, description: string): JsonSchema {
  if (description === '') return schema;
  return schema.$ref === undefined ? { ...schema, description } : { allOf: [schema], description };
}
