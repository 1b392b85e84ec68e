/** Identifies this node among the nodes of the cluster, and this run of it among the runs under the same name. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from './app-config';

/** One per application: several applications in one process are several nodes. */
@Injectable()
export class NodeIdentity {
  /** The configured id of the node. */
  readonly node: string;
  /** A UUID, new at each start, so that no node mistakes what its previous process has stored or published for its own. */
  readonly incarnation: string = randomUUID();
  /** The last 12 digits of the incarnation, all random: for what is stored with every member, entry or session. */
  readonly shortIncarnation = this.incarnation.slice(-12);

  constructor(@Inject(APP_CONFIG) { nodeId }: Pick<AppConfig, 'nodeId'>) {
    this.node = nodeId;
  }
}
