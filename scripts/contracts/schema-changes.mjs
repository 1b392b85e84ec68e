// Compares two JSON Schemas of the event document, and names what breaks clients that were written for the first one.

/** The keywords that restrict a value: true where a higher number is stricter. */
const LIMITS = {
  ...{ minimum: true, minLength: true, minItems: true },
  ...{ maximum: false, maxLength: false, maxItems: false, maxProperties: false, 'x-max-lines': false },
};

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
  const [old, current] = [resolve(before), resolve(after)];
  const compare = (subpath, oldPart, newPart) =>
    schemaChanges(direction, subpath, { ...before, schema: oldPart }, { ...after, schema: newPart }, seen);
  if (old.anyOf || current.anyOf) return variantChanges(path, old, current, { before, after, compare });
  return [
    ...valueChanges(direction, path, old, current),
    ...(direction === 'sent' ? limitChanges(path, old, current) : []),
    ...fieldChanges(direction, path, old, current, compare),
    ...elementChanges(path, old, current, compare),
  ];
}

function resolve({ schema = {}, schemas }) {
  if (schema.$ref) return resolve({ schema: schemas[schema.$ref.split('/').at(-1)], schemas });
  return schema.allOf?.length === 1 ? resolve({ schema: schema.allOf[0], schemas }) : schema;
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

function limitChanges(path, old, current) {
  const stricter = Object.entries(LIMITS).filter(([keyword, isLower]) => {
    const [from, to] = [old[keyword], current[keyword]];
    if (to === undefined) return false;
    return from === undefined || (isLower ? to > from : to < from);
  });
  return [
    ...stricter.map(([keyword]) => `${path}: ${keyword} is ${current[keyword]}, was ${old[keyword] ?? 'unlimited'}`),
    ...['pattern', 'format']
      .filter((keyword) => current[keyword] !== undefined && current[keyword] !== old[keyword])
      .map((keyword) => `${path}: ${keyword} is ${current[keyword]}, was ${old[keyword] ?? 'unlimited'}`),
    ...(current.uniqueItems && !old.uniqueItems ? [`${path}: elements have to be different`] : []),
  ];
}

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

function variantChanges(path, old, current, { before, after, compare }) {
  const variantsOf = (schema) => schema.anyOf ?? [schema];
  const keyed = (variants, { schemas }) =>
    new Map(variants.map((schema) => [variantKey(resolve({ schema, schemas })), schema]));
  const [oldVariants, newVariants] = [keyed(variantsOf(old), before), keyed(variantsOf(current), after)];
  return [...oldVariants].flatMap(([key, variant]) =>
    newVariants.has(key)
      ? compare(`${path}${key === '' ? '' : ` (${key})`}`, variant, newVariants.get(key))
      : [`${path}: the variant ${key || 'without a constant field'} was removed`],
  );
}

/** The constant fields distinguish variants; of a simple value, its type. */
function variantKey({ properties, type, enum: values, const: value }) {
  if (values || value !== undefined) return 'values';
  if (!properties) return String(type ?? '');
  const constants = Object.entries(properties).filter(
    ([, { const: constant, enum: list }]) => constant !== undefined || list,
  );
  const discriminant =
    constants.find(([name]) => name === 'type') ?? constants.find(([, field]) => field.const !== undefined);
  if (!discriminant) return '';
  return `${discriminant[0]} ${[discriminant[1].enum ?? discriminant[1].const].flat().join(', ')}`;
}
