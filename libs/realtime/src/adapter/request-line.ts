/**
 * The requests of one TCP connection: one is handled at a time, the next ones that were sent ahead of its answer wait in
 * their order, and a connection that is refused costs no more parsing.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What Node calls for each request that it has parsed; it tells llhttp how to go on. */
type HttpParser = { onIncoming: ((request: object, keepAlive: boolean) => number) | null };

export type RequestLine = Socket & {
  parser?: HttpParser | null;
  [UNANSWERED]?: number;
  [WAITING]?: (() => void)[];
};

/** Browsers and HTTP libraries send the next request of a connection when the last one has been answered. */
const MAX_UNANSWERED = 32;
/** For llhttp: what follows is not HTTP. */
const STOP_PARSING = 2;

const UNANSWERED = Symbol('unanswered requests');
const WAITING = Symbol('waiting requests');

/** @returns false where the connection has as many unanswered requests as it may; else this is one more of them. */
export function countRequest(line: RequestLine, response: ServerResponse): boolean {
  const unanswered = (line[UNANSWERED] ?? 0) + 1;
  if (unanswered > MAX_UNANSWERED) return false;
  line[UNANSWERED] = unanswered;
  response.once('close', answered);
  return true;
}

/**
 * Call it for a request that has been counted: handles it when those before it on its connection have been answered, and never
 * once the connection is gone. Node closes no response that has not got the connection yet: who waits for that would wait for ever.
 */
export function inOrder(line: RequestLine, handle: () => void): void {
  if (line[UNANSWERED] === 1) handle();
  else (line[WAITING] ??= []).push(handle);
}

/**
 * Node parses everything that it has read at once, and keeps each request until the connection has ended: of a connection
 * that sends requests by the thousand, that is most of the work.
 */
export function stopParsing({ parser }: RequestLine): void {
  if (parser?.onIncoming) parser.onIncoming = () => STOP_PARSING;
}

function answered(this: ServerResponse): void {
  const line: RequestLine = this.req.socket;
  line[UNANSWERED] = (line[UNANSWERED] ?? 1) - 1;
  if (line.destroyed) line[WAITING] = [];
  else line[WAITING]?.shift()?.();
}
