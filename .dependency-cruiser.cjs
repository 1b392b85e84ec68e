// The import rules of the repository. Every rule is an error, and the architecture test breaks each of them on purpose.

/** A lib may import these libs and no others. */
const LIBS = {
  'combat-rules': [],
  contracts: [],
  platform: ['contracts'],
  realtime: ['contracts', 'platform'],
  client: ['combat-rules', 'contracts'],
};

/** The domains that a domain of the server may import, besides those in OPEN_TO_ALL. */
const DOMAINS = {
  http: [],
  nodes: [],
  realtime: [],
  notifications: ['http', 'realtime'],
  accounts: [],
  status: [],
  social: ['accounts', 'characters'],
  presence: ['social', 'accounts', 'characters'],
  conversations: ['social', 'presence', 'accounts', 'characters'],
  characters: ['accounts'],
  inventory: ['accounts', 'characters'],
  world: ['characters'],
  combat: ['world', 'inventory', 'characters', 'social', 'accounts', 'nodes'],
  lobby: ['combat'],
  chat: ['social', 'world', 'accounts', 'characters'],
};
const OPEN_TO_ALL = ['http', 'notifications', 'realtime'];
/** Imports every domain; no domain imports it. */
const OVERSEER = 'admin';

/** The layers of `libs/realtime/src`, lowest first: a folder imports what stands before it. */
const REALTIME_LAYERS = [
  'base',
  'quota',
  'transport',
  'connections',
  'cluster',
  'resume',
  'rooms',
  'auth',
  'commands',
  'server',
];

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

const layerRules = REALTIME_LAYERS.slice(0, -1).map((layer, index) => ({
  name: `realtime-${layer}`,
  comment: `libs/realtime/src/${layer} imports only lower layers: ${REALTIME_LAYERS.slice(0, index).join(', ') || 'none'}.`,
  from: { path: `^libs/realtime/src/${layer}/`, pathNot: TESTS },
  to: { path: `^libs/realtime/src/(${REALTIME_LAYERS.slice(index + 1).join('|')}|index\\.ts$)` },
}));

const forbidden = [
  {
    name: 'no-cycles',
    comment: 'A cycle has no first file to read, and an injectable in one is undefined where it is needed.',
    from: {},
    to: { circular: true },
  },
  ...libRules,
  {
    name: 'combat-rules-import-nothing',
    comment: 'The rules of fights run everywhere, browsers included: no package, and nothing of Node.js.',
    from: { path: '^libs/combat-rules/', pathNot: TESTS },
    to: { pathNot: '^libs/' },
  },
  {
    name: 'libs-never-import-apps',
    comment: 'The arrows point down: a lib serves apps and knows none.',
    from: { path: '^libs/' },
    to: { path: '^apps/' },
  },
  {
    name: 'libs-only-via-index',
    comment:
      'What a lib offers is what its index exports, and the client its entry for browsers; the rest may change without asking. Tests may look inside.',
    from: { path: '^(apps|libs)/([^/]+)/', pathNot: TESTS },
    to: {
      path: '^libs/',
      pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/client/src/browser/browser\\.ts$', '^$1/$2/'],
    },
  },
  {
    name: 'playground-runs-in-browsers',
    comment:
      'The playground is a client like any other: it knows the SDK, the rules of fights and the types of the contracts.',
    from: { path: '^apps/playground/', pathNot: TESTS },
    to: { path: '^(apps/server|libs/(platform|realtime))/' },
  },
  {
    name: 'playground-knows-types-of-contracts',
    comment: 'The contracts carry validators, which no browser needs to download.',
    from: { path: '^apps/playground/', pathNot: TESTS },
    to: { path: '^libs/contracts/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-import-of-playground',
    comment: 'The server serves its built files and knows none of its sources.',
    from: { pathNot: '^apps/playground/' },
    to: { path: '^apps/playground/' },
  },
  ...domainRules,
  ...layerRules,
  {
    name: 'realtime-resume-without-cluster',
    comment: 'Session resume and cluster membership do not know each other.',
    from: { path: '^libs/realtime/src/resume/', pathNot: TESTS },
    to: { path: '^libs/realtime/src/cluster/' },
  },
  {
    name: 'realtime-files-in-layers',
    comment: 'Every file of libs/realtime is in one of REALTIME_LAYERS; only index.ts is not.',
    from: { path: '^libs/', pathNot: TESTS },
    to: { path: '^libs/realtime/src/', pathNot: `^libs/realtime/src/(${REALTIME_LAYERS.join('|')}|index\\.ts$)` },
  },
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
    comment: 'Domains speak to rooms and users; the transport is known to one lib, and to one file of the client.',
    from: {
      path: '^(apps|libs)/',
      pathNot: ['^libs/realtime/', '^libs/client/src/connection/socket-io-link\\.ts$', ...TESTS],
    },
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
