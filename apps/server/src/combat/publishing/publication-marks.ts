/** Remembers how far this node has published fights, and marks it in the database once all nodes have received it. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Database, FailureLog, runInBackground, Shutdown } from '@aeturnis/platform';
import { RealtimeService } from '../../realtime';
import { FightPublicationsRepository } from './fight-publications.repository';

const INTERVAL_MS = 100;

@Injectable()
export class PublicationMarks implements OnModuleInit, OnApplicationBootstrap {
  private readonly failures = new FailureLog(new Logger(PublicationMarks.name));
  /** By fight, the last published entry that is not marked yet. */
  private published = new Map<string, number>();
  /** Those that are on their way, and how many events this node had emitted by then. */
  private onTheWay: { readonly seqs: Map<string, number>; readonly emitted: number } | null = null;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly publications: FightPublicationsRepository,
    private readonly realtime: RealtimeService,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('state', 'fights', () => this.stop());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= runInBackground('fights', () => this.mark()).finally(() => (this.running = null));
    }, INTERVAL_MS).unref();
  }

  /** The last entry of a fight that this node has published lately; 0 if it has published none. */
  seqOf(fightId: string): number {
    return Math.max(this.published.get(fightId) ?? 0, this.onTheWay?.seqs.get(fightId) ?? 0);
  }

  add(fightId: string, seq: number): void {
    this.published.set(fightId, Math.max(seq, this.seqOf(fightId)));
  }

  private async mark(): Promise<void> {
    if (this.database.state !== 'ready') return;
    const { emitted, journaled } = this.realtime.journalProgress;
    if (!this.onTheWay && this.published.size > 0) {
      this.onTheWay = { seqs: this.published, emitted };
      this.published = new Map();
    }
    if (!this.onTheWay || journaled < this.onTheWay.emitted) return;
    try {
      await this.publications.mark(this.onTheWay.seqs);
      this.onTheWay = null;
    } catch (error) {
      this.failures.warn({ message: 'publication marks of fights not saved, retrying', error });
    }
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    if (this.database.state === 'ready') await this.mark();
  }
}
