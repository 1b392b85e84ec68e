/** Sends a user everything that is kept about that user, as a stream: whatever the length, little of it is in memory. */
import { Injectable } from '@nestjs/common';
import { MAX_EXPORT_STALL_MS } from '@aeturnis/contracts';
import { PerUserQueue } from '@aeturnis/platform';
import type { Response } from 'express';
import { sendJson } from '../../http';
import { AccountData } from '../account-data';

@Injectable()
export class AccountExport {
  private readonly queue = new PerUserQueue(0);

  constructor(private readonly data: AccountData) {}

  /** Settles when all is sent, or the client is gone. @throws AppError RATE_LIMITED while one is being sent to this user by this node. */
  send(userId: string, response: Response): Promise<void> {
    return this.queue.run(userId, () => sendJson(response, this.data.export(userId), MAX_EXPORT_STALL_MS));
  }
}
