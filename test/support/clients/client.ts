/** Players for tests: real accounts over HTTP and stock Socket.IO clients that record every event they receive. */
import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ClientToServerEvents,
  type EventName,
  type EventPayload,
  type ServerToClientEvents,
} from '@aeturnis/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { loginKey } from '../../../apps/server/src/accounts/account-name';
import { AdminTokens } from '../../../apps/server/src/accounts/administrators/admin-tokens';
import { TEST_SECRET } from '../environment';

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
export interface Player {
  id: string;
  /** The display name. */
  name: string;
  login: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

/** Long enough for a busy machine. */
const DEFAULT_TIMEOUT_MS = 25_000;

let serial = 0;
export const uniqueName = (prefix = 'player'): string =>
  `${prefix}${process.pid.toString(16)}x${(++serial).toString(16)}`;

const toLetters = (number: number): string =>
  [...number.toString(16)].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');

/** A character name: letters only, without confusable ones. */
export const uniqueCharacterName = (): string => `Hero${toLetters(process.pid).padStart(5, 'a')}${toLetters(++serial)}`;

let address = 0;
/** Test servers trust one proxy, so that each caller can have its own address and its own limits. */
const uniqueAddress = (): string => `10.${(++address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;

/** Retries a 503 after the delay that the server requests: suites share a database, which may be busy. */
export async function postJson<T>(url: string, path: string, body: object, token?: string): Promise<T> {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': uniqueAddress(),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  for (const end = Date.now() + DEFAULT_TIMEOUT_MS; ;) {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as T & { error?: { retryAfterMs?: number } };
    if (response.ok) return answer;
    const { retryAfterMs } = answer.error ?? {};
    if (response.status !== 503 || retryAfterMs === undefined || Date.now() > end)
      throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    await delay(retryAfterMs);
  }
}

/** The token that a server prints for a login of ADMIN_USERS that was never registered. */
export const adminTokenFor = (login: string): string =>
  new AdminTokens(createSecretKey(Buffer.from(TEST_SECRET))).tokenFor(loginKey(login), 0);

/** Registers an administrator; ADMIN_USERS must list the login. */
export const registerAdmin = (url: string, login = 'boss'): Promise<Player> =>
  registerPlayer(url, login, { adminToken: adminTokenFor(login) });

export async function registerPlayer(url: string, login = uniqueName(), extra: object = {}): Promise<Player> {
  const password = 'correct horse battery';
  const session = await postJson<{ accessToken: string; refreshToken: string; user: { id: string; name: string } }>(
    url,
    '/api/auth/register',
    { username: login, password, ...extra },
  );
  const { accessToken, refreshToken, user } = session;
  return { id: user.id, name: user.name, login, password, accessToken, refreshToken };
}

export type Guest = Pick<Player, 'id' | 'name' | 'accessToken'>;

/** Faster than a registration, because no password is hashed. */
export async function playAsGuest(url: string): Promise<Guest> {
  const { accessToken, user } = await postJson<{ accessToken: string; user: { id: string; name: string } }>(
    url,
    '/api/auth/guest',
    {},
  );
  return { ...user, accessToken };
}

export async function createCharacter(
  url: string,
  player: Pick<Player, 'accessToken'>,
  name = uniqueCharacterName(),
): Promise<{ id: string; name: string }> {
  return postJson(url, '/api/characters', { name, class: 'ranger' }, player.accessToken);
}

type ReceivedEvent = { event: string; payload: unknown };

/** A stock client that records its events, so that a test can wait for past and future ones. */
export class TestClient {
  readonly received: ReceivedEvent[] = [];
  /** The node of the last connection. */
  nodeId: string | undefined;
  private readonly waiters = new Set<() => void>();

  constructor(readonly socket: ClientSocket) {
    socket.onAny((event: string, payload: unknown) => {
      this.received.push({ event, payload });
      if (event === 'system:connected') this.nodeId = (payload as EventPayload<'system:connected'>).nodeId;
      for (const check of this.waiters) check();
    });
  }

  /** Resolves with the first matching event of this name; events received before count. */
  waitForEvent<Name extends EventName>(
    name: Name,
    matches: (payload: EventPayload<Name>) => boolean = () => true,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<EventPayload<Name>> {
    return new Promise((resolve, reject) => {
      const latest = this.received.slice(-20).map(({ event }) => event);
      const timer = setTimeout(() => {
        this.waiters.delete(check);
        reject(new Error(`no matching '${name}' within ${timeoutMs} ms; before: ${latest.join(', ')}`));
      }, timeoutMs);
      const check = (): void => {
        const found = this.eventsNamed(name).find(matches);
        if (found === undefined) return;
        clearTimeout(timer);
        this.waiters.delete(check);
        resolve(found);
      };
      this.waiters.add(check);
      check();
    });
  }

  eventsNamed<Name extends EventName>(name: Name): EventPayload<Name>[] {
    return this.received.filter(({ event }) => event === name).map(({ payload }) => payload as EventPayload<Name>);
  }

  clearReceived(): void {
    this.received.length = 0;
  }

  /** Sends a command and waits for its ack. Untyped, because tests send invalid payloads too. */
  send(
    event: string,
    ...args: unknown[]
  ): Promise<
    {
      success: boolean;
      dropped?: boolean;
      error?: { code: string; message: string; retryAfterMs?: number; details?: unknown };
    } & Record<string, unknown>
  > {
    return (
      this.socket.timeout(DEFAULT_TIMEOUT_MS) as unknown as {
        emitWithAck(event: string, ...args: unknown[]): Promise<never>;
      }
    ).emitWithAck(event, ...args);
  }

  /** Waits for an answer: everything that the server emitted to this client before it has then arrived. */
  async roundTrip(): Promise<void> {
    await this.send('system:ping');
  }

  /** Stops reading from the TCP connection. @returns a function that resumes it. */
  stopReading(): () => void {
    const { ws } = this.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
    ws.pause();
    return () => ws.resume();
  }

  close(): void {
    this.socket.disconnect();
  }
}

const openClients = new Set<TestClient>();

/** All clients of the current test, connected or not. */
export const allClients = (): TestClient[] => [...openClients];

export function createTestClient(
  url: string,
  token: string | undefined,
  options: Partial<ManagerOptions & SocketOptions> = {},
): TestClient {
  const socket: ClientSocket = io(url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...(token === undefined ? {} : { auth: { token } }),
    ...options,
  });
  const created = new TestClient(socket);
  openClients.add(created);
  return created;
}

/** Whether the server closes the connection before admission. A stock client retries then, but not after a `connect_error`. */
export const isClosedBeforeAdmission = (socket: ClientSocket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.io.once('close', () => resolve(true));
    socket.once('connect', () => resolve(false));
    socket.once('connect_error', (error: Error & { data?: unknown }) => error.data !== undefined && resolve(false));
  });

/** Connects and waits until the server has set the connection up. @throws the connect_error with its `data`. */
export async function connect(
  url: string,
  token: string | undefined,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<TestClient> {
  const created = createTestClient(url, token, options);
  await new Promise<void>((resolve, reject) => {
    created.socket.once('connect', resolve);
    created.socket.once('connect_error', reject);
  });
  await created.waitForEvent('system:sync');
  return created;
}

/** For `afterEach` or `afterAll`: closes all clients. */
export function closeClients(): void {
  for (const client of openClients) client.close();
  openClients.clear();
}

/** Polls until a condition holds; for states that no event announces. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`timed out waiting for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
