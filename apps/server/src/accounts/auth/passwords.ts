/** Hashes and checks passwords with scrypt, a memory-hard function (RFC 7914), a bounded number at a time. */
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { networkKey } from '@aeturnis/realtime';

/** One of the equivalent settings OWASP gives for scrypt: 32 MiB and about a fifth of a second of one core. */
const COST = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
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
const FORMAT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** Costs as much as any other, and belongs to no password. */
const NOBODY = format(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

/** On whose behalf something is hashed, so that a flood of logins does not keep others waiting. */
export interface Origin {
  readonly address: string;
  /** An account from an address it has used before goes first. */
  readonly known: boolean;
}

const NO_ORIGIN: Origin = { address: '', known: true };

interface Waiting {
  readonly address: string;
  readonly network: string;
  readonly begin: () => void;
  readonly refuse: () => void;
}

@Injectable()
export class Passwords {
  private running = 0;
  private readonly known: Waiting[] = [];
  private readonly unknown: Waiting[] = [];
  private knownInARow = 0;

  /**
   * A text that says how it was made: `$scrypt$ln=15,r=8,p=3$salt$hash`.
   * @throws AppError UNAVAILABLE when too many wait.
   */
  async hash(password: string, origin = NO_ORIGIN): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return format(COST, salt, await this.derive(password, salt, COST, KEY_BYTES, origin));
  }

  /**
   * Takes the same time whether there is a hash or not, so that it does not tell which names exist.
   * @throws AppError UNAVAILABLE when too many wait.
   */
  async matches(password: string, hash: string | null, origin = NO_ORIGIN): Promise<boolean> {
    const { cost, salt, key } = parse(hash ?? NOBODY);
    const derived = await this.derive(password, salt, cost, key.length, origin);
    return timingSafeEqual(derived, key) && hash !== null;
  }

  /** Whether a hash was made with other costs than today's: make it anew when the password is at hand. */
  isOutdated(hash: string): boolean {
    const { cost } = parse(hash);
    return cost.ln !== COST.ln || cost.r !== COST.r || cost.p !== COST.p;
  }

  private async derive(
    password: string,
    salt: Buffer,
    { ln, r, p }: Cost,
    bytes: number,
    origin: Origin,
  ): Promise<Buffer> {
    const N = 2 ** ln;
    await this.enter(origin);
    try {
      return await derive(password.normalize('NFKC'), salt, bytes, { N, r, p, maxmem: 256 * N * r });
    } finally {
      this.leave();
    }
  }

  private async enter({ address, known }: Origin): Promise<void> {
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

  private isShareUsedUp(address: string, network: string): boolean {
    const ofNetwork = this.unknown.filter((waiting) => waiting.network === network);
    const ofAddress = ofNetwork.filter((waiting) => waiting.address === address);
    return ofNetwork.length >= MAX_WAITING_PER_NETWORK || ofAddress.length >= MAX_WAITING_PER_ADDRESS;
  }

  // The place is handed to the next in line, or given up.
  private leave(): void {
    const next = this.next();
    if (next) next.begin();
    else this.running--;
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

/** A line that is full has room where another network has more in it: its latest gives way. A few networks never fill it for all others. */
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

type Cost = typeof COST;

function derive(password: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function format({ ln, r, p }: Cost, salt: Buffer, key: Buffer): string {
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  return `$scrypt$ln=${ln},r=${r},p=${p}$${text(salt)}$${text(key)}`;
}

function parse(hash: string): { cost: Cost; salt: Buffer; key: Buffer } {
  const [, ln, r, p, salt, key] = FORMAT.exec(hash) ?? [];
  if (salt === undefined || key === undefined) throw new Error('a stored password hash cannot be read');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}
