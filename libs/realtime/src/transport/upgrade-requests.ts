/** Handles HTTP upgrade requests: only WebSocket is supported, and only under the path of Socket.IO. */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** `_httpMessage`: the response that is being written. Node queues the responses to later requests behind it. */
type AnsweringSocket = Duplex & { _httpMessage?: ServerResponse | null };

/** The headers of an upgrade offer, which are removed when the offer is ignored. */
const OFFER_HEADERS = new Set(['upgrade', 'http2-settings']);
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * To be called after Socket.IO has been attached. With a listener for `upgrade`, Node passes every request with an upgrade
 * offer to the listeners and serves none itself. A server may ignore an offer (RFC 9110, 7.8): HTTP/2 clients send one with
 * their first request, which is served as plain HTTP here. A WebSocket request under another path is refused.
 */
export function handleUpgrades(server: HttpServer, path: string): void {
  const listeners = server.listeners('upgrade') as UpgradeListener[];
  const handle: UpgradeListener = (request, socket, head) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') serveAsPlainHttp(server, request, socket, head);
    else if (isUnderPath(request.url ?? '', path))
      for (const listener of listeners) listener.call(server, request, socket, head);
    else refuse(socket);
  };
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request, socket, head) => {
    afterEarlierResponses(socket, () => handle(request, socket, head));
  });
  // Without a listener for CONNECT requests, Node would close the connection before earlier requests are answered.
  server.on('connect', (_request, socket) => afterEarlierResponses(socket, () => refuse(socket)));
}

/**
 * Calls back once all earlier requests of the connection have been answered, and never if it has closed by then. A client may
 * pipeline requests, and the responses must be sent in the same order (RFC 9112, 9.3.2).
 */
function afterEarlierResponses(socket: AnsweringSocket, next: () => void): void {
  if (!socket._httpMessage) return socket.writable ? next() : void socket.destroy();
  // Node has removed its own listeners together with the parser, so `drain` and `error` are handled here.
  const ignoreError = (): void => undefined;
  const onDrain = (): void => {
    if (socket._httpMessage?.writableNeedDrain) socket._httpMessage.emit('drain');
  };
  const onResponseFinished = (): void => {
    // Node has already assigned the next response to the connection, if there is one.
    if (socket._httpMessage) return void socket._httpMessage.once('finish', onResponseFinished);
    socket.off('drain', onDrain).off('error', ignoreError);
    if (socket.writable) next();
    else socket.on('error', ignoreError).destroy();
  };
  socket.on('drain', onDrain).on('error', ignoreError);
  socket._httpMessage.once('finish', onResponseFinished);
}

/** Hands the connection back to Node as if it were new and its first request had no upgrade offer. */
function serveAsPlainHttp(server: HttpServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = valueWithoutOffer(name.toLowerCase(), rawHeaders[index + 1] ?? '');
    if (value !== null) text += `${name}: ${value}\r\n`;
  }
  // Node may have set the keep-alive timeout after the last response.
  (socket as Socket).setTimeout(0);
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function valueWithoutOffer(name: string, value: string): string | null {
  if (OFFER_HEADERS.has(name)) return null;
  if (name !== 'connection') return value;
  const remaining = value.split(',').filter((token) => !OFFER_HEADERS.has(token.trim().toLowerCase()));
  return remaining.length > 0 ? remaining.join(',') : null;
}

function refuse(socket: Duplex): void {
  socket.on('error', () => undefined);
  socket.end(NOT_FOUND, () => socket.destroy());
}

const isUnderPath = (url: string, path: string): boolean => url.startsWith(path);
