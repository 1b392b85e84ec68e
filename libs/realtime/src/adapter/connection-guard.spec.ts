/** What a connection may send whose socket has left the namespace: the answer to a ping that it was sent before, and no other. */
import { ConnectionGuard, type GuardContext } from './connection-guard';
import type { EngineConnection } from './engine-connection';

let cutOff: string[];
let guard: ConnectionGuard;

beforeEach(() => {
  jest.useFakeTimers();
  cutOff = [];
  const connection = {
    readyState: 'open',
    pingTimeoutTimer: null,
    writeBuffer: [],
    transport: {},
    sendPacket: () => undefined,
    close: () => undefined,
  };
  const limits = {
    ...{ framesPerSecond: 10, frameBurst: 10, bytesPerSecond: 1_000, byteBurst: 1_000 },
    ...{ attachmentsPerSecond: 10, attachmentBurst: 10 },
  };
  const context: Partial<GuardContext> = {
    policy: limits,
    maxPayloadBytes: 1_000,
    now: () => 0,
    cutOff: (_guard, code) => void cutOff.push(code),
    unsentChanged: () => undefined,
  };
  guard = new ConnectionGuard(connection as unknown as EngineConnection, context as GuardContext);
  guard.admit({ userId: 'ben', ip: '127.0.0.1' });
});
afterEach(() => {
  jest.runAllTimers();
  jest.useRealTimers();
});

it('connection guard: takes the answer to a probe from a socket that has left meanwhile', () => {
  expect(guard.wroteToConfirm(5)).toBe(true);
  guard.leave();
  expect(guard.takes({ type: 'pong' })).toBe(true);
  expect(guard.probe?.delivered).toEqual({ from: 5, until: 6 });
  expect(cutOff).toEqual([]);
});

it('connection guard: ends a connection that answers pings which nobody has sent, before it is admitted again', () => {
  guard.leave();
  expect(guard.takes({ type: 'pong' })).toBe(false);
  expect(cutOff).toEqual(['EARLY']);
});
