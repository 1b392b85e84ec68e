/** The incarnation under which this node publishes conversations, and whether it can reach the other nodes. */
import { Injectable } from '@nestjs/common';
import { NodeIdentity } from '@aeturnis/platform';

@Injectable()
export class NodeLiveness {
  /** A restart under the same name has lost all pending work of the incarnation before. */
  readonly incarnation: string;
  /** Whether events of this node reach the other nodes in time. While false, it neither takes nor renews publisher leases. */
  canReachPeers = true;

  constructor({ incarnation }: NodeIdentity) {
    this.incarnation = incarnation;
  }
}
