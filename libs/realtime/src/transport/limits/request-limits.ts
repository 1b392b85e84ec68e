/**
 * Limits HTTP requests in front of the API, the documentation and the engine: the requests per address, the size of a body and
 * of all bodies, and the unanswered requests of one TCP connection. A refusal costs far less here than behind them.
 */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { AppError, type ErrorAnswer, MAX_REQUEST_BYTES } from '@aeturnis/contracts';
import { type AppConfig, REQUEST_ID_HEADER, requestIdOf } from '@aeturnis/platform';
import type { BucketPolicy } from '../../quota/quota-store';
import { AddressRateLimiter } from './address-rate-limiter';
import { IncomingBodies } from './incoming-bodies';
import { addressKey, clientIp, isTrustedPeer } from '../client-ip';
import { corsHeaders } from '../origin';
import { countRequest, handleInOrder, type PipelinedConnection, stopParsing } from './request-pipeline';
import { RequestScheduler } from './request-scheduler';

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;
type CountedResponse = ServerResponse & { [ADDRESS]?: string };

/** A polling client sends a request for each batch of packets in either direction. */
const REQUESTS_PER_CONNECTION = 2;
const MIN_PER_SECOND = 128;
const WINDOW_MS = 1_000;
const BURST_WINDOWS = 2;
/** Each 8 KiB of a body cost one more request: reading and parsing them takes about as long. */
const BODY_UNIT_BYTES = 8 * 1024;
/** The cost of a body of unknown length: that of the largest body that the API accepts. */
const UNKNOWN_LENGTH_COST = 16;
const MAX_COST = 16;
/** The documentation is the largest response. */
const DOCS_PATH = /^\/docs(?![^/?#-])/;
/**
 * How many requests per second of one address the API may refuse: a refusal by the API costs many times what it costs here.
 * The burst allows for many clients behind one address that are refused at once.
 */
const REFUSED_PER_SECOND = 16;
/** The cost of a request that the API answers with 429: its client ignored an earlier `Retry-After`. */
const RATE_LIMITED_COST = 4;
/** Polling clients use this path. It is exempt from `refusalPolicy`: players stay connected while the API is refused. */
const SOCKETS_PATH = '/socket.io/';
/** The largest body that the API reads, in bytes. */
export const MAX_BODY_BYTES = MAX_REQUEST_BYTES;
const RETRY_MS = 1_000;
/** A client may still be sending when it is answered; closing the connection at once would discard the response. */
const LINGER_MS = 500;

const ADDRESS = Symbol('address');

/** The rate limit of requests per address and node: with the default of 200 connections, 400 a second and 800 at once. */
export function requestPolicy({ connectionsPerIp }: Pick<AppConfig, 'connectionsPerIp'>): BucketPolicy {
  const limit = Math.max(MIN_PER_SECOND, connectionsPerIp * REQUESTS_PER_CONNECTION);
  return { limit, windowMs: WINDOW_MS, burst: limit * BURST_WINDOWS };
}

/** The rate limit of requests that the API may refuse, per address and node. */
export const refusalPolicy = ({ connectionsPerIp }: Pick<AppConfig, 'connectionsPerIp'>): BucketPolicy => ({
  limit: REFUSED_PER_SECOND,
  windowMs: WINDOW_MS,
  burst: Math.max(MIN_PER_SECOND, connectionsPerIp * REQUESTS_PER_CONNECTION),
});

/** The size of the largest body that any listener reads, in bytes. */
const maxBodyBytes = ({ maxPayloadBytes }: AppConfig): number => Math.max(MAX_BODY_BYTES, maxPayloadBytes);

export const createIncomingBodies = (config: AppConfig): IncomingBodies => new IncomingBodies(maxBodyBytes(config));

/**
 * Wraps the request listeners of the server; to be called after all of them have been attached.
 * @param bodies shared by all servers of the node.
 */
export function limitRequestRate(
  server: HttpServer,
  config: AppConfig,
  now: () => number,
  bodies = createIncomingBodies(config),
): void {
  if (!config.hasLimits) return;
  const listeners = server.listeners('request') as RequestListener[];
  const rate = new AddressRateLimiter(requestPolicy(config), now);
  const refusals = new AddressRateLimiter(refusalPolicy(config), now);
  const scheduler = new RequestScheduler();
  const maxBody = maxBodyBytes(config);
  const countRefusal = function (this: CountedResponse): void {
    const { statusCode, [ADDRESS]: address = '' } = this;
    const cost = refusalCost(statusCode);
    // If the bucket holds fewer tokens than the cost, take one, so that repeated refusals still empty it.
    if (cost > 0 && !refusals.take(address, cost)) refusals.take(address);
  };
  server.removeAllListeners('request');
  server.on('request', (request, response: CountedResponse) => {
    const connection: PipelinedConnection = request.socket;
    // The parser may still emit requests that it had read before the connection was refused.
    if (connection.destroyed) return;
    const address = addressKey(clientIp(request.headers, connection.remoteAddress, config.trustedProxies));
    if (!countRequest(connection, response)) return destroyConnection(connection, rate, address);
    if (Number(request.headers['content-length']) > maxBody)
      return refuse(request, response, config, bodyTooLargeError(maxBody));
    limitBodySize(request, response, maxBody);
    const isSocketRequest = request.url?.startsWith(SOCKETS_PATH) === true;
    const isWithinRefusalLimit = isSocketRequest || refusals.hasTokens(address);
    if (!isWithinRefusalLimit || !rate.take(address, costOf(request)))
      return refuse(request, response, config, TOO_MANY_REQUESTS);
    if (!bodies.admit(request, response, address)) return refuse(request, response, config, TOO_MANY_BODIES);
    if (!isSocketRequest) {
      response[ADDRESS] = address;
      response.once('finish', countRefusal);
    }
    const handle = (): void => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    handleInOrder(connection, () => {
      // The engine has limits of its own for its sessions and has to see an excess without delay.
      if (isSocketRequest) handle();
      else scheduler.schedule(address, { isDisconnected: () => connection.destroyed, start: handle });
    });
  });
}

function refusalCost(status: number): number {
  if (status === TOO_MANY_REQUESTS.traits.http) return RATE_LIMITED_COST;
  return status >= 400 && status < 500 ? 1 : 0;
}

function destroyConnection(connection: PipelinedConnection, rate: AddressRateLimiter, address: string): void {
  rate.take(address, MAX_COST);
  stopParsing(connection);
  connection.destroy();
}

function costOf({ headers, url = '' }: IncomingMessage): number {
  if (DOCS_PATH.test(url)) return MAX_COST;
  const length = headers['content-length'];
  if (length !== undefined) return Math.min(MAX_COST, 1 + Math.floor(Number(length) / BODY_UNIT_BYTES));
  return headers['transfer-encoding'] === undefined ? 1 : UNKNOWN_LENGTH_COST;
}

/** Counts the bytes of a body, and destroys the connection if the client goes on sending after it has been answered. */
function limitBodySize(request: IncomingMessage, response: ServerResponse, maxBytes: number): void {
  const { headers, socket } = request;
  if (headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) return;
  let received = 0;
  request.push = function (chunk: Buffer | null, encoding): boolean {
    received += chunk?.length ?? 0;
    if (received > maxBytes) socket.destroy();
    return Readable.prototype.push.call(this, chunk, encoding);
  };
  // Without this, Node would read and discard the rest of the body for as long as the client sends.
  response.once('finish', () => {
    if (!request.complete) setTimeout(() => request.complete || socket.destroy(), LINGER_MS).unref();
  });
}

/** One error object for all refusals of a kind, which may come by the thousand. */
const TOO_MANY_REQUESTS = new AppError('RATE_LIMITED', 'Too many requests from this address', {
  retryAfterMs: RETRY_MS,
});
const TOO_MANY_BODIES = new AppError('UNAVAILABLE', 'The server is receiving too many request bodies; try again', {
  retryAfterMs: RETRY_MS,
});
const bodyTooLargeError = (maxBytes: number): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', `A body may have ${maxBytes} bytes`);

/** Answers with the error body of the API. The connection of a trusted proxy stays open, because other clients share it. */
function refuse(request: IncomingMessage, response: ServerResponse, config: AppConfig, error: AppError): void {
  const { trustedProxies } = config;
  const socket: PipelinedConnection = request.socket;
  const address = clientIp({}, socket.remoteAddress, trustedProxies);
  if (!isTrustedPeer(address, trustedProxies) || !request.complete) {
    stopParsing(socket);
    response.setHeader('Connection', 'close');
    response.once('finish', () => socket.destroySoon());
  }
  if (error.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1_000));
  const requestId = requestIdOf(request.headers['x-request-id']);
  const answer: ErrorAnswer = { error: { ...error.toWire(), requestId } };
  response
    .writeHead(error.traits.http, {
      'Content-Type': 'application/json',
      [REQUEST_ID_HEADER]: requestId,
      ...corsHeaders(request.headers, config),
    })
    .end(JSON.stringify(answer));
}
