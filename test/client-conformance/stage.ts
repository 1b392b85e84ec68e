/** Where one step is played: a new user in a conversation with two others, the client program, and a proxy before its node. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Guest, playAsGuest, postJson, waitUntil } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { Gate } from '../support/faults/gate';
import type { LastSeen, StepName } from './client-protocol';
import { ClientFault, ClientProgram } from './client-program';
import { ClientSightings } from './client-sightings';
import { findDiscrepancy, type ConversationLine } from './received-messages';
import { findContradiction } from './report-contradictions';

/** A client that reports something a second time, or tries again, does so within this time. */
export const QUIET_MS = 2_000;

export interface ClientCommand {
  /** A program and its arguments; a single one with spaces is run by the shell. */
  readonly command: readonly string[];
  readonly cwd: string;
}

export class Stage {
  /** What the client is given when it asks for a token. */
  token: string;

  private constructor(
    /** Of a node that stays. */
    readonly url: string,
    readonly gate: Gate,
    readonly sightings: ClientSightings,
    readonly program: ClientProgram,
    readonly user: Guest,
    /** One of them has created the conversation: whatever the client does, it stays. */
    private readonly peers: readonly [Guest, Guest],
    private readonly conversationId: string,
    private readonly since: LastSeen,
    readonly deadlineMs: number,
  ) {
    this.token = user.accessToken;
    program.freshToken = () => this.token;
  }

  /** @param clientNode the node that the client is connected to. */
  static async open(
    url: string,
    clientNode: string,
    step: StepName,
    { command, cwd }: ClientCommand,
    deadlineMs: number,
  ): Promise<Stage> {
    const [user, ...peers] = (await Promise.all([url, url, url].map(playAsGuest))) as [Guest, Guest, Guest];
    const group = { kind: 'group', title: step, participantIds: [user.id, peers[1].id] };
    const { id } = await postJson<{ id: string }>(url, '/api/conversations', group, peers[0].accessToken);
    const seen = { conversationId: id, content: 'seen before', tempId: randomUUID() };
    const since = await postJson<LastSeen>(url, '/api/messages', seen, user.accessToken);
    const gate = await Gate.openInFrontOf(clientNode);
    const sightings = new ClientSightings();
    gate.observeClients((socket) => sightings.observeClient(socket));
    gate.observeServer((socket) => sightings.observeServer(socket));
    const program = ClientProgram.start(command, { SERVER: gate.url.replace(/\/$/, ''), STEP: step }, cwd);
    return new Stage(url, gate, sightings, program, user, peers, id, since, deadlineMs);
  }

  /** Gives the client this token, without waiting for what becomes of it. */
  instructToConnect(token: string): void {
    const { conversationId, since } = this;
    this.sightings.watch(token);
    this.program.instruct({ do: 'connect', token, conversationId, since });
  }

  /** @throws ClientFault if the client does not connect, says so without having presented the token, or is another user. */
  async connect(token = this.user.accessToken): Promise<void> {
    this.instructToConnect(token);
    const { userId } = await this.program.next('connected', this.deadlineMs);
    if (userId !== this.user.id) throw new ClientFault(`expected to be connected as ${this.user.id}, got ${userId}`);
    if (this.sightings.countOf(token) === 0)
      throw new ClientFault('got connected, but the token was never presented to the server');
  }

  /** The other users write this many messages, both at once. */
  async write(count: number, filling = ''): Promise<void> {
    await Promise.all(
      this.peers.map(async (peer, index) => {
        for (let n = 1; n <= count / this.peers.length; n++)
          await this.writeAs(peer, `${'ab'[index] ?? ''}${n} ${filling}`.trim());
      }),
    );
  }

  /** Everything that is stored, the messages of the client too, after the one that it had seen before. */
  async storedMessages(): Promise<ConversationLine[]> {
    const stored: ConversationLine[] = [];
    for (let after: number | undefined = this.since.seq; after !== undefined;) {
      const path = `/api/messages?conversationId=${this.conversationId}&limit=100&after=${after}`;
      const { status, body } = await callApi(this.url, 'GET', path, { token: this.peers[0].accessToken });
      if (status !== 200) throw new Error(`reading the conversation was answered with ${status} ${body.error?.code}`);
      const { messages, next } = body as unknown as { messages: { id: string; content: string }[]; next?: number };
      for (const { id, content } of messages) stored.push({ messageId: id, text: content });
      after = next;
    }
    return stored;
  }

  async waitUntilStored(text: string): Promise<void> {
    const isStored = async (): Promise<boolean> =>
      (await this.storedMessages()).some((message) => message.text === text);
    await waitUntil(isStored, 'the message is stored', this.deadlineMs).catch(() => {
      throw new ClientFault(`expected the message ${JSON.stringify(text)} to be sent to the server, got nothing`);
    });
  }

  /** @throws ClientFault unless the client has received what is stored: all of it, once, and in order. */
  async expectEverything(): Promise<void> {
    const stored = await this.storedMessages();
    const received = (): ConversationLine[] => this.program.all('received');
    const isOver = (): boolean => received().length >= stored.length;
    const late = await this.program.waitUntil(isOver, `${stored.length} messages`, this.deadlineMs).then(
      () => null,
      (error: unknown) => error as Error,
    );
    const discrepancy = findDiscrepancy(stored, received());
    if (discrepancy !== null) throw new ClientFault(late && received().length === 0 ? late.message : discrepancy);
  }

  /** @throws ClientFault unless everything is received, and what was reported stays right for a while. */
  async expectLastingResult(): Promise<void> {
    const { program, user } = this;
    await this.expectEverything();
    await delay(QUIET_MS);
    await program.waitUntil(() => true, 'the client to go on', this.deadlineMs);
    await this.expectEverything();
    const sent = program.instructions.flatMap((instruction) => (instruction.do === 'send' ? [instruction.ref] : []));
    const contradiction = findContradiction(program.reports, user.id, sent);
    if (contradiction !== null) throw new ClientFault(contradiction);
  }

  async close(): Promise<void> {
    await Promise.all([this.program.stop(), this.gate.close()]);
  }

  private async writeAs({ accessToken }: Guest, content: string): Promise<void> {
    const { conversationId } = this;
    await postJson(this.url, '/api/messages', { conversationId, content, tempId: randomUUID() }, accessToken);
  }
}
