/** Encodes calls of the membership scripts and parses their answers; the scripts document both formats. */
import { join } from 'node:path';
import { luaCommands } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import type { DrainResult, MembershipOp, MembershipOutcome } from '../membership/membership-store';
import { ONLINE, type OnlineOpResult, type PresenceOp } from '../presence/presence-store';
import { type EncodedDetails, encodePresenceOp, parseOnlineDetails } from './redis-presence-store';

export type MembershipRedis = Redis & {
  membershipOpen(base: string, incarnation: string, ttlMs: number, epoch: string): Promise<string>;
  membershipRenew(base: string, incarnation: string, ttlMs: number): Promise<number>;
  membershipApply(base: string, incarnation: string, ...ops: string[]): Promise<string | null>;
  membershipSweep(base: string, caller: string, call: string, budget: number, own: string): Promise<string>;
  membershipRetire(base: string, caller: string, call: string, budget: number, ...ending: string[]): Promise<string>;
  membershipNodes(base: string): Promise<string[]>;
  membershipHolders(base: string, group: string, userId: string): Promise<string[]>;
};

const FILES = {
  membershipOpen: 'open-incarnation',
  membershipRenew: 'renew-lease',
  membershipApply: 'apply-operations',
  membershipSweep: 'sweep-ended',
  membershipRetire: 'retire-incarnations',
  membershipNodes: 'list-leases',
  membershipHolders: 'find-holders',
};
export const defineMembershipScripts = luaCommands<MembershipRedis>(join(__dirname, 'scripts'), FILES, { ONLINE });

export function encodeOps(ops: readonly (MembershipOp | PresenceOp)[]): string[] {
  return ops.flatMap((op) => {
    if (op.kind === 'join') return ['J', op.group, op.userId, op.capacity === undefined ? '' : String(op.capacity)];
    if (op.kind === 'leave') return ['L', op.group, op.userId, ''];
    return encodePresenceOp(op);
  });
}

export function parseResults(text: string): OnlineOpResult[] {
  return (JSON.parse(text) as [MembershipOutcome, ...EncodedDetails][]).map(([outcome, ...details]) => ({
    outcome,
    ...parseOnlineDetails(details),
  }));
}

export function parseDrainResult(text: string): DrainResult {
  const [hasMore, ...releases] = JSON.parse(text) as [number, ...[string, string, ...EncodedDetails][]];
  return {
    hasMore: hasMore === 1,
    changes: releases.map(([group, userId, ...details]) => ({
      group,
      userId,
      kind: 'left',
      ...parseOnlineDetails(details),
    })),
  };
}
