/** Default capacity of a node, derived from the size of the heap, so that a full node has memory left to work with. */
import { getHeapStatistics } from 'node:v8';

/** The share of the heap for the room memberships of all connections, and the bytes of one membership. */
const MEMBERSHIP_HEAP_SHARE = 1 / 4;
const MEMBERSHIP_BYTES = 400;
/** The share of the heap for connections without their rooms, and the bytes of one connection. */
const CONNECTION_HEAP_SHARE = 1 / 4;
const CONNECTION_BYTES = 48 * 1024;

const heapBytes = (): number => getHeapStatistics().heap_size_limit;

export const defaultMaxMemberships = (): number => Math.floor((heapBytes() * MEMBERSHIP_HEAP_SHARE) / MEMBERSHIP_BYTES);

export const defaultMaxConnections = (): number => Math.floor((heapBytes() * CONNECTION_HEAP_SHARE) / CONNECTION_BYTES);
