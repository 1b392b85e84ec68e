/** Connections whose token is about to expire, expires, or is replaced in time. */
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Connections } from '@aeturnis/realtime';
import { TokenExpiry } from '../../libs/realtime/src/auth/token-expiry';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, type TestClient } from '../support/client';

let raid: RaidApp;
beforeAll(async () => {
  raid = await startRaidApp();
});
afterEach(closeClients);
afterAll(() => raid.close());

describe('a token that ends', () => {
  it('ends its connection in the way after which stock clients come back', async () => {
    const anna = await connect(raid.url, 'anna:1500');
    const reason = new Promise((resolve) => anna.socket.once('disconnect', resolve));
    expect(await anna.event('auth:error')).toEqual({ code: 'EXPIRED_TOKEN', message: expect.any(String) });
    expect(await anna.event('system:disconnected')).toMatchObject({ code: 'EXPIRED_TOKEN', reconnect: true });
    expect(await reason).toBe('transport close');
  });

  it('can be replaced in place, by one of the same user alone', async () => {
    const anna = await connect(raid.url, 'anna:2000');
    const refresh = (token: unknown) => anna.send('auth:refresh', { token });
    for (const token of ['', 'x'.repeat(8193), 1])
      expect(await refresh(token)).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await refresh('ben:9000')).toMatchObject({ error: { code: 'FORBIDDEN' } });
    const renewed = await refresh('anna:60000');
    const connection = raid.app.get(Connections).get(anna.socket.id ?? '');
    expect(renewed).toEqual({ success: true, expiresAt: connection?.principal.expiresAt });
  });
});

describe('a token that is about to end', () => {
  // Looked at as if by the timer, at times of the test's choosing.
  const lookAt = (now: number): void => {
    const config = raid.app.get<AppConfig>(APP_CONFIG);
    new TokenExpiry(config, raid.app.get(Connections), { now: () => now }).look();
  };
  /** Of a connection whose token is valid for an hour. */
  const endOf = (anna: TestClient): number => anna.all('auth:success')[0]?.expiresAt ?? NaN;

  it('is announced a minute before its end, once; a fresh one is announced anew', async () => {
    const anna = await connect(raid.url, 'anna:3600000');
    const end = endOf(anna);
    for (const secondsLeft of [3_600, 1_800, 61]) lookAt(end - secondsLeft * 1_000);
    await anna.send('system:ping', {});
    expect(anna.all('auth:expiring')).toEqual([]);
    for (const secondsLeft of [60, 59, 1]) lookAt(end - secondsLeft * 1_000);
    await anna.send('system:ping', {});
    expect(anna.all('auth:expiring')).toEqual([{ expiresAt: end }]);
    const renewed = await anna.send('auth:refresh', { token: 'anna:7200000' });
    const newEnd = Number(renewed['expiresAt']);
    for (const secondsLeft of [7_000, 61, 60, 30]) lookAt(newEnd - secondsLeft * 1_000);
    await anna.send('system:ping', {});
    expect(anna.all('auth:expiring')).toEqual([{ expiresAt: end }, { expiresAt: newEnd }]);
  });

  it('lives for less than the notice: announced when half of that is over, so that nobody refreshes without end', async () => {
    const anna = await connect(raid.url, 'anna:3600000');
    const end = endOf(anna);
    // As if nobody had looked at it yet.
    const connection = raid.app.get(Connections).get(anna.socket.id ?? '');
    if (connection) connection.expiryNoticeFor = 0;
    lookAt(end - 40_000);
    lookAt(end - 21_000);
    await anna.send('system:ping', {});
    expect(anna.all('auth:expiring')).toEqual([]);
    lookAt(end - 20_000);
    expect(await anna.event('auth:expiring')).toEqual({ expiresAt: end });
  });
});
