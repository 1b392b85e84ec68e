/** Limits TCP connections before they are parsed as HTTP: how many per address, how many per second, and how long idle. */
import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { AppConfig } from '@aeturnis/platform';
import { ConcurrencyLimiter } from '../../base/concurrency-limiter';
import { addressKey, clientIp, isTrustedPeer } from '../client-ip';
import { AddressRateLimiter } from './address-rate-limiter';

/** Besides its sockets, which may briefly be open twice, a client has connections for the HTTP API. */
const TCP_PER_CONNECTION = 4;
const MIN_CONNECTIONS = 64;
/** Many clients behind one address may reconnect at once, and again after half a minute. */
const RATE_BURST = 5;
const RATE_WINDOW_MS = 2_000;
/** The time within which a whole HTTP request must arrive, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node checks for requests that take too long, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

const NO_HEADERS = {};

/** The rate limiter of connection attempts, by address. */
export const connectRateLimiter = ({ connectionsPerIp }: AppConfig, now: () => number): AddressRateLimiter => {
  const limit = Math.max(MIN_CONNECTIONS, connectionsPerIp);
  return new AddressRateLimiter({ limit, windowMs: RATE_WINDOW_MS, burst: limit * RATE_BURST }, now);
};

/** To be called before the server listens. Connections of a trusted proxy carry many clients and are not counted. */
export function limitTcpConnections(server: HttpServer, config: AppConfig, now: () => number): void {
  // `keepAliveTimeout` runs between two requests; `headersTimeout` from the connect, or from the first byte of a request.
  server.keepAliveTimeout = config.httpKeepAliveMs;
  server.headersTimeout = config.connectTimeoutMs;
  server.requestTimeout = Math.max(REQUEST_TIMEOUT_MS, config.connectTimeoutMs);
  // This is an option of `createServer`, which has been called already; Node reads it when the server begins to listen.
  (server as { connectionsCheckingInterval?: number }).connectionsCheckingInterval = CHECK_INTERVAL_MS;
  if (!config.hasLimits) return;
  const maxPerAddress = Math.max(MIN_CONNECTIONS, config.connectionsPerIp * TCP_PER_CONNECTION);
  const open = new ConcurrencyLimiter();
  const rate = connectRateLimiter(config, now);
  const onClose = function (this: Socket): void {
    open.release(this);
  };
  const isAdmitted = (socket: Socket): boolean => {
    // A connection that `serveAsPlainHttp` has handed back is counted already.
    if (open.isHeldBy(socket)) return true;
    const address = clientIp(NO_HEADERS, socket.remoteAddress, config.trustedProxies);
    if (isTrustedPeer(address, config.trustedProxies)) return true;
    const key = addressKey(address);
    if (!rate.take(key) || !open.acquire(socket, key, maxPerAddress)) return false;
    socket.on('close', onClose);
    return true;
  };
  // A refused connection gets no parser and no timers, which are most of its cost.
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (!isAdmitted(socket)) return void socket.destroy();
    for (const listener of listeners) listener.call(server, socket);
  });
}
