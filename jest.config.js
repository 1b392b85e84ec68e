// The kinds of tests: unit (alone), integration (real PostgreSQL and Redis), e2e (over the wire), browser (in a real
// Chromium), and, when asked for,
// chaos (several nodes, and what goes wrong; the quick ones are e2e too), audit (a node under attack, measured), bounds (the
// largest requests, measured) and soak (over the wire, for minutes).
const { availableParallelism } = require('node:os');

const swc = (parser, transform) => [
  '<rootDir>/test/support/swc-transformer.cjs',
  {
    swcrc: false,
    sourceMaps: 'inline',
    jsc: { target: 'es2023', parser, transform, keepClassNames: true },
    module: { type: 'commonjs' },
  },
];

const base = {
  rootDir: __dirname,
  // One cache for all projects.
  id: 'aeturnis',
  setupFiles: ['<rootDir>/test/support/quiet.ts'],
  testEnvironment: 'node',
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  moduleNameMapper: { '^@aeturnis/([^/]+)$': '<rootDir>/libs/$1/src/index.ts' },
  transform: {
    '^.+\\.ts$': swc(
      { syntax: 'typescript', decorators: true },
      { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    ),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  // Packages that resolve to ES modules, which the test runner cannot load as they are.
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|jose|preact)/)', '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/packages/'],
};

const withServices = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{apps,libs}/**/*.spec.ts',
        '<rootDir>/test/{architecture,contracts}/**/*.spec.ts',
        '<rootDir>/test/security/{matrix,bounds}/page.spec.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '\\.int\\.spec\\.ts$'],
    },
    {
      ...base,
      ...withServices,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs}/**/*.int.spec.ts', '<rootDir>/test/conformance/**/*.spec.ts'],
    },
    {
      ...base,
      ...withServices,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/{e2e,packages,security}/**/*.e2e.spec.ts', '<rootDir>/test/chaos/**/*.quick.spec.ts'],
    },
    {
      ...base,
      ...withServices,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.browser.spec.ts'],
    },
    {
      ...base,
      ...withServices,
      displayName: 'chaos',
      testMatch: ['<rootDir>/test/chaos/**/*.{quick,chaos}.spec.ts'],
    },
    {
      ...base,
      ...withServices,
      displayName: 'audit',
      testMatch: ['<rootDir>/test/security/**/*.audit.spec.ts'],
    },
    {
      ...base,
      ...withServices,
      displayName: 'bounds',
      testMatch: ['<rootDir>/test/security/bounds/*.measured.spec.ts'],
    },
    {
      ...base,
      ...withServices,
      displayName: 'soak',
      testMatch: ['<rootDir>/test/soak/**/*.soak.spec.ts'],
    },
  ],
  // Tests of several nodes wait more than they compute.
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  testTimeout: 60_000,
  // A worker keeps what it has loaded: a large heap stands still for long while it is tidied up.
  workerIdleMemoryLimit: '1.5GB',
  reporters: ['<rootDir>/test/support/reporter.cjs'],
  // Not v8: it counts files of types alone, which are never loaded, as uncovered.
  coverageProvider: 'babel',
  collectCoverageFrom: ['{apps,libs}/*/src/**/*.ts', '!**/*.spec.ts', '!**/index.ts', '!**/main.ts'],
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: { global: { lines: 85, statements: 85, functions: 85 } },
};
