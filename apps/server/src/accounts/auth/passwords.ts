/** Hashes and checks passwords with scrypt, a memory-hard function (RFC 7914), a bounded number at a time. */
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { type PasswordCheckOrigin, PasswordQueue } from './password-queue';

/** With `PASSWORD_HASH_COST` 15, one of the equivalent scrypt settings of OWASP: 32 MiB and a fifth of a second of one core. */
const BLOCK_SIZE = 8;
const PARALLELISATION = 3;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const FORMAT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

const NO_ORIGIN: PasswordCheckOrigin = { address: '', isKnownAddress: true };

@Injectable()
export class Passwords {
  private readonly queue = new PasswordQueue();
  private readonly cost: Cost;
  /** A hash that costs as much to check as any other and matches no password. */
  private readonly dummyHash: string;

  constructor(@Inject(APP_CONFIG) { passwordHashCost }: Pick<AppConfig, 'passwordHashCost'>) {
    this.cost = { ln: passwordHashCost, r: BLOCK_SIZE, p: PARALLELISATION };
    this.dummyHash = format(this.cost, Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));
  }

  /**
   * A hash with its parameters: `$scrypt$ln=15,r=8,p=3$salt$hash`.
   * @throws AppError UNAVAILABLE if too many checks wait.
   */
  async hash(password: string, origin = NO_ORIGIN): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return format(this.cost, salt, await this.derive(password, salt, this.cost, KEY_BYTES, origin));
  }

  /**
   * Takes the same time with and without a hash, so that it does not reveal which names exist.
   * @throws AppError UNAVAILABLE if too many checks wait.
   */
  async matches(password: string, hash: string | null, origin = NO_ORIGIN): Promise<boolean> {
    const { cost, salt, key } = parse(hash ?? this.dummyHash);
    const derived = await this.derive(password, salt, cost, key.length, origin);
    return timingSafeEqual(derived, key) && hash !== null;
  }

  /** Whether a hash has other costs than the current ones: rehash it when the password is at hand. */
  isOutdated(hash: string): boolean {
    const { cost } = parse(hash);
    return cost.ln !== this.cost.ln || cost.r !== this.cost.r || cost.p !== this.cost.p;
  }

  private async derive(
    password: string,
    salt: Buffer,
    { ln, r, p }: Cost,
    bytes: number,
    origin: PasswordCheckOrigin,
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

/** Parameters of scrypt: the binary logarithm of N, r and p. */
interface Cost {
  ln: number;
  r: number;
  p: number;
}

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
  if (salt === undefined || key === undefined) throw new Error('stored password hash is not in scrypt format');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}
