/** The context of an attack: its target, deadline and random numbers, connections that are recorded, and guests. */
import { setTimeout as delay } from 'node:timers/promises';
import { type AttackResponse, sendRawHttpRequest, type AttackRequest } from './http-request';
import { AttackLedger } from './attack-ledger';
import { RawConnection, type AttackTarget } from './raw-connection';
import { SeededRandom } from './random';

export interface AttackingGuest {
  readonly id: string;
  readonly token: string;
  /** The source address of its connections. */
  readonly address: string;
}

/** The source address of all connections without a token. The bystander has another. */
export const ATTACKER_ADDRESS = '127.0.0.2';
/** How long an attacker waits before its next attempt. */
const RETRY_MS = 100;

export class AttackContext {
  readonly ledger = new AttackLedger();
  private readonly connections = new Set<RawConnection>();

  constructor(
    readonly target: AttackTarget,
    private readonly deadline: number,
    readonly random: SeededRandom,
    readonly guests: readonly AttackingGuest[],
    /** Guests in the maximum number of conversations. */
    readonly members: readonly AttackingGuest[],
  ) {}

  get isOver(): boolean {
    return performance.now() >= this.deadline;
  }

  get leftMs(): number {
    return Math.max(0, this.deadline - performance.now());
  }

  /** Waits, at most until the attack is over. */
  async pause(ms: number): Promise<void> {
    await delay(Math.min(ms, this.leftMs));
  }

  /** Runs this number of actors concurrently, each repeatedly until the attack is over. */
  async repeatConcurrently(count: number, act: (index: number, random: SeededRandom) => Promise<void>): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const random = this.random.fork();
        while (!this.isOver) {
          await act(index, random);
          await this.pause(RETRY_MS);
        }
      }),
    );
  }

  /** Runs all guests concurrently, each repeatedly until the attack is over. */
  repeatForEachGuest(act: (guest: AttackingGuest, random: SeededRandom) => Promise<void>): Promise<void> {
    return this.repeatConcurrently(this.guests.length, (index, random) =>
      act(this.guests[index] as AttackingGuest, random),
    );
  }

  /** @returns an open connection, or a closed one when the node refused it. */
  async connect(address = ATTACKER_ADDRESS): Promise<RawConnection> {
    const socket = new RawConnection(this.target, address, this.ledger);
    this.connections.add(socket);
    void socket.untilClosed().then(() => this.connections.delete(socket));
    if (!(await socket.untilConnected())) this.ledger.refused++;
    return socket;
  }

  /** Writes the bytes repeatedly until the connection is closed or the attack is over; it exceeds after `allowedUnits`. */
  async flood(socket: RawConnection, bytes: Buffer | string, unitsEach: number, allowedUnits: number): Promise<void> {
    for (let units = 0; !socket.isClosed && !this.isOver; units += unitsEach) {
      if (units >= allowedUnits) socket.markExceeded();
      await socket.write(bytes, unitsEach);
      // Yields, because all attackers share this process and must see closes in time.
      await delay(1);
    }
  }

  /** Holds the connection until the node closes it; it exceeds after `allowedMs`. */
  async hold(socket: RawConnection, allowedMs: number): Promise<void> {
    const hasTime = allowedMs < this.leftMs;
    await socket.until(() => false, Math.min(allowedMs, this.leftMs));
    if (!hasTime) return;
    socket.markExceeded();
    await socket.until(() => false, this.leftMs);
  }

  /** An ordinary HTTP request, whose answer is read. */
  async request(options: AttackRequest): Promise<AttackResponse> {
    this.ledger.units++;
    const answer = await sendRawHttpRequest(this.target, { address: ATTACKER_ADDRESS, ...options });
    this.ledger.bytes += options.body?.length ?? 0;
    this.ledger.recordStatus(String(answer.status));
    return answer;
  }

  /** Waits for up to `patienceMs` until exceeding connections are closed, then destroys all connections. */
  async end(patienceMs: number): Promise<void> {
    const givesUpAt = performance.now() + patienceMs;
    while (performance.now() < givesUpAt && [...this.connections].some(({ hasExceeded }) => hasExceeded))
      await delay(20);
    for (const socket of this.connections) socket.endOfAttack();
  }
}
