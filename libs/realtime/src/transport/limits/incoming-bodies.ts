/**
 * Bounds the bytes of all HTTP bodies that a node is receiving: clients at many addresses that send slowly would otherwise
 * fill its memory, each within the limits of its address. Bodies are counted by their declared length, before they are read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getHeapStatistics } from 'node:v8';

/** The bytes of all bodies at once are limited to this fraction of the heap, up to this number. */
const HEAP_FRACTION = 1 / 16;
const MAX_INCOMING_BYTES = 32 * 1024 * 1024;

const defaultLimit = (): number =>
  Math.min(MAX_INCOMING_BYTES, Math.floor(getHeapStatistics().heap_size_limit * HEAP_FRACTION));

interface IncomingBody {
  readonly bytes: number;
  readonly destroy: () => void;
}

interface AddressBodies {
  bytes: number;
  /** In order of arrival. */
  readonly bodies: Set<IncomingBody>;
}

export class IncomingBodies {
  private readonly byAddress = new Map<string, AddressBodies>();
  private readonly limit: number;
  private sum = 0;

  /** @param maxBodyBytes the largest body, which an idle node must be able to receive. */
  constructor(
    private readonly maxBodyBytes: number,
    limit = defaultLimit(),
  ) {
    this.limit = Math.max(limit, maxBodyBytes);
  }

  get totalBytes(): number {
    return this.sum;
  }

  /**
   * Counts the body of the request until it has been read, or until the request has ended in another way. When the node is at
   * its limit, the oldest bodies of the address with the most bytes make room for an address with fewer: a few addresses
   * cannot keep all others from sending.
   * @returns false, without counting the body, if there is no room for it.
   */
  admit(request: IncomingMessage, response: ServerResponse, address: string): boolean {
    const bytes = this.sizeOf(request);
    if (bytes === 0) return true;
    if (this.sum + bytes > this.limit && !this.makeRoom(bytes, address)) return false;
    const { socket } = request;
    const body: IncomingBody = { bytes, destroy: () => socket.destroy() };
    this.add(address, body);
    const release = (): void => this.remove(address, body);
    request.once('end', release).once('close', release);
    // After the response, Node reads the rest of the body without keeping it.
    response.once('close', release);
    return true;
  }

  /** A chunked body may become as large as the largest one. */
  private sizeOf({ headers }: IncomingMessage): number {
    return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : this.maxBodyBytes;
  }

  private makeRoom(bytes: number, address: string): boolean {
    const ownBytes = (this.byAddress.get(address)?.bytes ?? 0) + bytes;
    while (this.sum + bytes > this.limit) {
      const [largestAddress, largest] = this.findLargest();
      const [oldest] = largest?.bodies ?? [];
      if (!largest || !oldest || largest.bytes <= ownBytes) return false;
      this.remove(largestAddress, oldest);
      oldest.destroy();
    }
    return true;
  }

  private findLargest(): [string, AddressBodies | undefined] {
    let largest: [string, AddressBodies | undefined] = ['', undefined];
    for (const entry of this.byAddress) if (entry[1].bytes > (largest[1]?.bytes ?? 0)) largest = entry;
    return largest;
  }

  private add(address: string, body: IncomingBody): void {
    const own = this.byAddress.get(address) ?? { bytes: 0, bodies: new Set() };
    own.bodies.add(body);
    own.bytes += body.bytes;
    this.sum += body.bytes;
    this.byAddress.set(address, own);
  }

  /** Has no effect on a body that was removed before: several events may report the end of a request. */
  private remove(address: string, body: IncomingBody): void {
    const own = this.byAddress.get(address);
    if (!own?.bodies.delete(body)) return;
    own.bytes -= body.bytes;
    this.sum -= body.bytes;
    if (own.bodies.size === 0) this.byAddress.delete(address);
  }
}
