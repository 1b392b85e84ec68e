/** Blocks: of whom a player wants to hear and see nothing. Who is blocked is not told, and gets no different answer. */
import { command, returns } from './contract';
import { IsId } from './ids';
import { IsInsteadOf } from './instead-of';
import { EmptyDto } from './system';

export const MAX_BLOCKS = 1_000;

export class BlockDto {
  /** The user: this or `characterId`. */
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
    summary: 'Blocks a user, who is not told and cannot tell.',
    payload: BlockDto,
    result: returns<BlockView>(),
  }),
  command({
    name: 'block:remove',
    summary: 'Ends a block.',
    payload: BlockDto,
    result: returns<object>(),
  }),
  command({
    name: 'block:list',
    summary: 'Tells whom one has blocked.',
    payload: EmptyDto,
    result: returns<BlocksView>(),
  }),
] as const;

export const [BlockAdd, BlockRemove, BlockListing] = blockCommands;
