// The mechanisms that nothing is lost by, how each is switched off, and the scenario that notices.
const recovery = (file) => `libs/realtime/src/recovery/${file}.ts`;

export const mutations = [
  {
    name: 'the token is proved before a session is looked at',
    file: recovery('restorer'),
    from: `if (session.userId !== userId) throw new RestoreRefused('foreign');`,
    to: '',
    scenario: 'stolen-session',
  },
  {
    name: 'sessions are stored from the start',
    file: recovery('local-sessions'),
    from: `    this.bySocket.set(session.socketId, made);
    void this.save(made);`,
    to: '    this.bySocket.set(session.socketId, made);',
    scenario: 'node-killed',
  },
  {
    name: 'what came between the reading and the connection is replayed',
    file: recovery('replay'),
    from: 'const since = this.journal.ring.after(n);',
    to: 'const since: Heard[] = [];',
    scenario: 'clean-drop',
  },
  {
    name: 'the predecessor is closed first',
    file: recovery('predecessors'),
    from: 'if (source === this.source) return this.close(socketId);',
    to: 'if (source !== null) return;',
    scenario: 'half-open',
  },
  {
    name: 'a gap is filled from the log',
    file: recovery('journal'),
    from: `    const read = await this.store.log(this.at);`,
    to: `    this.at = await this.store.hello();
    const read = await this.store.log(this.at);`,
    scenario: 'subscriber-killed',
  },
  {
    name: 'what was not taken is submitted again',
    file: recovery('submissions'),
    from: `      } catch {
        await delay`,
    to: `      } catch {
        this.unsent = this.unsent.slice(batch.length);
        await delay`,
    scenario: 'redis-blip',
  },
  {
    name: 'who was told alone is not told again',
    file: recovery('delivery'),
    from: 'own?.told.has(socket.id) ||',
    to: '',
    scenario: 'redis-away',
  },
  {
    name: 'nodes go on alone after three seconds',
    file: recovery('submissions'),
    from: '!this.alone && age >= HOLD_MS',
    to: 'false',
    scenario: 'redis-away',
  },
  {
    name: 'an eviction binds who is away',
    file: recovery('restorer'),
    from: `if (order.kind === 'leave' && span?.[1] === 0)`,
    to: 'if (span === null)',
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
    file: recovery('recovery-scripts'),
    from: `    if info['entries-added'] > info['length'] then`,
    to: `    if false then`,
    scenario: 'out-of-bounds',
  },
  {
    name: 'a dead publisher is noticed',
    file: recovery('journal'),
    from: 'if (this.feed.shared) void this.watch();',
    to: '',
    scenario: 'dead-publisher',
  },
  {
    name: 'one of many claimants wins',
    file: recovery('recovery-scripts'),
    from: `if s[1] ~= ARGV[6] and s[1] ~= ARGV[7] then return {'moved', s[1]} end`,
    to: '',
    scenario: 'many-claimants',
  },
  {
    name: 'who went elsewhere is left out of what it was told',
    file: recovery('submissions'),
    from: 'return gone.length === 0 ? payload',
    to: 'return gone !== null ? payload',
    scenario: 'partitioned-return',
  },
];
