/**
 * Bounds HTTP requests before the API, the documents or the engine of the sockets spends anything on them: how many one
 * address may send, how large they are, and how many of one TCP connection may be unanswered. What is over a limit is refused
 * here, where that costs little.
 */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { AppError, MAX_REQUEST_BYTES } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import type { BucketPolicy } from '../quota/quota-store';
import { AddressRate } from './address-rate';
import { addressKey, clientIp, isTrustedPeer } from './client-ip';
import { countRequest, inOrder, type RequestLine, stopParsing } from './request-line';
import { RequestTurns } from './request-turns';

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;
type CountedResponse = ServerResponse & { [ADDRESS]?: string };

/** A client that polls sends a request for each batch of packets in either direction. */
const PER_CONNECTION = 2;
const MIN_PER_SECOND = 128;
const WINDOW_MS = 1_000;
const BURST_WINDOWS = 2;
/** So much of a body costs as much as one request more: to read and parse it takes about as long. */
const BODY_UNIT_BYTES = 8 * 1024;
/** What a body costs whose length is not told: that of the largest one that the API takes. */
const UNKNOWN_LENGTH_COST = 16;
const MAX_COST = 16;
/** The documentation is the largest of all answers. */
const DOCUMENTS = /^\/docs(?![^/?#-])/;
/**
 * Requests that the API has refused, of one address, per second: a refusal down there costs many times what it costs here.
 * A crowd behind one address may be refused at once.
 */
const REFUSED_PER_SECOND = 16;
/** Of somebody who was told to wait, and did not. */
const RATE_LIMITED_COST = 4;
/** Where players are served by polling: behind an address that is refused the API they stay connected. */
const SOCKETS = '/socket.io/';
/** The largest body that the API reads. */
export const MAX_BODY_BYTES = MAX_REQUEST_BYTES;
const RETRY_MS = 1_000;
/** A client may be sending when it is answered; a connection that is closed at once would take the answer away from it. */
const LINGER_MS = 500;

const ADDRESS = Symbol('address');

/** Requests of one address, on this node: with the default of 200 connections, 400 a second and 800 at once. */
export function requestPolicy({ connectionsPerIp }: Pick<AppConfig, 'connectionsPerIp'>): BucketPolicy {
  const limit = Math.max(MIN_PER_SECOND, connectionsPerIp * PER_CONNECTION);
  return { limit, windowMs: WINDOW_MS, burst: limit * BURST_WINDOWS };
}

/** Requests of one address that the API may refuse by itself, on this node. */
export const refusalPolicy = ({ connectionsPerIp }: Pick<AppConfig, 'connectionsPerIp'>): BucketPolicy => ({
  limit: REFUSED_PER_SECOND,
  windowMs: WINDOW_MS,
  burst: Math.max(MIN_PER_SECOND, connectionsPerIp * PER_CONNECTION),
});

/** Call it when everything that answers requests has been attached to the server. */
export function limitRequestRate(server: HttpServer, config: AppConfig, now: () => number): void {
  if (!config.limitsOn) return;
  const listeners = server.listeners('request') as RequestListener[];
  const rate = new AddressRate(requestPolicy(config), now);
  const refusals = new AddressRate(refusalPolicy(config), now);
  const turns = new RequestTurns();
  const maxBody = Math.max(MAX_BODY_BYTES, config.maxPayloadBytes);
  const countRefusal = function (this: CountedResponse): void {
    const { statusCode, [ADDRESS]: address = '' } = this;
    const cost = refusalCost(statusCode);
    // What does not suffice for all of it is used up.
    if (cost > 0 && !refusals.take(address, cost)) refusals.take(address);
  };
  server.removeAllListeners('request');
  server.on('request', (request, response: CountedResponse) => {
    const line: RequestLine = request.socket;
    // The parser may have been on its way when the connection was refused.
    if (line.destroyed) return;
    const address = addressKey(clientIp(request.headers, line.remoteAddress, config.trustedProxies));
    if (!countRequest(line, response)) return endLine(line, rate, address);
    if (Number(request.headers['content-length']) > maxBody)
      return refuse(request, response, config, tooLarge(maxBody));
    boundBody(request, response, maxBody);
    const isOfSockets = request.url?.startsWith(SOCKETS) === true;
    const mayAsk = isOfSockets || refusals.admits(address);
    if (!mayAsk || !rate.take(address, costOf(request))) return refuse(request, response, config, TOO_MANY);
    if (!isOfSockets) {
      response[ADDRESS] = address;
      response.once('finish', countRefusal);
    }
    const begin = (): void => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    inOrder(line, () => {
      // The engine bounds what its sessions send by itself, and has to see at once who exceeds that.
      if (isOfSockets) begin();
      else turns.run(address, { isGone: () => line.destroyed, begin });
    });
  });
}

function refusalCost(status: number): number {
  if (status === TOO_MANY.traits.http) return RATE_LIMITED_COST;
  return status >= 400 && status < 500 ? 1 : 0;
}

function endLine(line: RequestLine, rate: AddressRate, address: string): void {
  rate.take(address, MAX_COST);
  stopParsing(line);
  line.destroy();
}

function costOf({ headers, url = '' }: IncomingMessage): number {
  if (DOCUMENTS.test(url)) return MAX_COST;
  const length = headers['content-length'];
  if (length !== undefined) return Math.min(MAX_COST, 1 + Math.floor(Number(length) / BODY_UNIT_BYTES));
  return headers['transfer-encoding'] === undefined ? 1 : UNKNOWN_LENGTH_COST;
}

/** Counts a body as it arrives, and ends the connection of one that goes on for long after it has been answered. */
function boundBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): void {
  const { headers, socket } = request;
  if (headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) return;
  let received = 0;
  request.push = function (chunk: Buffer | null, encoding): boolean {
    received += chunk?.length ?? 0;
    if (received > maxBytes) socket.destroy();
    return Readable.prototype.push.call(this, chunk, encoding);
  };
  // What comes after the answer is thrown away unseen, for as long as the client sends.
  response.once('finish', () => {
    if (!request.complete) setTimeout(() => request.complete || socket.destroy(), LINGER_MS).unref();
  });
}

/** One for all: they come by the thousand. */
const TOO_MANY = new AppError('RATE_LIMITED', 'Too many requests from this address', { retryAfterMs: RETRY_MS });
const tooLarge = (maxBytes: number): AppError => new AppError('PAYLOAD_TOO_LARGE', `A body may have ${maxBytes} bytes`);

/** The answer that the API gives in such a case. A proxy keeps its connection: others share it. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { trustedProxies }: AppConfig,
  error: AppError,
): void {
  const socket: RequestLine = request.socket;
  const address = clientIp({}, socket.remoteAddress, trustedProxies);
  if (!isTrustedPeer(address, trustedProxies) || !request.complete) {
    stopParsing(socket);
    response.setHeader('Connection', 'close');
    response.once('finish', () => socket.destroySoon());
  }
  if (error.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1_000));
  response
    .writeHead(error.traits.http, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ error: error.toWire() }));
}
