/** Query of the list of connections. */
import { NAME_PUNCTUATION } from '@aeturnis/contracts';
import { IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../http';
import { IsNodeId } from '../nodes/is-node-id.decorator';

const SEARCH = new RegExp(`^[\\p{L}\\p{M}\\p{N} ${NAME_PUNCTUATION}:\\u200c\\u200d]+$`, 'u');
const SOCKET_CURSOR = /^[\w-]{1,64}:[\w-]{1,64}$/;

export class SocketsQueryDto extends PageQuery {
  /** The beginning of a user id or of a display name; or a whole address or socket id.
   * @example "ann" */
  @IsOptional()
  @MaxLength(200)
  @Matches(SEARCH, { message: '$property must be a part of a name or an id, or an address' })
  query?: string;

  /** Lists the connections of this node alone.
   * @example "game-1" */
  @IsOptional()
  @IsNodeId()
  node?: string;

  /** `next` of the previous page. */
  @IsOptional()
  @MaxLength(129)
  @Matches(SOCKET_CURSOR, { message: '$property must be `next` of the previous page' })
  cursor?: string;
}
