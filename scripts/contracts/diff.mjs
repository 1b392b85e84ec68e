// Names the breaking changes of the commands and events since an older document: `npm run contract:diff -- <old events.json>`.
// Without an argument, the document at the last git tag. Ends with 1 if there are breaking changes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';
import { breakingChanges } from './breaking-changes.mjs';

const DOCUMENT = 'docs/events/events.json';
const USAGE = 'name an older document: npm run contract:diff -- <old events.json>';

/** Null if git refuses, such as for a repository without tags. */
function git(...args) {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64e6,
    });
  } catch {
    return null;
  }
}

function olderDocument(path) {
  if (path !== undefined) return { name: path, text: readFileSync(path, 'utf8') };
  const tag = git('describe', '--tags', '--abbrev=0')?.trim();
  if (!tag) return { problem: `There is no git tag yet; ${USAGE}` };
  const text = git('show', `${tag}:${DOCUMENT}`);
  return text === null ? { problem: `The tag ${tag} has no ${DOCUMENT}; ${USAGE}` } : { name: tag, text };
}

const { name, text, problem } = olderDocument(process.argv[2]);
if (problem) console.log(problem);
else {
  const changes = breakingChanges(JSON.parse(text), JSON.parse(readFileSync(join(root, DOCUMENT), 'utf8')));
  if (changes.length === 0) console.log(`No breaking changes since ${name}.`);
  else console.log(`Breaking changes since ${name}:\n${changes.map((change) => `- ${change}`).join('\n')}`);
  process.exitCode = changes.length === 0 ? 0 : 1;
}
