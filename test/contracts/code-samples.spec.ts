/** The code of the page of events is real: it compiles against the client SDK and the stock client, and Python parses it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { CONNECT_SAMPLES, type CodeSamples, commandSamples } from '../../scripts/contracts/code-samples.mjs';
import type { EventDocument } from './document/event-document';
import { entrySamples } from './page/entry-section';
import { compileText, ROOT } from './reader/program';

const document = JSON.parse(readFileSync(join(ROOT, 'docs/events/events.json'), 'utf8')) as EventDocument;
const entries = Object.values(document.operations).map((operation) => entrySamples(document, operation));
const PARSE_ALL = 'import ast, json, sys\nfor sample in json.load(sys.stdin): ast.parse(sample)';

/** One program: the connection, then each sample in a block of its own, since all use the same names. */
function programOf(language: 'sdk' | 'javascript', samples: readonly CodeSamples[]): string {
  const blocks = samples.map((sample) => `{\n${sample[language]}\n}`);
  return ['declare const accessToken: string;', CONNECT_SAMPLES[language], ...blocks].join('\n');
}

const problemsIn = (code: string): string[] =>
  compileText(code).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));

function parsePython(samples: readonly string[]): string {
  const { stderr } = spawnSync('python3', ['-c', PARSE_ALL], { input: JSON.stringify(samples), encoding: 'utf8' });
  return stderr;
}

it('code samples: all of the SDK compile against the client, and a wrong one is reported', () => {
  expect(problemsIn(programOf('sdk', entries))).toEqual([]);
  const wrong = {
    sdk: `await client.request('chat:message', { channel: 'moon', text: 1 });`,
    javascript: '',
    python: '',
  };
  expect(problemsIn(programOf('sdk', [wrong])).join()).toContain('"moon"');
}, 120_000);

it('code samples: all in JavaScript compile against the stock client', () => {
  expect(problemsIn(programOf('javascript', entries))).toEqual([]);
}, 120_000);

it('code samples: Python parses all of its samples, and refuses a wrong one', () => {
  const samples = [CONNECT_SAMPLES, ...entries].map(({ python }) => python);
  expect(parsePython(samples)).toBe('');
  expect(parsePython(["sio.call('a', { b: }"])).toContain('SyntaxError');
});

/** What a payload may have that a literal could get wrong. */
const AWKWARD = JSON.parse(
  String.raw`{"text":"it's \\ \"a\"\nb\r\u0000\u0007\u007f\u2028\u2029 \ud83d\ude00 \ud800","__proto__":{"a-b":[true,false,null,-1.5,[],{}]},"class":1}`,
) as object;

it('code samples: a payload with every kind of character is the same in JavaScript and in Python', () => {
  const [, javascript = ''] = /emitWithAck\('a', (.*)\);\n/.exec(commandSamples('a', AWKWARD, false).javascript) ?? [];
  expect(JSON.stringify(runInNewContext(`(${javascript})`))).toBe(JSON.stringify(AWKWARD));
  const [, python = ''] =
    /^answer = sio\.call\('a', (.*), timeout=10\)\n/.exec(commandSamples('a', AWKWARD, false).python) ?? [];
  const { stdout, stderr } = spawnSync(
    'python3',
    ['-c', 'import json, sys\nprint(json.dumps(eval(sys.stdin.read())))'],
    {
      input: python,
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  expect(JSON.stringify(JSON.parse(stdout))).toBe(JSON.stringify(AWKWARD));
});
