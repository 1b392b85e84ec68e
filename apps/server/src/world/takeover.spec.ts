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

  constructor(network: Network) {
    network.nodes.push(this);
    this.bus = new LinkedBus(network, this);
    const writer = {
      pending: (id: string) => this.pending.get(id),
      drop: (id: string) => void this.pending.delete(id),
    };
    this.takeover = new Takeover(this.bus, this.played, writer as unknown as PositionWriter);
    this.takeover.onModuleInit();
    this.takeover.onTaken((played) => {
      this.played.remove(played);
      this.lost.push(played.caller.socketId);
    });
  }

  select(socketId: string, now: number, elsewhere: boolean): Promise<Handover | null> {
    const selectedAt = Math.max(now, (this.played.get(ID)?.selectedAt ?? 0) + 1);
    const answer = this.takeover.claim({ characterId: ID, socketId, selectedAt }, elsewhere);
    const caller = { socketId } as Caller;
    this.played.add(new PlayedCharacter(ATLAS, caller, { id: ID } as PlayedCharacter['character'], START, selectedAt));
    return answer;
  }

  get holder(): string | undefined {
    return this.played.get(ID)?.caller.socketId;
  }
}

/** It stands elsewhere by now, and the others see it. */
function walk(played: PlayedCharacter): void {
  played.present = true;
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
    await expect(one.select('a', 1, false)).resolves.toBeNull();
    expect(one.holder).toBe('a');
  });

  it('hands over between two connections of one node', async () => {
    await one.select('a', 1, false);
    walk(one.played.get(ID)!);
    await expect(one.select('b', 2, true)).resolves.toMatchObject({ place: { x: 42 }, present: true });
    expect(one.lost).toEqual(['a']);
    expect(one.holder).toBe('b');
  });

  it('hands over between two nodes, at the place where the other stands', async () => {
    await one.select('a', 1, false);
    network.deliverAll();
    walk(one.played.get(ID)!);
    const answer = two.select('b', 2, true);
    network.deliverAll();
    await expect(answer).resolves.toMatchObject({ place: { x: 42 }, present: true });
    expect(one.holder).toBeUndefined();
    expect(two.holder).toBe('b');
  });

  it('knows a place that is not in the database yet, of a character nobody plays', async () => {
    one.pending.set(ID, { ...START, x: 7 });
    await expect(one.select('a', 1, false)).resolves.toMatchObject({ place: { x: 7 }, present: false });
    expect(one.pending.size).toBe(0);
  });

  it('goes on after a node that does not answer', async () => {
    jest.useFakeTimers();
    const answer = one.select('a', 1, true);
    jest.runAllTimers();
    jest.useRealTimers();
    await expect(answer).resolves.toBeNull();
  });

  it('comes to one winner when two nodes are asked in one millisecond', async () => {
    void one.select('a', 1, true);
    void two.select('b', 1, true);
    network.deliverAll();
    expect([one.holder, two.holder]).toEqual([undefined, 'b']);
  });

  it('leaves exactly one connection with the character, the last to select it, however words cross', () => {
    const selections = fc.array(
      fc.record({ node: fc.nat(2), after: fc.integer({ min: 1, max: 3 }), deliveries: fc.array(fc.nat()) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(selections, (steps) => {
        const wires = new Network();
        const nodes = [new Node(wires), new Node(wires), new Node(wires)];
        let now = 0;
        steps.forEach(({ node, after, deliveries }, index) => {
          now += after;
          void nodes[node]!.select(`s${index}`, now, false);
          for (const choice of deliveries) if (wires.onTheWay.length > 0) wires.deliver(choice);
        });
        wires.deliverAll();
        const holders = nodes.map(({ holder }) => holder).filter((holder) => holder !== undefined);
        expect(holders).toEqual([`s${steps.length - 1}`]);
      }),
    );
  });
});
