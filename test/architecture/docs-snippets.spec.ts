/** The code on the pages about the examples is that of the examples, to the letter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const PAGES = [
  {
    page: 'docs/your-own-game.md',
    example: 'examples/my-game',
    files: [
      'src/camp.contract.ts',
      'src/camp.gateway.ts',
      'src/tokens.ts',
      'src/camp.controller.ts',
      'src/game.module.ts',
      'src/main.ts',
      'client/camp-client.ts',
    ],
  },
  {
    page: 'docs/guides.md',
    example: 'examples',
    files: [
      'vite-chat/src/main.ts',
      'vite-chat/src/login.ts',
      'react-native-chat/src/server.ts',
      'react-native-chat/src/login.ts',
      'react-native-chat/src/session.ts',
      'react-native-chat/src/Conversation.tsx',
    ],
  },
];

/** A code block whose first line names the file, as in "```ts src/main.ts". */
const BLOCK = /^```ts (\S+)\n([\s\S]*?)^```$/gm;

const snippetsOf = (text: string): [file: string, code: string][] =>
  [...text.matchAll(BLOCK)].map(([, file = '', code = '']) => [file, code]);

const isInExample = (example: string, file: string, code: string): boolean => read(join(example, file)).includes(code);

describe.each(PAGES)('$page', ({ page, example, files }) => {
  const text = read(page);

  it.each(snippetsOf(text))('a snippet is found in %s of the example', (file, code) => {
    expect([code, isInExample(example, file, code)]).toEqual([code, true]);
  });

  it('shows the files of the example that a reader needs', () =>
    expect([...new Set(snippetsOf(text).map(([file]) => file))]).toEqual(files));

  it('names the file of every TypeScript block', () => expect(text).not.toMatch(/^```ts\n/m));
});

it.each(snippetsOf(read('docs/client.md')))('docs/client.md: a snippet is found in %s of the example', (file, code) => {
  expect([code, isInExample('examples/vite-chat', file, code)]).toEqual([code, true]);
});

it('a snippet that differs from its file is reported', () => {
  const [[file, code] = ['', '']] = snippetsOf('```ts src/main.ts\nuseRealtime(another);\n```\n');
  expect(isInExample('examples/my-game', file, code)).toBe(false);
});
