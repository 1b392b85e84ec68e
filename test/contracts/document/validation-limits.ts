/** Adds the rules of class-validator to the schema of a payload class: what the server refuses, the schema excludes. */
import { type Constructor, MAX_NAME_CODE_POINTS, NAME_LENGTH } from '@aeturnis/contracts';
import { getMetadataStorage } from 'class-validator';
import type { JsonSchema } from './json-schema';

interface Rule {
  readonly property: string;
  /** The name of the decorator; empty for a condition, such as that of `IsOptional`. */
  readonly name: string;
  readonly isOptional: boolean;
  readonly each: boolean;
  readonly constraints: readonly unknown[];
}

/** What a rule means for the value of its property. */
const KEYWORDS: Readonly<Record<string, (...constraints: never[]) => JsonSchema>> = {
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isNumber: () => ({ type: 'number' }),
  isInt: () => ({ type: 'integer' }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems: number) => (minItems === 0 ? {} : { minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
  isIn: (values: unknown[]) => ({ enum: [...values] }),
  isLength: (minLength: number, maxLength: number) => ({ minLength, maxLength }),
  maxLength: (maxLength: number) => ({ maxLength }),
  matches: (pattern: RegExp) => ({ pattern: pattern.source }),
  isNumberString: () => ({ pattern: '^[0-9]+$' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isEmoji: () => ({ minLength: 1, maxLength: 32 }),
  isPlainText: ({ max }: { max: number }) => ({ minLength: 1, maxLength: max }),
  isPlayerText: ({ max, lines = 10 }: { max: number; lines?: number }) => ({
    ...{ minLength: 1, maxLength: max },
    ...(lines < max && { 'x-max-lines': lines }),
  }),
  isSyncCursors: (maxProperties: number) => ({
    maxProperties,
    propertyNames: { format: 'uuid' },
    additionalProperties: { type: 'integer', minimum: 0 },
  }),
  isName: () => ({ minLength: NAME_LENGTH.min, maxLength: MAX_NAME_CODE_POINTS }),
  isEmailAddress: () => ({ format: 'email' }),
  isIso8601: () => ({ format: 'date-time' }),
  isInstant: () => ({}),
  keepsNull: () => ({}),
  isInsteadOf: () => ({}),
};

/** @param schema of the class, by its type. */
export function withValidationLimits(schema: JsonSchema, payload: Constructor<object>): JsonSchema {
  const rules = rulesOf(payload);
  const properties = { ...schema.properties };
  for (const rule of rules) {
    const property = properties[rule.property];
    if (property) properties[rule.property] = withRule(property, rule, payload.name);
  }
  const names = Object.keys(properties);
  const has = (name: string, isMatch: (rule: Rule) => boolean): boolean =>
    rules.some((rule) => rule.property === name && isMatch(rule));
  const isOptional = (name: string): boolean =>
    has(name, (rule) => rule.isOptional || rule.name === 'isInsteadOf') || !schema.required?.includes(name);
  const required = names.filter((name) => !isOptional(name));
  const alternatives = names.filter((name) => has(name, (rule) => rule.name === 'isInsteadOf'));
  return {
    ...(schema.description !== undefined && { description: schema.description }),
    type: 'object',
    ...(names.length > 0 && { properties }),
    ...(required.length > 0 && { required }),
    ...(alternatives.length > 0 && { oneOf: alternatives.map((name) => ({ required: [name] })) }),
    additionalProperties: false,
  };
}

function rulesOf(payload: Constructor<object>): Rule[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(payload, '', true, false)
    .map(({ type, name, propertyName, each, constraints }) => ({
      property: propertyName,
      name: type === 'customValidation' ? (name ?? '') : '',
      isOptional: name === 'isOptional',
      each,
      constraints: (constraints as unknown[] | undefined) ?? [],
    }));
}

/** @throws Error for a rule that has no meaning here yet: add it to `KEYWORDS`. */
function withRule(property: JsonSchema, { name, each, constraints }: Rule, owner: string): JsonSchema {
  if (name === '') return property;
  const keywordsOf = KEYWORDS[name];
  if (!keywordsOf) throw new Error(`${owner} uses the rule ${name}, which the documents do not know`);
  const keywords = keywordsOf(...(constraints as never[]));
  if (each) return { ...property, items: { ...(property.items as JsonSchema), ...keywords } };
  // The type by TypeScript says more where null is allowed, the rule where a number is an integer.
  return { ...property, ...keywords, ...(Array.isArray(property.type) && { type: property.type }) };
}
