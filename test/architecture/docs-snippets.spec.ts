/** The code on the page about games of one's own is that of the example, to the letter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const EXAMPLE = join(root, 'examples/my-game');
const page = readFileSync(join(root, 'docs/your-own-game.md'), 'utf8');

/** A code block whose first line names the file, as in "```ts src/main.ts". */
const BLOCK = /^```ts (\S+)\n([\s\S]*?)^```$/gm;

const snippetsOf = (text: string): [file: string, code: string][] =>
  [...text.matchAll(BLOCK)].map(([, file = '', code = '']) => [file, code]);

const isInExample = (file: string, code: string): boolean => readFileSync(join(EXAMPLE, file), 'utf8').includes(code);

it.each(snippetsOf(page))('docs/your-own-game.md: a snippet is found in %s', (file, code) => {
  expect([code, isInExample(file, code)]).toEqual([code, true]);
});

it('docs/your-own-game.md: shows the contract, the gateway, the tokens, the routes, the module, the start and the client', () =>
  expect([...new Set(snippetsOf(page).map(([file]) => file))]).toEqual([
    'src/camp.contract.ts',
    'src/camp.gateway.ts',
    'src/tokens.ts',
    'src/camp.controller.ts',
    'src/game.module.ts',
    'src/main.ts',
    'client/camp-client.ts',
  ]));

it('docs/your-own-game.md: every TypeScript block names its file', () => expect(page).not.toMatch(/^```ts\n/m));

it('a snippet that differs from its file is reported', () => {
  const [[file, code] = ['', '']] = snippetsOf('```ts src/main.ts\nuseRealtime(another);\n```\n');
  expect(isInExample(file, code)).toBe(false);
});
