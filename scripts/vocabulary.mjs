// Words that this code base does not use, with what to write instead. Checked in every tracked text file: identifiers,
// comments, log lines, error messages, test titles and docs. Identifiers are split into their words first.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A word or a phrase → what the field calls it. */
export const INSTEAD = {
  told: 'notified, sent, delivered, announced, acknowledged',
  untold: 'unannounced, unacknowledged',
  tell: 'notify, send, publish, report',
  tells: 'notifies, sends, publishes, reports, distinguishes',
  telling: 'notification, announcement, publishing',
  hear: 'receive, listen to',
  hears: 'receives, listens to',
  heard: 'received, known',
  hearing: 'receiving',
  overheard: 'observed',
  hearsay: 'name the invariant',
  gone: 'disconnected, deleted, expired, stopped, unavailable',
  whoever: 'the user, client or node that',
  'come back': 'reconnect, resume, return, recover',
  'comes back': 'reconnects, resumes, returns, recovers',
  'came back': 'reconnected, resumed, returned, recovered',
  'coming back': 'reconnecting, resuming, returning',
  'who has': 'say which user, client, node or connection',
  'who have': 'say which users, clients, nodes or connections',
  'of which': 'whose, or begin a new sentence',
};

const IGNORED = [
  /package-lock\.json$/,
  /^apps\/server\/migrations\//,
  /^bench\/history\//,
  /\.(svg|png|ico|woff2?)$/,
  /^libs\/contracts\/src\/names\/confusables\.json$/,
  // These two quote the words.
  /^scripts\/vocabulary\.mjs$/,
  /^test\/architecture\/vocabulary\.spec\.ts$/,
];

/** Names that nodes exchange or store in Redis: a rolling upgrade would break if they were renamed. */
const KEPT = [
  { file: /^apps\/server\/src\/world\/replication\//, word: 'gone' },
  { file: /\/includes\/presence\.lua$|\/killed-before-announcing-/, word: 'untold' },
];

const PATTERN = new RegExp(`(?<![a-z])(${Object.keys(INSTEAD).join('|').replaceAll(' ', '\\s+')})(?![a-z])`, 'g');

/** `userToldTwice` and `USER_TOLD` → `user told twice`, of the same length or longer. */
const inWords = (line) =>
  line
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_$]/g, ' ')
    .toLowerCase();

/** The findings in one text: the line, counted from 1, the word, and what to write instead. */
export function findWords(text) {
  return text.split('\n').flatMap((line, index) =>
    [...inWords(line).matchAll(PATTERN)].map(([, found]) => {
      const word = found.replace(/\s+/g, ' ');
      return { line: index + 1, word, instead: INSTEAD[word] };
    }),
  );
}

/** Prints every finding in the tracked files of this repository; true when there is none. */
export function vocabularyIsClean(root) {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
  let clean = true;
  for (const file of files) {
    if (IGNORED.some((pattern) => pattern.test(file))) continue;
    for (const { line, word, instead } of findWords(readFileSync(join(root, file), 'utf8'))) {
      if (KEPT.some((kept) => kept.word === word && kept.file.test(file))) continue;
      console.error(`${file}:${line}: "${word}"; write instead: ${instead}`);
      clean = false;
    }
  }
  return clean;
}
