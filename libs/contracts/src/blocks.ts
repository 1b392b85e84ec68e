/** Blocks: nothing of a blocked user reaches the user who blocks. No event or answer reveals a block to the blocked user. */
import { command, typeToken } from './contract';
import { EmptyDto } from './system/empty-payload';
import { IsId } from './validation/ids';
import { IsInsteadOf } from './validation/instead-of';
import type { Timestamp, Uuid } from './wire-formats';

export const MAX_BLOCKS = 1_000;

/** @example {"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"} */
export class BlockDto {
  /** The user; give either this or `characterId`. */
  @IsInsteadOf('characterId')
  @IsId()
  userId?: string;

  /** A character of the user. */
  @IsInsteadOf('userId')
  @IsId()
  characterId?: string;
}

/** @example {"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben", "createdAt": "2030-05-17T12:00:00.000Z"} */
export interface BlockView {
  userId: Uuid;
  name: string;
  createdAt: Timestamp;
}

/** The oldest block first. */
export interface BlocksView {
  blocks: BlockView[];
}

export const blockCommands = [
  /**
   * Blocks a user. The blocked user is not notified and cannot detect the block.
   * @error NOT_FOUND for an unknown user or character
   * @error CONFLICT at the limit of 1,000 blocks
   * @error VALIDATION for the caller's own account
   * @http POST /api/blocks
   */
  command({
    name: 'block:add',
    payload: BlockDto,
    result: typeToken<BlockView>(),
  }),
  /**
   * Removes a block; without one, nothing changes.
   * @error NOT_FOUND for an unknown character
   * @http DELETE /api/blocks/{userId}
   */
  command({
    name: 'block:remove',
    payload: BlockDto,
    result: typeToken<object>(),
  }),
  /**
   * Lists the users whom the caller has blocked.
   * @result {"blocks": [{"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben",
   *   "createdAt": "2030-05-17T12:00:00.000Z"}]}
   * @http GET /api/blocks
   */
  command({
    name: 'block:list',
    payload: EmptyDto,
    result: typeToken<BlocksView>(),
  }),
] as const;

export const [BlockAdd, BlockRemove, BlockListing] = blockCommands;
