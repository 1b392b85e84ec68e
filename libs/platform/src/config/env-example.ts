/** Writes the example environment file from the list of variables, so that the two cannot differ. */
import type { Variable } from './readers';
import { VARIABLES } from './variables';

export function envExample(): string {
  const lines = [
    '# Every setting of the server. Copy to .env and change what you need; an empty value counts as unset.',
  ];
  let section = '';
  for (const variable of Object.values<Variable>(VARIABLES)) {
    if (variable.section !== section) {
      section = variable.section;
      lines.push('', `# --- ${section} ---`);
    }
    lines.push(`# ${variable.doc}`, `#${variable.name}=${variable.example ?? shown(variable.fallback)}`);
  }
  return `${lines.join('\n')}\n`;
}

function shown(fallback: unknown): string {
  return Array.isArray(fallback)
    ? fallback.join(',')
    : typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean'
      ? String(fallback)
      : '';
}
