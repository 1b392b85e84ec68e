/** File trees with the layout of this repository, whose files contain only imports. */

/** Path → the imports of the file. A specifier that starts with `type ` becomes a type-only import. */
export type ImportTree = Readonly<Record<string, readonly string[]>>;

/** The source text of a file with these imports. */
export function sourceOf(imports: readonly string[]): string {
  const statements = imports.map((specifier) =>
    specifier.startsWith('type ')
      ? `import type * as types from '${specifier.slice('type '.length)}';`
      : `import '${specifier}';`,
  );
  return ['/** A file of the architecture test. */', ...statements, 'export {};', ''].join('\n');
}

/** Rule → trees that violate this rule and no other. */
export const TREE_VIOLATIONS: Readonly<Record<string, readonly ImportTree[]>> = {
  'no-cycles': [
    { 'libs/contracts/src/a.ts': ['./b'], 'libs/contracts/src/b.ts': ['./a'] },
    { 'libs/contracts/src/a.ts': ['./b'], 'libs/contracts/src/b.ts': ['type ./a'] },
  ],

  'lib-combat-rules': [{ 'libs/combat-rules/src/a.ts': ['@aeturnis/contracts'], 'libs/contracts/src/index.ts': [] }],
  'combat-rules-import-nothing': [
    { 'libs/combat-rules/src/a.ts': ['node:crypto'] },
    { 'libs/combat-rules/src/a.ts': ['type class-validator'] },
  ],
  'lib-contracts': [{ 'libs/contracts/src/a.ts': ['@aeturnis/platform'], 'libs/platform/src/index.ts': [] }],
  'lib-platform': [{ 'libs/platform/src/a.ts': ['type @aeturnis/realtime'], 'libs/realtime/src/index.ts': [] }],
  'lib-realtime': [{ 'libs/realtime/src/a.ts': ['../../client/src'], 'libs/client/src/index.ts': [] }],
  'lib-client': [{ 'libs/client/src/a.ts': ['@aeturnis/realtime'], 'libs/realtime/src/index.ts': [] }],
  'libs-never-import-apps': [
    { 'libs/realtime/src/a.ts': ['../../../apps/server/src/chat'], 'apps/server/src/chat/index.ts': [] },
  ],
  'libs-only-via-index': [
    { 'apps/server/src/main.ts': ['../../../libs/platform/src/config/a'], 'libs/platform/src/config/a.ts': [] },
    { 'libs/realtime/src/a.ts': ['../../contracts/src/b'], 'libs/contracts/src/b.ts': [] },
  ],

  'playground-runs-in-browsers': [
    { 'apps/playground/src/main.tsx': ['type ../../server/src/server'], 'apps/server/src/server.ts': [] },
  ],
  'playground-knows-types-of-contracts': [
    { 'apps/playground/src/chat.ts': ['@aeturnis/contracts'], 'libs/contracts/src/index.ts': [] },
  ],
  'no-import-of-playground': [
    { 'apps/server/src/main.ts': ['../../playground/src/play'], 'apps/playground/src/play.ts': [] },
  ],
  'domain-http': [domainImport('http', 'notifications')],
  'domain-nodes': [domainImport('nodes', 'accounts')],
  'domain-realtime': [domainImport('realtime', 'http')],
  'domain-accounts': [domainImport('accounts', 'characters')],
  'domain-notifications': [domainImport('notifications', 'accounts')],
  'domain-status': [domainImport('status', 'presence')],
  'domain-social': [domainImport('social', 'presence')],
  'domain-presence': [domainImport('presence', 'world')],
  'domain-conversations': [domainImport('conversations', 'chat')],
  'domain-characters': [domainImport('characters', 'world')],
  'domain-inventory': [domainImport('inventory', 'world')],
  'domain-world': [domainImport('world', 'combat')],
  'domain-combat': [domainImport('combat', 'lobby')],
  'domain-lobby': [domainImport('lobby', 'chat')],
  'domain-chat': [domainImport('chat', 'conversations')],
  'realtime-base': [layerImport('base', 'quota')],
  'realtime-quota': [layerImport('quota', 'transport')],
  'realtime-transport': [layerImport('transport', 'connections')],
  'realtime-connections': [layerImport('connections', 'cluster')],
  'realtime-cluster': [layerImport('cluster', 'resume')],
  'realtime-resume': [layerImport('resume', 'rooms')],
  'realtime-rooms': [layerImport('rooms', 'auth')],
  'realtime-auth': [layerImport('auth', 'commands')],
  'realtime-commands': [layerImport('commands', 'server')],
  'realtime-resume-without-cluster': [layerImport('resume', 'cluster')],
  'realtime-files-in-layers': [
    { 'libs/realtime/src/index.ts': ['./presence/presence'], 'libs/realtime/src/presence/presence.ts': [] },
  ],
  'nobody-imports-admin': [domainImport('status', 'admin')],
  'domains-are-declared': [{ 'apps/server/src/app.module.ts': ['./pets'], 'apps/server/src/pets/index.ts': [] }],
  'domains-only-via-index': [
    {
      'apps/server/src/world/world.service.ts': ['../characters/characters.repository'],
      'apps/server/src/characters/characters.repository.ts': [],
    },
    {
      'apps/server/src/app.module.ts': ['./chat/moderation/profanity'],
      'apps/server/src/chat/moderation/profanity.ts': [],
    },
  ],
  'schema-refers-to-schema': [
    {
      'apps/server/src/characters/characters.schema.ts': ['../accounts'],
      'apps/server/src/accounts/index.ts': [],
    },
  ],

  'orm-only-in-storage': [
    { 'apps/server/src/chat/chat.service.ts': ['drizzle-orm'] },
    { 'libs/platform/src/health/probe.ts': ['type pg'] },
    { 'libs/realtime/src/a.ts': ['drizzle-orm/pg-core'] },
  ],
  'socket-io-only-in-realtime': [
    { 'apps/server/src/chat/chat.gateway.ts': ['type socket.io'] },
    { 'libs/platform/src/redis/adapter.ts': ['@socket.io/redis-adapter'] },
    { 'apps/server/src/status/poll.ts': ['socket.io-client'] },
  ],
  'no-import-from-dist': [
    { 'apps/server/src/main.ts': ['../../../dist/libs/platform/a'], 'dist/libs/platform/a.js': [] },
  ],
  'no-test-in-source': [
    { 'libs/platform/src/a.ts': ['../../../test/support/clock'], 'test/support/clock.ts': [] },
    { 'libs/platform/src/a.ts': ['./b.spec'], 'libs/platform/src/b.spec.ts': [] },
  ],
  'no-drawers': [{ 'libs/platform/src/index.ts': ['./text/utils/trim'], 'libs/platform/src/text/utils/trim.ts': [] }],
};

/** A tree with all allowed kinds of imports. */
export const CLEAN_TREE: ImportTree = {
  'libs/combat-rules/src/index.ts': ['./rules/skills'],
  'libs/combat-rules/src/rules/skills.ts': [],
  'libs/combat-rules/src/rolls.spec.ts': ['node:crypto'],
  'libs/contracts/src/index.ts': ['class-validator'],
  'libs/platform/src/index.ts': ['@aeturnis/contracts', './config/app-config', './database/pool'],
  'libs/platform/src/config/app-config.ts': [],
  'libs/platform/src/database/connections/pool.ts': ['pg', 'drizzle-orm/node-postgres'],
  'libs/realtime/src/index.ts': ['@aeturnis/contracts', '@aeturnis/platform', 'socket.io', '@socket.io/redis-adapter'],
  'libs/realtime/src/rooms.spec.ts': ['../../platform/src/config/app-config', 'socket.io-client'],
  'libs/client/src/index.ts': ['type @aeturnis/contracts'],
  'libs/client/src/browser/browser.ts': ['../index'],
  'apps/playground/src/main.tsx': [
    '@aeturnis/client',
    '@aeturnis/client/browser',
    '@aeturnis/combat-rules',
    'type @aeturnis/contracts',
  ],
  'apps/server/src/main.ts': ['./app.module'],
  'apps/server/src/app.module.ts': ['@aeturnis/platform', './accounts', './admin', './chat', './lobby', './presence'],
  'apps/server/src/http/index.ts': [],
  'apps/server/src/accounts/index.ts': ['./accounts.repository', '../notifications', '../http'],
  'apps/server/src/accounts/accounts.repository.ts': ['./accounts.schema', 'drizzle-orm'],
  'apps/server/src/accounts/accounts.schema.ts': ['drizzle-orm/pg-core'],
  'apps/server/src/accounts/accounts.repository.int.spec.ts': ['pg', './accounts.repository'],
  'apps/server/src/notifications/index.ts': ['../http', '../realtime'],
  'apps/server/src/realtime/index.ts': ['@aeturnis/realtime'],
  'apps/server/src/status/index.ts': ['../notifications'],
  'apps/server/src/social/index.ts': ['../accounts'],
  'apps/server/src/presence/index.ts': ['../social', '../accounts'],
  'apps/server/src/conversations/index.ts': ['../social'],
  'apps/server/src/characters/index.ts': ['../accounts', './characters.schema'],
  'apps/server/src/characters/characters.schema.ts': ['../accounts/accounts.schema', 'drizzle-orm/pg-core'],
  'apps/server/src/world/index.ts': ['../characters', '../realtime', '@aeturnis/realtime'],
  'apps/server/src/inventory/index.ts': ['../accounts', '../characters'],
  'apps/server/src/combat/index.ts': ['../world', '../inventory'],
  'apps/server/src/lobby/index.ts': ['../combat'],
  'apps/server/src/chat/index.ts': ['../social', '../world', '../accounts', '../characters', './moderation/profanity'],
  'apps/server/src/chat/moderation/profanity.ts': [],
  'apps/server/src/admin/index.ts': ['../accounts', '../chat', '../lobby', '../status', '../conversations'],
  'test/support/clients/client.ts': ['socket.io-client'],
  'test/e2e/chat.e2e.spec.ts': ['../support/client', '../../libs/platform/src/database/connections/pool'],
};

function layerImport(from: string, to: string): ImportTree {
  return { [`libs/realtime/src/${from}/a.ts`]: [`../${to}/b`], [`libs/realtime/src/${to}/b.ts`]: [] };
}

function domainImport(from: string, to: string): ImportTree {
  return { [`apps/server/src/${from}/index.ts`]: [`../${to}`], [`apps/server/src/${to}/index.ts`]: [] };
}
