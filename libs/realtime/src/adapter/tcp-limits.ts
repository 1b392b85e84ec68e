/** Bounds TCP connections before any of their bytes is read as HTTP: how many of one address, how quickly, and how long idle. */
import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { AppConfig } from '@aeturnis/platform';
import { Slots } from '../auth/slots';
import { addressKey, clientIp, isTrustedPeer } from './client-ip';
import { AddressRate } from './address-rate';

/** Beside its sockets, which may be open twice for a moment, a client has connections for the HTTP API. */
const PER_CONNECTION = 4;
const MIN_CONNECTIONS = 64;
/** A crowd behind one address may come back at once, and again after half a minute. */
const RATE_BURST = 5;
const RATE_WINDOW_MS = 2_000;
/** A body of HTTP has arrived after this, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for requests that take too long. */
const LOOK_MS = 1_000;

const NO_HEADERS = {};

/** Attempts to connect of one address. */
export const attemptRate = ({ connectionsPerIp }: AppConfig, now: () => number): AddressRate => {
  const limit = Math.max(MIN_CONNECTIONS, connectionsPerIp);
  return new AddressRate({ limit, windowMs: RATE_WINDOW_MS, burst: limit * RATE_BURST }, now);
};

/** Call it before the server listens. Connections of a trusted proxy bring many clients, and are not counted. */
export function limitTcp(server: HttpServer, config: AppConfig, now: () => number): void {
  // Between two requests of a connection; `headersTimeout` counts from the first byte of a request, or from the connect.
  server.keepAliveTimeout = config.httpKeepAliveMs;
  server.headersTimeout = config.connectTimeoutMs;
  server.requestTimeout = Math.max(REQUEST_TIMEOUT_MS, config.connectTimeoutMs);
  // An option of `createServer`, which has been called already; it is read when the server begins to listen.
  (server as { connectionsCheckingInterval?: number }).connectionsCheckingInterval = LOOK_MS;
  if (!config.limitsOn) return;
  const most = Math.max(MIN_CONNECTIONS, config.connectionsPerIp * PER_CONNECTION);
  const open = new Slots();
  const rate = attemptRate(config, now);
  const closed = function (this: Socket): void {
    open.release(this);
  };
  const isAdmitted = (socket: Socket): boolean => {
    // Put back by `serveAsPlainHttp`: it has been counted.
    if (open.holds(socket)) return true;
    const address = clientIp(NO_HEADERS, socket.remoteAddress, config.trustedProxies);
    if (isTrustedPeer(address, config.trustedProxies)) return true;
    const key = addressKey(address);
    if (!rate.take(key) || !open.take(socket, key, most)) return false;
    socket.on('close', closed);
    return true;
  };
  // A connection that is refused gets no parser and no timers: most of what it would cost.
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (!isAdmitted(socket)) return void socket.destroy();
    for (const listener of listeners) listener.call(server, socket);
  });
}
