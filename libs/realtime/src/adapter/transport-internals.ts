/**
 * Private members of ws and engine.io that the limits of the transport are built on, checked at boot: a version that lacks
 * one of them is refused, for its limits would be none.
 */
import { PassThrough } from 'node:stream';
import { GuardedWebSocket } from './guarded-websocket';

interface Members {
  readonly [name: string]: unknown;
}

interface Engine {
  readonly clients?: unknown;
  readonly use?: unknown;
  createTransport(name: string, request: object): object;
}

/** @throws where this version of ws or engine.io lacks what the limits need. */
export function assertTransportInternals(engine: unknown): void {
  const expected = { ...ofWebSocket(), ...ofEngine(engine as Engine) };
  const lacking = Object.keys(expected).filter((name) => !expected[name]);
  if (lacking.length > 0)
    throw new Error(`The limits of the transport need ws 8 and engine.io 6; these versions lack ${lacking.join(', ')}`);
}

function ofWebSocket(): Record<string, boolean> {
  const socket = new GuardedWebSocket(null as never, undefined, {});
  const wire = new PassThrough();
  socket.setSocket(wire, Buffer.alloc(0), { maxPayload: 0, allowSynchronousEvents: true });
  const { _receiver, _socket, _closeFrameReceived } = socket as unknown as Members;
  const receiver = (_receiver ?? {}) as Members;
  const { getInfo, startLoop } = Object.getPrototypeOf(receiver) as Members;
  socket.terminate();
  return {
    'WebSocket._socket': _socket === wire,
    'WebSocket._closeFrameReceived': _closeFrameReceived === false,
    'Receiver.getInfo': typeof getInfo === 'function' && String(startLoop).includes('this.getInfo('),
    'Receiver._loop': receiver['_loop'] === false,
    'Receiver._buffers': Array.isArray(receiver['_buffers']),
    'Receiver._bufferedBytes': receiver['_bufferedBytes'] === 0,
  };
}

function ofEngine(engine: Engine): Record<string, boolean> {
  const transport = engine.createTransport('polling', { _query: { EIO: '4' } }) as Members;
  return {
    'Server.clients': typeof engine.clients === 'object',
    'Server.use': typeof engine.use === 'function',
    'Polling.onData': typeof transport['onData'] === 'function',
    'Polling.onPacket': typeof transport['onPacket'] === 'function',
  };
}
