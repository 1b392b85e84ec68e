/**
 * HTTP pipelining of one TCP connection: handles one request at a time, in order; bounds the requests that are unanswered; and
 * stops the parser of a connection that is refused.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Node calls `onIncoming` for each parsed request; the returned number controls llhttp. */
type HttpParser = { onIncoming: ((request: object, keepAlive: boolean) => number) | null };

export type PipelinedConnection = Socket & {
  parser?: HttpParser | null;
  [UNANSWERED]?: number;
  [WAITING]?: (() => void)[];
};

/** Browsers and HTTP libraries do not pipeline: they send the next request when the last one has been answered. */
const MAX_UNANSWERED = 32;
/** Return value for llhttp: the bytes that follow are not HTTP. */
const STOP_PARSING = 2;

const UNANSWERED = Symbol('unanswered requests');
const WAITING = Symbol('waiting requests');

/** Counts an unanswered request. @returns false, without counting it, if the connection has `MAX_UNANSWERED` already. */
export function countRequest(connection: PipelinedConnection, response: ServerResponse): boolean {
  const unanswered = (connection[UNANSWERED] ?? 0) + 1;
  if (unanswered > MAX_UNANSWERED) return false;
  connection[UNANSWERED] = unanswered;
  response.once('close', onResponseClosed);
  return true;
}

/**
 * Handles a counted request when all earlier requests of its connection have been answered, and never after the connection has
 * closed: Node emits no `close` for a response that never got the connection, so its handler might wait for ever.
 */
export function handleInOrder(connection: PipelinedConnection, handle: () => void): void {
  if (connection[UNANSWERED] === 1) handle();
  else (connection[WAITING] ??= []).push(handle);
}

/**
 * Stops parsing. Node would parse all bytes that it has read and keep each request until the connection ends: for a
 * connection that sends thousands of requests, that is most of the work.
 */
export function stopParsing({ parser }: PipelinedConnection): void {
  if (parser?.onIncoming) parser.onIncoming = () => STOP_PARSING;
}

function onResponseClosed(this: ServerResponse): void {
  const connection: PipelinedConnection = this.req.socket;
  connection[UNANSWERED] = (connection[UNANSWERED] ?? 1) - 1;
  if (connection.destroyed) connection[WAITING] = [];
  else connection[WAITING]?.shift()?.();
}
