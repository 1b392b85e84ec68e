/** Token expiry: connections whose token is about to expire, expires, or is refreshed in time. */
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ConnectionRegistry } from '@aeturnis/realtime';
import { TokenExpiry } from '../../libs/realtime/src/auth/token-expiry';
import { connect, type TestClient } from '../support/clients/client';
import { useRaidApp } from '../support/servers/raid-cluster';

const raid = useRaidApp();

describe('an expired token', () => {
  it('closes its connection so that stock clients reconnect', async () => {
    const anna = await connect(raid.url, 'anna:1500');
    const reason = new Promise((resolve) => anna.socket.once('disconnect', resolve));
    expect(await anna.waitForEvent('auth:error')).toEqual({ code: 'EXPIRED_TOKEN', message: expect.any(String) });
    expect(await anna.waitForEvent('system:disconnected')).toMatchObject({ code: 'EXPIRED_TOKEN', reconnect: true });
    expect(await reason).toBe('transport close');
  });

  it('can be refreshed before it expires, with a token of the same user only', async () => {
    const anna = await connect(raid.url, 'anna:30000');
    const refresh = (token: unknown) => anna.send('auth:refresh', { token });
    for (const token of ['', 'x'.repeat(8193), 1])
      expect(await refresh(token)).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await refresh('ben:9000')).toMatchObject({ error: { code: 'FORBIDDEN' } });
    const renewed = await refresh('anna:60000');
    const connection = raid.app.get(ConnectionRegistry).get(anna.socket.id ?? '');
    expect(renewed).toEqual({ success: true, expiresAt: connection?.principal.expiresAt });
  });
});

describe('a token that is about to expire', () => {
  // Runs the periodic check at a time of the test's choice.
  const checkAt = (now: number): void => {
    const config = raid.app.get<AppConfig>(APP_CONFIG);
    new TokenExpiry(config, raid.app.get(ConnectionRegistry), { now: () => now }).checkAll();
  };
  /** When the token of a connection expires. */
  const expiryOf = (anna: TestClient): number => anna.eventsNamed('auth:success')[0]?.expiresAt ?? NaN;

  it('is announced once a minute before it expires; a refreshed token is announced anew', async () => {
    const anna = await connect(raid.url, 'anna:3600000');
    const expiresAt = expiryOf(anna);
    for (const secondsLeft of [3_600, 1_800, 61]) checkAt(expiresAt - secondsLeft * 1_000);
    await anna.send('system:ping', {});
    expect(anna.eventsNamed('auth:expiring')).toEqual([]);
    for (const secondsLeft of [60, 59, 1]) checkAt(expiresAt - secondsLeft * 1_000);
    await anna.send('system:ping', {});
    expect(anna.eventsNamed('auth:expiring')).toEqual([{ expiresAt }]);
    const renewed = await anna.send('auth:refresh', { token: 'anna:7200000' });
    const newExpiresAt = Number(renewed['expiresAt']);
    for (const secondsLeft of [7_000, 61, 60, 30]) checkAt(newExpiresAt - secondsLeft * 1_000);
    await anna.send('system:ping', {});
    expect(anna.eventsNamed('auth:expiring')).toEqual([{ expiresAt }, { expiresAt: newExpiresAt }]);
  });

  it('with less than a minute left is announced at half of the remaining time, to prevent endless refreshes', async () => {
    const anna = await connect(raid.url, 'anna:3600000');
    const expiresAt = expiryOf(anna);
    // As if no check had seen the token yet.
    const connection = raid.app.get(ConnectionRegistry).get(anna.socket.id ?? '');
    if (connection) connection.expiryNoticeTokenEnd = 0;
    checkAt(expiresAt - 40_000);
    checkAt(expiresAt - 21_000);
    await anna.send('system:ping', {});
    expect(anna.eventsNamed('auth:expiring')).toEqual([]);
    checkAt(expiresAt - 20_000);
    expect(await anna.waitForEvent('auth:expiring')).toEqual({ expiresAt });
  });
});
