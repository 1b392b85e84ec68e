/** ResponseLimits: concurrent requests per user and in total, their order, and the byte budget. */
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTP_RESPONSE_BUDGET } from '@aeturnis/contracts';
import type { Response } from 'express';
import { ResponseLimits } from './response-limits';
import { streamJson } from '../responses/stream-json';

const ANNA = { userId: 'anna', name: 'Anna', roles: ['player'], sessionId: '', expiresAt: Infinity };
const BEN = { ...ANNA, userId: 'ben' };

class FakeResponse extends EventEmitter {
  readonly req = { socket: { destroyed: false } };
  bytes = 0;

  getHeader(): string {
    return String(this.bytes);
  }

  end(bytes = 0): void {
    this.bytes = bytes;
    this.emit('close');
  }
}

function createLimits(hasLimits = true, databasePoolSize = 100) {
  const clock = { at: 0, now: (): number => clock.at };
  const limits = new ResponseLimits({ hasLimits, databasePoolSize }, clock);
  const handled: string[] = [];
  const request = (
    name: string,
    user = ANNA,
    operation = 'http:read',
  ): { response: FakeResponse; outcome: Promise<string> } => {
    const response = new FakeResponse();
    const outcome = limits.acquire(user, response as unknown as Response, operation).then(
      () => (handled.push(name), 'handled'),
      (error: unknown) => String((error as { code?: string }).code),
    );
    return { response, outcome };
  };
  return { clock, request, handled };
}

const nextIteration = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('handles four concurrent requests of a user, the others in order of arrival, and does not delay another user', async () => {
  const { request, handled } = createLimits();
  const all = ['1', '2', '3', '4', '5', '6'].map((name) => request(name));
  request('of another', BEN);
  await nextIteration();
  expect(handled).toEqual(['1', '2', '3', '4', 'of another']);
  all[1]?.response.end();
  await nextIteration();
  expect(handled.at(-1)).toBe('5');
  all[0]?.response.end();
  await nextIteration();
  expect(handled.at(-1)).toBe('6');
});

it('skips waiting requests whose client has disconnected', async () => {
  const { request, handled } = createLimits();
  const all = ['1', '2', '3', '4', 'disconnected', '6'].map((name) => request(name));
  all[4]?.response.end();
  all[0]?.response.end();
  await nextIteration();
  expect(handled).toEqual(['1', '2', '3', '4', '6']);
  all[1]?.response.end();
  request('7');
  request('8');
  await nextIteration();
  expect(handled).toEqual(['1', '2', '3', '4', '6', '7']);
});

it('handles as many concurrent requests of all users as half of the database pool, round robin by user', async () => {
  const { request, handled } = createLimits(true, 8);
  const anna = ['1', '2', '3', '4', '5'].map((name) => request(name));
  request('of another', BEN);
  request('a password of another', BEN, 'account:password');
  await nextIteration();
  expect(handled).toEqual(['1', '2', '3', '4']);
  // Complete but not read yet: it still counts for its user, but not for the total.
  anna[0]?.response.emit('prefinish');
  await nextIteration();
  expect(handled).toEqual(['1', '2', '3', '4', 'of another', 'a password of another']);
  anna[0]?.response.end();
  anna[1]?.response.end();
  await nextIteration();
  expect(handled.slice(6)).toEqual(['5']);
});

it('refuses a request if too many requests of its user wait', async () => {
  const { request } = createLimits();
  const all = Array.from({ length: 69 }, (_, n) => request(String(n)));
  expect(await all.at(-1)?.outcome).toBe('RATE_LIMITED');
});

it('refuses requests of a user while the byte budget is overdrawn', async () => {
  const { clock, request } = createLimits();
  const large = request('large');
  await large.outcome;
  large.response.end(HTTP_RESPONSE_BUDGET.burst + HTTP_RESPONSE_BUDGET.limit / 60);
  const early = request('early');
  expect(await early.outcome).toBe('RATE_LIMITED');
  early.response.end();
  clock.at = 1_000;
  expect(await request('later').outcome).toBe('handled');
});

it('charges a streamed response by the bytes written', async () => {
  const limits = new ResponseLimits({ hasLimits: true, databasePoolSize: 20 }, { now: () => 0 });
  const server = createServer((_request, response) => {
    void limits.acquire(ANNA, response as Response, 'account:export').then(
      () => streamJson(response as Response, chunks(), 1_000),
      (error: unknown) => response.end(JSON.stringify((error as { code?: string }).code)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const fetchJson = async (): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).json();
  try {
    expect(String(await fetchJson())).toHaveLength(HTTP_RESPONSE_BUDGET.burst);
    expect(await fetchJson()).toBe('RATE_LIMITED');
  } finally {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
});

async function* chunks(): AsyncGenerator<string> {
  const chunk = 'x'.repeat(HTTP_RESPONSE_BUDGET.burst / 16);
  yield '"';
  for (let n = 0; n < 16; n++) yield await Promise.resolve(chunk);
  yield '"';
}

it('neither refuses nor delays requests if limits are off', async () => {
  const { request, handled } = createLimits(false);
  for (let n = 0; n < 100; n++) request(String(n)).response.bytes = HTTP_RESPONSE_BUDGET.burst;
  await nextIteration();
  expect(handled).toHaveLength(100);
});
