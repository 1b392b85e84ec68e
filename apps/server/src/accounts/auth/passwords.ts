/** Hashes and checks passwords with scrypt, a memory-hard function (RFC 7914), a bounded number at a time. */
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Origin, PasswordQueue } from './password-queue';

/** One of the equivalent settings OWASP gives for scrypt: 32 MiB and about a fifth of a second of one core. */
const COST = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const FORMAT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** Costs as much as any other, and belongs to no password. */
const NOBODY = format(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

const NO_ORIGIN: Origin = { address: '', known: true };

@Injectable()
export class Passwords {
  private readonly queue = new PasswordQueue();

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
    await this.queue.enter(origin);
    try {
      return await derive(password.normalize('NFKC'), salt, bytes, { N, r, p, maxmem: 256 * N * r });
    } finally {
      this.queue.leave();
    }
  }
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
