/** Who is in which rooms of the other application, what is said there, and what each must therefore have heard. */
import { roomName, type RoomName } from '@aeturnis/contracts';
import type { CampWord } from '../../other-app/camp.gateway';
import type { Saying } from '../../other-app/raid-process';
import { until } from '../../support/client';
import type { Traveller } from './crowd';
import type { World } from './world';

export const campRoom = (camp: string): RoomName => roomName('camp', camp);

export class Camps {
  /** Rooms that each is in: also the one that its connection is by itself. */
  private readonly inside = new Map<Traveller, Set<string>>();
  /** What each must hear of each node, in this order. */
  private readonly due = new Map<Traveller, number[][]>();
  private readonly bytes = new Map<number, readonly Buffer[]>();
  private serial = 0;

  constructor(
    private readonly world: World,
    readonly travellers: readonly Traveller[],
  ) {
    for (const each of travellers) {
      this.inside.set(each, new Set([each.client.socket.id ?? '']));
      this.due.set(
        each,
        world.nodes.map(() => []),
      );
    }
  }

  /** How many words were due to anybody. */
  get words(): number {
    return [...this.due.values()].flat().reduce((sum, { length }) => sum + length, 0);
  }

  isIn(traveller: Traveller, camp: string): boolean {
    return this.inside.get(traveller)?.has(campRoom(camp)) ?? false;
  }

  /** By a command of the player. */
  async move(traveller: Traveller, camp: string): Promise<void> {
    const into = !this.isIn(traveller, camp);
    const done = await traveller.client.send(into ? 'camp:enter' : 'camp:leave', { camp });
    expect(done).toEqual({ success: true });
    this.moved(traveller, camp, into);
  }

  moved(traveller: Traveller, camp: string, into: boolean): void {
    if (into) this.inside.get(traveller)?.add(campRoom(camp));
    else this.inside.get(traveller)?.delete(campRoom(camp));
  }

  /** A node says the next word to rooms, or to everybody where there are none. */
  async say(
    node: number,
    to: readonly string[],
    except: readonly string[] = [],
    data?: readonly Buffer[],
  ): Promise<number> {
    const n = ++this.serial;
    const payload: CampWord = { n, ...(data && { data }) };
    if (data) this.bytes.set(n, data);
    for (const [traveller, rooms] of this.inside) {
      const meant = to.length === 0 || to.some((room) => rooms.has(room));
      if (meant && !except.some((room) => rooms.has(room))) this.due.get(traveller)?.[node]?.push(n);
    }
    const saying: Saying = { to, except, event: 'camp:word', payload };
    await this.world.node(node).obey({ say: [saying] });
    return n;
  }

  /** All that was said before is heard, by everybody and by all nodes. */
  async settled(): Promise<void> {
    const marks: number[] = [];
    for (const index of this.world.nodes.keys())
      if (this.world.node(index).running) marks.push(await this.say(index, []));
    for (const { client } of this.travellers)
      await until(() => marks.every((n) => client.all('camp:word').some((word) => word.n === n)), 'a mark', 30_000);
  }

  /** Everybody has heard exactly what was due: each node's words in order, once, and all in one order, to the byte. */
  async heard(): Promise<void> {
    await this.settled();
    const orders = this.travellers.map(({ client }) => client.all('camp:word').map(({ n }) => n));
    for (const [index, traveller] of this.travellers.entries()) {
      const due = this.due.get(traveller) ?? [];
      const order = orders[index] ?? [];
      expect(due.map((words) => order.filter((n) => words.includes(n)))).toEqual(due);
      expect([...order].sort(upwards)).toEqual(due.flat().sort(upwards));
      for (const { n, data } of traveller.client.all('camp:word'))
        expect(asText(data)).toEqual(asText(this.bytes.get(n)));
      for (const other of orders) expect(common(order, other)).toEqual(common(other, order));
    }
  }
}

const upwards = (a: number, b: number): number => a - b;
const asText = (data: readonly Buffer[] | undefined): string[] | undefined =>
  data?.map((each) => Buffer.from(each).toString('base64'));

function common(order: readonly number[], other: readonly number[]): number[] {
  const there = new Set(other);
  return order.filter((n) => there.has(n));
}
