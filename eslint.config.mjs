// Typed lint rules for all files, and rules of this project. A test breaks each of the latter on purpose.
import prettier from 'eslint-config-prettier/flat';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const purposeComment = {
  meta: {
    type: 'suggestion',
    docs: { description: 'A file opens with a comment that states its purpose.' },
    messages: { missing: 'Open the file with one comment sentence that states its purpose.' },
    schema: [],
  },
  create: (context) => ({
    Program(node) {
      const [first] = context.sourceCode.getAllComments();
      const [token] = context.sourceCode.ast.tokens;
      if (first && (!token || first.range[0] < token.range[0])) return;
      context.report({ node, messageId: 'missing' });
    },
  }),
};

const processEnvMessage = 'Settings are read once, validated, in libs/platform/src/config: inject APP_CONFIG.';

/** Holds in source and tests alike. The architecture test breaks each of these on purpose. */
export const houseRules = {
  'house/purpose-comment': 'error',
  'max-lines': ['error', { max: 300 }],
  'no-console': 'error',
  'no-warning-comments': 'error',
  // `== null` means null or undefined, and says so.
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
};

/** Holds everywhere but where settings are read: the configuration, scripts, tests and tool configuration. */
export const environmentRules = {
  'no-restricted-properties': ['error', { object: 'process', property: 'env', message: processEnvMessage }],
  'no-restricted-imports': [
    'error',
    {
      paths: ['process', 'node:process'].map((name) => ({
        name,
        importNames: ['env', 'default'],
        message: processEnvMessage,
      })),
    },
  ],
};

const WHOLE_NUMBERS = 'The rules of fights are computed in whole numbers: use the functions of integers.ts.';
const PURE = 'The rules of fights must be the same on every machine and at every time: pass it in, or roll it.';
/** What `Math` has that answers whole numbers for whole numbers. */
const WHOLE_MATH = ['abs', 'max', 'min'];

/** Holds in libs/combat-rules, but not in its tests. */
export const combatRules = {
  'no-restricted-globals': [
    'error',
    ...['Date', 'performance', 'Intl', 'crypto', 'process', 'globalThis', 'setTimeout', 'setInterval'].map((name) => ({
      name,
      message: PURE,
    })),
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: `MemberExpression[object.name='Math']:not([property.name=/^(${WHOLE_MATH.join('|')})$/])`,
      message: WHOLE_NUMBERS,
    },
    { selector: 'BinaryExpression[operator=/^(\\u002F|\\*\\*)$/]', message: WHOLE_NUMBERS },
    { selector: 'AssignmentExpression[operator=/^(\\u002F|\\*\\*)=$/]', message: WHOLE_NUMBERS },
    { selector: 'Literal[raw=/^[0-9_]*\\.[0-9]/]', message: WHOLE_NUMBERS },
    {
      selector: 'MemberExpression[property.name=/^(localeCompare|toLocale.*|normalize)$/]',
      message: PURE,
    },
  ],
};

const tests = ['test/**/*.ts', 'bench/**/*.ts', '**/*.spec.ts'];
const nodeGlobals = Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']));

export default defineConfig(
  {
    ignores: [
      'dist/',
      'packages/',
      'examples/',
      'coverage/',
      'data/',
      'bench/results/',
      'apps/server/migrations/',
      '**/*.d.ts',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  { plugins: { house: { rules: { 'purpose-comment': purposeComment } } } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      ...houseRules,
      ...environmentRules,
      // A Nest module is a class whose content is its decorator; the payload of a command without one is an empty class.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      // An interface that extends a mapped type is open to declaration merging, a type alias is not.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // `() => void work()` and `() => this.close()` read better than a block.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A payload is an object of its class's shape, regardless of where it was created.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A parameter that only names the result is how a contract's types reach its handler.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Texts are measured in code points, which is what spreading yields.
      '@typescript-eslint/no-misused-spread': 'off',
      // A port is asynchronous in one implementation and not in the other.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Nest reads the types of constructor parameters at run time: an injected class must stay a value import.
      '@typescript-eslint/consistent-type-imports': 'off',
    },
  },
  // `divide` is where whole numbers are divided.
  { files: ['libs/combat-rules/src/**/*.ts'], ignores: [...tests, '**/integers.ts'], rules: combatRules },
  {
    files: ['libs/platform/src/config/**/*.ts', '*.config.ts', ...tests],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    files: tests,
    rules: {
      // Wire answers are unknown until a test has looked at them, and a test looks by asserting.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: { ecmaVersion: 2023, globals: nodeGlobals },
    rules: {
      'house/purpose-comment': 'error',
      'max-lines': ['error', { max: 300 }],
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.cjs', '*.js'], languageOptions: { sourceType: 'commonjs', globals: { __dirname: 'readonly' } } },
  prettier,
);
