/** The vocabulary check finds each word of the list wherever it is written, and lets the field's terms pass. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Finding {
  readonly line: number;
  readonly word: string;
  readonly instead: string;
}

const root = join(__dirname, '../..');
const program = `
  const { findWords, INSTEAD } = await import('./scripts/vocabulary.mjs');
  const texts = JSON.parse(process.argv[1]);
  console.log(JSON.stringify({ words: Object.keys(INSTEAD), findings: texts.map((text) => findWords(text)) }));
`;

function check(texts: readonly string[]): { words: string[]; findings: Finding[][] } {
  const args = ['--input-type=module', '-e', program, JSON.stringify(texts)];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })) as ReturnType<typeof check>;
}

const { words } = check([]);

it.each(words)('vocabulary check: finds "%s" in a comment, a title, an identifier and a constant', (word) => {
  const [first = '', ...rest] = word.split(' ');
  const camelCase = first + rest.map((part) => `${part[0]?.toUpperCase()}${part.slice(1)}`).join('');
  const texts = [
    `// The user is ${word} here.`,
    `it('subject: ${word} twice', () => undefined);`,
    `const user${camelCase[0]?.toUpperCase()}${camelCase.slice(1)}Twice = 1;`,
    `const USER_${word.toUpperCase().replaceAll(' ', '_')} = 1;`,
  ];
  for (const findings of check(texts).findings) expect(findings).toMatchObject([{ line: 1, word }]);
});

it('vocabulary check: names the line and what to write instead', () => {
  const [findings] = check(['// The first line.\n// The client was told.']).findings;
  expect(findings).toEqual([{ line: 2, word: 'told', instead: expect.stringContaining('notified') as string }]);
});

it('vocabulary check: lets words pass that only contain one of the list', () => {
  const clean = '// A shear, a teller, an undergone change, satellite and behearing.\nconst intelligent = ghearing;';
  expect(check([clean]).findings).toEqual([[]]);
});
