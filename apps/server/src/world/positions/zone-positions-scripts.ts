/** The Lua scripts of the position store as methods of a client; the files in `scripts` document the keys, arguments and answers. */
import { join } from 'node:path';
import { luaCommands } from '@aeturnis/platform';
import type { Redis } from 'ioredis';

export type PositionsRedis = Redis & {
  positionsEnter(
    base: string,
    node: string,
    ttlMs: number,
    ...idsAndPlayers: string[]
  ): Promise<[known: string[], taken: string[]]>;
  positionsUpdate(
    base: string,
    node: string,
    ttlMs: number,
    ...idsAndPlayers: string[]
  ): Promise<[taken: string[], missing: string[]] | null>;
  positionsEvict(base: string, characterId: string): Promise<number>;
  positionsHas(base: string, characterId: string): Promise<number>;
  positionsCount(base: string): Promise<number>;
  positionsSnapshot(base: string): Promise<string[]>;
};

export const definePositionScripts = luaCommands<PositionsRedis>(join(__dirname, 'scripts'), {
  positionsEnter: 'enter-players',
  positionsUpdate: 'update-players',
  positionsEvict: 'evict-character',
  positionsHas: 'has-character',
  positionsCount: 'count-players',
  positionsSnapshot: 'list-players',
});
