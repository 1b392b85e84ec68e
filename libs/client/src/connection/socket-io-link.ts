/** Links over the stock Socket.IO client. Its own reconnection, buffer and acknowledgement queue are not used. */
import { io, type Socket } from 'socket.io-client';
import type { Link, LinkAuth, LinkHandlers, LinkRefusal, OpenLink } from './link';

export interface SocketIoOptions {
  /** Of the server; a path such as `/` means the origin of the page. */
  readonly url: string;
  /** Where Socket.IO is served; `/socket.io` by default. */
  readonly path?: string;
  /** In the order in which they are tried; WebSocket, then HTTP long polling by default. */
  readonly transports?: readonly ('websocket' | 'polling')[];
}

export function openSocketIoLinks({ url, path, transports = ['websocket', 'polling'] }: SocketIoOptions): OpenLink {
  return (auth, handlers) => {
    const socket = io(url, {
      ...(path !== undefined && { path }),
      transports: [...transports],
      tryAllTransports: true,
      forceNew: true,
      reconnection: false,
      auth: { ...auth } satisfies LinkAuth,
    });
    return new SocketIoLink(socket, handlers);
  };
}

class SocketIoLink implements Link {
  private isOver = false;

  constructor(
    private readonly socket: Socket,
    handlers: LinkHandlers,
  ) {
    socket.onAny((name: string, payload: object, offset?: unknown) => {
      if (!this.isOver) handlers.onEvent(name, payload, typeof offset === 'string' ? offset : undefined);
    });
    socket.io.on('ping', () => this.isOver || handlers.onActivity());
    socket.on('connect_error', (error: Error & { data?: LinkRefusal }) => {
      if (this.isOver) return;
      this.end();
      if (error.data?.code === undefined) handlers.onClosed(error.message);
      else handlers.onRefused(error.data);
    });
    socket.on('disconnect', (reason) => {
      if (this.isOver) return;
      this.end();
      handlers.onClosed(reason);
    });
  }

  emit(command: string, payload: object, onAnswer?: (answer: object) => void): void {
    if (onAnswer) this.socket.emit(command, payload, onAnswer);
    else this.socket.volatile.emit(command, payload);
  }

  close(): void {
    if (!this.isOver) this.end();
  }

  leave(): void {
    this.isOver = true;
    this.socket.disconnect();
  }

  private end(): void {
    this.isOver = true;
    // Closes the transport only: a disconnect packet would end the session on the server.
    this.socket.io.engine.close();
  }
}
