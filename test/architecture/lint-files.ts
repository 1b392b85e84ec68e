/** Files that break one lint rule of the house each, and files that break none. */

export interface LintFile {
  readonly folder: string;
  readonly source: string;
}

const PURPOSE = '/** A file of the architecture test. */\n';
const file = (folder: string, source: string): LintFile => ({ folder, source: PURPOSE + source });
const inDomain = (source: string): LintFile => file('apps/server/src/chat', source);

/** Rule → files that break this rule and no other. */
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
  '@typescript-eslint/no-explicit-any': [inDomain('export const size = (list: any[]) => list.length;\n')],
  '@typescript-eslint/no-floating-promises': [inDomain('export const go = () => {\n  Promise.resolve(1);\n};\n')],
  '@typescript-eslint/no-misused-promises': [
    inDomain('export const go = (list: number[]) => {\n  list.forEach(async () => Promise.resolve());\n};\n'),
  ],
  '@typescript-eslint/ban-ts-comment': [inDomain('// @ts-expect-error\nexport const a: string = 1;\n')],
  '@typescript-eslint/no-unused-vars': [inDomain('const unused = 1;\nexport {};\n')],
};

/** What the rules above let pass. */
export const LINT_CLEAN: readonly LintFile[] = [
  inDomain('export const first = (used: string, _unused: number) => used;\n'),
  file('libs/platform/src/config', "export const port = process.env['PORT'];\n"),
  file('test/support', "export const port = process.env['PORT'];\n"),
];
