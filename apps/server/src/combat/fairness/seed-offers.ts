/**
 * The server seeds that users are offered for their next fights. A seed follows from a secret of all nodes and the number of
 * fights that its user has started, so that an offer needs no row, and an offered seed cannot be exchanged for another one.
 */
import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { commitmentTo } from './fight-secrets';
import { SeedsRepository } from './seeds.repository';

export interface DrawnSeed {
  readonly serverSeed: string;
  readonly commitment: string;
}

@Injectable()
export class SeedOffers {
  private secret: Promise<string> | null = null;

  constructor(private readonly seeds: SeedsRepository) {}

  /** The commitment to the seed of the next fight that the user starts. */
  async commitmentFor(userId: string, seedsDrawn: number): Promise<string> {
    return (await this.seedOf(userId, seedsDrawn)).commitment;
  }

  /** Takes the offered seed. Call it in the transaction that starts the fight: a second start waits, and gets the next seed. */
  async draw(userId: string): Promise<DrawnSeed> {
    return this.seedOf(userId, (await this.seeds.countDraw(userId)) - 1);
  }

  private async seedOf(userId: string, number: number): Promise<DrawnSeed> {
    const serverSeed = createHmac('sha256', await this.readSecret())
      .update(`${userId}|${number}`)
      .digest('hex');
    return { serverSeed, commitment: commitmentTo(serverSeed) };
  }

  /** Read once; a failure is not kept. */
  private readSecret(): Promise<string> {
    this.secret ??= this.seeds.secret().catch((error: unknown) => {
      this.secret = null;
      throw error;
    });
    return this.secret;
  }
}
