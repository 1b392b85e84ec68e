// Replaces references by the schemas that they name, and `allOf` by one schema that demands what its parts demand.

/** @param schemas the named schemas to which the schema may refer. */
export function resolveSchema({ schema = {}, schemas }) {
  if (schema.$ref) return resolveSchema({ schema: schemas[schema.$ref.split('/').at(-1)], schemas });
  if (!schema.allOf) return schema;
  const { allOf, ...rest } = schema;
  return [...allOf.map((part) => resolveSchema({ schema: part, schemas })), rest].reduce(merge, {});
}

function merge(one, other) {
  const merged = { ...one, ...other };
  if (one.required && other.required) merged.required = [...new Set([...one.required, ...other.required])];
  if (one.enum && other.enum) merged.enum = one.enum.filter((value) => other.enum.includes(value));
  if (one.properties && other.properties) merged.properties = mergeFields(one.properties, other.properties);
  return merged;
}

function mergeFields(one, other) {
  const inBoth = Object.keys(one).filter((field) => field in other);
  return {
    ...one,
    ...other,
    ...Object.fromEntries(inBoth.map((field) => [field, { allOf: [one[field], other[field]] }])),
  };
}
