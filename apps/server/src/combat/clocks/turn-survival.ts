/**
 * Whether the server has outlived the deadline of a turn, so that its player could have acted in time. A heartbeat of the
 * player's node after the deadline proves it, and a sweep: a node that dies just before takes the last seconds with it.
 */
import { Injectable } from '@nestjs/common';
import { NodeLivenessService, type NodeSurvival } from '../../nodes';
import type { ActiveFight } from '../fights/fight';
import { OutageCreditRepository } from './outage-credit.repository';

@Injectable()
export class TurnSurvival {
  constructor(
    private readonly nodes: NodeLivenessService,
    private readonly sweeps: OutageCreditRepository,
  ) {}

  /** For an action that comes too late. Without a sweep since the deadline, an outage has yet to be credited. */
  async wasMissed(fight: ActiveFight, participantId: string): Promise<boolean> {
    if (fight.deadline === null || !(await this.sweeps.hasSweptSince(fight.deadline))) return false;
    return (await this.nodeOutlived(fight, participantId)) === 'survived';
  }

  /** @returns `survived` if no node is known to serve the participant. */
  async nodeOutlived({ clocks, deadline }: ActiveFight, participantId: string): Promise<NodeSurvival> {
    const node = clocks[participantId]?.node ?? null;
    return node === null || deadline === null ? 'survived' : this.nodes.survivalOf(node, deadline);
  }
}
