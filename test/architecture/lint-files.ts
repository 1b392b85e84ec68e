/** Test files that violate exactly one lint rule of this repository each, and files that violate none. */

export interface LintFile {
  readonly folder: string;
  readonly source: string;
}

const PURPOSE = '/** A file of the architecture test. */\n';
const file = (folder: string, source: string): LintFile => ({ folder, source: PURPOSE + source });
const inCombatRules = (source: string): LintFile => file('libs/combat-rules/src', source);
const inDomain = (source: string): LintFile => file('apps/server/src/chat', source);

/** Rule → files that violate this rule and no other. */
export const LINT_VIOLATIONS: Readonly<Record<string, readonly LintFile[]>> = {
  'house/purpose-comment': [{ folder: 'libs/platform/src', source: 'export const a = 1;\n// Too late.\n' }],
  'max-lines': [inDomain('export const a = 1;\n' + '//\n'.repeat(300))],
  'no-console': [inDomain("console.log('here');\nexport {};\n")],
  'no-warning-comments': [inDomain('// fixme: later.\nexport {};\n')],
  eqeqeq: [inDomain('export const same = (a: string, b: string) => a == b;\n')],
  'no-restricted-properties': [
    inDomain("export const port = process.env['PORT'];\n"),
    inDomain('export const { env } = process;\n'),
    file('libs/platform/src/logging', "export const level = process.env['LOG_LEVEL'];\n"),
  ],
  'no-restricted-imports': [
    inDomain("import { env } from 'node:process';\nexport const port = env['PORT'];\n"),
    inDomain("import * as runtime from 'process';\nexport const port = runtime.env['PORT'];\n"),
  ],
  'no-restricted-globals': [
    inCombatRules('export const now = () => Date.now();\n'),
    inCombatRules("export const words = new Intl.Segmenter('en');\n"),
    inCombatRules('export const now = () => performance.now();\n'),
    inCombatRules('export const id = () => crypto.randomUUID();\n'),
  ],
  'no-restricted-syntax': [
    inCombatRules('export const roll = () => Math.random();\n'),
    inCombatRules('export const half = (amount: number) => Math.floor(amount);\n'),
    inCombatRules('export const half = (amount: number) => amount / 2;\n'),
    inCombatRules('export const square = (amount: number) => amount ** 2;\n'),
    inCombatRules('export const tenth = (amount: number) => amount * 0.1;\n'),
    inCombatRules('export const order = (one: string, other: string) => one.localeCompare(other);\n'),
    inCombatRules('export const text = (amount: number) => amount.toLocaleString();\n'),
  ],
  '@typescript-eslint/no-explicit-any': [inDomain('export const size = (list: any[]) => list.length;\n')],
  '@typescript-eslint/no-floating-promises': [inDomain('export const go = () => {\n  Promise.resolve(1);\n};\n')],
  '@typescript-eslint/no-misused-promises': [
    inDomain('export const go = (list: number[]) => {\n  list.forEach(async () => Promise.resolve());\n};\n'),
  ],
  '@typescript-eslint/ban-ts-comment': [inDomain('// @ts-expect-error\nexport const a: string = 1;\n')],
  '@typescript-eslint/no-unused-vars': [inDomain('const unused = 1;\nexport {};\n')],
};

/** Files that violate no rule. */
export const LINT_CLEAN: readonly LintFile[] = [
  inDomain('export const first = (used: string, _unused: number) => used;\n'),
  file('libs/platform/src/config', "export const port = process.env['PORT'];\n"),
  inCombatRules('export const half = (amount: number) => Math.max(0, (amount - (amount % 2)) * 2);\n'),
  file('libs/platform/src', 'export const now = () => Date.now() / 2;\n'),
  file('test/support', "export const port = process.env['PORT'];\n"),
];
