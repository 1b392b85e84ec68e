/** Requests that ask for another protocol. Only WebSocket is one of ours, and only where Socket.IO is served. */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** `_httpMessage`: the response that is being written. Responses to later requests wait for it inside Node. */
type AnsweringSocket = Duplex & { _httpMessage?: ServerResponse | null };

/** What belongs to the offer of another protocol, and is dropped with it. */
const OFFERS = new Set(['upgrade', 'http2-settings']);
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Call it when Socket.IO has been attached. As long as anybody listens for upgrades, Node hands every request that offers
 * one to the listeners, and answers none itself. A server may ignore such an offer (RFC 9110, 7.8): clients of HTTP/2 make
 * one with each first request. What asks for a WebSocket elsewhere is refused.
 */
export function handleUpgrades(server: HttpServer, path: string): void {
  const listeners = server.listeners('upgrade') as UpgradeListener[];
  const handle: UpgradeListener = (request, socket, head) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') serveAsPlainHttp(server, request, socket, head);
    else if (isBelow(request.url ?? '', path))
      for (const listener of listeners) listener.call(server, request, socket, head);
    else refuse(socket);
  };
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request, socket, head) => {
    whenAnswered(socket, () => handle(request, socket, head));
  });
  // Without a listener Node ends the connection at once, and with it the answers to earlier requests.
  server.on('connect', (_request, socket) => whenAnswered(socket, () => refuse(socket)));
}

/**
 * Calls back once all earlier requests of the connection have been answered, and never where it has ended by then. A client
 * may send several requests ahead of their answers, which have to come in the same order (RFC 9112, 9.3.2).
 */
function whenAnswered(socket: AnsweringSocket, next: () => void): void {
  if (!socket._httpMessage) return socket.writable ? next() : void socket.destroy();
  // Node has taken its own listeners away with the parser.
  const ignoreError = (): void => undefined;
  const drained = (): void => {
    if (socket._httpMessage?.writableNeedDrain) socket._httpMessage.emit('drain');
  };
  const answered = (): void => {
    // Node has assigned the next response to the connection before, if there is one.
    if (socket._httpMessage) return void socket._httpMessage.once('finish', answered);
    socket.off('drain', drained).off('error', ignoreError);
    if (socket.writable) next();
    else socket.on('error', ignoreError).destroy();
  };
  socket.on('drain', drained).on('error', ignoreError);
  socket._httpMessage.once('finish', answered);
}

/** Hands the connection back to Node as if it were new and its first request came without the offer. */
function serveAsPlainHttp(server: HttpServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = valueWithoutOffer(name.toLowerCase(), rawHeaders[index + 1] ?? '');
    if (value !== null) text += `${name}: ${value}\r\n`;
  }
  // After an answer Node waits for the next request, and this is it.
  (socket as Socket).setTimeout(0);
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function valueWithoutOffer(name: string, value: string): string | null {
  if (OFFERS.has(name)) return null;
  if (name !== 'connection') return value;
  const kept = value.split(',').filter((token) => !OFFERS.has(token.trim().toLowerCase()));
  return kept.length > 0 ? kept.join(',') : null;
}

function refuse(socket: Duplex): void {
  socket.on('error', () => undefined);
  socket.end(NOT_FOUND, () => socket.destroy());
}

const isBelow = (url: string, path: string): boolean => url.startsWith(path);
