/** How the scripts of Redis are called, and what their answers mean. */
import type { Redis } from 'ioredis';
import { APPLY, HOLDERS, NODES, OPEN, RENEW, RETIRE, SWEEP, UNTOLD } from './membership-scripts';
import type { Attributes, Drained, MembershipOp, OpResult, Outcome, Untold } from './membership-store';

export type MembershipRedis = Redis & {
  membershipOpen(base: string, incarnation: string, ttlMs: number, epoch: string): Promise<string>;
  membershipRenew(base: string, incarnation: string, ttlMs: number): Promise<number>;
  membershipApply(base: string, incarnation: string, ...ops: string[]): Promise<string | null>;
  membershipSweep(base: string, caller: string, call: string, budget: number, own: string): Promise<string>;
  membershipRetire(base: string, caller: string, call: string, budget: number, ...ending: string[]): Promise<string>;
  membershipUntold(base: string, forMs: number, most: number): Promise<string[]>;
  membershipNodes(base: string): Promise<string[]>;
  membershipHolders(base: string, group: string, userId: string): Promise<string[]>;
};

const SCRIPTS = {
  Open: OPEN,
  Renew: RENEW,
  Apply: APPLY,
  Sweep: SWEEP,
  Retire: RETIRE,
  Untold: UNTOLD,
  Nodes: NODES,
  Holders: HOLDERS,
};

export function defineScripts(redis: Redis): MembershipRedis {
  for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(`membership${name}`, { numberOfKeys: 1, lua });
  return redis as MembershipRedis;
}

export function encodeOps(ops: readonly MembershipOp[]): string[] {
  return ops.flatMap((op) => {
    switch (op.kind) {
      case 'join':
        return ['J', op.group, op.userId, op.capacity === undefined ? '' : String(op.capacity)];
      case 'leave':
        return ['L', op.group, op.userId, ''];
      case 'sockets':
        return ['S', '', op.userId, op.socketIds.length > 0 ? JSON.stringify(op.socketIds) : ''];
      case 'attributes':
        return ['A', op.unlessSet ? '1' : '', op.userId, JSON.stringify(op.attributes)];
      case 'turn':
        return ['T', '', op.userId, ''];
      case 'told':
        return ['D', '', op.userId, String(op.turn)];
    }
  });
}

export function parseResults(text: string): OpResult[] {
  return (JSON.parse(text) as [Outcome, string, string, ...string[]][]).map(([outcome, turn, came, ...attributes]) => ({
    outcome,
    ...turnsOf(turn, came),
    ...present(attributes),
  }));
}

export function parseDrained(text: string): Drained {
  const [more, ...left] = JSON.parse(text) as [number, ...[string, string, string, string, ...string[]][]];
  return {
    more: more === 1,
    changes: left.map(([group, userId, turn, came, ...attributes]) => ({
      group,
      userId,
      kind: 'left',
      ...turnsOf(turn, came),
      ...present(attributes),
    })),
  };
}

export function parseUntold(flat: readonly string[]): Untold[] {
  const untold: Untold[] = [];
  for (let index = 0; index + 2 < flat.length; index += 3) {
    const [userId = '', turn, came = ''] = flat.slice(index, index + 3);
    untold.push({ userId, turn: Number(turn), ...(came !== '' && { came: Number(came) }) });
  }
  return untold;
}

const turnsOf = (turn: string, came: string): { turn?: number; came?: number } => ({
  ...(turn !== '' && { turn: Number(turn) }),
  ...(came !== '' && { came: Number(came) }),
});

function present(flat: string[]): { attributes?: Attributes } {
  if (flat.length === 0) return {};
  const attributes: Attributes = {};
  for (let index = 0; index + 1 < flat.length; index += 2)
    attributes[flat[index] as string] = flat[index + 1] as string;
  return { attributes };
}
