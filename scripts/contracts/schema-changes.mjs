// Compares two JSON Schemas, and names what breaks clients that were written for the first one.
import { limitChanges } from './schema-limits.mjs';
import { resolveSchema } from './schema-resolution.mjs';
import { variantChanges, variantsBeside, variantsOf } from './schema-variants.mjs';

/**
 * @param direction `sent`: clients send the value, so it must still be accepted. `received`: clients read it, so all that they
 * rely on must still be there.
 * @param before and after: `{ schema, schemas }`, a schema and the named ones to which it may refer.
 * @returns one line per change, each beginning with `path`.
 */
export function schemaChanges(direction, path, before, after, seen = new Set()) {
  const key = `${path.split(/[.[{]/)[0]} ${before.schema?.$ref} ${after.schema?.$ref}`;
  if (before.schema?.$ref && after.schema?.$ref && seen.has(key)) return [];
  seen.add(key);
  const [old, current] = [resolveSchema(before), resolveSchema(after)];
  const compare = (subpath, oldPart, newPart, part = direction) =>
    schemaChanges(part, subpath, { ...before, schema: oldPart }, { ...after, schema: newPart }, seen);
  const context = { direction, before, after, compare };
  const isChoice = [old, current].some((schema) => variantsOf(schema) && !variantsBeside(schema));
  if (isChoice) return variantChanges(path, old, current, context);
  return [
    ...valueChanges(direction, path, old, current),
    ...limitChanges(direction, path, old, current),
    ...fieldChanges(direction, path, old, current, compare),
    ...elementChanges(path, old, current, compare),
    ...(variantsOf(old) || variantsOf(current) ? variantChanges(path, old, current, context) : []),
  ];
}

function valueChanges(direction, path, old, current) {
  const [oldValues, newValues] = [valuesOf(old), valuesOf(current)];
  const removed = oldValues?.filter((value) => newValues !== null && !newValues.includes(value)) ?? [];
  const changes = removed.map((value) => `${path}: no longer has the value ${JSON.stringify(value)}`);
  if (direction === 'sent' && oldValues === null && newValues !== null)
    changes.push(`${path}: accepts only ${newValues.map((value) => JSON.stringify(value)).join(', ')}`);
  const [oldTypes, newTypes] = [typesOf(old), typesOf(current)];
  if (oldTypes === null && newTypes === null) return changes;
  const [needed, offered] = direction === 'sent' ? [oldTypes, newTypes] : [newTypes, oldTypes];
  if (offered === null) return changes;
  const lost = (needed ?? ['any type']).filter((type) => !includesType(offered, type));
  if (lost.length > 0)
    changes.push(`${path}: ${direction === 'sent' ? 'no longer accepts' : 'can now be'} ${lost.join(', ')}`);
  return changes;
}

const valuesOf = ({ const: value, enum: values }) => values ?? (value === undefined ? null : [value]);

function typesOf(schema) {
  if (schema.type) return [schema.type].flat();
  const values = valuesOf(schema);
  return values && [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
}

const includesType = (types, type) => types.includes(type) || (type === 'integer' && types.includes('number'));

function fieldChanges(direction, path, old, current, compare) {
  const [oldFields, newFields] = [old.properties ?? {}, current.properties ?? {}];
  const isRequired = ({ required = [] }, field) => required.includes(field);
  const removed = Object.keys(oldFields).filter((field) => !(field in newFields));
  const kept = Object.keys(oldFields).filter((field) => field in newFields);
  return [
    ...removed.map((field) => `${path}.${field}: was removed`),
    ...(direction === 'sent'
      ? Object.keys(newFields)
          .filter((field) => isRequired(current, field) && !isRequired(old, field))
          .map((field) => `${path}.${field}: is required now`)
      : kept
          .filter((field) => isRequired(old, field) && !isRequired(current, field))
          .map((field) => `${path}.${field}: may be absent now`)),
    ...kept.flatMap((field) => compare(`${path}.${field}`, oldFields[field], newFields[field])),
  ];
}

function elementChanges(path, old, current, compare) {
  const [oldItems, newItems] = [old.items, current.items];
  if (Array.isArray(oldItems) && Array.isArray(newItems)) {
    if (oldItems.length !== newItems.length)
      return [`${path}: has ${newItems.length} elements, had ${oldItems.length}`];
    return oldItems.flatMap((item, index) => compare(`${path}[${index}]`, item, newItems[index]));
  }
  if (oldItems && newItems) return compare(`${path}[]`, oldItems, newItems);
  const [oldValues, newValues] = [old.additionalProperties, current.additionalProperties];
  return typeof oldValues === 'object' && typeof newValues === 'object'
    ? compare(`${path}{}`, oldValues, newValues)
    : [];
}
