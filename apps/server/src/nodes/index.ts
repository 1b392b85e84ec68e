/** Public API of the nodes domain. */
export { NodesModule } from './nodes.module';
export { NodeLivenessService } from './node-liveness.service';
export type { NodeSurvival } from './nodes.repository';
