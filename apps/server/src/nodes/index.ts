/** Nodes, as the rest of the server knows them. */
export { NodesModule } from './nodes.module';
