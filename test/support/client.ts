/** Players for tests: real accounts over HTTP and stock Socket.IO clients that note every event they get. */
import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ClientToServerEvents,
  type EventName,
  type EventPayload,
  type ServerToClientEvents,
} from '@aeturnis/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { loginKey } from '../../apps/server/src/accounts/account-name';
import { AdminTokens } from '../../apps/server/src/accounts/administrators/admin-tokens';
import { TEST_SECRET } from './environment';

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
export interface Player {
  id: string;
  /** What others see. */
  name: string;
  login: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

/** For how long something is waited for that is sure to come: a busy machine takes its time. */
const PATIENCE_MS = 25_000;

let serial = 0;
export const uniqueName = (prefix = 'player'): string =>
  `${prefix}${process.pid.toString(16)}x${(++serial).toString(16)}`;

const letters = (number: number): string =>
  [...number.toString(16)].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');

/** Name of a character: letters only, none of which looks like others. */
export const uniqueCharacterName = (): string => `Hero${letters(process.pid).padStart(5, 'a')}${letters(++serial)}`;

let address = 0;
/** Servers in tests stand behind one proxy, so that each caller can have an address, and limits, of its own. */
const ownAddress = (): string => `10.${(++address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;

/** What is refused for the moment, as by a database that many suites share, is asked again when the server says. */
export async function post<T>(url: string, path: string, body: object, token?: string): Promise<T> {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': ownAddress(),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as T & { error?: { retryAfterMs?: number } };
    if (response.ok) return answer;
    const { retryAfterMs } = answer.error ?? {};
    if (response.status !== 503 || retryAfterMs === undefined || Date.now() > end)
      throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    await delay(retryAfterMs);
  }
}

/** The account of a login that ADMIN_USERS lists. */
export function registerAdmin(url: string, login = 'boss'): Promise<Player> {
  const tokens = new AdminTokens(createSecretKey(Buffer.from(TEST_SECRET)));
  return registerPlayer(url, login, { adminToken: tokens.of(loginKey(login), 0) });
}

export async function registerPlayer(url: string, login = uniqueName(), extra: object = {}): Promise<Player> {
  const password = 'correct horse battery';
  const session = await post<{ accessToken: string; refreshToken: string; user: { id: string; name: string } }>(
    url,
    '/api/auth/register',
    { username: login, password, ...extra },
  );
  const { accessToken, refreshToken, user } = session;
  return { id: user.id, name: user.name, login, password, accessToken, refreshToken };
}

export type Guest = Pick<Player, 'id' | 'name' | 'accessToken'>;

/** Quicker than a registration: nothing is hashed. */
export async function playAsGuest(url: string): Promise<Guest> {
  const { accessToken, user } = await post<{ accessToken: string; user: { id: string; name: string } }>(
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
  return post(url, '/api/characters', { name, class: 'ranger' }, player.accessToken);
}

type Received = { event: string; payload: unknown };

/** A stock client with a memory, so that a test can wait for what came, or is still to come. */
export class TestClient {
  readonly received: Received[] = [];
  /** Of the last connection. */
  nodeId: string | undefined;
  private readonly waiters = new Set<() => void>();

  constructor(readonly socket: ClientSocket) {
    socket.onAny((event: string, payload: unknown) => {
      this.received.push({ event, payload });
      if (event === 'system:connected') this.nodeId = (payload as EventPayload<'system:connected'>).nodeId;
      for (const check of this.waiters) check();
    });
  }

  /** The first event of this name that fits; already received ones count. */
  event<Name extends EventName>(
    name: Name,
    fits: (payload: EventPayload<Name>) => boolean = () => true,
    timeoutMs = PATIENCE_MS,
  ): Promise<EventPayload<Name>> {
    return new Promise((resolve, reject) => {
      const latest = this.received.slice(-20).map(({ event }) => event);
      const timer = setTimeout(() => {
        this.waiters.delete(check);
        reject(new Error(`no fitting '${name}' within ${timeoutMs} ms; before: ${latest.join(', ')}`));
      }, timeoutMs);
      const check = (): void => {
        const found = this.all(name).find(fits);
        if (found === undefined) return;
        clearTimeout(timer);
        this.waiters.delete(check);
        resolve(found);
      };
      this.waiters.add(check);
      check();
    });
  }

  all<Name extends EventName>(name: Name): EventPayload<Name>[] {
    return this.received.filter(({ event }) => event === name).map(({ payload }) => payload as EventPayload<Name>);
  }

  forget(): void {
    this.received.length = 0;
  }

  /** Sends a command and waits for its ack. Untyped on purpose: tests send rubbish too. */
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
      this.socket.timeout(PATIENCE_MS) as unknown as { emitWithAck(event: string, ...args: unknown[]): Promise<never> }
    ).emitWithAck(event, ...args);
  }

  /** An answered round trip: everything the server had emitted to this client before has arrived now. */
  async settled(): Promise<void> {
    await this.send('system:ping');
  }

  /** Leaves everything that comes unread in the TCP connection, until the answered function is called. */
  stopReading(): () => void {
    const { ws } = this.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
    ws.pause();
    return () => ws.resume();
  }

  close(): void {
    this.socket.disconnect();
  }
}

const open = new Set<TestClient>();

/** Of this test so far, connected or not. */
export const everyClient = (): TestClient[] => [...open];

export function client(
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
  const made = new TestClient(socket);
  open.add(made);
  return made;
}

/** Whether the connection is closed before it is admitted, after which a stock client tries again, and not after a `connect_error`. */
export const isSentAway = (socket: ClientSocket): Promise<boolean> =>
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
  const made = client(url, token, options);
  await new Promise<void>((resolve, reject) => {
    made.socket.once('connect', resolve);
    made.socket.once('connect_error', reject);
  });
  await made.event('system:sync');
  return made;
}

/** For `afterEach`/`afterAll`: no test leaves a client behind. */
export function closeClients(): void {
  for (const each of open) each.close();
  open.clear();
}

/** Waits until a condition holds; for states that no event announces. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = PATIENCE_MS,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
