/** Module of the node heartbeats in the shared database. */
import { Module } from '@nestjs/common';
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { NodeHeartbeat, DATABASE_WRITABLE_METRIC } from './node-heartbeat';
import { NodeLivenessService } from './node-liveness.service';
import { NodesRepository } from './nodes.repository';

@Module({
  providers: [
    NodeHeartbeat,
    NodeLivenessService,
    NodesRepository,
    makeGaugeProvider({
      name: DATABASE_WRITABLE_METRIC,
      help: '1 while this node can write to PostgreSQL, otherwise 0.',
    }),
  ],
  exports: [NodeLivenessService],
})
export class NodesModule {}
