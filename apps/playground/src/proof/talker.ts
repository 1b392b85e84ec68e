/** A guest of this page: walks near the visitor, says numbered lines to the zone and, as a talker, to a group. */
import { type Client, createClient, RequestError } from '@aeturnis/client';
import type { CharacterClass, CharacterView } from '@aeturnis/contracts';
import { proposeName } from '../session/name-proposals';
import { SeparateGuest } from '../session/separate-guest';

const CLASSES = ['warrior', 'mage', 'cleric'] as const satisfies readonly CharacterClass[];
/** Below the rates at which the server takes the messages and the lines of one user. */
const WRITE_MS = 2_400;
const SPEAK_MS = 11_000;
const STEP_MS = 100;
const TURN_MS = 1_700;
/** Units from the visitor beyond which it comes closer. */
const NEAR = 7;
const NAME_ATTEMPTS = 4;

type Timer = ReturnType<typeof setInterval>;

export class Talker {
  private readonly timers: Timer[] = [];
  private hasLeft = false;

  private constructor(
    private readonly client: Client,
    readonly userId: string,
    private readonly name: string,
  ) {}

  /** A new guest, not connected yet. @throws RequestError */
  static async create(): Promise<Talker> {
    const name = proposeName();
    const guest = await SeparateGuest.create(name);
    const withoutCookies = (url: string, options: RequestInit): Promise<Response> =>
      fetch(url, { ...options, credentials: 'omit' });
    const client = createClient({ url: '/', getToken: () => guest.freshToken(), fetch: withoutCookies });
    return new Talker(client, guest.userId, name);
  }

  /**
   * Tries until it is connected. @param onWaiting called with the code of each refusal that is tried again.
   * @throws RequestError if it cannot be connected; CLOSED if it has left meanwhile.
   */
  async connect(onWaiting: (code: string) => void = () => undefined): Promise<void> {
    const unsubscribe = this.client.state.subscribe((state) => {
      if (state.phase === 'waiting' && state.code !== undefined) onWaiting(state.code);
    });
    await this.client.connect().finally(unsubscribe);
  }

  /** Calls the listener once when the connection has ended for good, other than by `leave`. */
  onLost(listener: () => void): void {
    const unsubscribe = this.client.state.subscribe(({ phase }) => {
      if (phase !== 'ended') return;
      unsubscribe();
      if (!this.hasLeft) listener();
    });
  }

  /** @returns the id of a new group with these users. @throws RequestError */
  async found(participantIds: string[]): Promise<string> {
    const group = await this.client.request('conversation:create', {
      kind: 'group',
      title: 'Campfire',
      participantIds,
    });
    return group.id;
  }

  /** @param count returns the number of the next line. */
  begin(conversationId: string, index: number, count: () => number, visitor: Client): void {
    const write = (): void => {
      const content = `line ${count()}`;
      this.client
        .request('message:send', { conversationId, content })
        // A line that is refused or cut off is not repeated: the next one has another number.
        .catch(() => undefined);
    };
    // Not all at once.
    this.timers.push(setInterval(write, WRITE_MS + index * 170));
    this.enterWorld(index, visitor, SPEAK_MS).catch(() => undefined);
  }

  leave(): void {
    this.hasLeft = true;
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    this.client.close();
  }

  /** Walks near the visitor and speaks from now on. @param speakMs between two lines. @throws RequestError */
  async enterWorld(index: number, visitor: Client, speakMs: number): Promise<void> {
    const { id } = await this.createCharacter(CLASSES[index % CLASSES.length] ?? 'mage');
    const world = await this.client.world.enter(id);
    const turn = (): void => {
      const [own, other] = [world.at().own, visitor.world.at().own];
      const angle = Math.random() * 2 * Math.PI;
      const isFar = own && other && Math.hypot(other.x - own.x, other.y - own.y) > NEAR;
      if (isFar) world.walk(other.x - own.x, other.y - own.y);
      else if (Math.random() < 0.4) world.walk(0, 0);
      else world.walk(Math.cos(angle), Math.sin(angle));
    };
    let spoken = 0;
    const speak = (): void => {
      spoken += 1;
      const text = `line ${spoken} of ${this.name}`;
      this.client.request('chat:message', { channel: 'zone', text }).catch(() => undefined);
    };
    this.timers.push(
      setInterval(() => void world.at(), STEP_MS),
      setInterval(turn, TURN_MS + index * 130),
      setInterval(speak, speakMs + index * 900),
    );
    speak();
  }

  /** The proposed name may be taken. @throws RequestError */
  private async createCharacter(characterClass: CharacterClass): Promise<CharacterView> {
    for (let attempt = 1; ; attempt++) {
      try {
        const name = attempt === 1 ? this.name : proposeName();
        return await this.client.characters.create(name, characterClass);
      } catch (error) {
        if (attempt === NAME_ATTEMPTS || !(error instanceof RequestError && error.code === 'NAME_TAKEN')) throw error;
      }
    }
  }
}
