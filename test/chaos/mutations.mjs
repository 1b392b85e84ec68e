// The mechanisms that nothing is lost by, how each is switched off, and the scenario that notices.
const recovery = (file) => `libs/realtime/src/recovery/${file}.ts`;
const conversations = (file) => `apps/server/src/conversations/${file}.ts`;
const area = (file) => `apps/server/src/world/area/${file}.ts`;

export const mutations = [
  {
    name: 'a session is given to its user alone',
    file: recovery('restorer'),
    from: `    if (session.userId !== userId) throw new RestoreRefused('foreign');
    if (session.login !== login) throw new RestoreRefused('ended');`,
    to: '',
    scenario: 'stolen-session',
  },
  {
    name: 'sessions are stored from the start',
    file: recovery('local-sessions'),
    from: 'if (batch.length === AT_ONCE) break;',
    to: 'if (batch.length === AT_ONCE || session.endedAt === undefined) continue;',
    scenario: 'node-killed',
  },
  {
    name: 'what came between the reading and the connection is replayed',
    file: recovery('replay'),
    from: 'this.journal.ring.after(restoredTo) : null;',
    to: '(this.journal.ring.after(restoredTo)?.slice(0, 0) ?? null) : null;',
    scenario: 'clean-drop',
  },
  {
    name: 'a gap is filled from the log',
    file: recovery('journal'),
    from: 'const read = await this.store.log(this.at);',
    to: `this.at = await this.store.hello();
    const read = await this.store.log(this.at);`,
    scenario: 'subscriber-killed',
  },
  {
    name: 'what was not taken is submitted again',
    file: recovery('submissions'),
    from: `        failures = isRefusal(error)`,
    to: `        this.unsent = this.unsent.slice(batch.length);
        failures = isRefusal(error)`,
    scenario: 'redis-blip',
  },
  {
    name: 'who was told by its node alone is not told again',
    file: recovery('delivery'),
    from: 'if (deliveredSeq !== undefined && !this.parts.moves.hasReturnedSince(id, deliveredSeq)) return;',
    to: '',
    scenario: 'redis-away.chaos',
  },
  {
    name: 'nodes go on alone after three seconds',
    file: recovery('submissions'),
    from: 'if (age >= HOLD_MS) this.goOnAlone();',
    to: 'if (age < 0) this.goOnAlone();',
    scenario: 'redis-away-too-much',
  },
  {
    name: 'who heard its node alone cannot come back by an older offset',
    file: recovery('recoverability'),
    from: '    this.hooks.lost(this.saved);',
    to: '',
    scenario: 'partitioned-return',
  },
  {
    name: 'an eviction binds who is away',
    file: recovery('entitlement'),
    from: `if (order.kind === 'leave' && spans && n > (spans.at(-2) ?? 0))`,
    to: `if (order.kind === 'leave' && spans && n < 0)`,
    scenario: 'moved-while-away',
  },
  {
    name: 'another server is another journal',
    file: recovery('recovery-scripts'),
    from: 'if not h[1] or h[2] ~= ARGV[1] then',
    to: 'if not h[1] then',
    scenario: 'redis-failover',
  },
  {
    name: 'what is trimmed is owned up to',
    file: recovery('restore-scripts'),
    from: `if info['entries-added'] == info['length'] then`,
    to: 'if true then',
    scenario: 'out-of-bounds',
  },
  {
    name: 'subscriptions that hear nothing are noticed',
    file: 'libs/platform/src/redis/canary.ts',
    from: 'if ((missed + 1) % (MISSED_AT_MOST + 1) === 0) subscriber.disconnect(true);',
    to: '',
    scenario: 'redis-failover',
  },
  {
    name: 'what a dead node was to tell is told by another',
    file: 'libs/realtime/src/membership/store-sync.ts',
    from: 'if (untold.length > 0) this.remind(untold);',
    to: '',
    scenario: 'last-words',
  },
  {
    name: 'a message is acknowledged after its commit',
    file: conversations('sending/message-sending'),
    from: 'return { taken, outcomes: await this.log.send(taken.map(({ message }) => message)) };',
    to: `const outcomes = await this.log.send(taken.map(({ message }) => message));
        for (const [index, outcome] of outcomes.entries()) taken[index]?.resolve(outcome);
        return { taken, outcomes };`,
    scenario: 'conversation-writers.quick',
  },
  {
    name: 'a tempId is looked up under the lock',
    file: conversations('conversation-log.repository'),
    from: 'return (await LOCK(this.database.db, { conversationId })).length > 0;',
    to: 'return Promise.resolve(LOCK.length + conversationId.length > 0);',
    scenario: 'conversation-writers.quick',
  },
  {
    name: 'what a dead node has not told another one tells',
    file: conversations('publishing/conversation-publisher'),
    from: '      await this.takeOver();',
    to: '      if (this.streams.size < 0) await this.takeOver();',
    scenario: 'hung-publisher',
  },
  {
    name: 'publishing a conversation is lent, not given',
    file: conversations('log.statements.repository'),
    from: `interval '2 seconds'`,
    to: `interval '1 hour'`,
    scenario: 'hung-publisher',
  },
  {
    name: 'who is not heard does not go on publishing',
    file: conversations('publishing/conversation-publisher'),
    from: 'this.life.heard = progress.lateMs < LATE_MS;',
    to: 'this.life.heard = progress.lateMs < Infinity;',
    scenario: 'hung-publisher',
  },
  {
    name: 'where somebody stops is told again',
    file: area('inhabitant'),
    from: 'const REPEATS = 5;',
    to: 'const REPEATS = 0;',
    scenario: 'walkers.chaos',
  },
  {
    name: 'everybody in a view is told once a second',
    file: area('zone-broadcast'),
    from: 'const full = tick >= area.keyframeAt;',
    to: 'const full = tick < 0;',
    scenario: 'walkers.quick',
  },
  {
    name: 'it is told who has left a view',
    file: area('view-news'),
    from: 'else left.push(one.id);',
    to: '',
    scenario: 'walkers.chaos',
  },
  {
    name: 'who came into a view is told several times',
    file: area('view-news'),
    from: 'const TELLINGS = 4;',
    to: 'const TELLINGS = 1;',
    scenario: 'walkers.chaos',
  },
  {
    name: 'the others are told who came into their view',
    file: area('zone-space'),
    from: 'for (const area of to.around) if (area.watched && !area.isNear(from)) area.news.note(one);',
    to: '',
    scenario: 'walkers.chaos',
  },
  {
    name: 'nobody comes and goes with every step over a border',
    file: area('zone-space'),
    from: 'this.cells = new Cells(size);',
    to: 'this.cells = new Cells(size, undefined, 0);',
    scenario: 'walkers.chaos',
  },
  {
    name: 'what a node that dies has not written is little',
    file: 'apps/server/src/world/position-writer.ts',
    from: 'const INTERVAL_MS = 1_500;',
    to: 'const INTERVAL_MS = 15_000;',
    scenario: 'walkers-killed',
  },
  {
    name: 'a going is told after its coming',
    file: 'apps/server/src/presence/presence-announcer.ts',
    from: 'if (news.came !== undefined) this.tellCame',
    to: 'if (news.came === -1) this.tellCame',
    scenario: 'first-words',
  },
];
