/** The client without what only games need: one connection, and requests, events and conversations on it. */
import type { EventName, MessageSent, SystemConnected } from '@aeturnis/contracts';
import { type ClientClock, systemClock } from './base/clock';
import type { CommandName, CommandPayload, CommandResult, ServerEvents } from './base/contract-types';
import { Listeners } from './base/listeners';
import { callSafely } from './base/report-error';
import { RequestError } from './base/request-error';
import { type ReadableStore, Store, type Unsubscribe } from './base/store';
import { Characters } from './characters';
import type { ClientFeature, ClientServices } from './client-feature';
import { ClientConnection } from './connection/connection';
import type { ConnectionPhase } from './connection/connection-state';
import { Liveness } from './connection/liveness';
import { openEngineLinks } from './connection/open-links';
import { TokenRefresh } from './connection/token-refresh';
import { TokenSupply, withTimeout } from './connection/token-supply';
import { DeliveryReports } from './conversations/delivery-reports';
import { Conversations } from './conversations/conversations';
import { LogSync } from './conversations/log-sync';
import { globalFetch, HttpApi } from './http/http-api';
import { HttpFallback } from './http/http-fallback';
import type { ClientOptions } from './options';
import { MemoryStorage, type OutboxEntry } from './outbox/outbox-storage';
import { MessageOutbox } from './outbox/message-outbox';
import { singleTab } from './outbox/tabs';
import { newId } from './base/new-id';
import { Pacer, type Policies } from './requests/pacer';
import { type RequestOptions, Requests } from './requests/requests';

type Sync = ServerEvents['system:sync'];
export type ClientState = ConnectionPhase & {
  /** Of the last probe of the connection. */
  readonly latencyMs: number | undefined;
  /** How many messages wait on this device. */
  readonly queued: number;
  /** No connection is possible, but the server answers: messages are sent, and open conversations are polled. */
  readonly isOverHttp: boolean;
};

export class ChatClient {
  readonly characters: Characters;
  readonly conversations: Conversations;
  readonly outbox: MessageOutbox;
  private readonly connection: ClientConnection;
  private readonly requests: Requests;
  private readonly liveness: Liveness;
  private readonly tokenRefresh: TokenRefresh;
  private readonly pacer: Pacer;
  private readonly http: HttpApi;
  private readonly fallback: HttpFallback;
  private readonly deliveries: DeliveryReports;
  private readonly features: ClientFeature[] = [];
  private readonly services: ClientServices;
  private readonly listeners = new Listeners<ServerEvents>();
  private readonly shownState: Store<ClientState>;
  private readonly stopWaking: Unsubscribe;
  private shownPhase: ConnectionPhase | undefined;
  private currentUserId: string | undefined;
  private readonly loggedInUserId: () => string | undefined;

  constructor(options: ClientOptions) {
    const { clock = systemClock, tabs = singleTab, storage = new MemoryStorage() } = options;
    const getToken = withTimeout(options.getToken, clock);
    const tokens = new TokenSupply(getToken);
    this.http = new HttpApi(options.url.replace(/\/$/, ''), getToken, options.fetch ?? globalFetch, clock);
    this.connection = new ClientConnection(clock, options.openLink ?? openEngineLinks(options), tokens, {
      onEvent: (name, payload) => this.receive(name, payload),
      onLive: (connected) => this.onLive(connected),
      onLost: () => this.onLost(),
    });
    this.pacer = new Pacer(clock);
    this.requests = new Requests(clock, this.connection, this.pacer, () => this.liveness.probe());
    this.liveness = new Liveness(clock, this.connection);
    this.tokenRefresh = new TokenRefresh(clock, this.connection, tokens, () => this.liveness.serverNow());
    this.fallback = new HttpFallback(clock, {
      identify: () => this.http.userId(),
      exchange: (userId) => this.exchangeOverHttp(userId),
      onChange: () => this.onFallback(),
    });
    this.loggedInUserId = options.getUserId ?? (() => this.currentUserId);
    this.outbox = new MessageOutbox(clock, storage, tabs, {
      author: () => this.author(),
      transmit: (entry) => this.transmit(entry),
    });
    this.characters = new Characters(this.http);
    const nextId = options.newId ?? (() => newId(clock));
    this.services = { clock, requests: this.requests, http: this.http, newId: nextId };
    this.deliveries = new DeliveryReports(clock, this.requests, () => this.connection.isLive);
    this.conversations = this.createConversations(clock, nextId);
    this.shownState = new Store<ClientState>({ phase: 'idle', latencyMs: undefined, queued: 0, isOverHttp: false });
    this.connection.state.subscribe((phase) => this.onPhase(phase));
    this.outbox.entries.subscribe(() => this.show());
    this.stopWaking = options.onWake?.(() => this.wake()) ?? (() => undefined);
  }

  get state(): ReadableStore<ClientState> {
    return this.shownState;
  }

  /** The user of the connection; while there is none, of `getUserId`, else of the latest one. */
  get userId(): string | undefined {
    return this.currentUserId;
  }

  /** The server's time in milliseconds since 1970: for deadlines, whatever the clock of the device says. */
  serverNow(): number {
    return this.liveness.serverNow();
  }

  /** Resolves once connected. Later cuts are mended by the client itself. @throws RequestError if it may not connect. */
  connect(): Promise<void> {
    this.connection.start();
    return new Promise((resolve, reject) => {
      const settled = this.connection.state.subscribe((state) => {
        if (state.phase === 'live') resolve();
        else if (state.phase === 'ended') reject(new RequestError(state.code, state.message));
        else if (state.phase === 'idle') reject(new RequestError('CLOSED', 'disconnected on purpose'));
        else return;
        void Promise.resolve().then(() => settled());
      });
    });
  }

  /** Ends the session on purpose; `connect` begins a new one. Unsent messages are kept. */
  disconnect(): void {
    this.connection.stop();
  }

  /** Disconnects, and stops listening to the device. */
  close(): void {
    this.stopWaking();
    this.disconnect();
    this.outbox.close();
  }

  /** Builds a feature on this client for as long as the client lives. It receives each event before the application does. */
  add<Feature extends ClientFeature>(create: (services: ClientServices) => Feature): Feature {
    const feature = create(this.services);
    this.features.push(feature);
    return feature;
  }

  /** Calls back for each event of this name. */
  on<Name extends EventName>(name: Name, listener: (payload: ServerEvents[Name]) => void): Unsubscribe {
    return this.listeners.on(name, listener);
  }

  /** Sends a command and returns its answer. Waits for the connection if there is none. @throws RequestError */
  request<Name extends CommandName>(
    name: Name,
    payload: CommandPayload<Name>,
    options?: RequestOptions,
  ): Promise<CommandResult<Name>> {
    return this.requests.request(name, payload, options);
  }

  /** Sends a command that may be lost, such as a step. @returns false if it was dropped here. */
  send<Name extends CommandName>(name: Name, payload: CommandPayload<Name>): boolean {
    return this.requests.send(name, payload);
  }

  /** Resolves once the server has stored, or refused, all messages of this device. */
  flushed(): Promise<void> {
    return this.outbox.flushed();
  }

  private createConversations(clock: ClientClock, nextId: () => string): Conversations {
    const { http, requests, outbox, deliveries } = this;
    const sync = new LogSync(
      clock,
      () => this.connection.isLive || this.fallback.isActive,
      (cursors) =>
        this.connection.isLive
          ? this.request('conversation:sync', { cursors })
          : this.http.post('/api/sync', { cursors }, 'conversations'),
    );
    const userId = () => this.currentUserId ?? '';
    const send = async (conversationId: string, content: string): Promise<{ readonly tempId: string }> => {
      const tempId = nextId();
      await outbox.add({ tempId, conversationId, content });
      return { tempId };
    };
    return new Conversations({ clock, http, requests, outbox, sync, deliveries, userId, send });
  }

  private receive(name: EventName, payload: object): void {
    if (name === 'auth:success') this.identify((payload as ServerEvents['auth:success']).userId);
    if (name === 'auth:expiring') this.tokenRefresh.onExpiring();
    if (name === 'system:sync') this.pacer.isGuest = (payload as Sync).profile?.isGuest ?? this.pacer.isGuest;
    for (const feature of this.features) feature.receive(name, payload);
    this.conversations.receive(name, payload);
    if (name === 'system:resync') this.resync();
    this.listeners.emit(name, payload);
  }

  private resync(): void {
    this.conversations.resync();
    for (const feature of this.features) callSafely(() => feature.resume?.());
  }

  private identify(userId: string): void {
    if (this.currentUserId !== undefined && this.currentUserId !== userId) {
      this.requests.failAll(new RequestError('CLOSED', 'another user is connected now'));
      this.deliveries.clear();
      this.pacer.reset();
      this.conversations.reset();
      for (const feature of this.features) feature.reset?.();
    }
    this.currentUserId = userId;
    this.outbox.onUser(userId);
  }

  private identifyLogin(): void {
    const userId = this.loggedInUserId();
    if (userId !== undefined && !this.connection.isLive) this.identify(userId);
  }

  /** Asked at each message: since the latest attempt to connect, another user may have logged in. */
  private author(): string | undefined {
    this.identifyLogin();
    return this.loggedInUserId();
  }

  private onLive({ expiresAt, serverTime }: SystemConnected): void {
    this.tokenRefresh.onLive(expiresAt, serverTime);
    if (!this.pacer.hasPolicies) void this.readPolicies();
  }

  private onLost(): void {
    this.liveness.onLost();
    this.tokenRefresh.onLost();
    this.outbox.onLost();
    this.requests.onLost();
  }

  private async transmit(entry: OutboxEntry): Promise<void> {
    const { userId, conversationId, content, tempId } = entry;
    const message = { conversationId, content, tempId };
    const isOverHttp = this.fallback.isActive && !this.connection.isLive;
    const sent = isOverHttp
      ? await this.http.postAs<MessageSent>(userId, '/api/messages', message, 'messageId')
      : // Another tab may have a connection: the entry goes back to the outbox with this one's.
        await this.requests.request('message:send', message, { isResent: false });
    if (userId === this.currentUserId) this.conversations.addSent(entry, sent);
  }

  private exchangeOverHttp(userId: string): void {
    this.identify(userId);
    this.outbox.onLive(userId);
    this.conversations.poll();
  }

  private onFallback(): void {
    this.show();
    if (!this.fallback.isActive && !this.connection.isLive) this.outbox.onLost();
  }

  private onPhase(phase: ConnectionPhase): void {
    this.identifyLogin();
    if (phase.phase === 'ended') this.requests.failAll(new RequestError(phase.code, phase.message));
    if (phase.phase === 'idle') this.requests.failAll(new RequestError('CLOSED', 'disconnected on purpose'));
    if (phase.phase === 'live') {
      this.liveness.onLive();
      this.requests.onLive();
      this.deliveries.resume();
      if (this.currentUserId !== undefined) this.outbox.onLive(this.currentUserId);
      if (!phase.recovered) this.resync();
    }
    // Last: a listener of the state may disconnect, which undoes the steps before.
    this.fallback.onPhase(phase, this.connection.failedAttempts);
    this.show();
  }

  private wake(): void {
    this.connection.hurry();
    this.liveness.probe();
  }

  private show(): void {
    const queued = this.outbox.entries.get().filter(({ failure }) => !failure).length;
    const { latencyMs } = this.liveness;
    const phase = this.connection.state.get();
    const shown = this.shownState.get();
    const isOverHttp = this.fallback.isActive;
    const isSame = shown.latencyMs === latencyMs && shown.queued === queued && shown.isOverHttp === isOverHttp;
    if (this.shownPhase === phase && isSame) return;
    this.shownPhase = phase;
    this.shownState.set({ ...phase, latencyMs, queued, isOverHttp });
  }

  private async readPolicies(): Promise<void> {
    try {
      this.pacer.usePolicies(await this.http.getPublic<Policies>('/api/realtime/policies', 'commands'));
    } catch {
      // Without them the server refuses what comes too fast.
    }
  }
}
