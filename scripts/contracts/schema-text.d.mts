/** The types of the words for schemas, for the page of events and for the playground. */
export interface DescribedSchema {
  $ref?: string;
  allOf?: { $ref?: string }[];
}

export interface TypeWriter {
  /** Of a value in JSON. */
  literal(json: string): string;
  /** Of the name of a type. */
  name(name: string): string;
}

/** Undefined for a schema without a name. */
export function schemaName(schema: DescribedSchema): string | undefined;

export function describeType(
  schema: DescribedSchema,
  schemas: Readonly<Record<string, DescribedSchema>>,
  write: TypeWriter,
): string;

/** With those of the elements of a list; empty for a schema without limits. */
export function describeLimits(schema: DescribedSchema): string;
