/** Models the room memberships of the raid application, and which published messages each client must receive. */
import { roomName, type RoomName } from '@aeturnis/contracts';
import type { CampMessage } from '../../../other-app/camp.gateway';
import type { RaidEmit } from '../../../other-app/raid-process';
import { waitUntil } from '../../../support/clients/client';
import type { ReconnectingClient } from './client-group';
import type { ChaosCluster } from '../chaos-cluster';

export const campRoomName = (camp: string): RoomName => roomName('camp', camp);

export class RoomDeliveryModel {
  /** The rooms of each client, including the room named after its socket id. */
  private readonly roomsByClient = new Map<ReconnectingClient, Set<string>>();
  /** By client and node, the numbers of the messages due, in order. */
  private readonly expectedByClient = new Map<ReconnectingClient, number[][]>();
  private readonly attachments = new Map<number, readonly Buffer[]>();
  private serial = 0;

  constructor(
    private readonly cluster: ChaosCluster,
    readonly clients: readonly ReconnectingClient[],
  ) {
    for (const member of clients) {
      this.roomsByClient.set(member, new Set([member.client.socket.id ?? '']));
      this.expectedByClient.set(
        member,
        cluster.nodes.map(() => []),
      );
    }
  }

  /** The number of messages due, over all clients. */
  get expectedCount(): number {
    return [...this.expectedByClient.values()].flat().reduce((sum, { length }) => sum + length, 0);
  }

  isIn(member: ReconnectingClient, camp: string): boolean {
    return this.roomsByClient.get(member)?.has(campRoomName(camp)) ?? false;
  }

  /** Joins or leaves the room by a command of the player. */
  async toggleMembership(member: ReconnectingClient, camp: string): Promise<void> {
    const isJoin = !this.isIn(member, camp);
    const answer = await member.client.send(isJoin ? 'camp:enter' : 'camp:leave', { camp });
    expect(answer).toEqual({ success: true });
    this.recordMembership(member, camp, isJoin);
  }

  recordMembership(member: ReconnectingClient, camp: string, isMember: boolean): void {
    if (isMember) this.roomsByClient.get(member)?.add(campRoomName(camp));
    else this.roomsByClient.get(member)?.delete(campRoomName(camp));
  }

  /** A node publishes the next message to rooms, or to all clients if `to` is empty. */
  async publish(
    node: number,
    to: readonly string[],
    except: readonly string[] = [],
    data?: readonly Buffer[],
  ): Promise<number> {
    const n = ++this.serial;
    const payload: CampMessage = { n, ...(data && { data }) };
    if (data) this.attachments.set(n, data);
    for (const [member, rooms] of this.roomsByClient) {
      const isAddressed = to.length === 0 || to.some((room) => rooms.has(room));
      if (isAddressed && !except.some((room) => rooms.has(room))) this.expectedByClient.get(member)?.[node]?.push(n);
    }
    const emit: RaidEmit = { to, except, event: 'camp:word', payload };
    await this.cluster.node(node).execute({ say: [emit] });
    return n;
  }

  /** Waits until every client has received all messages that were published before on any node. */
  async waitForDelivery(): Promise<void> {
    const markers: number[] = [];
    for (const index of this.cluster.nodes.keys())
      if (this.cluster.node(index).isRunning) markers.push(await this.publish(index, []));
    for (const { client } of this.clients)
      await waitUntil(
        () => markers.every((n) => client.eventsNamed('camp:word').some((message) => message.n === n)),
        'delivery of the markers',
        30_000,
      );
  }

  /** Every client received exactly the messages due: byte-identical, once, in the order of each node, and in a common order. */
  async expectDelivered(): Promise<void> {
    await this.waitForDelivery();
    const orders = this.clients.map(({ client }) => client.eventsNamed('camp:word').map(({ n }) => n));
    for (const [index, member] of this.clients.entries()) {
      const due = this.expectedByClient.get(member) ?? [];
      const order = orders[index] ?? [];
      expect(due.map((messages) => order.filter((n) => messages.includes(n)))).toEqual(due);
      expect([...order].sort(ascending)).toEqual(due.flat().sort(ascending));
      for (const { n, data } of member.client.eventsNamed('camp:word'))
        expect(toBase64(data)).toEqual(toBase64(this.attachments.get(n)));
      for (const other of orders) expect(commonSubsequence(order, other)).toEqual(commonSubsequence(other, order));
    }
  }
}

const ascending = (a: number, b: number): number => a - b;
const toBase64 = (data: readonly Buffer[] | undefined): string[] | undefined =>
  data?.map((attachment) => Buffer.from(attachment).toString('base64'));

function commonSubsequence(order: readonly number[], other: readonly number[]): number[] {
  const common = new Set(other);
  return order.filter((n) => common.has(n));
}
