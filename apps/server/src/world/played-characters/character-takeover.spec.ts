/** Takeover of a character between nodes: exactly one connection keeps it, in any order of messages. */
import { ClusterBus, type Caller } from '@aeturnis/realtime';
import { fc } from '../../../../../test/support/properties';
import { SocketServer } from '../../../../../libs/realtime/src/transport/socket-server';
import type { CharacterPosition } from '../../characters';
import type { CharacterDeparture } from './character-departure';
import { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import type { PositionWriter } from '../positions/position-writer';
import { type CharacterHandover, CharacterTakeover } from './character-takeover';
import { Atlas } from '../zones/atlas';
import { NO_REDIS } from '../../../../../test/support/servers/single-node-bus';

const ATLAS = Atlas.read();
const ID = 'character';
const START: CharacterPosition = { zone: 'starting_village', x: 100, y: 100, facing: 0, walkedUntil: 0 };

/** The messages in flight between nodes; a test decides when each is delivered. */
class Network {
  readonly nodes: Node[] = [];
  readonly inFlight: { to: Node; deliver: () => void }[] = [];

  /** Messages to one node keep their order. */
  deliver(choice: number): void {
    const [message] = this.inFlight.splice(this.firstFor(choice % this.inFlight.length), 1);
    message?.deliver();
  }

  deliverAll(): void {
    while (this.inFlight.length > 0) this.deliver(0);
  }

  private firstFor(index: number): number {
    const { to } = this.inFlight[index]!;
    return this.inFlight.findIndex((message) => message.to === to);
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
      if (to !== this.node) this.network.inFlight.push({ to, deliver: () => to.bus.receive(topic, message) });
    }
  }

  receive(topic: string, message: object): void {
    super.publish(topic, message);
  }
}

class Node {
  readonly played = new PlayedCharacters();
  readonly lostSockets: string[] = [];
  readonly pending = new Map<string, CharacterPosition>();
  readonly bus: LinkedBus;
  private readonly takeover: CharacterTakeover;

  constructor(
    network: Network,
    readonly nodeId = `node${network.nodes.length}`,
  ) {
    network.nodes.push(this);
    this.bus = new LinkedBus(network, this);
    const writer = {
      pendingPlace: (id: string) => this.pending.get(id),
      discard: (id: string) => void this.pending.delete(id),
    } as unknown as PositionWriter;
    const departure = {
      onTakenOver: (lost: PlayedCharacter) => this.played.remove(lost) && this.lostSockets.push(lost.caller.socketId),
    } as unknown as CharacterDeparture;
    this.takeover = new CharacterTakeover({ nodeId }, this.bus, this.played, writer, departure);
    this.takeover.onModuleInit();
  }

  /** Claims as `CharacterClaims` does; `holding`: the nodes that may have the character. */
  select(socketId: string, stay: number, ...holding: Node[]): Promise<CharacterHandover | null> {
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

/** Moves the character, and marks it as announced. */
function walk(played: PlayedCharacter): void {
  played.isAnnounced = true;
  played.applyMotion({ ...played.motion, x: 42, seq: 9 });
}

describe('CharacterTakeover', () => {
  let network: Network;
  let first: Node;
  let second: Node;

  beforeEach(() => {
    network = new Network();
    first = new Node(network);
    second = new Node(network);
  });

  it('resolves with null if no connection plays the character', async () => {
    await expect(first.select('a', 1)).resolves.toBeNull();
    expect(first.holder).toBe('a');
  });

  it('hands the character over between two connections of one node', async () => {
    await first.select('a', 1);
    walk(first.played.get(ID)!);
    await expect(first.select('b', 2)).resolves.toMatchObject({ place: { x: 42 }, announced: true });
    expect(first.lostSockets).toEqual(['a']);
    expect(first.holder).toBe('b');
  });

  it('hands the character over between two nodes, with its position', async () => {
    await first.select('a', 1);
    network.deliverAll();
    walk(first.played.get(ID)!);
    const answer = second.select('b', 2, first);
    network.deliverAll();
    await expect(answer).resolves.toMatchObject({ place: { x: 42 }, announced: true });
    expect(first.holder).toBeUndefined();
    expect(second.holder).toBe('b');
  });

  it('hands the character over between two nodes with the same node id', async () => {
    const namesake = new Node(network, first.nodeId);
    await first.select('a', 1);
    network.deliverAll();
    walk(first.played.get(ID)!);
    const answer = namesake.select('b', 2, first);
    network.deliverAll();
    await expect(answer).resolves.toMatchObject({ place: { x: 42 }, announced: true });
    expect([first.holder, namesake.holder]).toEqual([undefined, 'b']);
  });

  it('hands over an unsaved position of a character that is not played', async () => {
    first.pending.set(ID, { ...START, x: 7 });
    await expect(first.select('a', 1)).resolves.toMatchObject({ place: { x: 7 }, announced: false });
    expect(first.pending.size).toBe(0);
  });

  describe('with a stopped clock', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('resolves once a node answers that it does not hold the character', async () => {
      const answer = first.select('a', 1, second);
      network.deliverAll();
      await expect(answer).resolves.toBeNull();
    });

    it('waits for all nodes that may hold the character, the holder answering last', async () => {
      const third = new Node(network);
      void third.select('a', 1);
      network.deliverAll();
      const answer = first.select('b', 2, second, third);
      network.deliverAll();
      await expect(answer).resolves.toMatchObject({ place: START });
    });

    it('resolves after the timeout if a node never answers', async () => {
      const dead = new Node(new Network(), 'dead');
      const answer = first.select('a', 1, dead, second);
      network.deliverAll();
      jest.runAllTimers();
      await expect(answer).resolves.toBeNull();
    });
  });

  it('refuses a claim if its node or another one knows a later claim', async () => {
    await first.select('b', 2);
    await expect(first.select('a', 1)).rejects.toMatchObject({ code: 'CONFLICT' });
    const late = second.select('a', 1, first);
    network.deliverAll();
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
    expect([first.holder, second.holder]).toEqual(['b', undefined]);
  });

  it('refuses a claim if a later one has arrived before it is published', async () => {
    void second.select('b', 2);
    network.deliverAll();
    await expect(first.select('a', 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('leaves the character with the connection of the latest stay alone, in any order of messages', async () => {
    const selections = fc.array(fc.record({ node: fc.nat(2), deliveries: fc.array(fc.nat()) }), {
      minLength: 1,
      maxLength: 6,
    });
    // A node may publish its claim late after drawing its stay number.
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
        const links = new Network();
        const nodes = [new Node(links), new Node(links), new Node(links)];
        const answers = steps.map(({ node, deliveries }, index) => {
          const stay = stays[index]!;
          const answer = nodes[node]!.select(`s${stay}`, stay, ...nodes.filter((_, other) => other !== node));
          for (const choice of deliveries) if (links.inFlight.length > 0) links.deliver(choice);
          return answer;
        });
        links.deliverAll();
        await Promise.allSettled(answers);
        const holders = nodes.map(({ holder }) => holder).filter((holder) => holder !== undefined);
        expect(holders).toEqual([`s${steps.length}`]);
      }),
    );
  });
});
