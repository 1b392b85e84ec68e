// Compares the alternatives of a value (`anyOf`, `oneOf`): those that a client uses are still there, and no other kind appears.
import { resolveSchema } from './schema-resolution.mjs';

const NOT_RESTRICTING = ['anyOf', 'oneOf', 'description', 'title', 'example', 'examples', 'default', 'discriminator'];

export const variantsOf = ({ anyOf, oneOf }) => anyOf ?? oneOf;

/** Whether the alternatives stand beside keywords of the value itself, such as fields that exclude each other. */
export const variantsBeside = (schema) =>
  variantsOf(schema) !== undefined && Object.keys(schema).some((keyword) => !NOT_RESTRICTING.includes(keyword));

/** @returns one line per alternative that was removed or changed, or that clients cannot expect. */
export function variantChanges(path, old, current, { direction, before, after, compare }) {
  const isBeside = variantsBeside(old) || variantsBeside(current);
  if (isBeside && !variantsOf(current)) return [];
  const [oldVariants, newVariants] = [keyed(old, before), keyed(current, after)];
  if (isBeside && !variantsOf(old))
    return direction === 'sent' ? [`${path}: has to be ${[...newVariants.keys()].join(' or ')} now`] : [];
  const isUnexpected = (key) => !oldVariants.has(key) && (!variantsOf(old) || isSimple(newVariants.get(key), after));
  const unexpected = direction === 'received' ? [...newVariants.keys()].filter(isUnexpected) : [];
  return [
    ...[...oldVariants].flatMap(([key, variant]) =>
      newVariants.has(key)
        ? compare(`${path}${key === '' ? '' : ` (${key})`}`, variant, newVariants.get(key))
        : [`${path}: the variant ${key || 'without a constant field'} was removed`],
    ),
    ...unexpected.map((key) => `${path}: can now be ${key || 'another object'}`),
  ];
}

/** Variants of the same key are distinguished by their place. */
function keyed(schema, { schemas }) {
  const variants = new Map();
  for (const variant of variantsOf(schema) ?? [schema]) {
    const key = variantKey(resolveSchema({ schema: variant, schemas }));
    const count = [...variants.keys()].filter((known) => known.split(' #')[0] === key).length;
    variants.set(count === 0 ? key : `${key} #${count + 1}`, variant);
  }
  return variants;
}

/** Clients pass over objects of a kind that they do not know; they cannot pass over another type. */
const isSimple = (schema, { schemas }) => resolveSchema({ schema, schemas }).properties === undefined;

/** The constant fields distinguish variants; of a simple value, its type; of a demand for fields, their names. */
function variantKey({ properties, type, required, enum: values, const: value }) {
  if (values || value !== undefined) return 'values';
  if (!properties && !type && required) return `with ${required.join(', ')}`;
  if (!properties) return String(type ?? '');
  const constants = Object.entries(properties).filter(
    ([, { const: constant, enum: list }]) => constant !== undefined || list,
  );
  const discriminant =
    constants.find(([name]) => name === 'type') ?? constants.find(([, field]) => field.const !== undefined);
  if (!discriminant) return '';
  return `${discriminant[0]} ${[discriminant[1].enum ?? discriminant[1].const].flat().join(', ')}`;
}
