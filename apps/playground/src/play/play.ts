/** One visitor in the world: the connection, and everything that the panels show. Created after the login, closed at its end. */
import { browser } from '@aeturnis/client/browser';
import {
  type Challenge,
  type Client,
  type ClientState,
  createClient,
  type ReadableStore,
  type ShownFight,
} from '@aeturnis/client';
import type { CharacterView, EventPayload, PresenceStatus } from '@aeturnis/contracts';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { CuttableLinks } from '../connection/cuttable-links';
import { Heartbeat } from '../connection/heartbeat';
import { Bots } from '../proof/bots';
import { Ledger } from '../proof/ledger';
import { Outages } from '../proof/outages';
import { Talkers } from '../proof/talkers';
import type { Session } from '../session/session';
import { signalOf } from '../ui/signal-of';
import { WorldStore } from '../world/world-store';
import { ChatStore } from './chat-store';
import { ConversationList } from './conversation-list';
import { Notices } from './notices';
import { showToast } from '../ui/toasts';

export type Profile = NonNullable<EventPayload<'system:sync'>['profile']>;

export class Play {
  readonly client: Client;
  readonly state: ReadonlySignal<ClientState>;
  readonly fight: ReadonlySignal<ShownFight | null>;
  /** The turn that waits for an action of the visitor. */
  readonly ownTurn = computed(() => {
    const request = this.fight.value?.request;
    return request && request.legal.length > 0 ? request.turn : undefined;
  });
  readonly challenges: ReadonlySignal<readonly Challenge[]>;
  readonly links = new CuttableLinks();
  readonly heartbeat: Heartbeat;
  readonly world: WorldStore;
  readonly chat: ChatStore;
  readonly conversations: ConversationList;
  readonly notices: Notices;
  readonly ledger: Ledger;
  readonly outages: Outages;
  readonly talkers: Talkers;
  readonly bots: Bots;
  readonly profile = signal<Profile | undefined>(undefined);
  /** As others see the user. */
  readonly presence = signal<PresenceStatus>('online');
  readonly hero = signal<CharacterView | undefined>(undefined);
  readonly nodeId = signal('');
  /** Why the character is not played here any more; undefined while it is. */
  readonly releaseReason = signal<EventPayload<'character:released'>['reason'] | undefined>(undefined);
  private readonly endings: (() => void)[] = [];
  private hasSynced = false;

  constructor(readonly session: Session) {
    const getToken = (): Promise<string> => session.freshToken();
    this.client = createClient({ url: '/', getToken, ...browser(), openLink: this.links.openLink });
    const { state, combat } = this.client;
    this.state = this.follow(state);
    this.fight = this.follow(combat.current);
    this.challenges = this.follow(combat.invitations);
    const userId = (): string | undefined => session.userId.value;
    this.world = new WorldStore(this.client);
    this.chat = new ChatStore(this.client, userId);
    this.conversations = new ConversationList(this.client, getToken);
    this.notices = new Notices(this.client);
    this.outages = new Outages(this.client, () => void this.audit());
    this.ledger = new Ledger(this.client, getToken, (lines) => this.outages.catchUp(lines));
    this.talkers = new Talkers(this.client, userId);
    this.bots = new Bots(this.client);
    this.heartbeat = new Heartbeat(this.client);
    // Otherwise the guests of a closed page would stand in the world until their sessions end.
    const dismissGuests = (): void => this.dismissGuests();
    addEventListener('pagehide', dismissGuests);
    this.endings.push(() => removeEventListener('pagehide', dismissGuests));
    this.listen();
  }

  /** Connects, and plays this character. @throws RequestError */
  async enter(characterId: string): Promise<void> {
    await this.client.connect();
    const world = await this.client.world.enter(characterId);
    this.hero.value = world.own;
    await Promise.all([this.chat.load('global'), this.ledger.followChannel(), this.notices.subscribe()]);
  }

  /** Takes the character over from the window that plays it now. @throws RequestError */
  async playAgain(): Promise<void> {
    await this.client.world.enter(this.hero.value?.id ?? '');
    this.releaseReason.value = undefined;
  }

  drop(): void {
    this.outages.begin('drop');
    this.links.drop();
  }

  openBlackHole(): void {
    this.outages.begin('black hole');
    this.links.swallow();
  }

  /** Compares what was received with what is stored. */
  async audit(): Promise<void> {
    try {
      const { missed } = await this.ledger.compare();
      if (!this.outages.current.value) this.outages.judge(missed);
    } catch {
      // Without a connection there is nothing to compare with; the end of the outage compares again.
      if (!this.outages.current.value) this.outages.judge(null);
    }
  }

  close(): void {
    this.dismissGuests();
    this.heartbeat.stop();
    this.world.stop();
    this.client.close();
    for (const end of this.endings) end();
  }

  private dismissGuests(): void {
    this.talkers.stop();
    this.bots.stop();
  }

  private follow<Value>(store: ReadableStore<Value>): ReadonlySignal<Value> {
    const followed = signalOf(store);
    this.endings.push(followed.unsubscribe);
    return followed.signal;
  }

  private listen(): void {
    const { client, ledger, outages } = this;
    client.on('system:connected', ({ nodeId }) => (this.nodeId.value = nodeId));
    client.on('system:sync', ({ profile, presence, conversations = [] }) => {
      if (profile) this.profile.value = profile;
      if (presence) this.presence.value = presence.status;
      for (const { id, head } of conversations) ledger.followConversation(id, head);
      if (this.hasSynced) void this.onNewSession();
      this.hasSynced = true;
    });
    client.on('chat:message', ({ channel, id, createdAt }) => {
      if (channel !== 'global') return;
      ledger.record('global', Number(id));
      outages.addLine(createdAt);
    });
    client.on('conversation:created', ({ conversationId, seq }) => ledger.followConversation(conversationId, seq));
    client.on('conversation:member_added', ({ conversationId, seq }) => ledger.followConversation(conversationId, seq));
    client.on('message:new', (message) => {
      if ('hidden' in message && message.hidden) return;
      ledger.record(message.conversationId, message.seq);
      outages.addLine(message.createdAt);
    });
    client.on('conversation:member_removed', ({ conversationId, userId }) => {
      if (userId === client.userId) ledger.unfollow(conversationId);
    });
    client.on('system:announcement', ({ message, level }) =>
      showToast(`Announcement (${level}):\n${message}`, level !== 'info', true),
    );
    client.on('system:resync', () => void this.onNewSession());
    client.on('character:released', ({ reason }) => (this.releaseReason.value = reason));
    client.on('combat:invited', ({ challenger }) =>
      showToast(`${challenger.name} challenges you to a duel: answer under Fight.`),
    );
    client.on('combat:started', ({ mode }) => {
      if (mode === 'duel') showToast('The duel begins: fight under Fight.');
    });
    client.on('character:updated', ({ id, level }) => {
      const { value: hero } = this.hero;
      if (hero?.id === id) this.hero.value = { ...hero, level };
    });
  }

  /** The session before was not resumed: what was missed is read. */
  private async onNewSession(): Promise<void> {
    try {
      await Promise.all([this.ledger.readAgain(), this.chat.load('global'), this.notices.subscribe()]);
      await this.audit();
    } catch {
      // The connection was lost again; the next session reads it.
    }
  }
}
