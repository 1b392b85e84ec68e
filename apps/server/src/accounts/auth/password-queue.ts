/** Limits concurrent password checks, and orders waiting ones so that a flood of logins cannot block other users. */
import { AppError } from '@aeturnis/contracts';
import { networkKey } from '@aeturnis/realtime';

/** Half of libuv's pool of four threads, which file access and DNS lookups need as well. */
const AT_ONCE = 2;
/** For each of the two queues: known and unknown addresses. */
const MAX_WAITING = 60;
/** In the queue of unknown addresses, so that one address does not fill it. */
const MAX_WAITING_PER_ADDRESS = 6;
/** In the queue of unknown addresses, per network (IPv6 /48, IPv4 /24): one owner can use all addresses of a network. */
const MAX_WAITING_PER_NETWORK = 20;
/** After this many checks from known addresses, a waiting one from an unknown address runs. */
const KNOWN_IN_A_ROW = 3;
const BUSY_RETRY_MS = 3_000;

/** The client for which a password is hashed. */
export interface PasswordCheckOrigin {
  readonly address: string;
  /** Whether the account has logged in from this address before; such checks have priority. */
  readonly isKnownAddress: boolean;
}

interface QueuedCheck {
  readonly address: string;
  readonly network: string;
  readonly begin: () => void;
  readonly refuse: () => void;
}

export class PasswordQueue {
  private running = 0;
  private readonly known: QueuedCheck[] = [];
  private readonly unknown: QueuedCheck[] = [];
  private knownInARow = 0;

  /**
   * Resolves when the caller may start; the caller must call {@link leave} when done.
   * @throws AppError UNAVAILABLE if too many wait.
   */
  async enter({ address, isKnownAddress }: PasswordCheckOrigin): Promise<void> {
    if (this.running < AT_ONCE) {
      this.running++;
      return;
    }
    const queue = isKnownAddress ? this.known : this.unknown;
    const network = networkKey(address);
    if ((!isKnownAddress && this.isShareUsedUp(address, network)) || !makeRoomFor(network, queue))
      throw tooManyChecksError();
    await new Promise<void>((begin, reject) => {
      queue.push({ address, network, begin, refuse: () => reject(tooManyChecksError()) });
    });
  }

  /** Passes the slot to the next waiting check, or frees it. */
  leave(): void {
    const next = this.takeNext();
    if (next) next.begin();
    else this.running--;
  }

  private isShareUsedUp(address: string, network: string): boolean {
    const ofNetwork = this.unknown.filter((waiting) => waiting.network === network);
    const ofAddress = ofNetwork.filter((waiting) => waiting.address === address);
    return ofNetwork.length >= MAX_WAITING_PER_NETWORK || ofAddress.length >= MAX_WAITING_PER_ADDRESS;
  }

  private takeNext(): QueuedCheck | undefined {
    const isUnknownDue = this.knownInARow >= KNOWN_IN_A_ROW && this.unknown.length > 0;
    const next = isUnknownDue ? this.unknown.shift() : (this.known.shift() ?? this.unknown.shift());
    // Counted only while an unknown address waits, so that an idle queue earns no credit.
    this.knownInARow = isUnknownDue || this.unknown.length === 0 ? 0 : this.knownInARow + 1;
    return next;
  }
}

const tooManyChecksError = (): AppError =>
  new AppError('UNAVAILABLE', 'Too many passwords are being checked; try again later', { retryAfterMs: BUSY_RETRY_MS });

/** In a full queue, evicts the latest check of the network with the most, if that has more than this network would have. */
function makeRoomFor(network: string, queue: QueuedCheck[]): boolean {
  if (queue.length < MAX_WAITING) return true;
  const counts = new Map<string, number>();
  for (const waiting of queue) counts.set(waiting.network, (counts.get(waiting.network) ?? 0) + 1);
  const most = Math.max(...counts.values());
  if (most <= (counts.get(network) ?? 0) + 1) return false;
  const latest = queue.findLast((waiting) => counts.get(waiting.network) === most);
  if (!latest) return false;
  queue.splice(queue.indexOf(latest), 1);
  latest.refuse();
  return true;
}
