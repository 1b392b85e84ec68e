/** What a node may hold where nobody configured it: derived from the heap, so that a full node has memory left to work with. */
import { getHeapStatistics } from 'node:v8';

/** Part of the heap that the rooms of all connections may take, and what one connection takes for one room, in bytes. */
const MEMBERSHIP_HEAP_PART = 1 / 4;
const MEMBERSHIP_BYTES = 400;
/** The same for connections, without their rooms. */
const CONNECTION_HEAP_PART = 1 / 4;
const CONNECTION_BYTES = 48 * 1024;

const heapBytes = (): number => getHeapStatistics().heap_size_limit;

export const defaultMemberships = (): number => Math.floor((heapBytes() * MEMBERSHIP_HEAP_PART) / MEMBERSHIP_BYTES);

export const defaultConnections = (): number => Math.floor((heapBytes() * CONNECTION_HEAP_PART) / CONNECTION_BYTES);
