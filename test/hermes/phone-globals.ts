/**
 * What React Native adds to its engine, with a time that passes only when a scene says so. Imported before the SDK, whose
 * transport looks for sockets and timers when it is loaded.
 */
import { VirtualClock } from '../support/sdk/virtual-clock';
import { type Frame, type ServerSocket, SocketBackend } from './socket-backend';

const LATENCY_MS = 10;

let current: SocketBackend;

/** A server and a clock of its own for the scene that begins. */
export function beginScene(): SocketBackend {
  current = new SocketBackend(new VirtualClock());
  return current;
}
beginScene();

class PhoneWebSocket {
  binaryType = 'blob';
  onopen?: (event: object) => void;
  onmessage?: (event: { readonly data: Frame }) => void;
  onerror?: (event: object) => void;
  onclose?: (event: { readonly code: number; readonly reason: string }) => void;
  private socket: ServerSocket | undefined;
  private isOver = false;

  constructor(readonly url: string) {
    const { clock, server } = current;
    clock.after(LATENCY_MS, () => (server.isReachable ? this.open() : this.fail()));
  }

  send(frame: string): void {
    const { socket } = this;
    current.clock.after(LATENCY_MS, () => socket?.receive(frame));
  }

  close(): void {
    this.socket?.drop();
    this.end();
  }

  private open(): void {
    if (this.isOver) return;
    this.socket = current.accept({ onFrame: (data) => this.onmessage?.({ data }), onClosed: () => this.end() });
    this.onopen?.({});
    this.socket.open();
  }

  private fail(): void {
    this.onerror?.({ message: 'Network request failed' });
    this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onclose?.({ code: 1006, reason: '' });
  }
}

/** Long polling, which the SDK tries where WebSockets fail: the network lets none of it through. */
class PhoneHttpRequest {
  readonly responseType = '';
  readyState = 0;
  status = 0;
  onreadystatechange?: () => void;
  open(): void {
    this.readyState = 1;
  }
  setRequestHeader(): void {
    // Nothing is sent.
  }
  send(): void {
    current.clock.after(LATENCY_MS, () => {
      this.readyState = 4;
      this.onreadystatechange?.();
    });
  }
  abort(): void {
    this.onreadystatechange = () => undefined;
  }
}

const timers = new Map<number, () => void>();
let serial = 0;

Object.assign(globalThis, {
  setTimeout(work: () => void, ms = 0): number {
    const id = ++serial;
    timers.set(id, current.clock.after(ms, work));
    return id;
  },
  clearTimeout(id: number): void {
    timers.get(id)?.();
    timers.delete(id);
  },
  WebSocket: PhoneWebSocket,
  XMLHttpRequest: PhoneHttpRequest,
  fetch(this: unknown, ...request: Parameters<SocketBackend['fetch']>): ReturnType<SocketBackend['fetch']> {
    if (this !== globalThis) throw new TypeError('Illegal invocation');
    return current.fetch(...request);
  },
  navigator: { product: 'ReactNative' },
  performance: { now: () => current.clock.monotonic() },
});
Math.random = () => current.clock.random();
Date.now = () => current.clock.now();
