/** After its socket has left the namespace, an open connection may still answer a ping, but send no other pong. */
import { ConnectionGuard, type GuardContext } from './connection-guard';
import type { EngineConnection } from '../internals/engine-connection';

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
    framesPerSecond: 10,
    frameBurst: 10,
    bytesPerSecond: 1_000,
    byteBurst: 1_000,
    attachmentsPerSecond: 10,
    attachmentBurst: 10,
  };
  const context: Partial<GuardContext> = {
    policy: limits,
    maxPayloadBytes: 1_000,
    now: () => 0,
    onCutOff: (_guard, code) => void cutOff.push(code),
    onUnsentChanged: () => undefined,
  };
  guard = new ConnectionGuard(connection as unknown as EngineConnection, context as GuardContext);
  guard.onAdmitted({ userId: 'ben', ip: '127.0.0.1' });
});
afterEach(() => {
  jest.runAllTimers();
  jest.useRealTimers();
});

it('connection guard: accepts the pong to an earlier delivery probe after the socket has left the namespace', () => {
  // An event that was created at 5 ms; the pong confirms all events created before 6 ms.
  expect(guard.requireProbe().recordWrite(5)).toBe(true);
  guard.onNamespaceLeft();
  expect(guard.acceptPacket({ type: 'pong' })).toBe(true);
  expect(guard.deliveryProbe?.delivered).toEqual({ from: 5, until: 6 });
  expect(cutOff).toEqual([]);
});

it('connection guard: cuts off a connection that sends an unsolicited pong after its socket has left the namespace', () => {
  guard.onNamespaceLeft();
  expect(guard.acceptPacket({ type: 'pong' })).toBe(false);
  // The connection has to be admitted again, so that the code is the one for packets before admission.
  expect(cutOff).toEqual(['EARLY']);
});
