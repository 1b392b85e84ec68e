/** The subscribers of a node follow its command connection, which leads to another server after a failover. */
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { waitUntil } from '../../../../test/support/clients/client';
import { type RedisServer, startRedis } from '../../../../test/support/redis/redis-server';
import { loadConfig } from '../config/app-config';
import { Shutdown } from '../shutdown/shutdown';
import { RedisService } from './redis.service';

let redis: RedisServer;
let observer: Redis;
let shutdown: Shutdown;

beforeEach(async () => {
  Logger.overrideLogger(false);
  redis = await startRedis();
  observer = new Redis(redis.url);
  shutdown = new Shutdown();
});
afterEach(async () => {
  await shutdown.run(() => Promise.resolve());
  observer.disconnect();
  await redis.stop();
});

/** The ids of the node's connections that have subscribed. */
async function subscriberIds(): Promise<string[]> {
  const clients = String(await observer.client('LIST')).split('\n');
  return clients.filter((line) => / sub=[1-9]/.test(line)).map((line) => /^id=(\d+)/.exec(line)?.[1] ?? '');
}

it('Redis service: a subscriber reconnects when the command connection has been replaced, although its own is open', async () => {
  const service = new RedisService(loadConfig({ REDIS_URL: redis.url, DATABASE_URL: 'postgres://unused' }), shutdown);
  const subscriber = service.createSubscriber();
  await waitUntil(async () => (await subscriberIds()).length === 1, 'the subscription');
  const [before = ''] = await subscriberIds();
  expect(subscriber.status).toBe('ready');
  await observer.client('KILL', 'ID', String(await service.client?.client('ID')));
  await waitUntil(async () => {
    const [after = before] = await subscriberIds();
    return after !== before;
  }, 'a new subscriber connection');
  expect(service.isUsable).toBe(true);
});
