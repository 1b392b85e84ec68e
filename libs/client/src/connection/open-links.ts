/** Opens links over the transport of Socket.IO. */
import { Socket as Transport } from 'engine.io-client';
import { EngineLink } from './engine-link';
import type { OpenLink } from './link';

export interface EngineOptions {
  /** Of the server; a path such as `/` means the origin of the page. */
  readonly url: string;
  /** Where Socket.IO is served; `/socket.io` by default. */
  readonly path?: string;
  /** In the order in which they are tried; WebSocket, then HTTP long polling by default. */
  readonly transports?: readonly ('websocket' | 'polling')[];
}

export function openEngineLinks({
  url,
  path = '/socket.io',
  transports = ['websocket', 'polling'],
}: EngineOptions): OpenLink {
  // A path means the origin of the page, which the transport takes by default.
  const address = url.startsWith('/') ? '' : url;
  return (auth, handlers) =>
    new EngineLink(
      new Transport(address, { path, transports: [...transports], tryAllTransports: true }),
      auth,
      handlers,
    );
}
