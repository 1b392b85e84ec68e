/** Generates `.env.example` from the list of variables, so that the two cannot differ. */
import type { EnvironmentVariable } from './readers';
import { VARIABLES } from './variables';

export function envExample(): string {
  const lines = [
    '# Every setting of the server, with its default or an example. Copy this file to .env and uncomment what you change. An empty value counts as unset.',
  ];
  let section = '';
  for (const variable of Object.values<EnvironmentVariable>(VARIABLES)) {
    if (variable.section !== section) {
      section = variable.section;
      lines.push('', `# --- ${section} ---`);
    }
    lines.push(`# ${variable.doc}`, `#${variable.name}=${variable.example ?? formatFallback(variable.fallback)}`);
  }
  return `${lines.join('\n')}\n`;
}

function formatFallback(fallback: unknown): string {
  return Array.isArray(fallback)
    ? fallback.join(',')
    : typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean'
      ? String(fallback)
      : '';
}
