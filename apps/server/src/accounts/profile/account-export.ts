/** Streams the export of an account to its user or to an administrator, with bounded memory at any length, and adds what accounts store. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MAX_EXPORT_STALL_MS } from '@aeturnis/contracts';
import { PerUserQueue } from '@aeturnis/platform';
import type { Response } from 'express';
import { type Streamed, streamJson } from '../../http';
import { AccountData } from '../account-data';
import { KnownAddresses } from '../addresses/known-addresses';
import { type ExportedProfile, ProfileService } from './profile.service';

/** One part per domain, by its name. */
export interface ExportedAccount {
  account: ExportedProfile;
  [part: string]: unknown;
}

@Injectable()
export class AccountExport implements OnModuleInit {
  private readonly queue = new PerUserQueue(0);

  constructor(
    private readonly data: AccountData,
    private readonly profiles: ProfileService,
    private readonly addresses: KnownAddresses,
  ) {}

  onModuleInit(): void {
    this.data.onExport('account', (userId) => this.profiles.exportRecord(userId));
    this.data.onExport('knownAddresses', (userId) => this.addresses.export(userId));
  }

  /**
   * Settles when the export is sent or the client has disconnected.
   * @param receiverId the administrator who gets the export; by default the user.
   * @throws AppError RATE_LIMITED while this node sends the receiver another one.
   */
  async send(userId: string, response: Response, receiverId = userId): Promise<Streamed<ExportedAccount>> {
    await this.queue.run(receiverId, () => streamJson(response, this.data.export(userId), MAX_EXPORT_STALL_MS));
    return {};
  }
}
