/** Taking over a character between nodes: one connection keeps it, whatever crosses on the way. */
import { ClusterBus, type Caller } from '@aeturnis/realtime';
import { fc } from '../../../../test/support/properties';
import { SocketServer } from '../../../../libs/realtime/src/adapter/socket-server';
import type { Place } from '../characters';
import { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import type { PositionWriter } from './position-writer';
import { type Handover, Takeover } from './takeover';
import { Atlas } from './zones/atlas';
import { NO_REDIS } from '../../../../test/support/bus';

const ATLAS = Atlas.read();
const ID = 'character';
const START: Place = { zone: 'starting_village', x: 100, y: 100, facing: 0, walkedUntil: 0 };

/** The words that are on their way between nodes; a test decides when each arrives. */
class Network {
  readonly nodes: Node[] = [];
  readonly onTheWay: { to: Node; deliver: () => void }[] = [];

  /** Words from one node to another keep their order. */
  deliver(choice: number): void {
    const [message] = this.onTheWay.splice(this.firstFor(choice % this.onTheWay.length), 1);
    message?.deliver();
  }

  deliverAll(): void {
    while (this.onTheWay.length > 0) this.deliver(0);
  }

  private firstFor(index: number): number {
    const { to } = this.onTheWay[index]!;
    return this.onTheWay.findIndex((message) => message.to === to);
  }
}

class LinkedBus extends ClusterBus {
  constructor(
    private readonly network: Network,
    private readonly node: Node,
  ) {
    super(new SocketServer(), NO_REDIS);
  }

  override publish(topic: string, message: object): void {
    super.publish(topic, message);
    for (const to of this.network.nodes) {
      if (to !== this.node) this.network.onTheWay.push({ to, deliver: () => to.bus.hearFromOutside(topic, message) });
    }
  }

  hearFromOutside(topic: string, message: object): void {
    super.publish(topic, message);
  }
}

class Node {
  readonly played = new PlayedCharacters();
  readonly lost: string[] = [];
  readonly pending = new Map<string, Place>();
  readonly bus: LinkedBus;
  private readonly takeover: Takeover;

  constructor(
    network: Network,
    readonly nodeId = `node${network.nodes.length}`,
  ) {
    network.nodes.push(this);
    this.bus = new LinkedBus(network, this);
    const writer = {
      pending: (id: string) => this.pending.get(id),
      drop: (id: string) => void this.pending.delete(id),
    };
    this.takeover = new Takeover({ nodeId }, this.bus, this.played, writer as unknown as PositionWriter);
    this.takeover.onModuleInit();
    this.takeover.onTaken((played) => {
      this.played.remove(played);
      this.lost.push(played.caller.socketId);
    });
  }

  /** As `SelectionService` does it: `holding` are the nodes that may have the character. */
  select(socketId: string, stay: number, ...holding: Node[]): Promise<Handover | null> {
    const answer = this.takeover.claim(
      { characterId: ID, stay },
      holding.map(({ nodeId }) => nodeId),
    );
    if (this.played.get(ID)) return answer;
    const caller = { socketId } as Caller;
    const played = new PlayedCharacter(ATLAS, caller, { id: ID } as PlayedCharacter['character'], START, stay, 0);
    this.played.add(played);
    answer.catch(() => this.played.remove(played));
    return answer;
  }

  get holder(): string | undefined {
    return this.played.get(ID)?.caller.socketId;
  }
}

/** It stands elsewhere by now, and the others see it. */
function walk(played: PlayedCharacter): void {
  played.announced = true;
  played.walk({ ...played.motion, x: 42, seq: 9 });
}

describe('Takeover', () => {
  let network: Network;
  let one: Node;
  let two: Node;

  beforeEach(() => {
    network = new Network();
    one = new Node(network);
    two = new Node(network);
  });

  it('has nothing to wait for where nobody plays the character', async () => {
    await expect(one.select('a', 1)).resolves.toBeNull();
    expect(one.holder).toBe('a');
  });

  it('hands over between two connections of one node', async () => {
    await one.select('a', 1);
    walk(one.played.get(ID)!);
    await expect(one.select('b', 2)).resolves.toMatchObject({ place: { x: 42 }, announced: true });
    expect(one.lost).toEqual(['a']);
    expect(one.holder).toBe('b');
  });

  it('hands over between two nodes, at the place where the other stands', async () => {
    await one.select('a', 1);
    network.deliverAll();
    walk(one.played.get(ID)!);
    const answer = two.select('b', 2, one);
    network.deliverAll();
    await expect(answer).resolves.toMatchObject({ place: { x: 42 }, announced: true });
    expect(one.holder).toBeUndefined();
    expect(two.holder).toBe('b');
  });

  it('hands over between two nodes of one name', async () => {
    const namesake = new Node(network, one.nodeId);
    await one.select('a', 1);
    network.deliverAll();
    walk(one.played.get(ID)!);
    const answer = namesake.select('b', 2, one);
    network.deliverAll();
    await expect(answer).resolves.toMatchObject({ place: { x: 42 }, announced: true });
    expect([one.holder, namesake.holder]).toEqual([undefined, 'b']);
  });

  it('knows a place that is not in the database yet, of a character nobody plays', async () => {
    one.pending.set(ID, { ...START, x: 7 });
    await expect(one.select('a', 1)).resolves.toMatchObject({ place: { x: 7 }, announced: false });
    expect(one.pending.size).toBe(0);
  });

  describe('while no time passes', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('goes on as soon as a node says that it does not hold the character any more', async () => {
      const answer = one.select('a', 1, two);
      network.deliverAll();
      await expect(answer).resolves.toBeNull();
    });

    it('waits for all nodes that may hold it: one that does comes after one that does not', async () => {
      const three = new Node(network);
      void three.select('a', 1);
      network.deliverAll();
      const answer = one.select('b', 2, two, three);
      network.deliverAll();
      await expect(answer).resolves.toMatchObject({ place: START });
    });

    it('goes on after a node that never answers, in a while', async () => {
      const dead = new Node(new Network(), 'dead');
      const answer = one.select('a', 1, dead, two);
      network.deliverAll();
      jest.runAllTimers();
      await expect(answer).resolves.toBeNull();
    });
  });

  it('refuses a claim where a later one is known, on its node or on another', async () => {
    await one.select('b', 2);
    await expect(one.select('a', 1)).rejects.toMatchObject({ code: 'CONFLICT' });
    const late = two.select('a', 1, one);
    network.deliverAll();
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
    expect([one.holder, two.holder]).toEqual(['b', undefined]);
  });

  it('refuses a claim of which a later one has arrived before it was made', async () => {
    void two.select('b', 2);
    network.deliverAll();
    await expect(one.select('a', 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('leaves exactly one connection with the character, that of the latest stay, however messages cross', async () => {
    const selections = fc.array(fc.record({ node: fc.nat(2), deliveries: fc.array(fc.nat()) }), {
      minLength: 1,
      maxLength: 6,
    });
    // A node may be late in making the claim whose number it has drawn.
    const orders = selections.chain((steps) =>
      fc.record({
        steps: fc.constant(steps),
        stays: fc.shuffledSubarray(
          steps.map((_, index) => index + 1),
          { minLength: steps.length },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ({ steps, stays }) => {
        const wires = new Network();
        const nodes = [new Node(wires), new Node(wires), new Node(wires)];
        const answers = steps.map(({ node, deliveries }, index) => {
          const stay = stays[index]!;
          const answer = nodes[node]!.select(`s${stay}`, stay, ...nodes.filter((_, other) => other !== node));
          for (const choice of deliveries) if (wires.onTheWay.length > 0) wires.deliver(choice);
          return answer;
        });
        wires.deliverAll();
        await Promise.allSettled(answers);
        const holders = nodes.map(({ holder }) => holder).filter((holder) => holder !== undefined);
        expect(holders).toEqual([`s${steps.length}`]);
      }),
    );
  });
});
