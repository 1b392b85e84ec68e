/** Lets a bounded number of password checks run at a time, in an order that a flood of logins cannot take over. */
import { AppError } from '@aeturnis/contracts';
import { networkKey } from '@aeturnis/realtime';

/** Half of Node's pool of four threads, which files and name lookups need as well. */
const AT_ONCE = 2;
/** Of each kind, known and unknown. */
const MAX_WAITING = 60;
/** One address must not fill the line for all others. */
const MAX_WAITING_PER_ADDRESS = 6;
/** Of the unknown ones, per network (IPv6 /48, IPv4 /24): one owner can use every address of a network. */
const MAX_WAITING_PER_NETWORK = 20;
/** So many known ones go before an unknown one that waits. */
const KNOWN_IN_A_ROW = 3;
const BUSY_RETRY_MS = 3_000;

/** On whose behalf something is hashed. */
export interface Origin {
  readonly address: string;
  /** An account from an address it has used before goes first. */
  readonly known: boolean;
}

interface Waiting {
  readonly address: string;
  readonly network: string;
  readonly begin: () => void;
  readonly refuse: () => void;
}

export class PasswordQueue {
  private running = 0;
  private readonly known: Waiting[] = [];
  private readonly unknown: Waiting[] = [];
  private knownInARow = 0;

  /**
   * Resolves when it is the caller's turn, who calls {@link leave} when done.
   * @throws AppError UNAVAILABLE when too many wait.
   */
  async enter({ address, known }: Origin): Promise<void> {
    if (this.running < AT_ONCE) {
      this.running++;
      return;
    }
    const line = known ? this.known : this.unknown;
    const network = networkKey(address);
    if ((!known && this.isShareUsedUp(address, network)) || !hasRoomFor(network, line)) throw tooMany();
    await new Promise<void>((begin, reject) => {
      line.push({ address, network, begin, refuse: () => reject(tooMany()) });
    });
  }

  /** Hands the place to the next in line, or gives it up. */
  leave(): void {
    const next = this.next();
    if (next) next.begin();
    else this.running--;
  }

  private isShareUsedUp(address: string, network: string): boolean {
    const ofNetwork = this.unknown.filter((waiting) => waiting.network === network);
    const ofAddress = ofNetwork.filter((waiting) => waiting.address === address);
    return ofNetwork.length >= MAX_WAITING_PER_NETWORK || ofAddress.length >= MAX_WAITING_PER_ADDRESS;
  }

  private next(): Waiting | undefined {
    const unknownIsDue = this.knownInARow >= KNOWN_IN_A_ROW && this.unknown.length > 0;
    const next = unknownIsDue ? this.unknown.shift() : (this.known.shift() ?? this.unknown.shift());
    // Counted only while somebody else waits: a turn that nobody wanted is not saved up.
    this.knownInARow = unknownIsDue || this.unknown.length === 0 ? 0 : this.knownInARow + 1;
    return next;
  }
}

const tooMany = (): AppError =>
  new AppError('UNAVAILABLE', 'Too many passwords are being checked; try again', { retryAfterMs: BUSY_RETRY_MS });

/** A full line has room for a network if another network has more in it: the latest of that one gives way. */
function hasRoomFor(network: string, line: Waiting[]): boolean {
  if (line.length < MAX_WAITING) return true;
  const counts = new Map<string, number>();
  for (const waiting of line) counts.set(waiting.network, (counts.get(waiting.network) ?? 0) + 1);
  const most = Math.max(...counts.values());
  if (most <= (counts.get(network) ?? 0) + 1) return false;
  const latest = line.findLast((waiting) => counts.get(waiting.network) === most);
  if (!latest) return false;
  line.splice(line.indexOf(latest), 1);
  latest.refuse();
  return true;
}
