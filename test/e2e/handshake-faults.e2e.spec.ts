/** No client is refused for good because this server fails: whatever fails in a handshake, a stock client comes back by itself. */
import { inspect } from 'node:util';
import { type INestApplication, type LoggerService } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { RoomMemberships, TokenVerifier } from '@aeturnis/realtime';
import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import type { Namespace } from 'socket.io';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { Handshake } from '../../libs/realtime/src/auth/handshake';
import { HandshakeFaults } from '../../libs/realtime/src/auth/handshake-faults';
import { HandshakeFailures } from '../../libs/realtime/src/auth/handshake-failures';
import { ConnectionLifecycle } from '../../libs/realtime/src/connections/connection-lifecycle';
import { RecoveryService } from '../../libs/realtime/src/recovery/recovery.service';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { client, closeClients, connect, type TestClient, until } from '../support/client';
import { FaultInjection, NEVER } from '../support/fault-injection';

const CONNECT_TIMEOUT_MS = 400;
const RECONNECT = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 20 };

const errors: string[] = [];
const note = (line: unknown): void => void errors.push(inspect(line, { depth: 8 }));
const ignore = (): void => undefined;
const logger: LoggerService = { log: ignore, warn: note, error: note };

/** Also those that the server remembers, to log each once. */
function forgetErrors(): void {
  errors.length = 0;
  const failures = Reflect.get(node.app.get(HandshakeFaults), 'failures') as object;
  (Reflect.get(failures, 'kinds') as Map<string, unknown>).clear();
}

let node: RaidApp;
let faults: FaultInjection;
let serial = 0;
const newUser = (): string => `user${++serial}`;
/** An address of its own for each client: failures of one would lock out the next. */
const from = (): object => ({ extraHeaders: { 'x-forwarded-for': `10.9.${(++serial >> 8) & 255}.${serial & 255}` } });

/** What another module has registered. */
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
      // Little room: the domains are asked how many rooms a user needs, before every connection.
      MAX_ROOM_MEMBERSHIPS: '60',
      COMMAND_DEADLINE_MS: '400',
    },
    logger,
  );
  const forecasts = new Forecasts();
  node.app.get(RoomMemberships).forecastBy((userId) => forecasts.forecast(userId));
  faults = watchHandshake(node.app, forecasts);
});
beforeEach(() => {
  closeClients();
  forgetErrors();
});
afterAll(async () => {
  closeClients();
  await node.close();
});

const sqlError = (code: string): DatabaseError =>
  Object.assign(new DatabaseError(`injected ${code}`, 1, 'error'), { code });
const systemError = (code: string): Error => Object.assign(new Error(`injected ${code}`), { code, syscall: 'connect' });

/** Made anew for each case; each says `injected`, by which its line in the log is found. */
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
  ['no answer', () => NEVER],
];
/** Of steps that wait for nothing. */
const FAULTS_OF_CODE: typeof FAULTS = [['a TypeError', (step) => new TypeError(`injected into ${step}`)]];

/** What is told to a client that is refused for good. */
function refusalsOf({ socket }: TestClient): unknown[] {
  const refusals: unknown[] = [];
  // An error of the transport has no `data`: the client tries again after it.
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (error.data !== undefined || socket.io.engine.readyState === 'open') refusals.push(error.data ?? error.message);
  });
  return refusals;
}

/** Comes as a stock client does, until it is served or refused. @returns what it was refused by. */
async function enter(token: string, options = {}): Promise<unknown[]> {
  const made = client(node.url, token, { ...from(), ...RECONNECT, ...options });
  const refusals = refusalsOf(made);
  await until(() => refusals.length > 0 || made.all('system:sync').length > 0, 'it is served or refused', 8_000);
  // A connection that could not be set up is closed, and made again.
  if (refusals.length === 0) await until(() => isServed(made), 'its commands are answered', 8_000);
  return refusals;
}

const isServed = (made: TestClient): Promise<boolean> =>
  made.send('system:ping').then(
    ({ success }) => success,
    () => false,
  );

/** Comes, loses its connection, and comes back with its session. @returns what it was refused by. */
async function comeBack(made: TestClient): Promise<unknown[]> {
  const refusals = refusalsOf(made);
  let isBack = false;
  made.socket.once('connect', () => (isBack = true));
  made.socket.io.engine.close();
  await until(() => refusals.length > 0 || (isBack && made.socket.connected), 'it is back or refused', 8_000);
  if (refusals.length === 0) await until(() => isServed(made), 'its commands are answered', 8_000);
  return refusals;
}

/** The injected services of an object. */
const servicesOf = (...owners: object[]): object[] => [
  ...new Set(owners.flatMap((owner) => (Object.values(owner) as unknown[]).filter(isService))),
];

const isService = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !['Object', 'Array', 'Map', 'Set', 'Logger', 'Deadlines', 'HandshakeFaults'].includes(value.constructor.name);

/** Everything that the handshake calls of the services that were injected is a step: what is added later is held too. */
function watchHandshake(app: INestApplication, forecasts: object): FaultInjection {
  const recovery = Reflect.get(app.get(RecoveryService), 'recovery') as object;
  // Each hook is called inside it, and its errors are caught there.
  return new FaultInjection(new Set(['all']))
    .watch(...servicesOf(app.get(Handshake), app.get(HandshakeFailures), app.get(ConnectionLifecycle)))
    .watch(Reflect.get(recovery, 'restorer') as object, forecasts)
    .within(app.get(SocketServer).io.of('/'), '_add');
}

const namesOf = (steps: readonly string[]): string[] => [...new Set(steps.map((step) => step.replace(/#\d+$/, '')))];

/** Each step with each error, one after the other. @returns what went wrong, a line each. */
async function injectAll(
  steps: readonly string[],
  play: () => Promise<unknown[]>,
  expected: unknown[],
  prepare: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const problems: string[] = [];
  for (const name of namesOf(steps)) {
    const isAwaited = faults.awaited.has(name);
    for (const [kind, make] of isAwaited ? FAULTS : FAULTS_OF_CODE) {
      await prepare();
      forgetErrors();
      const error = make(name);
      const fault = { step: `${name}#1`, when: 'before' as const, error, times: error === NEVER ? 1 : 3 };
      const { result, fired } = await faults
        .inject(fault, play)
        .catch((failure: unknown) => ({ result: [String(failure)] as unknown[], fired: true }));
      closeClients();
      const told = result.map((refusal) => (refusal as { code?: unknown }).code ?? refusal);
      const lines = errors.filter((line) => /injected|took longer|too long/.test(line)).length;
      if (!fired || JSON.stringify(told) !== JSON.stringify(expected) || lines !== 1)
        problems.push(`${name}, ${kind}: fired ${fired}, refused ${inspect(result)}, logged ${lines} times`);
    }
  }
  return problems;
}

it('whatever fails in the handshake of a client: it is served as soon as that works again, and the log says why once', async () => {
  const { steps } = await faults.record(() => enter(newUser()));
  expect(namesOf(steps)).toEqual(expect.arrayContaining(['NameVerifier.verify', 'Forecasts.forecast']));
  expect(await injectAll(steps, () => enter(newUser()), [])).toEqual([]);
}, 120_000);

it('whatever fails when a client comes back with its session: it is served as soon as that works again', async () => {
  const returning = async (): Promise<unknown[]> => comeBack(made);
  let made = await connect(node.url, newUser(), { ...from(), ...RECONNECT });
  const { steps } = await faults.record(returning);
  // Before the session is given back. What comes after that is as for a client that comes for the first time.
  const before = steps.filter((step) => /^(NameVerifier\.verify|Restorer\.restore)#/.test(step));
  expect(namesOf(before)).toHaveLength(2);
  const problems = await injectAll(before, returning, [], async () => {
    made = await connect(node.url, newUser(), { ...from(), ...RECONNECT });
  });
  expect(problems).toEqual([]);
}, 120_000);

it('whatever fails when a wrong token is counted: the client is refused for its token in the end', async () => {
  const { steps } = await faults.record(() => enter('wrong'));
  const awaited = steps.filter((step) => faults.awaited.has(step.replace(/#\d+$/, '')) && !step.includes('verify'));
  expect(namesOf(awaited)).toEqual(expect.arrayContaining(['MemoryQuotaStore.take']));
  expect(await injectAll(awaited, () => enter('wrong'), ['INVALID_TOKEN'])).toEqual([]);
}, 120_000);

describe('what another module has registered', () => {
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
      'a token verifier whose `ready` throws',
      (fail) => {
        const verifier = node.app.get(TokenVerifier);
        Object.defineProperty(verifier, 'ready', { configurable: true, get: () => (fail(), true) });
        return () => void Reflect.deleteProperty(verifier, 'ready');
      },
    ],
  ])('%s keeps nobody out for good', async (_, register) => {
    let failures = 3;
    const remove = register(() => {
      if (failures-- > 0) throw new TypeError('injected');
    });
    try {
      expect(await enter(newUser())).toEqual([]);
      expect(errors).toEqual([expect.stringContaining('injected')]);
    } finally {
      remove();
    }
  });
});
