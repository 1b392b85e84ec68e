/** An application on `RealtimeModule.forRoot()` alone: what it gets, what it refuses, and how it is closed. */
import { Controller, Get, type INestApplication, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Principal } from '@aeturnis/contracts';
import { ConfigModule, loadConfig, RedisService, Shutdown } from '@aeturnis/platform';
import {
  CurrentUser,
  JwtGuard,
  Public,
  RealtimeModule,
  type RealtimeModuleOptions,
  TokenVerifier,
  useRealtime,
} from '@aeturnis/realtime';
import { NameVerifier } from '../other-app/raid-app';
import { RaidGateway } from '../other-app/raid.gateway';
import { closeClients, connect, waitUntil } from '../support/clients/client';
import { commonRedisUrl } from '../support/service-urls';

@Controller('heroes')
@UseGuards(JwtGuard)
class HeroesController {
  @Get('me')
  me(@CurrentUser() { name }: Principal): { name: string } {
    return { name };
  }

  @Public()
  @Get('count')
  count(): { count: number } {
    return { count: 1 };
  }
}

let app: INestApplication | undefined;

type Metadata = Parameters<typeof Module>[0];

async function start(
  { config, ...options }: Partial<RealtimeModuleOptions> = {},
  { imports = [], providers = [] }: Pick<Metadata, 'imports' | 'providers'> = {},
  install: (app: INestApplication) => unknown = useRealtime,
): Promise<string> {
  @Module({
    imports: [
      RealtimeModule.forRoot({ verifier: NameVerifier, config: { DRAIN_MS: 0, ...config }, ...options }),
      ...imports,
    ],
    controllers: [HeroesController],
    providers: [RaidGateway, ...providers],
  })
  class GameModule {}
  app = await NestFactory.create(GameModule, { logger: false, abortOnError: false });
  install(app);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

afterEach(async () => {
  closeClients();
  await app?.close();
  app = undefined;
});

const getAs = (url: string, token?: string): Promise<Response> =>
  fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

it('has commands, health, metrics and policies without another import', async () => {
  const url = await start();
  const anna = await connect(url, 'anna');
  expect(await anna.send('raid:echo', { n: 1 })).toEqual({ success: true, n: 1 });
  expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ok' });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('aeturnis_connections');
  expect(await (await fetch(`${url}/api/realtime/policies`)).json()).toHaveProperty(['commands', 'raid:echo']);
});

describe('the settings', () => {
  it('can be given as values', async () => {
    const url = await start({ config: { METRICS_TOKEN: 'for-the-test' } });
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await getAs(`${url}/metrics`, 'for-the-test')).status).toBe(200);
  });

  it('are refused beside an own ConfigModule', () =>
    expect(start({}, { imports: [ConfigModule.forRoot(loadConfig({}))] })).rejects.toThrow(
      /ConfigModule is imported twice: RealtimeModule\.forRoot\(\) brings it/,
    ));
});

describe('the verifier', () => {
  it('can be an object', async () => {
    const url = await start({ verifier: new NameVerifier() });
    await connect(url, 'anna');
    await expect(connect(url, 'wrong')).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  });

  it('can inject what the listed modules export', async () => {
    @Injectable()
    class Titles {
      readonly title = 'Captain';
    }
    @Module({ providers: [Titles], exports: [Titles] })
    class TitlesModule {}
    @Injectable()
    class TitledVerifier extends NameVerifier {
      constructor(private readonly titles: Titles) {
        super();
      }

      override async verify(token: string): Promise<Principal> {
        return { ...(await super.verify(token)), name: `${this.titles.title} ${token}` };
      }
    }
    const url = await start({ verifier: TitledVerifier, imports: [TitlesModule] });
    expect(await (await getAs(`${url}/heroes/me`, 'anna')).json()).toEqual({ name: 'Captain anna' });
  });

  it('is refused if the application provides another one', () =>
    expect(start({ imports: [] }, { providers: [{ provide: TokenVerifier, useClass: NameVerifier }] })).rejects.toThrow(
      /TokenVerifier is provided twice: pass it as the option `verifier`/,
    ));

  it('is refused if it is incomplete', () =>
    expect(start({ verifier: { verify: () => undefined } as never })).rejects.toThrow(
      /TokenVerifier has no boolean `isReady` and no method currentStatuses/,
    ));
});

it('does not start without useRealtime', () =>
  expect(start({}, {}, () => undefined)).rejects.toThrow(/its adapter is not used: call useRealtime\(app\) before/));

describe('JwtGuard', () => {
  it('admits a user with a token, and everyone to a public route', async () => {
    const url = await start();
    expect(await (await getAs(`${url}/heroes/me`, 'anna')).json()).toEqual({ name: 'anna' });
    expect(await (await getAs(`${url}/heroes/count`)).json()).toEqual({ count: 1 });
  });

  it('refuses for the time being while no account can be looked up', async () => {
    class StartingVerifier extends NameVerifier {
      override get isReady(): boolean {
        return false;
      }
    }
    const answer = await getAs(`${await start({ verifier: StartingVerifier })}/heroes/me`, 'anna');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'UNAVAILABLE', retryable: true } });
  });

  it.each([
    ['no token', undefined, 'UNAUTHENTICATED'],
    ['a token that the verifier refuses', 'wrong', 'INVALID_TOKEN'],
    ['an expired token', 'anna:-1000', 'EXPIRED_TOKEN'],
    ['a token that is too long', 'a'.repeat(9_000), 'UNAUTHENTICATED'],
  ])('refuses %s', async (_, token, code) => {
    const answer = await getAs(`${await start()}/heroes/me`, token);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code, retryable: false } });
  });
});

it('app.close() disconnects clients so that they reconnect elsewhere, and closes the connections to Redis', async () => {
  const url = await start({ config: { REDIS_URL: commonRedisUrl() } });
  const anna = await connect(url, 'anna');
  const redis = app?.get(RedisService);
  await redis?.ping();
  const notice = anna.waitForEvent('system:disconnected');
  await app?.close();
  expect(await notice).toMatchObject({ code: 'DRAINING', reconnect: true });
  await waitUntil(() => redis?.client?.status === 'end', 'the end of the connection to Redis');
});

it('app.close() as a phase of an own shutdown runs it once', async () => {
  await start();
  const closing = app;
  const shutdown = closing?.get(Shutdown);
  let closed = 0;
  await shutdown?.run(async () => {
    await closing?.close();
    closed++;
  });
  expect(closed).toBe(1);
});
