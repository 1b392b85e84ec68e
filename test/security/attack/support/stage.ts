/** What an attack is given: the node to attack, time, chance, lines that are accounted for, and guests where it needs them. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, ask, type Question } from './ask';
import { Ledger } from './ledger';
import { Line, type Target } from './line';
import { SeededRandom } from './random';

export interface Guest {
  readonly id: string;
  readonly token: string;
  /** The address it comes from. */
  readonly address: string;
}

/** All lines without a token come from this one address; the bystander has another. */
export const ATTACKER_ADDRESS = '127.0.0.2';
/** How long an attacker whose line was closed waits before its next one. */
const RETRY_MS = 100;

export class Stage {
  readonly ledger = new Ledger();
  private readonly lines = new Set<Line>();

  constructor(
    readonly target: Target,
    private readonly deadline: number,
    readonly random: SeededRandom,
    readonly guests: readonly Guest[],
    /** Guests who are in as many conversations as one may be. */
    readonly members: readonly Guest[],
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

  /** So many actors at once, each of whom starts again until the attack is over. */
  async crowd(count: number, act: (index: number, random: SeededRandom) => Promise<void>): Promise<void> {
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

  /** Every guest at once, each until the attack is over. */
  crowdOfGuests(act: (guest: Guest, random: SeededRandom) => Promise<void>): Promise<void> {
    return this.crowd(this.guests.length, (index, random) => act(this.guests[index] as Guest, random));
  }

  /** @returns a connection that stands, or one that is closed already. */
  async connect(address = ATTACKER_ADDRESS): Promise<Line> {
    const line = new Line(this.target, address, this.ledger);
    this.lines.add(line);
    void line.closed().then(() => this.lines.delete(line));
    if (!(await line.connected())) this.ledger.refused++;
    return line;
  }

  /** Writes the same bytes over and over until the line is closed or the attack is over; exceeds after `allowedUnits`. */
  async flood(line: Line, bytes: Buffer | string, unitsEach: number, allowedUnits: number): Promise<void> {
    for (let units = 0; !line.isClosed && !this.isOver; units += unitsEach) {
      if (units >= allowedUnits) line.markExceeded();
      await line.write(bytes, unitsEach);
      // The attacker has to see closes: it shares its process with other attackers.
      await delay(1);
    }
  }

  /** Holds the line until the node closes it; exceeds after `allowedMs`. */
  async hold(line: Line, allowedMs: number): Promise<void> {
    const hasTime = allowedMs < this.leftMs;
    await line.until(() => false, Math.min(allowedMs, this.leftMs));
    if (!hasTime) return;
    line.markExceeded();
    await line.until(() => false, this.leftMs);
  }

  /** An ordinary HTTP request, whose answer is read. */
  async ask(question: Question): Promise<Answer> {
    this.ledger.units++;
    const answer = await ask(this.target, { address: ATTACKER_ADDRESS, ...question });
    this.ledger.bytes += question.body?.length ?? 0;
    this.ledger.recordStatus(String(answer.status));
    return answer;
  }

  /** Waits for lines that exceeded to be closed, at most so long, then ends all. */
  async end(patienceMs: number): Promise<void> {
    const givesUpAt = performance.now() + patienceMs;
    while (performance.now() < givesUpAt && [...this.lines].some(({ hasExceeded }) => hasExceeded)) await delay(20);
    for (const line of this.lines) line.endOfAttack();
  }
}
