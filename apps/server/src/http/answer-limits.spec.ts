/** Answers over HTTP: four requests of a user at a time, in their order, and no more bytes than the budget holds. */
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWER_BUDGET } from '@aeturnis/contracts';
import type { Response } from 'express';
import { AnswerLimits } from './answer-limits';
import { sendJson } from './send-json';

const ANNA = { userId: 'anna', name: 'Anna', roles: ['player'], sessionId: '', expiresAt: Infinity };
const BEN = { ...ANNA, userId: 'ben' };

class Answer extends EventEmitter {
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

function limits(limitsOn = true, databasePoolSize = 100) {
  const clock = { at: 0, now: (): number => clock.at };
  const own = new AnswerLimits({ limitsOn, databasePoolSize }, clock);
  const handled: string[] = [];
  const enter = (name: string, user = ANNA, operation = 'http:read'): { answer: Answer; outcome: Promise<string> } => {
    const answer = new Answer();
    const outcome = own.enter(user, answer as unknown as Response, operation).then(
      () => (handled.push(name), 'handled'),
      (error: unknown) => String((error as { code?: string }).code),
    );
    return { answer, outcome };
  };
  return { clock, enter, handled };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('handles four requests of a user at once, the others in their order, and those of another user meanwhile', async () => {
  const { enter, handled } = limits();
  const all = ['1', '2', '3', '4', '5', '6'].map((name) => enter(name));
  enter('of another', BEN);
  await settled();
  expect(handled).toEqual(['1', '2', '3', '4', 'of another']);
  all[1]?.answer.end();
  await settled();
  expect(handled.at(-1)).toBe('5');
  all[0]?.answer.end();
  await settled();
  expect(handled.at(-1)).toBe('6');
});

it('a client that goes away while it waits leaves its place to the next', async () => {
  const { enter, handled } = limits();
  const all = ['1', '2', '3', '4', 'gone', '6'].map((name) => enter(name));
  all[4]?.answer.end();
  all[0]?.answer.end();
  await settled();
  expect(handled).toEqual(['1', '2', '3', '4', '6']);
  all[1]?.answer.end();
  enter('7');
  enter('8');
  await settled();
  expect(handled).toEqual(['1', '2', '3', '4', '6', '7']);
});

it('of all users, handles as many at once as half the connections to the database, and takes them in turns', async () => {
  const { enter, handled } = limits(true, 8);
  const anna = ['1', '2', '3', '4', '5'].map((name) => enter(name));
  enter('of another', BEN);
  enter('a password of another', BEN, 'account:password');
  await settled();
  expect(handled).toEqual(['1', '2', '3', '4']);
  // Made, and not read yet: the user has this one still, and the node a place for others.
  anna[0]?.answer.emit('prefinish');
  await settled();
  expect(handled).toEqual(['1', '2', '3', '4', 'of another', 'a password of another']);
  anna[0]?.answer.end();
  anna[1]?.answer.end();
  await settled();
  expect(handled.slice(6)).toEqual(['5']);
});

it('refuses more waiting requests than a user may have', async () => {
  const { enter } = limits();
  const all = Array.from({ length: 69 }, (_, n) => enter(String(n)));
  expect(await all.at(-1)?.outcome).toBe('RATE_LIMITED');
});

it('refuses a user whose answers have overdrawn the budget, until it is positive again', async () => {
  const { clock, enter } = limits();
  const large = enter('large');
  await large.outcome;
  large.answer.end(ANSWER_BUDGET.burst + ANSWER_BUDGET.limit / 60);
  const early = enter('early');
  expect(await early.outcome).toBe('RATE_LIMITED');
  early.answer.end();
  clock.at = 1_000;
  expect(await enter('later').outcome).toBe('handled');
});

it('charges what is sent in pieces by the bytes that were written', async () => {
  const own = new AnswerLimits({ limitsOn: true, databasePoolSize: 20 }, { now: () => 0 });
  const server = createServer((_request, response) => {
    void own.enter(ANNA, response as Response, 'account:export').then(
      () => sendJson(response as Response, pieces(), 1_000),
      (error: unknown) => response.end(JSON.stringify((error as { code?: string }).code)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const ask = async (): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).json();
  try {
    expect(String(await ask())).toHaveLength(ANSWER_BUDGET.burst);
    expect(await ask()).toBe('RATE_LIMITED');
  } finally {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
});

async function* pieces(): AsyncGenerator<string> {
  const piece = 'x'.repeat(ANSWER_BUDGET.burst / 16);
  yield '"';
  for (let n = 0; n < 16; n++) yield await Promise.resolve(piece);
  yield '"';
}

it('with limits off, refuses and delays nothing', async () => {
  const { enter, handled } = limits(false);
  for (let n = 0; n < 100; n++) enter(String(n)).answer.bytes = ANSWER_BUDGET.burst;
  await settled();
  expect(handled).toHaveLength(100);
});
