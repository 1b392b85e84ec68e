// Compares how requests prove who sends them: what a client presents is still accepted.

/** @param old and current: the alternatives of an operation, each the schemes that it needs together; none means public. */
export function securityChanges(label, old = [], current = []) {
  const isAccepted = (presented) =>
    alternativesOf(current).some((needed) => needed.every((scheme) => presented.includes(scheme)));
  return alternativesOf(old)
    .filter((presented) => !isAccepted(presented))
    .map((presented) =>
      presented.length === 0
        ? `${label}: needs ${alternativesOf(current)
            .map((needed) => needed.join(' and '))
            .join(' or ')} now`
        : `${label}: no longer accepts ${presented.join(' and ')}`,
    );
}

const alternativesOf = (security) => (security.length === 0 ? [[]] : security.map((needed) => Object.keys(needed)));

/** The schemes themselves: where a client writes its token. */
export function schemeChanges(before, after) {
  const current = after.components.securitySchemes ?? {};
  return Object.entries(before.components.securitySchemes ?? {}).flatMap(([name, scheme]) =>
    current[name] === undefined
      ? [`security scheme ${name}: was removed`]
      : ['type', 'scheme', 'in', 'name']
          .filter((field) => scheme[field] !== current[name][field])
          .map((field) => `security scheme ${name}: ${field} is ${current[name][field]}, was ${scheme[field]}`),
  );
}
