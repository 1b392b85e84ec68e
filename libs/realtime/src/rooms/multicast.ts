/**
 * Volatile events for connections that a domain has listed by itself, where a room would be too slow to join and leave:
 * prepared here, handed over by `Caller.give`. On this node alone.
 */
import { Injectable } from '@nestjs/common';
import type { EventName } from '@aeturnis/contracts';
import { ATTACHMENT, PreparedEvent } from '../adapter/prepared-event';
import { SocketMetrics } from '../metrics/socket-metrics';

@Injectable()
export class Multicast {
  /** Stands for the bytes in the JSON of an event that has some. */
  readonly attachment = ATTACHMENT;

  constructor(private readonly metrics: SocketMetrics) {}

  /** `json`: the pieces of the payload, those of bytes in UTF-8; they are copied. */
  pieces(event: EventName, json: readonly (string | Buffer)[]): PreparedEvent {
    this.metrics.emitted(event);
    return PreparedEvent.ofPieces(event, json);
  }

  /** `json`: the payload, in which `attachment` stands for the bytes. They may not change any more. */
  bytes(event: EventName, json: string, bytes: Buffer): PreparedEvent {
    this.metrics.emitted(event);
    return PreparedEvent.ofBytes(event, json, bytes);
  }
}
