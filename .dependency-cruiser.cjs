// Who may import whom. Every rule is an error, and the architecture test breaks each of them on purpose.

/** A lib may import these libs and no others. */
const LIBS = {
  contracts: [],
  platform: ['contracts'],
  realtime: ['contracts', 'platform'],
  client: ['contracts'],
};

/** A folder of the server may import these others, and those which know nobody and serve all. */
const DOMAINS = {
  http: [],
  nodes: [],
  notifications: ['http'],
  accounts: [],
  status: [],
  social: ['accounts', 'characters'],
  presence: ['social', 'accounts', 'characters'],
  conversations: ['social', 'presence', 'accounts', 'characters'],
  characters: ['accounts'],
  world: ['characters'],
  combat: ['world'],
  lobby: ['combat'],
  chat: ['social', 'world', 'accounts', 'characters'],
};
const OPEN_TO_ALL = ['http', 'notifications'];
/** Looks at all, and nobody looks at it. */
const OVERSEER = 'admin';

const TESTS = ['\\.spec\\.ts$', '^test/'];
const anyOf = (names) => `(${names.join('|')})`;
const npm = (...names) => [`node_modules/(@types/)?${anyOf(names)}(/|$)`, `^${anyOf(names)}(/|$)`];

const libRules = Object.entries(LIBS).map(([lib, allowed]) => ({
  name: `lib-${lib}`,
  comment: `libs/${lib} imports ${allowed.length > 0 ? `of our libs only ${allowed.join(' and ')}` : 'no lib of ours'}.`,
  from: { path: `^libs/${lib}/` },
  to: { path: '^libs/', pathNot: `^libs/${anyOf([lib, ...allowed])}/` },
}));

const domainRules = Object.entries(DOMAINS).map(([domain, declared]) => {
  const serving = OPEN_TO_ALL.includes(domain) ? [] : OPEN_TO_ALL;
  const allowed = [domain, ...serving, ...declared];
  const forbidden = Object.keys(DOMAINS).filter((other) => !allowed.includes(other));
  return {
    name: `domain-${domain}`,
    comment: `The declared graph: ${domain} imports ${[...declared, ...serving].join(', ') || 'no other'}. A new arrow is a decision: declare it in DOMAINS.`,
    from: { path: `^apps/server/src/${domain}/` },
    to: { path: `^apps/server/src/${anyOf(forbidden)}/` },
  };
});

const forbidden = [
  {
    name: 'no-cycles',
    comment: 'A cycle has no first file to read, and an injectable in one is undefined where it is needed.',
    from: {},
    to: { circular: true },
  },
  ...libRules,
  {
    name: 'libs-never-import-apps',
    comment: 'The arrows point down: a lib serves apps and knows none.',
    from: { path: '^libs/' },
    to: { path: '^apps/' },
  },
  {
    name: 'libs-only-via-index',
    comment: 'What a lib offers is what its index exports; the rest may change without asking. Tests may look inside.',
    from: { path: '^(apps|libs)/([^/]+)/', pathNot: TESTS },
    to: { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/$2/'] },
  },
  ...domainRules,
  {
    name: 'domains-only-via-index',
    comment:
      "A domain is used through its index. One exception: a table that refers to another domain's table imports its schema.",
    from: { path: '^apps/server/src/([^/]+)', pathNot: '\\.schema\\.ts$' },
    to: {
      path: '^apps/server/src/[^/]+/',
      pathNot: ['^apps/server/src/[^/]+/index\\.ts$', '^apps/server/src/$1/'],
    },
  },
  {
    name: 'schema-refers-to-schema',
    comment: 'A schema file imports nothing of another domain but its schema: it is loaded without the application.',
    from: { path: '^apps/server/src/([^/]+)/.*\\.schema\\.ts$' },
    to: {
      path: '^apps/server/src/[^/]+/',
      pathNot: ['\\.schema\\.ts$', '^apps/server/src/$1/'],
    },
  },
  {
    name: 'nobody-imports-admin',
    comment: 'Administration looks at every domain, so that a domain that looked back would close a cycle.',
    from: { path: '^apps/server/src/[^/]+/', pathNot: `^apps/server/src/${OVERSEER}/` },
    to: { path: `^apps/server/src/${OVERSEER}/` },
  },
  {
    name: 'domains-are-declared',
    comment: 'A new folder of the server takes its place in the graph: add it to DOMAINS.',
    from: {},
    to: { path: '^apps/server/src/[^/]+/', pathNot: `^apps/server/src/${anyOf([...Object.keys(DOMAINS), OVERSEER])}/` },
  },
  {
    name: 'orm-only-in-storage',
    comment: 'Rules do not know how rows are kept: the ORM stays in repositories, schemas and the database module.',
    from: {
      path: '^(apps|libs)/',
      pathNot: ['\\.repository\\.ts$', '\\.schema\\.ts$', '^libs/platform/src/database/', ...TESTS],
    },
    to: { path: npm('drizzle-orm', 'pg') },
  },
  {
    name: 'socket-io-only-in-realtime',
    comment: 'Domains speak to rooms and users; which transport carries that is known to one lib.',
    from: { path: '^(apps|libs)/', pathNot: ['^libs/realtime/', ...TESTS] },
    to: { path: npm('socket\\.io', 'socket\\.io-client', '@socket\\.io/[^/]+') },
  },
  {
    name: 'no-import-from-dist',
    comment: 'What is built follows from the source, never the other way round.',
    from: {},
    to: { path: '^dist/' },
  },
  {
    name: 'no-test-in-source',
    comment: 'What runs in production does not need the tests.',
    from: { pathNot: TESTS },
    to: { path: TESTS },
  },
  {
    name: 'no-drawers',
    comment: 'A folder is named after what it is about; everything fits into shared, common, utils and helpers.',
    from: {},
    to: { path: '^(apps|libs|test).*/(shared|common|utils|helpers)/' },
  },
];

module.exports = {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types alone are arrows as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
