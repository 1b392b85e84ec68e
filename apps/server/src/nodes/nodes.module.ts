/** The nodes of the cluster, as the database they share knows them. */
import { Module } from '@nestjs/common';
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { NodeBeat, WRITABLE } from './node-beat';
import { NodesRepository } from './nodes.repository';

@Module({
  providers: [
    NodeBeat,
    NodesRepository,
    makeGaugeProvider({ name: WRITABLE, help: '1 while what this node writes to PostgreSQL is stored, otherwise 0.' }),
  ],
})
export class NodesModule {}
