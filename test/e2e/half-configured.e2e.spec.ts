/** An application on the library in which one piece is missing refuses to start: none accepts clients it does not check. */
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Global, type INestApplication, Injectable, type LoggerService, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter as PlainIoAdapter } from '@nestjs/platform-socket.io';
import { WebSocketGateway } from '@nestjs/websockets';
import { ConfigModule, HealthModule, loadConfig, MetricsModule, RedisModule, ShutdownModule } from '@aeturnis/platform';
import { Handles, IoAdapter, RealtimeGateway, RealtimeModule, TokenVerifier, useRealtime } from '@aeturnis/realtime';
import { freePort, NameVerifier } from '../other-app/raid-app';
import { type EchoDto, RaidEcho } from '../other-app/raid.contract';
import { client, closeClients, connect, isSentAway } from '../support/client';
import { testEnvironment } from '../support/environment';

type Imports = NonNullable<Parameters<typeof Module>[0]['imports']>;
type Providers = NonNullable<Parameters<typeof Module>[0]['providers']>;

const tokens = (providers: Providers): Imports[number] => {
  @Global()
  @Module({ providers, exports: [TokenVerifier] })
  class TokensModule {}
  return TokensModule;
};

/** Everything such an application needs. */
const pieces = (environment: Record<string, string> = {}): Record<string, Imports[number]> => ({
  ConfigModule: ConfigModule.forRoot(loadConfig(testEnvironment(environment))),
  ShutdownModule,
  HealthModule,
  MetricsModule,
  RedisModule,
  TokensModule: tokens([{ provide: TokenVerifier, useClass: NameVerifier }]),
  RealtimeModule: RealtimeModule.forRoot(),
});

interface Parts {
  imports?: Record<string, Imports[number]>;
  providers?: Providers;
  /** What puts an adapter into the application; `useRealtime` where it is not said. */
  adapter?: (app: INestApplication) => void;
  logger?: LoggerService;
}

let app: INestApplication | undefined;

async function start({
  imports = pieces(),
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

it('with all pieces it starts, and refuses a wrong token', async () => {
  const url = await start();
  await connect(url, 'anna');
  await expect(connect(url, 'wrong')).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
});

describe('the adapter', () => {
  const message = /its adapter is not used: call useRealtime\(app\) before/;

  it('is not forgotten', () => expectRefusal({ adapter: () => undefined }, message));

  it('is not replaced by that of Nest', () =>
    expectRefusal({ adapter: (made) => void made.useWebSocketAdapter(new PlainIoAdapter(made)) }, message));

  it('is not replaced later', () =>
    expectRefusal(
      {
        adapter: (made) => {
          useRealtime(made);
          made.useWebSocketAdapter(new PlainIoAdapter(made));
        },
      },
      message,
    ));

  it('is not forgotten where nothing listens', async () => {
    @Module({ imports: Object.values(pieces()) })
    class ContextModule {}
    const context = NestFactory.createApplicationContext(ContextModule, { logger: false, abortOnError: false });
    await expect(context).rejects.toThrow(message);
  });

  it('may be put in without the helper', async () => {
    const url = await start({ adapter: (made) => void made.useWebSocketAdapter(new IoAdapter(made)) });
    await expect(connect(url, 'wrong')).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  });

  it('opens a port of its own by itself', async () => {
    const port = await freePort();
    await start({ imports: pieces({ SOCKET_PORT: String(port) }) });
    await connect(`http://127.0.0.1:${port}`, 'anna');
  });
});

describe('modules', () => {
  const needed = ['ConfigModule', 'ShutdownModule', 'HealthModule', 'RedisModule', 'TokensModule'];

  it.each(needed)('%s is needed', async (name) => {
    const { [name]: _, ...imports } = pieces();
    await expectRefusal({ imports }, /can't resolve dependencies|Nest could not find/);
  });

  it('MetricsModule is not: without it the metrics that are left are guarded all the same', async () => {
    const { MetricsModule: _, ...imports } = pieces({ METRICS_TOKEN: 'metrics-token' });
    const url = await start({ imports });
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${url}/metrics/sockets`)).ok).toBe(false);
  });

  it('RealtimeModule is imported once', () =>
    expectRefusal(
      { imports: { ...pieces(), again: RealtimeModule.forRoot({ policies: {} }) } },
      /RealtimeModule\.forRoot\(\) is imported twice: call it once/,
    ));

  it('RealtimeModule is needed for its adapter', async () => {
    const { RealtimeModule: _, ...imports } = pieces();
    await expectRefusal({ imports }, /useRealtime\(app\) needs RealtimeModule\.forRoot\(\)/);
  });
});

describe('the verifier of tokens', () => {
  const withVerifier = (verifier: object): Parts => ({
    imports: { ...pieces(), TokensModule: tokens([{ provide: TokenVerifier, useValue: verifier }]) },
  });

  it.each([
    ['no verifier', {}],
    ['an abstract one', Object.create(TokenVerifier.prototype) as object],
  ])('is not %s', (_, verifier) => expectRefusal(withVerifier(verifier), /TokenVerifier has no method verify/));

  it.each([undefined, null])('is not %s', (verifier) => {
    const message = new RegExp(`TokenVerifier gives ${verifier}: it must give an object`);
    const byFactory = tokens([{ provide: TokenVerifier, useFactory: () => verifier }]);
    return expectRefusal({ imports: { ...pieces(), TokensModule: byFactory } }, message);
  });

  it('is not the value null', () => {
    const byValue = tokens([{ provide: TokenVerifier, useValue: null }]);
    return expectRefusal({ imports: { ...pieces(), TokensModule: byValue } }, /TokenVerifier gives null/);
  });

  it.each([
    ['ready', 'no boolean `ready`'],
    ['standing', 'no method standing\\(principals\\)'],
  ])('is not an object without %s, which would refuse everybody or keep every right', (name, problem) => {
    const { [name]: _, ...verifier }: Record<string, unknown> = {
      ready: true,
      verify: () => Promise.reject(new Error('not called')),
      standing: () => Promise.resolve([]),
    };
    return expectRefusal(withVerifier(verifier), new RegExp(`TokenVerifier has ${problem}: extend the class`));
  });

  const anna = { userId: 'anna', name: 'anna', roles: [], sessionId: '', expiresAt: Date.now() + 3_600_000 };
  it.each<[string, unknown, RegExp]>([
    ['nobody', undefined, /returned no principal/],
    ['null', null, /returned no principal/],
    ['no userId', { ...anna, userId: undefined }, /userId must be a text that is not empty/],
    ['an empty userId', { ...anna, userId: '' }, /userId must be a text that is not empty/],
    ['a number as userId', { ...anna, userId: 7 }, /userId must be a text that is not empty/],
    ['no name', { ...anna, name: undefined }, /name must be a text/],
    ['no roles', { ...anna, roles: undefined }, /roles must be a list of texts/],
    ['a text as roles', { ...anna, roles: 'admin' }, /roles must be a list of texts/],
    ['no sessionId', { ...anna, sessionId: undefined }, /sessionId must be a text/],
    ['no expiresAt', { ...anna, expiresAt: undefined }, /expiresAt must be milliseconds since 1970/],
    ['a date as expiresAt', { ...anna, expiresAt: new Date(anna.expiresAt) }, /expiresAt must be milliseconds/],
    ['NaN as expiresAt', { ...anna, expiresAt: NaN }, /expiresAt must be milliseconds/],
  ])('is at fault where it answers %s: the client is sent away, and the log says why', async (_, principal, why) => {
    const errors: string[] = [];
    const ignore = (): void => undefined;
    const error = (line: unknown): void => void errors.push(inspect(line));
    const logger: LoggerService = { log: ignore, warn: ignore, error };
    const verify = (): Promise<unknown> => Promise.resolve(principal);
    const url = await start({
      ...withVerifier({ ready: true, verify, standing: () => Promise.resolve([]) }),
      logger,
    });
    expect(await isSentAway(client(url, 'anna').socket)).toBe(true);
    expect(errors).toEqual([expect.stringMatching(why)]);
  });

  it('is not asked again with what it refuses by an error of its own', async () => {
    const verify = (): Promise<unknown> => Promise.reject(new TypeError('no such key'));
    const url = await start(withVerifier({ ready: true, verify, standing: () => Promise.resolve([]) }));
    expect(await isSentAway(client(url, 'anna').socket)).toBe(true);
  });

  it('may not replace the principal of a connection by a malformed one', async () => {
    const verify = (token: string): Promise<unknown> =>
      Promise.resolve(token === 'anna' ? anna : { ...anna, roles: undefined });
    const url = await start(withVerifier({ ready: true, verify, standing: () => Promise.resolve([]) }));
    const client = await connect(url, 'anna');
    expect(await client.send('auth:refresh', { token: 'other' })).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(await client.send('system:ping')).toMatchObject({ success: true });
  });
});

it('a policy for an event that nobody handles is refused by name', () =>
  expectRefusal(
    { imports: { ...pieces(), RealtimeModule: RealtimeModule.forRoot({ policies: { 'system:pong': { limit: 1 } } }) } },
    /policies for commands that nobody handles: system:pong/,
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
    ['of a request', [PerRequest], /PerRequest takes commands and must be a singleton/],
  ] as [string, Providers, RegExp][])('are not %s', (_, providers, message) => expectRefusal({ providers }, message));

  it('may be made by a factory and have two names', async () => {
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
