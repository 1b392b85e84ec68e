// Names the breaking changes of the commands, the events and the HTTP API since older documents: `npm run contract:diff`
// compares with the last git tag, `npm run contract:diff -- <old events.json or openapi.json>` with a file. Ends with 1 if
// there are breaking changes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';
import { breakingChanges } from './breaking-changes.mjs';
import { httpChanges } from './http-changes.mjs';

const EVENTS = { path: 'docs/events/events.json', changesBetween: breakingChanges };
const HTTP_API = { path: 'docs/api/openapi.json', changesBetween: httpChanges };
const USAGE = 'name an older document: npm run contract:diff -- <old events.json or openapi.json>';

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

function changesOfFile(path) {
  const before = JSON.parse(readFileSync(path, 'utf8'));
  return changesSince(before, before.openapi === undefined ? EVENTS : HTTP_API);
}

/** @returns null if the tag does not have the document. */
function changesOfTag(tag, document) {
  const text = git('show', `${tag}:${document.path}`);
  return text === null ? null : changesSince(JSON.parse(text), document);
}

const changesSince = (before, { path, changesBetween }) =>
  changesBetween(before, JSON.parse(readFileSync(join(root, path), 'utf8')));

function report(name, changes) {
  if (changes.length === 0) console.log(`No breaking changes since ${name}.`);
  else console.log(`Breaking changes since ${name}:\n${changes.map((change) => `- ${change}`).join('\n')}`);
  if (changes.length > 0) process.exitCode = 1;
}

const file = process.argv[2];
const tag = file === undefined ? git('describe', '--tags', '--abbrev=0')?.trim() : undefined;
if (file !== undefined) report(file, changesOfFile(file));
else if (!tag) console.log(`There is no git tag yet; ${USAGE}`);
else
  for (const document of [EVENTS, HTTP_API]) {
    const changes = changesOfTag(tag, document);
    if (changes === null) console.log(`The tag ${tag} has no ${document.path}; ${USAGE}`);
    else report(`${tag} (${document.path})`, changes);
  }
