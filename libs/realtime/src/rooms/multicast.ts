/**
 * Prepares volatile events for connections that a domain lists itself, because joining and leaving a room would be too slow.
 * The domain sends them by `Caller.sendPrepared`, on this node only.
 */
import { Injectable } from '@nestjs/common';
import type { EventName } from '@aeturnis/contracts';
import { ATTACHMENT_PLACEHOLDER, PreparedEvent } from '../transport/outbound/prepared-event';
import { RoomMetrics } from '../base/metrics/room-metrics';

@Injectable()
export class Multicast {
  /** Placeholder for the attached bytes in the JSON of an event. */
  readonly attachment = ATTACHMENT_PLACEHOLDER;

  constructor(private readonly metrics: RoomMetrics) {}

  /** `json`: the pieces of the payload, buffers in UTF-8; they are copied. */
  prepareJson(event: EventName, json: readonly (string | Buffer)[]): PreparedEvent {
    this.metrics.recordEmitted(event);
    return PreparedEvent.fromPieces(event, json);
  }

  /** `json`: the payload with `attachment` as the placeholder of `bytes`, which the caller must not change afterwards. */
  prepareBinary(event: EventName, json: string, bytes: Buffer): PreparedEvent {
    this.metrics.recordEmitted(event);
    return PreparedEvent.fromBytes(event, json, bytes);
  }
}
