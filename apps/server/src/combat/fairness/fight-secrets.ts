/** The secrets of a fight: the server's seed, the commitment to it, and the rolls that follow from the seeds of server and players. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { AddressedRolls, canonicalJson, type Rolls, RULE_DATA } from '@aeturnis/combat-rules';

const SEED_BYTES = 32;

/** The seeds that players have sent, by participant. */
export type ClientSeeds = Readonly<Record<string, string>>;

/** 32 random bytes as lower-case hexadecimal digits. Secret until the fight has ended, and never logged. */
export function createServerSeed(): string {
  return randomBytes(SEED_BYTES).toString('hex');
}

/** Published before the players send their seeds, so that the server cannot choose its own seed afterwards. */
export function commitmentTo(serverSeed: string): string {
  return createHash('sha256').update(bytesOf(serverSeed)).digest('hex');
}

/** The key of a fight's rolls. As secret as the server's seed. */
export function fightKey(serverSeed: string, clientSeeds: ClientSeeds): Buffer {
  return createHmac('sha256', bytesOf(serverSeed)).update(canonicalJson(clientSeeds)).digest();
}

/**
 * The same rolls on every node and in every replay. The commitment identifies the fight in their addresses: an id that the
 * server draws after it has the players' seeds could be drawn again until the rolls suit it.
 */
export function rollsFor(serverSeed: string, clientSeeds: ClientSeeds): Rolls {
  const key = fightKey(serverSeed, clientSeeds);
  return new AddressedRolls(commitmentTo(serverSeed), (address) => createHmac('sha256', key).update(address).digest());
}

/** SHA-256 of the canonical JSON of a value, in hexadecimal digits. */
export function jsonDigest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Stored with each fight: its replay needs these numbers. */
export const RULE_DATA_HASH = jsonDigest(RULE_DATA);

/** @throws TypeError for a text that is no seed: decoding stops silently at the first character that is no digit. */
function bytesOf(serverSeed: string): Buffer {
  if (!/^[0-9a-f]{64}$/.test(serverSeed)) throw new TypeError('a server seed is 64 lower-case hexadecimal digits');
  return Buffer.from(serverSeed, 'hex');
}
