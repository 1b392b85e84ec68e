/** An administrator who is logged in: the admin API, and the figures over a connection. Created after the login. */
import { browser } from '@aeturnis/client/browser';
import { type ChatClient, createChatClient } from '@aeturnis/client';
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Session } from '../session/session';
import { signalOf } from '../ui/signal-of';
import { AdminApi } from './admin-api';
import { FiguresStore } from './overview/figures-store';

export interface ClusterOverview {
  readonly onlineUsers: number;
  readonly database: StoreHealth;
  readonly redis: StoreHealth;
  readonly version: string;
}

export interface StoreHealth {
  readonly state: string;
  readonly latencyMs?: number;
}

export class Admin {
  readonly api: AdminApi;
  readonly figures: FiguresStore;
  readonly phase: ReadonlySignal<string>;
  private readonly client: ChatClient;
  private readonly endings: (() => void)[] = [];

  constructor(
    readonly session: Session,
    onEnded: (message: string) => void,
  ) {
    this.api = new AdminApi(session);
    this.client = createChatClient({ url: '/', getToken: () => session.freshToken(), ...browser() });
    const { signal, unsubscribe } = signalOf(this.client.state);
    this.phase = computed(() => signal.value.phase);
    this.figures = new FiguresStore(this.client, this.api);
    this.endings.push(
      unsubscribe,
      this.client.state.subscribe((state) => {
        if (state.phase === 'ended') onEnded(state.message);
      }),
    );
  }

  /** Without the role, the first request fails with FORBIDDEN. @throws RequestError */
  async open(): Promise<void> {
    await this.overview();
    this.figures.start();
  }

  overview(): Promise<ClusterOverview> {
    return this.api.get<ClusterOverview>('overview');
  }

  close(): void {
    this.figures.stop();
    this.client.close();
    for (const end of this.endings) end();
  }
}
