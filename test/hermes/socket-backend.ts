/** The server's side of WebSockets in memory: frames of Socket.IO in front of the simulated server, and its HTTP routes. */
import type { ServerToClientEvents } from '@aeturnis/contracts';
import type { Fetch } from '../../libs/client/src/http/http-api';
import type { Link, LinkAuth } from '../../libs/client/src/connection/link';
import { SimulatedLink, SimulatedServer } from '../support/sdk/simulated-server';
import type { VirtualClock } from '../support/sdk/virtual-clock';

export type Frame = string | ArrayBuffer;

/** What the server does to a socket of a client. */
export interface SocketHandlers {
  onFrame(frame: Frame): void;
  onClosed(): void;
}

const HANDSHAKE = { sid: 'transport', upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 65_536 };
const NAMES = { ada: 'Ada', ben: 'Ben' } as const;

export class SocketBackend {
  readonly server: SimulatedServer;
  private readonly sockets = new Set<ServerSocket>();
  private published = 0;

  constructor(readonly clock: VirtualClock) {
    this.server = new SimulatedServer(clock);
  }

  accept(handlers: SocketHandlers): ServerSocket {
    const socket = new ServerSocket(this, handlers, () => this.sockets.delete(socket));
    this.sockets.add(socket);
    return socket;
  }

  /** The link of the open socket of this user. @throws Error if there is none. */
  linkOf(userId: string): SimulatedLink {
    return this.socketOf(userId).openedLink;
  }

  /** Sends moves as bytes: the text of the packet, then its attachment. */
  pushBinaryMoves(userId: string, tick: number, moves: ArrayBuffer): void {
    const payload = { tick, moves: { _placeholder: true, num: 0 }, full: true };
    const { handlers } = this.socketOf(userId);
    handlers.onFrame(`451-${JSON.stringify(['zone:moves', payload])}`);
    handlers.onFrame(moves);
  }

  readonly fetch: Fetch = async (url) => {
    if (!this.server.isReachable) throw new TypeError('Network request failed');
    const body = this.routes(url);
    const error = { code: 'NOT_FOUND', message: 'No such route', retryable: false };
    return { ok: body !== undefined, status: body ? 200 : 404, json: async () => body ?? { error } };
  };

  /** Answers what the simulated server does not know. */
  answerSync({ cursors }: { readonly cursors: Readonly<Record<string, number>> }): object {
    const after = (id: string, cursor: number): object[] =>
      this.log(id)
        .filter(({ seq }) => seq > cursor)
        .map((data) => ({ type: 'message:new', seq: data.seq, data }));
    const pages = Object.entries(cursors).map(([id, cursor]) => [id, { events: after(id, cursor), head: 0 }] as const);
    return { success: true, conversations: Object.fromEntries(pages) };
  }

  /** Sends each stored message once to every connected client. */
  publishStored(): void {
    const { messages } = this.server;
    for (; this.published < messages.length; this.published += 1) {
      const { conversationId } = messages[this.published] ?? { conversationId: '' };
      const entry = this.log(conversationId).find(({ seq }) => seq === this.published + 1);
      if (entry) for (const socket of this.sockets) socket.push('message:new', entry);
    }
  }

  private socketOf(userId: string): ServerSocket {
    const found = [...this.sockets].reverse().find((socket) => socket.isOf(userId));
    if (!found) throw new Error(`${userId} is not connected`);
    return found;
  }

  private routes(url: string): object | undefined {
    const members = Object.entries(NAMES).map(([id, name]) => ({ id, name, deliveredSeq: 0, readSeq: 0 }));
    const [, conversationId = ''] =
      /\/api\/conversations\/(\w+)$|conversationId=(\w+)/.exec(url)?.filter(Boolean) ?? [];
    const messages = this.log(conversationId);
    if (url.includes('/api/conversations/')) return { kind: 'group', title: 'Raid', head: messages.length, members };
    return url.includes('/api/messages?') ? { messages } : undefined;
  }

  /** There is one conversation, so that the number of a message is its place among all. */
  private log(id: string): Parameters<ServerToClientEvents['message:new']>[0][] {
    return this.server.messages.map(({ userId, conversationId, tempId, content }, index) => ({
      ...{ id: tempId, conversationId, seq: index + 1, senderId: userId, content, tempId, reactions: [] },
      sender: { id: userId, name: NAMES[userId as keyof typeof NAMES] },
      createdAt: new Date(this.clock.now()).toISOString(),
      ...(conversationId !== id && { hidden: true }),
    })) as unknown as Parameters<ServerToClientEvents['message:new']>[0][];
  }
}

/** One connection; it is closed once. */
export class ServerSocket {
  private link: SimulatedLink | undefined;
  private isOver = false;

  constructor(
    private readonly owner: SocketBackend,
    readonly handlers: SocketHandlers,
    private readonly onRemoved: () => void,
  ) {}

  get openedLink(): SimulatedLink {
    if (!this.link) throw new Error('the socket has presented no token');
    return this.link;
  }

  isOf(userId: string): boolean {
    return this.link?.isOpen === true && this.link.userId === userId;
  }

  open(): void {
    this.write(`0${JSON.stringify(HANDSHAKE)}`);
    this.schedulePing();
  }

  push(name: string, payload: object): void {
    if (this.link?.isOpen) this.link.push(name, payload);
  }

  /** A frame of the client. */
  receive(frame: string): void {
    const [, type, id, json = '[]'] = /^(40|41|42|3)(\d*)([^]*)$/.exec(frame) ?? [];
    if (type === '40') this.connect(JSON.parse(json) as LinkAuth);
    else if (type === '41') this.drop();
    else if (type === '42') this.execute(JSON.parse(json) as [string, object], id === '' ? undefined : id);
  }

  /** Without a notice to the client, which has closed it or does not notice. */
  drop(): void {
    this.isOver = true;
    this.link?.close();
    this.onRemoved();
  }

  close(): void {
    if (this.isOver) return;
    this.drop();
    this.handlers.onClosed();
  }

  private connect(auth: LinkAuth): void {
    this.link = this.owner.server.openLink(auth, {
      onEvent: (name, payload, offset) => {
        if (name === 'auth:success') this.write(`40${JSON.stringify({ sid: 'socket' })}`);
        this.write(`42${JSON.stringify([name, payload, offset])}`);
      },
      onActivity: () => undefined,
      onRefused: ({ message, ...rest }) => this.write(`44${JSON.stringify({ message, data: { message, ...rest } })}`),
      onClosed: () => this.close(),
    }) satisfies Link as SimulatedLink;
  }

  private execute([command, payload]: [string, object], id: string | undefined): void {
    this.link?.emit(command, payload, (answer) => {
      const isSync = command === 'conversation:sync';
      const shown = isSync ? this.owner.answerSync(payload as { cursors: Record<string, number> }) : answer;
      if (id !== undefined) this.write(`43${id}${JSON.stringify([shown])}`);
      this.owner.publishStored();
    });
  }

  private schedulePing(): void {
    this.owner.clock.after(HANDSHAKE.pingInterval, () => {
      if (this.isOver) return;
      this.write('2');
      this.schedulePing();
    });
  }

  private write(frame: string): void {
    if (!this.isOver) this.handlers.onFrame(frame);
  }
}
