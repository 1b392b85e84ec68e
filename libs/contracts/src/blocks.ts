/** Blocks: users from whom a player wants to receive nothing. No event or answer reveals a block to the blocked user. */
import { command, typeToken } from './contract';
import { IsId } from './validation/ids';
import { IsInsteadOf } from './validation/instead-of';
import { EmptyDto } from './system';

export const MAX_BLOCKS = 1_000;

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

export interface BlockView {
  userId: string;
  name: string;
  createdAt: string;
}

/** The oldest block first. */
export interface BlocksView {
  blocks: BlockView[];
}

export const blockCommands = [
  command({
    name: 'block:add',
    summary: 'Blocks a user. The blocked user is not notified and cannot detect the block.',
    payload: BlockDto,
    result: typeToken<BlockView>(),
  }),
  command({
    name: 'block:remove',
    summary: 'Removes a block.',
    payload: BlockDto,
    result: typeToken<object>(),
  }),
  command({
    name: 'block:list',
    summary: 'Lists the users whom the caller has blocked.',
    payload: EmptyDto,
    result: typeToken<BlocksView>(),
  }),
] as const;

export const [BlockAdd, BlockRemove, BlockListing] = blockCommands;
