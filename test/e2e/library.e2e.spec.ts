/** The library in another Nest application, with its own gateways, room kind, commands, guards and tokens. */
import { RealtimeService, RoomService } from '@aeturnis/realtime';
import { startRaidApp } from '../other-app/raid-app';
import { RAID_HALL } from '../other-app/raid.contract';
import { CountingGuard, RaidGateway } from '../other-app/raid.gateway';
import { connect } from '../support/clients/client';
import { useRaidApp } from '../support/servers/raid-cluster';

const raid = useRaidApp({ COMMAND_DEADLINE_MS: '300' });

describe('a game on the library', () => {
  it('has its own kind of room, with access checks, a capacity and broadcasts that exclude the sender', async () => {
    const [anna, ben, cleo] = await Promise.all(['anna', 'ben', 'cleo'].map((name) => connect(raid.url, name)));
    expect(await anna?.send('raid:join', { raidId: 'r1' })).toEqual({ success: true, users: ['anna'] });
    expect((await ben?.send('raid:join', { raidId: 'r1' }))?.['users']).toEqual(
      expect.arrayContaining(['anna', 'ben']),
    );
    expect(await anna?.waitForEvent('raid:horn')).toEqual({ by: 'ben' });
    expect(await cleo?.send('raid:join', { raidId: 'r1' })).toMatchObject({
      success: false,
      error: { code: 'ROOM_FULL', retryable: true },
    });
    expect(await cleo?.send('raid:join', { raidId: 'closed' })).toMatchObject({ error: { code: 'FORBIDDEN' } });
    await cleo?.roundTrip();
    expect(cleo?.eventsNamed('raid:horn')).toEqual([]);
    expect(ben?.eventsNamed('raid:horn')).toEqual([]);
  });

  it('has a standing room, in which every connection is from its start', async () => {
    const anna = await connect(raid.url, 'anna');
    const rooms = raid.app.get(RoomService);
    rooms.broadcast(RAID_HALL, 'raid:horn', { by: 'the hall' });
    expect(await anna.waitForEvent('raid:horn')).toEqual({ by: 'the hall' });
    expect((await rooms.members(RAID_HALL)).users).toContain('anna');
    expect(() => rooms.addStandingRoom(RAID_HALL)).toThrow("'global:hall' is registered twice");
    expect(() => rooms.addStandingRoom('raid:1')).toThrow("'raid:1' must be of kind 'global'");
  });

  it('emits to users through RealtimeService', async () => {
    const anna = await connect(raid.url, 'anna');
    const realtime = raid.app.get(RealtimeService);
    realtime.emitToUser('anna', 'raid:horn', { by: 'the watch' });
    expect(await anna.waitForEvent('raid:horn')).toEqual({ by: 'the watch' });
    expect(await realtime.isUserOnline('anna')).toBe(true);
    expect(await realtime.getUserSockets('anna')).toMatchObject([{ socketId: anna.socket.id }]);
    expect(() => realtime.emitToUser('nobody', 'raid:horn', { by: 'x' })).not.toThrow();
  });

  it('has its own rate limits, by option and by decorator', async () => {
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

describe('a command is answered exactly once', () => {
  it('when it succeeds, and its guards run once', async () => {
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
        (response: never) => {
          answers++;
          resolve(response);
        },
      );
    });
    expect(answer).toMatchObject({ success: false, error: { code } });
    expect(JSON.stringify(answer)).not.toContain('SELECT');
    await anna.roundTrip();
    expect(answers).toBe(1);
  });

  it('without an ack, by an error event that names the command', async () => {
    const anna = await connect(raid.url, 'anna');
    (anna.socket as unknown as { emit(event: string, payload: object): void }).emit('raid:echo', { n: 'x' });
    expect(await anna.waitForEvent('error')).toMatchObject({
      code: 'VALIDATION',
      event: 'raid:echo',
      details: [{ field: 'n' }],
    });
  });

  it('when it exceeds its deadline, and its late outcome is discarded', async () => {
    const anna = await connect(raid.url, 'anna');
    expect(await anna.send('raid:echo', { n: 1, delayMs: 600 })).toMatchObject({
      error: { code: 'TIMEOUT', retryable: true },
    });
    expect(await anna.send('raid:echo', { n: 2, delayMs: 0 })).toEqual({ success: true, n: 2 });
  });
});

describe('order', () => {
  it('is kept per connection over 10,000 commands of unequal duration', async () => {
    const app = await startRaidApp({ LIMITS: 'off' });
    try {
      const clients = await Promise.all(['eve', 'fay'].map((name) => connect(app.url, name)));
      const total = 5_000;
      await Promise.all(
        clients.map(async (client, clientIndex) => {
          const answered: number[] = [];
          let sent = 0;
          await new Promise<void>((resolve) => {
            const sendMore = (): void => {
              // At most 90 in flight: the server refuses commands beyond 100 waiting ones.
              while (sent < total && sent - answered.length < 90) {
                const n = clientIndex * total + sent++;
                const random = (n * 2654435761) % 10;
                const payload = random < 2 ? { n, delayMs: random } : { n };
                void client.send('raid:echo', payload).then((answer) => {
                  answered.push(answer['n'] as number);
                  if (answered.length === total) resolve();
                  else sendMore();
                });
              }
            };
            sendMore();
          });
          const inOrder = Array.from({ length: total }, (_, index) => clientIndex * total + index);
          expect(answered).toEqual(inOrder);
          expect(app.app.get(RaidGateway).startedEchoes.filter((n) => Math.floor(n / total) === clientIndex)).toEqual(
            inOrder,
          );
        }),
      );
    } finally {
      await app.close();
    }
  }, 120_000);

  it('of commands is kept for at most 100 waiting ones', async () => {
    const app = await startRaidApp({ LIMITS: 'off' });
    try {
      const gus = await connect(app.url, 'gus');
      const slow = gus.send('raid:echo', { n: 0, delayMs: 300 });
      const rest = Array.from({ length: 150 }, (_, index) => gus.send('raid:echo', { n: index + 1 }));
      const answers = await Promise.all([slow, ...rest]);
      expect(answers.filter(({ success }) => success)).toHaveLength(101);
      expect(answers.filter(({ error }) => error?.code === 'RATE_LIMITED')).toHaveLength(50);
    } finally {
      await app.close();
    }
  });
});
