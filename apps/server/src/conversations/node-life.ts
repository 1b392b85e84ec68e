/** Names this life of this node: one that is restarted under the same name has forgotten what it was about to do. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

@Injectable()
export class NodeLife {
  readonly id: string = randomUUID();
  /** Whether the others hear what this node tells. While they do not, it neither begins nor goes on publishing. */
  heard = true;
}
