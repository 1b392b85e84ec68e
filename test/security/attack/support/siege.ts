/** One node, one bystander and one attacker: carries attacks out and says what each side saw. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerEnvironment } from '../../../support/environment';
import type { Attack } from './attack';
import { AttackedNode } from './attacked-node';
import { CLOSED_WITHIN_MS } from './ledger';
import { Program } from './program';
import type { AttackOrder, AttackReports } from './programs/attacker';
import type { BystanderReport } from './programs/bystander';
import { ATTACK_SEED } from './random';
import type { Guest } from './stage';

/** After an attack: connections that were closed in the last second are cleared away. */
const QUIET_MS = 3_000;
/** A little more than what is promised: what is closed later is late anyway. */
const PATIENCE_MS = 1_200;
const GUESTS = 20;
const HONEST = 5;
const MAX_GROWTH = 1.1;
const MAX_P95_MS = 200;

export interface SiegeResult {
  readonly attacks: AttackReports;
  readonly isAlive: boolean;
  readonly beforeMb: number;
  readonly peakMb: number;
  readonly afterMb: number;
  readonly idle: BystanderReport;
  readonly attacked: BystanderReport;
}

export class Siege {
  private constructor(
    readonly node: AttackedNode,
    private readonly bystander: Program,
    private readonly attacker: Program,
    private readonly guests: readonly Guest[],
    private readonly members: readonly Guest[],
  ) {}

  /** `members`: so many guests are in as many conversations as one may be. */
  static async begin(environment: ServerEnvironment = {}, withGuests = true, members = 0): Promise<Siege> {
    const [bystander, attacker] = [Program.start('bystander'), Program.start('attacker')];
    await attacker.message();
    const node = await AttackedNode.start(environment);
    const honest = await node.guests(HONEST, 3);
    await bystander.ask({ target: node.target, tokens: honest.map(({ token }) => token) });
    const guests = withGuests ? await node.guests(GUESTS) : [];
    return new Siege(node, bystander, attacker, guests, members > 0 ? await node.members(members) : []);
  }

  async report(): Promise<BystanderReport> {
    return (await this.bystander.ask('report')) as BystanderReport;
  }

  async attack(attacks: readonly Attack[], ms: number, patienceMs = PATIENCE_MS): Promise<AttackReports> {
    const { target } = this.node;
    const names = attacks.map(({ name }) => name);
    const { guests, members } = this;
    const order: AttackOrder = { attacks: names, target, ms, patienceMs, seed: ATTACK_SEED, guests, members };
    return (await this.attacker.ask(order)) as AttackReports;
  }

  /**
   * Attacks for a while, after a warm-up of the same kind: "before" is a node that has compiled and allocated what such
   * traffic takes, so that "after" shows what the attack has left behind.
   */
  async measure(attacks: readonly Attack[], ms: number, warmUpMs: number): Promise<SiegeResult> {
    await this.attack(attacks, warmUpMs);
    await delay(QUIET_MS);
    const beforeMb = await this.node.settledMb();
    await this.report();
    await delay(QUIET_MS);
    const idle = await this.report();
    this.node.peakMb = 0;
    const reports = await this.attack(attacks, ms);
    const attacked = await this.report();
    const { peakMb } = this.node;
    await delay(QUIET_MS);
    const afterMb = await this.node.settledMb();
    return { attacks: reports, isAlive: this.node.isAlive, beforeMb, peakMb, afterMb, idle, attacked };
  }

  async end(): Promise<void> {
    await Promise.all([this.bystander.stop(), this.attacker.stop()]);
    await this.node.stop();
  }
}

/** What the result breaks of what is promised; empty where it holds. */
export function faultsOf({ attacks, isAlive, beforeMb, afterMb, attacked }: SiegeResult): string[] {
  const faults = isAlive ? [] : ['the node died'];
  if (afterMb > beforeMb * MAX_GROWTH) faults.push(`memory stayed at ${afterMb} MB, ${beforeMb} MB before`);
  for (const [name, report] of Object.entries(attacks)) {
    if (report.late > 0)
      faults.push(`${report.late} of ${report.exceeded} closed after ${CLOSED_WITHIN_MS} ms: ${name}`);
    faults.push(...report.violations.map((violation) => `${violation}: ${name}`));
  }
  for (const [probe, { answered, failed, p95 }] of Object.entries(attacked)) {
    if (probe === 'chat') continue;
    if (p95 > MAX_P95_MS) faults.push(`the bystander's ${probe} took ${p95} ms (p95)`);
    if (failed > 0 || answered === 0)
      faults.push(`the bystander's ${probe} failed ${failed} times of ${answered + failed}`);
  }
  return faults;
}
