/** The library serves any Nest application: one with its own gateway, room kind, commands, guards and tokens. */
import { RealtimeService } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { CountingGuard, RaidGateway } from '../other-app/raid.gateway';
import { closeClients, connect } from '../support/client';

let raid: RaidApp;
beforeAll(async () => {
  raid = await startRaidApp({ COMMAND_DEADLINE_MS: '300' });
});
afterEach(closeClients);
afterAll(() => raid.close());

describe('a game on the library', () => {
  it('has rooms of its own kind, with access, capacity and broadcasts that leave the sender out', async () => {
    const [anna, ben, cleo] = await Promise.all(['anna', 'ben', 'cleo'].map((name) => connect(raid.url, name)));
    expect(await anna?.send('raid:join', { raidId: 'r1' })).toEqual({ success: true, users: ['anna'] });
    expect((await ben?.send('raid:join', { raidId: 'r1' }))?.['users']).toEqual(
      expect.arrayContaining(['anna', 'ben']),
    );
    expect(await anna?.event('raid:horn')).toEqual({ by: 'ben' });
    expect(await cleo?.send('raid:join', { raidId: 'r1' })).toMatchObject({
      success: false,
      error: { code: 'ROOM_FULL', retryable: true },
    });
    expect(await cleo?.send('raid:join', { raidId: 'closed' })).toMatchObject({ error: { code: 'FORBIDDEN' } });
    await cleo?.settled();
    expect(cleo?.all('raid:horn')).toEqual([]);
    expect(ben?.all('raid:horn')).toEqual([]);
  });

  it('reaches users through RealtimeService', async () => {
    const anna = await connect(raid.url, 'anna');
    const realtime = raid.app.get(RealtimeService);
    realtime.emitToUser('anna', 'raid:horn', { by: 'the watch' });
    expect(await anna.event('raid:horn')).toEqual({ by: 'the watch' });
    expect(await realtime.isUserOnline('anna')).toBe(true);
    expect(await realtime.getUserSockets('anna')).toMatchObject([{ socketId: anna.socket.id }]);
    expect(() => realtime.emitToUser('nobody', 'raid:horn', { by: 'x' })).not.toThrow();
  });

  it('has policies of its own, by option and by decorator', async () => {
    const dora = await connect(raid.url, 'dora');
    for (let count = 0; count < 3; count++) await dora.send('raid:join', { raidId: 'r2' });
    expect(await dora.send('raid:join', { raidId: 'r2' })).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect(await dora.send('raid:rare', { n: 1 })).toEqual({ success: true });
    expect(await dora.send('raid:rare', { n: 1 })).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    const policies = (await (await fetch(`${raid.url}/api/realtime/policies`)).json()) as {
      commands: Record<string, { limit: number }>;
    };
    expect(policies.commands['raid:join']?.limit).toBe(3);
    expect(policies.commands['raid:rare']?.limit).toBe(1);
  });
});

describe('every command is answered exactly once', () => {
  it('when it is done, with guards asked once', async () => {
    const anna = await connect(raid.url, 'anna');
    const guard = raid.app.get(CountingGuard, { strict: false });
    const before = guard.calls;
    expect(await anna.send('raid:echo', { n: 7 })).toEqual({ success: true, n: 7 });
    expect(guard.calls).toBe(before + 1);
  });

  it.each([
    ['a crash', 'raid:crash', [{ n: 0 }], 'INTERNAL'],
    ['a rejection', 'raid:crash', [{ n: 1 }], 'INTERNAL'],
    ['a result that cannot be sent', 'raid:crash', [{ n: 2 }], 'INTERNAL'],
    ['a late result that cannot be sent', 'raid:crash', [{ n: 3 }], 'INTERNAL'],
    ['a guard', 'raid:secret', [{ n: 1 }], 'FORBIDDEN'],
    ['an unknown event', 'raid:nothing', [{}], 'UNKNOWN_EVENT'],
    ['a missing field', 'raid:echo', [{}], 'VALIDATION'],
    ['an unknown field', 'raid:echo', [{ n: 1, admin: true }], 'VALIDATION'],
    ['a wrong type', 'raid:echo', [{ n: '1' }], 'VALIDATION'],
    ['no object', 'raid:echo', ['1'], 'VALIDATION'],
    ['two objects', 'raid:echo', [{ n: 1 }, { n: 2 }], 'VALIDATION'],
    ['a reserved name', 'error', [{}], 'UNKNOWN_EVENT'],
  ])('after %s', async (_, event, args, code) => {
    const anna = await connect(raid.url, 'anna');
    let answers = 0;
    const answer = await new Promise<{ error: { code: string; details?: unknown; message: string } }>((resolve) => {
      (anna.socket as unknown as { emit(event: string, ...args: unknown[]): void }).emit(
        event,
        ...args,
        (given: never) => {
          answers++;
          resolve(given);
        },
      );
    });
    expect(answer).toMatchObject({ success: false, error: { code } });
    expect(JSON.stringify(answer)).not.toContain('SELECT');
    await anna.settled();
    expect(answers).toBe(1);
  });

  it('and without an ack by an error event that names the command', async () => {
    const anna = await connect(raid.url, 'anna');
    (anna.socket as unknown as { emit(event: string, payload: object): void }).emit('raid:echo', { n: 'x' });
    expect(await anna.event('error')).toMatchObject({
      code: 'VALIDATION',
      event: 'raid:echo',
      details: [{ field: 'n' }],
    });
  });

  it('when it is too slow, and a late outcome changes nothing', async () => {
    const anna = await connect(raid.url, 'anna');
    expect(await anna.send('raid:echo', { n: 1, delayMs: 600 })).toMatchObject({
      error: { code: 'TIMEOUT', retryable: true },
    });
    expect(await anna.send('raid:echo', { n: 2, delayMs: 0 })).toEqual({ success: true, n: 2 });
  });
});

describe('order', () => {
  it('is kept per connection over 10,000 commands that take unequal time', async () => {
    const own = await startRaidApp({ LIMITS: 'off' });
    try {
      const clients = await Promise.all(['eve', 'fay'].map((name) => connect(own.url, name)));
      const total = 5_000;
      await Promise.all(
        clients.map(async (client, which) => {
          const answered: number[] = [];
          let sent = 0;
          await new Promise<void>((resolve) => {
            const more = (): void => {
              // At most 90 on the way: past 100 waiting ones the server refuses.
              while (sent < total && sent - answered.length < 90) {
                const n = which * total + sent++;
                const roll = (n * 2654435761) % 10;
                const payload = roll < 2 ? { n, delayMs: roll } : { n };
                void client.send('raid:echo', payload).then((answer) => {
                  answered.push(answer['n'] as number);
                  if (answered.length === total) resolve();
                  else more();
                });
              }
            };
            more();
          });
          const inOrder = Array.from({ length: total }, (_, index) => which * total + index);
          expect(answered).toEqual(inOrder);
          expect(own.app.get(RaidGateway).begun.filter((n) => Math.floor(n / total) === which)).toEqual(inOrder);
        }),
      );
    } finally {
      await own.close();
    }
  }, 120_000);

  it('holds at most 100 waiting commands', async () => {
    const own = await startRaidApp({ LIMITS: 'off' });
    try {
      const gus = await connect(own.url, 'gus');
      const slow = gus.send('raid:echo', { n: 0, delayMs: 300 });
      const rest = Array.from({ length: 150 }, (_, index) => gus.send('raid:echo', { n: index + 1 }));
      const answers = await Promise.all([slow, ...rest]);
      expect(answers.filter(({ success }) => success)).toHaveLength(101);
      expect(answers.filter(({ error }) => error?.code === 'RATE_LIMITED')).toHaveLength(50);
    } finally {
      await own.close();
    }
  });
});
