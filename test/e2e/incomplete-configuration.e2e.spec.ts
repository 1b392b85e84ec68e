/** An application on the library with a missing part refuses to start, so that none serves clients it does not check. */
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Global, type INestApplication, Injectable, type LoggerService, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter as PlainIoAdapter } from '@nestjs/platform-socket.io';
import { WebSocketGateway } from '@nestjs/websockets';
import { ConfigModule, HealthModule, loadConfig, MetricsModule, RedisModule, ShutdownModule } from '@aeturnis/platform';
import { Handles, IoAdapter, RealtimeGateway, RealtimeModule, TokenVerifier, useRealtime } from '@aeturnis/realtime';
import { NameVerifier } from '../other-app/raid-app';
import { freePort } from '../support/free-port';
import { type EchoDto, RaidEcho } from '../other-app/raid.contract';
import { createTestClient, closeClients, connect, isClosedBeforeAdmission } from '../support/clients/client';
import { testEnvironment } from '../support/environment';

type Imports = NonNullable<Parameters<typeof Module>[0]['imports']>;
type Providers = NonNullable<Parameters<typeof Module>[0]['providers']>;

const tokensModule = (providers: Providers): Imports[number] => {
  @Global()
  @Module({ providers, exports: [TokenVerifier] })
  class TokensModule {}
  return TokensModule;
};

/** All modules that such an application needs. */
const defaultImports = (environment: Record<string, string> = {}): Record<string, Imports[number]> => ({
  ConfigModule: ConfigModule.forRoot(loadConfig(testEnvironment(environment))),
  ShutdownModule,
  HealthModule,
  MetricsModule,
  RedisModule,
  TokensModule: tokensModule([{ provide: TokenVerifier, useClass: NameVerifier }]),
  RealtimeModule: RealtimeModule.forPlatform(),
});

interface Parts {
  imports?: Record<string, Imports[number]>;
  providers?: Providers;
  /** Installs a WebSocket adapter; `useRealtime` by default. */
  adapter?: (app: INestApplication) => void;
  logger?: LoggerService;
}

let app: INestApplication | undefined;

async function start({
  imports = defaultImports(),
  providers = [],
  adapter = useRealtime,
  logger,
}: Parts = {}): Promise<string> {
  @Module({ imports: Object.values(imports), providers })
  class AppModule {}
  app = await NestFactory.create(AppModule, { logger: logger ?? false, abortOnError: false });
  adapter(app);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const isListening = (): boolean => {
  const address = (app?.getHttpServer() as { address(): AddressInfo | null } | undefined)?.address();
  return (address ?? null) !== null;
};

async function expectRefusal(parts: Parts, message: RegExp): Promise<void> {
  await expect(start(parts)).rejects.toThrow(message);
  expect(isListening()).toBe(false);
}

afterEach(async () => {
  closeClients();
  await app?.close();
  app = undefined;
});

it('an application with all parts starts, and refuses an invalid token', async () => {
  const url = await start();
  await connect(url, 'anna');
  await expect(connect(url, 'wrong')).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
});

describe('the adapter', () => {
  const message = /its adapter is not used: call useRealtime\(app\) before/;

  it('must be installed', () => expectRefusal({ adapter: () => undefined }, message));

  it('must not be Nest’s own', () =>
    expectRefusal({ adapter: (nest) => void nest.useWebSocketAdapter(new PlainIoAdapter(nest)) }, message));

  it('must not be replaced later', () =>
    expectRefusal(
      {
        adapter: (nest) => {
          useRealtime(nest);
          nest.useWebSocketAdapter(new PlainIoAdapter(nest));
        },
      },
      message,
    ));

  it('must be installed also in an application that does not listen', async () => {
    @Module({ imports: Object.values(defaultImports()) })
    class ContextModule {}
    const context = NestFactory.createApplicationContext(ContextModule, { logger: false, abortOnError: false });
    await expect(context).rejects.toThrow(message);
  });

  it('can be installed without the helper', async () => {
    const url = await start({ adapter: (nest) => void nest.useWebSocketAdapter(new IoAdapter(nest)) });
    await expect(connect(url, 'wrong')).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  });

  it('opens its own port if one is configured', async () => {
    const port = await freePort();
    await start({ imports: defaultImports({ SOCKET_PORT: String(port) }) });
    await connect(`http://127.0.0.1:${port}`, 'anna');
  });
});

describe('the modules', () => {
  const needed = ['ConfigModule', 'ShutdownModule', 'HealthModule', 'RedisModule', 'TokensModule'];

  it.each(needed)('require %s', async (name) => {
    const { [name]: _, ...imports } = defaultImports();
    await expectRefusal({ imports }, /can't resolve dependencies|Nest could not find/);
  });

  it('do not require MetricsModule; without it the other metrics are still protected by the token', async () => {
    const { MetricsModule: _, ...imports } = defaultImports({ METRICS_TOKEN: 'metrics-token' });
    const url = await start({ imports });
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${url}/metrics/sockets`)).ok).toBe(false);
  });

  it('must not include RealtimeModule twice', () =>
    expectRefusal(
      { imports: { ...defaultImports(), second: RealtimeModule.forPlatform({ policies: {} }) } },
      /RealtimeModule\.forRoot\(\) is imported twice: call it once/,
    ));

  it('must include RealtimeModule for its adapter', async () => {
    const { RealtimeModule: _, ...imports } = defaultImports();
    await expectRefusal({ imports }, /useRealtime\(app\) needs RealtimeModule\.forRoot\(\)/);
  });
});

describe('the token verifier', () => {
  const withVerifier = (verifier: object): Parts => ({
    imports: { ...defaultImports(), TokensModule: tokensModule([{ provide: TokenVerifier, useValue: verifier }]) },
  });

  it.each([
    ['no verifier', {}],
    ['an abstract verifier', Object.create(TokenVerifier.prototype) as object],
  ])('must not be %s', (_, verifier) => expectRefusal(withVerifier(verifier), /TokenVerifier has no method verify/));

  it.each([undefined, null])('must not be %s', (verifier) => {
    const message = new RegExp(`TokenVerifier gives ${verifier}: it must give an object`);
    const byFactory = tokensModule([{ provide: TokenVerifier, useFactory: () => verifier }]);
    return expectRefusal({ imports: { ...defaultImports(), TokensModule: byFactory } }, message);
  });

  it('must not be the value null', () => {
    const byValue = tokensModule([{ provide: TokenVerifier, useValue: null }]);
    return expectRefusal({ imports: { ...defaultImports(), TokensModule: byValue } }, /TokenVerifier gives null/);
  });

  it.each([
    ['isReady', 'no boolean `isReady`'],
    ['currentStatuses', 'no method currentStatuses\\(principals\\)'],
  ])('must not be an object without %s, which would refuse all clients or never revoke a right', (name, problem) => {
    const { [name]: _, ...verifier }: Record<string, unknown> = {
      isReady: true,
      verify: () => Promise.reject(new Error('not called')),
      currentStatuses: () => Promise.resolve([]),
    };
    return expectRefusal(withVerifier(verifier), new RegExp(`TokenVerifier has ${problem}: extend the class`));
  });

  const anna = { userId: 'anna', name: 'anna', roles: [], sessionId: '', expiresAt: Date.now() + 3_600_000 };
  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /returned no principal/],
    ['null', null, /returned no principal/],
    ['no userId', { ...anna, userId: undefined }, /userId must be a text of 1 to 200 characters/],
    ['an empty userId', { ...anna, userId: '' }, /userId must be a text of 1 to 200 characters/],
    ['a number as userId', { ...anna, userId: 7 }, /userId must be a text of 1 to 200 characters/],
    ['no name', { ...anna, name: undefined }, /name must be a text/],
    ['no roles', { ...anna, roles: undefined }, /roles must be a list of at most 100 texts/],
    ['a text as roles', { ...anna, roles: 'admin' }, /roles must be a list of at most 100 texts/],
    ['no sessionId', { ...anna, sessionId: undefined }, /sessionId must be a text/],
    ['no expiresAt', { ...anna, expiresAt: undefined }, /expiresAt must be milliseconds since 1970/],
    ['a date as expiresAt', { ...anna, expiresAt: new Date(anna.expiresAt) }, /expiresAt must be milliseconds/],
    ['NaN as expiresAt', { ...anna, expiresAt: NaN }, /expiresAt must be milliseconds/],
    ['seconds as expiresAt', { ...anna, expiresAt: 1_900_000_000 }, /expiresAt must be milliseconds/],
    ['a userId of 201 characters', { ...anna, userId: 'x'.repeat(201) }, /userId must be a text of 1 to 200/],
    ['NUL in the userId', { ...anna, userId: 'a\0b' }, /without control characters/],
    ['half a surrogate pair in the userId', { ...anna, userId: 'a\ud800' }, /userId must be a text/],
    ['a name of 201 characters', { ...anna, name: 'x'.repeat(201) }, /name must be a text of at most 200/],
    ['a line break in the name', { ...anna, name: 'anna\nboss' }, /name must be a text/],
    ['101 roles', { ...anna, roles: Array.from({ length: 101 }, String) }, /roles must be a list of at most 100/],
    ['a sessionId of 201 characters', { ...anna, sessionId: 'x'.repeat(201) }, /sessionId must be a text/],
  ])('that returns a principal with %s fails the handshake, and the log says why', async (_, principal, reason) => {
    const errors: string[] = [];
    const ignore = (): void => undefined;
    const error = (line: unknown): void => void errors.push(inspect(line));
    const logger: LoggerService = { log: ignore, warn: ignore, error };
    const verify = (): Promise<unknown> => Promise.resolve(principal);
    const url = await start({
      ...withVerifier({ isReady: true, verify, currentStatuses: () => Promise.resolve([]) }),
      logger,
    });
    expect(await isClosedBeforeAdmission(createTestClient(url, 'anna').socket)).toBe(true);
    expect(errors).toEqual([expect.stringMatching(reason)]);
  });

  it('that returns a principal whose token has expired: refuses the handshake and a refresh with EXPIRED_TOKEN', async () => {
    const verify = (token: string): Promise<unknown> =>
      Promise.resolve(token === 'anna' ? anna : { ...anna, expiresAt: Date.now() - 1_000 });
    const url = await start(withVerifier({ isReady: true, verify, currentStatuses: () => Promise.resolve([]) }));
    const { socket } = createTestClient(url, 'other');
    const refusal = await new Promise<{ data?: { code: string } }>((resolve) => socket.once('connect_error', resolve));
    expect(refusal.data?.code).toBe('EXPIRED_TOKEN');
    const client = await connect(url, 'anna');
    expect(await client.send('auth:refresh', { token: 'other' })).toMatchObject({ error: { code: 'EXPIRED_TOKEN' } });
    expect(await client.send('system:ping')).toMatchObject({ success: true });
  });

  it('that throws an error of its own fails the handshake', async () => {
    const verify = (): Promise<unknown> => Promise.reject(new TypeError('no such key'));
    const url = await start(withVerifier({ isReady: true, verify, currentStatuses: () => Promise.resolve([]) }));
    expect(await isClosedBeforeAdmission(createTestClient(url, 'anna').socket)).toBe(true);
  });

  it('must not replace the principal of a connection with a malformed one', async () => {
    const verify = (token: string): Promise<unknown> =>
      Promise.resolve(token === 'anna' ? anna : { ...anna, roles: undefined });
    const url = await start(withVerifier({ isReady: true, verify, currentStatuses: () => Promise.resolve([]) }));
    const client = await connect(url, 'anna');
    expect(await client.send('auth:refresh', { token: 'other' })).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(await client.send('system:ping')).toMatchObject({ success: true });
  });
});

it('a policy for an event without a handler is refused by name', () =>
  expectRefusal(
    {
      imports: {
        ...defaultImports(),
        RealtimeModule: RealtimeModule.forPlatform({ policies: { 'system:pong': { limit: 1 } } }),
      },
    },
    /policies for commands without a handler: system:pong/,
  ));

describe('gateways', () => {
  class Echo {
    @Handles(RaidEcho)
    echo({ n }: EchoDto): { n: number } {
      return { n };
    }
  }

  @Injectable()
  class Undecorated extends Echo {}

  @WebSocketGateway()
  class Unguarded extends Echo {}

  @Injectable({ scope: Scope.REQUEST })
  @RealtimeGateway()
  class PerRequest extends Echo {}

  @RealtimeGateway()
  class Guarded extends Echo {}

  it.each([
    ['without a decorator', [Undecorated], /Undecorated handles 'raid:echo' and must carry @RealtimeGateway\(\)/],
    ['with the decorator of Nest', [Unguarded], /Unguarded must carry @RealtimeGateway\(\) instead of/],
    [
      'with the decorator of Nest and a factory',
      [{ provide: Unguarded, useFactory: () => new Unguarded() }],
      /Unguarded must carry @RealtimeGateway\(\) instead of/,
    ],
    ['of request scope', [PerRequest], /PerRequest takes commands and must be a singleton/],
  ] as [string, Providers, RegExp][])('must not be %s', (_, providers, message) =>
    expectRefusal({ providers }, message),
  );

  it('can be created by a factory and have two names', async () => {
    const url = await start({
      providers: [
        { provide: Guarded, useFactory: () => new Guarded() },
        { provide: 'ALIAS', useExisting: Guarded },
      ],
    });
    const anna = await connect(url, 'anna');
    expect(await anna.send('raid:echo', { n: 3 })).toEqual({ success: true, n: 3 });
  });
});
