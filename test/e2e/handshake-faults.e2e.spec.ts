/** No fault of the server in a handshake refuses a client for good: a stock client reconnects by itself. */
import { inspect } from 'node:util';
import { type INestApplication, type LoggerService } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { RoomMembershipLimit, TokenVerifier } from '@aeturnis/realtime';
import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import type { Namespace } from 'socket.io';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { Handshake } from '../../libs/realtime/src/auth/handshake';
import { UserAdmission } from '../../libs/realtime/src/auth/user-admission';
import { HandshakeErrorHandler } from '../../libs/realtime/src/auth/handshake-error-handler';
import { TokenFailureLimiter } from '../../libs/realtime/src/auth/token-failure-limiter';
import { ConnectionLifecycle } from '../../libs/realtime/src/server/connection-lifecycle';
import { ConnectionSetup } from '../../libs/realtime/src/server/connection-setup';
import { ResumeService } from '../../libs/realtime/src/resume/resume.service';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { createTestClient, closeClients, connect, type TestClient, waitUntil } from '../support/clients/client';
import { FaultInjection, NEVER_SETTLES } from '../support/faults/fault-injection';

const CONNECT_TIMEOUT_MS = 400;
const RECONNECT = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 20 };

const errors: string[] = [];
const record = (line: unknown): void => void errors.push(inspect(line, { depth: 8 }));
const ignore = (): void => undefined;
const logger: LoggerService = { log: ignore, warn: record, error: record };

/** Clears the recorded errors, and the handler's memory of failures that it has logged already. */
function clearErrors(): void {
  errors.length = 0;
  const failures = Reflect.get(node.app.get(HandshakeErrorHandler), 'failures') as object;
  (Reflect.get(failures, 'kinds') as Map<string, unknown>).clear();
}

let node: RaidApp;
let faults: FaultInjection;
let serial = 0;
const newUser = (): string => `user${++serial}`;
/** A separate address for each client; otherwise the failures of one would block the next. */
const from = (): object => ({ extraHeaders: { 'x-forwarded-for': `10.9.${(++serial >> 8) & 255}.${serial & 255}` } });

/** Stands for a room forecast that another module has registered. */
class Forecasts {
  forecast(_userId: string): Promise<number> {
    return Promise.resolve(1);
  }
}

beforeAll(async () => {
  node = await startRaidApp(
    {
      LIMITS: 'on',
      CONNECT_TIMEOUT_MS: String(CONNECT_TIMEOUT_MS),
      CONNECTIONS_PER_IP: '10000',
      // So few rooms that the forecasts are called before every connection.
      MAX_ROOM_MEMBERSHIPS: '60',
      COMMAND_DEADLINE_MS: '400',
    },
    logger,
  );
  const forecasts = new Forecasts();
  node.app.get(RoomMembershipLimit).addForecast((userId) => forecasts.forecast(userId), 1_000);
  faults = watchHandshake(node.app, forecasts);
});
beforeEach(() => {
  closeClients();
  clearErrors();
});
afterAll(async () => {
  closeClients();
  await node.close();
});

const sqlError = (code: string): DatabaseError =>
  Object.assign(new DatabaseError(`injected ${code}`, 1, 'error'), { code });
const systemError = (code: string): Error => Object.assign(new Error(`injected ${code}`), { code, syscall: 'connect' });

/** Errors to inject, each created anew. Each contains `injected`, by which its log line is found. */
const FAULTS: readonly [name: string, make: (step: string) => unknown][] = [
  ...['08006', '23503', '25006', '42P01', '53100', '53300', '57014', 'XX000'].map((code): [string, () => unknown] => [
    `SQLSTATE ${code}`,
    () => new DrizzleQueryError('select 1', [], sqlError(code)),
  ]),
  ['a pool without a free connection', () => new Error('timeout exceeded when trying to connect (injected)')],
  ['an error of Redis', () => Object.assign(new Error('READONLY injected'), { name: 'ReplyError' })],
  ['EMFILE', () => systemError('EMFILE')],
  ['a TypeError', () => new TypeError('injected')],
  ['a value that is no error', () => 'injected'],
  ['TIMEOUT', () => new AppError('TIMEOUT', 'injected')],
  ['UNAVAILABLE', () => new AppError('UNAVAILABLE', 'injected', { cause: new Error('injected') })],
  ['NOT_FOUND', () => new AppError('NOT_FOUND', 'injected')],
  ['no answer', () => NEVER_SETTLES],
];
/** Faults of synchronous steps. */
const FAULTS_OF_CODE: typeof FAULTS = [['a TypeError', (step) => new TypeError(`injected into ${step}`)]];

/** The refusals that a client receives; a stock client does not retry after one. */
function refusalsOf({ socket }: TestClient): unknown[] {
  const refusals: unknown[] = [];
  // A transport error has no `data`; the client retries after it.
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (error.data !== undefined || socket.io.engine.readyState === 'open') refusals.push(error.data ?? error.message);
  });
  return refusals;
}

/** Connects as a stock client until it is served or refused. @returns the refusals. */
async function connectStockClient(token: string, options = {}): Promise<unknown[]> {
  const client = createTestClient(node.url, token, { ...from(), ...RECONNECT, ...options });
  const refusals = refusalsOf(client);
  await waitUntil(() => refusals.length > 0 || client.eventsNamed('system:sync').length > 0, 'an outcome', 8_000);
  // The server closes a connection whose setup failed, and the client reconnects.
  if (refusals.length === 0) await waitUntil(() => isServed(client), 'commands are answered', 8_000);
  return refusals;
}

const isServed = (client: TestClient): Promise<boolean> =>
  client.send('system:ping').then(
    ({ success }) => success,
    () => false,
  );

/** Drops the connection, and waits until the client has resumed its session or is refused. @returns the refusals. */
async function reconnect(client: TestClient): Promise<unknown[]> {
  const refusals = refusalsOf(client);
  let isBack = false;
  client.socket.once('connect', () => (isBack = true));
  client.socket.io.engine.close();
  await waitUntil(() => refusals.length > 0 || (isBack && client.socket.connected), 'reconnected or refused', 8_000);
  if (refusals.length === 0) await waitUntil(() => isServed(client), 'commands are answered', 8_000);
  return refusals;
}

/** The services injected into these objects. The objects themselves, and what reports their errors, are no steps. */
const servicesOf = (...owners: object[]): object[] =>
  [...new Set(owners.flatMap((owner) => (Object.values(owner) as unknown[]).filter(isService)))].filter(
    (service) => !owners.includes(service),
  );

const isService = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !['Object', 'Array', 'Map', 'Set', 'Logger', 'Deadlines', 'HandshakeErrorHandler'].includes(value.constructor.name);

/** Makes every call of an injected service a step of the handshake, so that services added later are covered too. */
function watchHandshake(app: INestApplication, forecasts: object): FaultInjection {
  const recovery = Reflect.get(app.get(ResumeService), 'coordinator') as object;
  // The hooks run inside `runAll`, which catches their errors itself.
  const owners = [Handshake, UserAdmission, TokenFailureLimiter, ConnectionLifecycle, ConnectionSetup];
  return new FaultInjection(new Set(['runAll']))
    .instrument(...servicesOf(...owners.map((owner): object => app.get(owner))))
    .instrument(Reflect.get(recovery, 'restorer') as object, forecasts)
    .markEntryPoint(app.get(SocketServer).io.of('/'), '_add');
}

const namesOf = (steps: readonly string[]): string[] => [...new Set(steps.map((step) => step.replace(/#\d+$/, '')))];

/** Injects each fault into each step, one at a time. @returns a line per unexpected outcome. */
async function injectAll(
  steps: readonly string[],
  play: () => Promise<unknown[]>,
  expected: unknown[],
  prepare: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const problems: string[] = [];
  for (const name of namesOf(steps)) {
    const isAwaited = faults.asynchronousSteps.has(name);
    for (const [kind, make] of isAwaited ? FAULTS : FAULTS_OF_CODE) {
      await prepare();
      clearErrors();
      const error = make(name);
      const fault = { step: `${name}#1`, when: 'before' as const, error, times: error === NEVER_SETTLES ? 1 : 3 };
      const { result, fired } = await faults
        .inject(fault, play)
        .catch((failure: unknown) => ({ result: [String(failure)] as unknown[], fired: true }));
      closeClients();
      const codes = result.map((refusal) => (refusal as { code?: unknown }).code ?? refusal);
      const lines = errors.filter((line) => /injected|took longer|exceeded the command deadline/.test(line)).length;
      if (!fired || JSON.stringify(codes) !== JSON.stringify(expected) || lines !== 1)
        problems.push(`${name}, ${kind}: fired ${fired}, refused ${inspect(result)}, logged ${lines} times`);
    }
  }
  return problems;
}

it('a client whose handshake fails at any step is served once the step works, and the log has one line', async () => {
  const { steps } = await faults.record(() => connectStockClient(newUser()));
  expect(namesOf(steps)).toEqual(expect.arrayContaining(['NameVerifier.verify', 'Forecasts.forecast']));
  expect(await injectAll(steps, () => connectStockClient(newUser()), [])).toEqual([]);
}, 120_000);

it('a client whose resume fails at any step is served once the step works', async () => {
  const resume = async (): Promise<unknown[]> => reconnect(client);
  let client = await connect(node.url, newUser(), { ...from(), ...RECONNECT });
  const { steps } = await faults.record(resume);
  // Only the steps up to the restored session; the later ones are those of a new connection.
  const before = steps.filter((step) => /^(NameVerifier\.verify|SessionRestorer\.restore)#/.test(step));
  expect(namesOf(before)).toHaveLength(2);
  const problems = await injectAll(before, resume, [], async () => {
    client = await connect(node.url, newUser(), { ...from(), ...RECONNECT });
  });
  expect(problems).toEqual([]);
}, 120_000);

it('a client with an invalid token is finally refused for it when counting the failure fails', async () => {
  const { steps } = await faults.record(() => connectStockClient('wrong'));
  const awaited = steps.filter(
    (step) => faults.asynchronousSteps.has(step.replace(/#\d+$/, '')) && !step.includes('verify'),
  );
  expect(namesOf(awaited)).toEqual(expect.arrayContaining(['MemoryQuotaStore.take']));
  expect(await injectAll(awaited, () => connectStockClient('wrong'), ['INVALID_TOKEN'])).toEqual([]);
}, 120_000);

describe('an extension by another module', () => {
  const namespace = (): Namespace => node.app.get(SocketServer).io.of('/');
  const middlewares = (): unknown[] => Reflect.get(namespace(), '_fns') as unknown[];

  it.each<[string, (fail: () => void) => () => void]>([
    [
      'a middleware that throws',
      (fail) => {
        namespace().use((_, next) => {
          fail();
          next();
        });
        return () => void middlewares().pop();
      },
    ],
    [
      'a middleware that rejects',
      (fail) => {
        const middleware: unknown = async (_: unknown, next: () => void): Promise<void> => {
          await Promise.resolve();
          fail();
          next();
        };
        namespace().use(middleware as (socket: unknown, next: () => void) => void);
        return () => void middlewares().pop();
      },
    ],
    [
      'a listener of connections that throws',
      (fail) => {
        namespace().on('connection', fail);
        return () => void namespace().off('connection', fail);
      },
    ],
    [
      'a token verifier whose `isReady` throws',
      (fail) => {
        const verifier = node.app.get(TokenVerifier);
        Object.defineProperty(verifier, 'isReady', { configurable: true, get: () => (fail(), true) });
        return () => void Reflect.deleteProperty(verifier, 'isReady');
      },
    ],
  ])('%s does not refuse a client for good', async (_, register) => {
    let failures = 3;
    const remove = register(() => {
      if (failures-- > 0) throw new TypeError('injected');
    });
    try {
      expect(await connectStockClient(newUser())).toEqual([]);
      expect(errors).toEqual([expect.stringContaining('injected')]);
    } finally {
      remove();
    }
  });
});
