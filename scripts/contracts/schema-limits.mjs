// Compares the keywords that restrict a value: what clients send is still accepted, what they read still has its format.

/** True where a higher number is stricter. */
const LIMITS = {
  ...{ minimum: true, exclusiveMinimum: true, minLength: true, minItems: true, minProperties: true },
  ...{ maximum: false, exclusiveMaximum: false, maxLength: false, maxItems: false, maxProperties: false },
  'x-max-lines': false,
};

/** @returns one line per keyword that has become stricter. */
export function limitChanges(direction, path, old, current) {
  const was = (keyword, none) => `${path}: ${keyword} is ${current[keyword] ?? none}, was ${old[keyword] ?? none}`;
  const losesFormat = old.format !== undefined && current.format !== old.format;
  if (direction === 'received') return losesFormat ? [was('format', 'unknown')] : [];
  return [
    ...stricterLimits(old, current).map((keyword) => was(keyword, 'unlimited')),
    ...(current.uniqueItems && !old.uniqueItems ? [`${path}: elements have to be different`] : []),
    ...(current.additionalProperties === false && old.additionalProperties !== false && old.type === 'object'
      ? [`${path}: refuses other fields now`]
      : []),
    ...dependentChanges(path, old.dependentRequired ?? {}, current.dependentRequired ?? {}),
  ];
}

function stricterLimits(old, current) {
  const isStricter = ([keyword, isLower]) => {
    const [from, to] = [old[keyword], current[keyword]];
    if (to === undefined) return false;
    return from === undefined || (isLower ? to > from : to < from);
  };
  const numbers = Object.entries(LIMITS).filter(isStricter);
  const others = ['pattern', 'format'].filter(
    (keyword) => current[keyword] !== undefined && current[keyword] !== old[keyword],
  );
  return [...numbers.map(([keyword]) => keyword), ...others, ...stricterStep(old, current)];
}

/** A multiple of the old step is one of the new step only if the new step divides the old one. */
function stricterStep({ multipleOf: from }, { multipleOf: to }) {
  return to === undefined || (from !== undefined && from % to === 0) ? [] : ['multipleOf'];
}

function dependentChanges(path, old, current) {
  return Object.entries(current).flatMap(([field, needed]) =>
    needed
      .filter((name) => !old[field]?.includes(name))
      .map((name) => `${path}.${name}: is required beside ${field} now`),
  );
}
